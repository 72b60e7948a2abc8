// [MS-SMB2] 2.2.4.1, 3.3.5.4: the NegotiateContextList of a 3.1.1 NEGOTIATE response
#include <fmt/format.h>

#include "harness/audit/rules/context_layout.h"
#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::ContextType;
using smb2::Dialect;
using smb2::NegotiateContext;
using smb2::NegotiateRequest;
using smb2::NegotiateResponse;

bool has_contexts(const NegotiateResponse& body) { return body.dialect_revision == Dialect::smb_3_1_1; }

std::string path(std::size_t index, std::string_view field) {
  return fmt::format("NegotiateContextList[{}].{}", index, field);
}

void offset(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!has_contexts(body)) return;
  judge.applies();
  const std::size_t at = body.negotiate_context_offset.value;
  const std::size_t earliest = earliest_context(body);
  if (at % 8 != 0 || at < earliest || at > x.bytes.size()) {
    judge.fail("NegotiateContextOffset",
               fmt::format("a multiple of 8 from {} to {}", earliest, x.bytes.size()), fmt::format("{}", at));
  }
}

void count(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!has_contexts(body) || !starts_well(body, x.bytes)) return;
  const ContextLayout layout = context_layout(body, x.bytes);
  if (layout.unaligned) return;
  judge.equal("NegotiateContextCount", body.negotiate_context_count.value,
              static_cast<std::uint16_t>(layout.present));
}

void alignment(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!has_contexts(body) || !starts_well(body, x.bytes) || body.negotiate_context_count.value < 2) return;
  judge.applies();
  if (const auto at = context_layout(body, x.bytes).unaligned) {
    judge.fail("NegotiateContextList[1].ContextType", "each context at the next 8-byte boundary",
               fmt::format("one at byte {}", *at));
  }
}

void types_offered(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  const auto* offer = x.offer();
  if (offer == nullptr || !is_sound(body, x.bytes)) return;
  judge.applies();
  for (std::size_t i = 0; i < body.negotiate_contexts.size(); ++i) {
    const ContextType type = body.negotiate_contexts[i].type;
    if (type != ContextType::netname &&
        std::ranges::find(offer->negotiate_contexts, type, &NegotiateContext::type) ==
            offer->negotiate_contexts.end()) {
      judge.fail(path(i, "ContextType"), "a type that the client sent", Judge::text(type));
    }
  }
}

void reserved(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!is_sound(body, x.bytes)) return;
  for (std::size_t i = 0; i < body.negotiate_contexts.size(); ++i)
    judge.equal(path(i, "Reserved"), body.negotiate_contexts[i].reserved, 0U);
}

void no_netname(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!is_sound(body, x.bytes)) return;
  judge.applies();
  for (std::size_t i = 0; i < body.negotiate_contexts.size(); ++i) {
    if (body.negotiate_contexts[i].type == ContextType::netname) {
      judge.fail(path(i, "ContextType"), "no such context in a response", Judge::text(ContextType::netname));
    }
  }
}

// Where the contexts of one kind stand in the list.
std::vector<std::size_t> all_of(const NegotiateResponse& body, ContextType type) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < body.negotiate_contexts.size(); ++i) {
    if (body.negotiate_contexts[i].type == type) indices.push_back(i);
  }
  return indices;
}

void one_preauth(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!is_sound(body, x.bytes)) return;
  judge.applies();
  if (const auto there = all_of(body, ContextType::preauth_integrity); there.size() != 1) {
    judge.fail(there.empty() ? "NegotiateContextCount" : path(there[1], "ContextType"),
               "one SMB2_PREAUTH_INTEGRITY_CAPABILITIES", fmt::format("{}", there.size()));
  }
}

// Of the kinds that 3.3.5.4 has the server build.
void one_of_each(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!is_sound(body, x.bytes)) return;
  judge.applies();
  for (const ContextType type : {ContextType::encryption, ContextType::compression, ContextType::transport,
                                 ContextType::rdma_transform, ContextType::signing}) {
    if (const auto there = all_of(body, type); there.size() > 1) {
      judge.fail(path(there[1], "ContextType"), "at most one " + Judge::text(type),
                 fmt::format("{}", there.size()));
    }
  }
}

// Calls `use` with each context of one kind and its index; one whose data does not form that kind is a
// violation.
template <class Data, class Use>
void each(const NegotiateResponse& body, ContextType type, Judge& judge, Use use) {
  for (std::size_t i = 0; i < body.negotiate_contexts.size(); ++i) {
    const NegotiateContext& context = body.negotiate_contexts[i];
    if (context.type != type) continue;
    if (const auto* data = std::get_if<Data>(&context.data)) {
      use(*data, i);
    } else {
      judge.fail(path(i, "DataLength"), "data that form " + Judge::text(type),
                 fmt::format("{} bytes", context.data_length.value));
    }
  }
}

// Everything of one kind that the client listed, in all its contexts of that kind.
template <class Data, class Id>
std::vector<Id> offered(const NegotiateRequest& offer, std::vector<Id> Data::* list) {
  std::vector<Id> ids;
  for (const NegotiateContext& context : offer.negotiate_contexts) {
    if (const auto* data = std::get_if<Data>(&context.data))
      ids.insert(ids.end(), (data->*list).begin(), (data->*list).end());
  }
  return ids;
}

// Every id listed is one of `lawful`.
template <class Id>
void all_among(std::string_view where, const std::vector<Id>& listed, const std::vector<Id>& lawful,
               Judge& judge) {
  judge.applies();
  for (const Id id : listed) judge.one_of(where, id, std::span<const Id>(lawful));
}

// The contexts of one kind that answer one of the client's; others are at fault for being there at all.
template <class Data, class Use>
void each_answer(const NegotiateResponse& body, const Exchange& x, ContextType type, Judge& judge, Use use) {
  const auto* offer = x.offer();
  if (offer == nullptr || !is_sound(body, x.bytes)) return;
  if (std::ranges::find(offer->negotiate_contexts, type, &NegotiateContext::type) ==
      offer->negotiate_contexts.end())
    return;
  each<Data>(body, type, judge, [&](const Data& data, std::size_t i) { use(data, *offer, i); });
}

void preauth_hash(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  using Data = smb2::PreauthIntegrityCapabilities;
  each_answer<Data>(body, x, ContextType::preauth_integrity, judge,
                    [&](const Data& data, const NegotiateRequest& offer, std::size_t i) {
                      judge.equal(path(i, "HashAlgorithmCount"), data.hash_algorithm_count.value,
                                  std::uint16_t{1});
                      all_among(path(i, "HashAlgorithms"), data.hash_algorithms,
                                offered(offer, &Data::hash_algorithms), judge);
                    });
}

// Short salts may meet by chance.
void preauth_salt(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  constexpr std::size_t telling = 8;
  if (!is_sound(body, x.bytes)) return;
  each<smb2::PreauthIntegrityCapabilities>(
      body, ContextType::preauth_integrity, judge, [&](const auto& data, std::size_t i) {
        const auto& context = body.negotiate_contexts[i];
        const std::size_t before_salt = 4 + 2 * data.hash_algorithms.size();
        judge.equal(
            path(i, "SaltLength"), std::size_t{data.salt_length.value},
            context.data_length.value - std::min<std::size_t>(context.data_length.value, before_salt));
        if (data.salt.size() >= telling && x.server.salts.contains(data.salt)) {
          judge.fail(path(i, "Salt"), "a salt unlike those of earlier responses", wire::to_hex(data.salt));
        }
      });
}

// Cipher 0 says that none is common.
void cipher(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  using Data = smb2::EncryptionCapabilities;
  each_answer<Data>(body, x, ContextType::encryption, judge,
                    [&](const Data& data, const NegotiateRequest& offer, std::size_t i) {
                      judge.equal(path(i, "CipherCount"), data.cipher_count.value, std::uint16_t{1});
                      auto lawful = offered(offer, &Data::ciphers);
                      lawful.push_back(smb2::Cipher::none);
                      all_among(path(i, "Ciphers"), data.ciphers, lawful, judge);
                    });
}

void compression(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  using Data = smb2::CompressionCapabilities;
  each_answer<Data>(body, x, ContextType::compression, judge,
                    [&](const Data& data, const NegotiateRequest& offer, std::size_t i) {
                      judge.equal(path(i, "CompressionAlgorithmCount"),
                                  data.compression_algorithm_count.value,
                                  static_cast<std::uint16_t>(data.compression_algorithms.size()));
                      auto lawful = offered(offer, &Data::compression_algorithms);
                      lawful.push_back(smb2::CompressionAlgorithm::none);
                      all_among(path(i, "CompressionAlgorithms"), data.compression_algorithms, lawful, judge);
                    });
}

void compression_chained(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  using Data = smb2::CompressionCapabilities;
  each_answer<Data>(
      body, x, ContextType::compression, judge,
      [&](const Data& data, const NegotiateRequest& offer, std::size_t i) {
        const bool asked = std::ranges::any_of(offer.negotiate_contexts, [](const NegotiateContext& context) {
          const auto* capabilities = std::get_if<Data>(&context.data);
          return capabilities != nullptr && has(capabilities->flags, smb2::CompressionFlags::chained);
        });
        if (!asked) judge.lacks_bits(path(i, "Flags"), data.flags, smb2::CompressionFlags::chained);
      });
}

// AES-CMAC is what signing falls back to when none is common.
void signing(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  using Data = smb2::SigningCapabilities;
  each_answer<Data>(body, x, ContextType::signing, judge,
                    [&](const Data& data, const NegotiateRequest& offer, std::size_t i) {
                      judge.equal(path(i, "SigningAlgorithmCount"), data.signing_algorithm_count.value,
                                  std::uint16_t{1});
                      auto lawful = offered(offer, &Data::signing_algorithms);
                      lawful.push_back(smb2::SigningAlgorithm::aes_cmac);
                      all_among(path(i, "SigningAlgorithms"), data.signing_algorithms, lawful, judge);
                    });
}

// Where none is common the list is one TRANSFORM_NONE.
void rdma_transforms(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  using Data = smb2::RdmaTransformCapabilities;
  each_answer<Data>(body, x, ContextType::rdma_transform, judge,
                    [&](const Data& data, const NegotiateRequest& offer, std::size_t i) {
                      const std::size_t there = std::max<std::size_t>(1, data.rdma_transform_ids.size());
                      judge.equal(path(i, "TransformCount"), data.transform_count.value,
                                  static_cast<std::uint16_t>(there));
                      auto lawful = offered(offer, &Data::rdma_transform_ids);
                      if (there == 1) lawful.push_back(smb2::RdmaTransformId::none);
                      all_among(path(i, "RDMATransformIds"), data.rdma_transform_ids, lawful, judge);
                    });
}

// Only QUIC is a secure transport, and no recording is of QUIC.
void transport_flags(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!is_sound(body, x.bytes)) return;
  each<smb2::TransportCapabilities>(body, ContextType::transport, judge,
                                    [&](const auto& data, std::size_t i) {
                                      judge.equal(path(i, "Flags"), data.flags, smb2::TransportFlags::none);
                                    });
}

const Entry<ResponseCheck> table[] = {
    {{"context-offset",
      "NegotiateContextOffset is 8-byte aligned, past the security buffer and inside the message",
      Strength::must, "NEG-086"},
     on_negotiate<offset>},
    {{"context-count", "NegotiateContextCount is the number of contexts", Strength::must, "NEG-087"},
     on_negotiate<count>},
    {{"context-alignment", "Each context starts at the next 8-byte boundary", Strength::must, "NEG-088"},
     on_negotiate<alignment>},
    {{"context-types",
      "The server sends no context of a type that the client did not send",
      Strength::must,
      "NEG-150",
      {"NEG-115", "NEG-148"}},
     on_negotiate<types_offered>},
    {{"context-reserved", "Reserved of a context is 0", Strength::should, "NEG-159"}, on_negotiate<reserved>},
    {{"context-netname", "A response has no NETNAME context", Strength::must, "NEG-131"},
     on_negotiate<no_netname>},
    {{"context-preauth", "A 3.1.1 response has one PREAUTH context", Strength::must, "NEG-109"},
     on_negotiate<one_preauth>},
    {{"context-once",
      "No context of a response stands twice",
      Strength::must,
      "NEG-129",
      {"NEG-112", "NEG-134", "NEG-141", "NEG-146"}},
     on_negotiate<one_of_each>},
    {{"preauth-hash", "The server selects one hash algorithm, and the client offered it", Strength::must,
      "NEG-110"},
     on_negotiate<preauth_hash>},
    {{"preauth-salt", "Salt has SaltLength bytes and never comes twice", Strength::must, "NEG-111"},
     on_negotiate<preauth_salt>},
    {{"cipher",
      "The server selects one cipher that the client offered, or 0",
      Strength::must,
      "NEG-113",
      {"NEG-112", "NEG-114"}},
     on_negotiate<cipher>},
    {{"compression-algorithms", "The server lists no compression algorithm that the client did not offer",
      Strength::must, "NEG-156"},
     on_negotiate<compression>},
    {{"compression-chained", "No chained compression unless the client asked", Strength::must, "NEG-127"},
     on_negotiate<compression_chained>},
    {{"signing-algorithm",
      "The server selects one signing algorithm that the client offered, or AES-CMAC",
      Strength::must,
      "NEG-146",
      {"NEG-147"}},
     on_negotiate<signing>},
    {{"rdma-transforms",
      "The server lists no RDMA transform that the client did not offer",
      Strength::must,
      "NEG-141",
      {"NEG-140"}},
     on_negotiate<rdma_transforms>},
    {{"transport-security", "TCP is no secure transport", Strength::must, "NEG-135"},
     on_negotiate<transport_flags>},
};

}  // namespace

ResponseEntries negotiate_context_rules() { return table; }

}  // namespace audit
