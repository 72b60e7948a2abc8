#include "reference-server/handlers/negotiate_contexts.h"

#include <algorithm>
#include <array>
#include <span>

namespace reference {
namespace {

using smb2::ContextData;
using smb2::ContextType;
using smb2::NtStatus;

constexpr std::size_t salt_length = 32;  // bytes

// 2.2.3.1: a list that holds something, and as much as it counts.
template <class Count, class Id>
bool is_whole(const Count& count, const std::vector<Id>& ids) {
  return !ids.empty() && !count.forced;
}

template <class Id>
bool contains(const std::vector<Id>& ids, Id id) {
  return std::ranges::find(ids, id) != ids.end();
}

// The server's choice: by its own preference.
template <class Id>
Id preferred(const std::vector<Id>& supported, const std::vector<Id>& offered, Id otherwise) {
  const auto chosen = std::ranges::find_if(supported, [&](Id id) { return contains(offered, id); });
  return chosen == supported.end() ? otherwise : *chosen;
}

// All that both have, in the order received.
template <class Id>
std::vector<Id> common(const std::vector<Id>& supported, const std::vector<Id>& offered) {
  std::vector<Id> both;
  for (const Id id : offered) {
    if (contains(supported, id) && !contains(both, id)) both.push_back(id);
  }
  return both;
}

bool always(const Settings&) { return true; }

NtStatus process_preauth_integrity(const Settings& settings, Connection& connection,
                                   const ContextData& data) {
  const auto* offered = std::get_if<smb2::PreauthIntegrityCapabilities>(&data);
  connection.preauth_integrity_hash_id = smb2::HashAlgorithm::sha_512;
  if (offered == nullptr && settings.quirks.has(Quirk::preauth_cut_taken)) return NtStatus::success;
  if (offered == nullptr || !is_whole(offered->hash_algorithm_count, offered->hash_algorithms) ||
      offered->salt_length.forced) {
    return NtStatus::invalid_parameter;
  }
  if (settings.quirks.has(Quirk::one_hash_only) && offered->hash_algorithms.size() != 1)
    return NtStatus::invalid_parameter;
  if (!contains(offered->hash_algorithms, smb2::HashAlgorithm::sha_512)) {
    return NtStatus::smb_no_preauth_integrity_hash_overlap;
  }
  return NtStatus::success;
}
ContextData build_preauth_integrity(Random& random, const Connection& connection) {
  wire::Bytes salt(salt_length);
  random.fill(salt);
  return smb2::PreauthIntegrityCapabilities{.hash_algorithms = {connection.preauth_integrity_hash_id},
                                            .salt = std::move(salt)};
}

bool is_encryption_supported(const Settings& settings) { return !settings.ciphers.empty(); }
NtStatus process_encryption(const Settings& settings, Connection& connection, const ContextData& data) {
  const auto* offered = std::get_if<smb2::EncryptionCapabilities>(&data);
  const Quirks& quirks = settings.quirks;
  const bool empty =
      offered != nullptr && offered->ciphers.empty() && quirks.has(Quirk::encryption_context_unjudged);
  if (offered == nullptr || (!is_whole(offered->cipher_count, offered->ciphers) && !empty))
    return NtStatus::invalid_parameter;
  connection.cipher_id = preferred(settings.ciphers, offered->ciphers, smb2::Cipher::none);
  if (quirks.has(Quirk::preferred_cipher_never_offered) && connection.cipher_id == smb2::Cipher::aes_128_ccm)
    connection.cipher_id = smb2::Cipher::aes_128_gcm;
  return NtStatus::success;
}
ContextData build_encryption(Random&, const Connection& connection) {
  return smb2::EncryptionCapabilities{.ciphers = {connection.cipher_id}};
}

bool is_compression_supported(const Settings& settings) { return !settings.compression_algorithms.empty(); }
NtStatus process_compression(const Settings& settings, Connection& connection, const ContextData& data) {
  const auto* offered = std::get_if<smb2::CompressionCapabilities>(&data);
  if (offered == nullptr ||
      !is_whole(offered->compression_algorithm_count, offered->compression_algorithms)) {
    return NtStatus::invalid_parameter;
  }
  connection.compression_ids = common(settings.compression_algorithms, offered->compression_algorithms);
  connection.supports_chained_compression =
      settings.chained_compression && smb2::has(offered->flags, smb2::CompressionFlags::chained);
  return NtStatus::success;
}
ContextData build_compression(Random&, const Connection& connection) {
  smb2::CompressionCapabilities agreed{.compression_algorithms = connection.compression_ids};
  if (agreed.compression_algorithms.empty())
    agreed.compression_algorithms = {smb2::CompressionAlgorithm::none};
  if (connection.supports_chained_compression) agreed.flags = smb2::CompressionFlags::chained;
  return agreed;
}

bool is_rdma_transform_supported(const Settings& settings) { return !settings.rdma_transforms.empty(); }
NtStatus process_rdma_transform(const Settings& settings, Connection& connection, const ContextData& data) {
  const auto* offered = std::get_if<smb2::RdmaTransformCapabilities>(&data);
  if (offered == nullptr || !is_whole(offered->transform_count, offered->rdma_transform_ids)) {
    return NtStatus::invalid_parameter;
  }
  connection.rdma_transform_ids = common(settings.rdma_transforms, offered->rdma_transform_ids);
  return NtStatus::success;
}
ContextData build_rdma_transform(Random&, const Connection& connection) {
  smb2::RdmaTransformCapabilities agreed{.rdma_transform_ids = connection.rdma_transform_ids};
  if (agreed.rdma_transform_ids.empty()) agreed.rdma_transform_ids = {smb2::RdmaTransformId::none};
  return agreed;
}

bool is_signing_capabilities_supported(const Settings& settings) {
  return !settings.signing_algorithms.empty();
}
NtStatus process_signing(const Settings& settings, Connection& connection, const ContextData& data) {
  const auto* offered = std::get_if<smb2::SigningCapabilities>(&data);
  if (settings.quirks.has(Quirk::signing_count_zero_taken) && offered != nullptr &&
      offered->signing_algorithm_count.value == 0)
    return NtStatus::success;
  if (offered == nullptr || !is_whole(offered->signing_algorithm_count, offered->signing_algorithms)) {
    return NtStatus::invalid_parameter;
  }
  const bool offers_hmac_alone =
      offered->signing_algorithms == std::vector{smb2::SigningAlgorithm::hmac_sha256};
  if (offers_hmac_alone && settings.quirks.has(Quirk::hmac_sha256_refused)) return NtStatus::not_supported;
  connection.signing_in_common = std::ranges::any_of(
      offered->signing_algorithms, [&](auto id) { return contains(settings.signing_algorithms, id); });
  connection.signing_algorithm_id =
      preferred(settings.signing_algorithms, offered->signing_algorithms, smb2::SigningAlgorithm::aes_cmac);
  return NtStatus::success;
}
ContextData build_signing(Random&, const Connection& connection) {
  return smb2::SigningCapabilities{.signing_algorithms = {connection.signing_algorithm_id}};
}

bool is_transport_capabilities_supported(const Settings& settings) { return settings.transport_capabilities; }
NtStatus process_transport(const Settings& settings, Connection&, const ContextData& data) {
  // Connection.AcceptTransportSecurity is for QUIC alone.
  const bool is_whole = std::holds_alternative<smb2::TransportCapabilities>(data);
  return is_whole || settings.quirks.has(Quirk::transport_cut_taken) ? NtStatus::success
                                                                     : NtStatus::invalid_parameter;
}
ContextData build_transport(Random&, const Connection& connection) {
  return smb2::TransportCapabilities{.flags = connection.accept_transport_security
                                                  ? smb2::TransportFlags::accept_transport_level_security
                                                  : smb2::TransportFlags::none};
}

// The contexts that 3.3.5.4 knows, in its order. All others are ignored, and so is one whose kind the server
// does not support.
struct Kind {
  ContextType type;
  bool fails_twice;  // even where the server does not support it
  bool (*is_supported)(const Settings&);
  NtStatus (*process)(const Settings&, Connection&, const ContextData&);
  ContextData (*build)(Random&, const Connection&);
};
constexpr Kind kinds[] = {
    {ContextType::preauth_integrity, true, always, process_preauth_integrity, build_preauth_integrity},
    {ContextType::encryption, true, is_encryption_supported, process_encryption, build_encryption},
    {ContextType::compression, true, is_compression_supported, process_compression, build_compression},
    {ContextType::rdma_transform, true, is_rdma_transform_supported, process_rdma_transform,
     build_rdma_transform},
    {ContextType::signing, true, is_signing_capabilities_supported, process_signing, build_signing},
    {ContextType::transport, false, is_transport_capabilities_supported, process_transport, build_transport},
};

bool is_understood(const Kind& kind, const Settings& settings, const Connection& connection) {
  const bool wants_capability = settings.quirks.has(Quirk::encryption_wants_capability);
  if (kind.type == ContextType::encryption && wants_capability &&
      !smb2::has(connection.client_capabilities, smb2::Capabilities::encryption))
    return false;
  return kind.is_supported(settings) || settings.quirks.has(Quirk::answers_unsupported_contexts);
}

// Whether nothing of it is common, so that the answer has the number that stands for nothing.
bool is_of_nothing(const ContextData& data) {
  const auto* encryption = std::get_if<smb2::EncryptionCapabilities>(&data);
  const auto* compression = std::get_if<smb2::CompressionCapabilities>(&data);
  return (encryption != nullptr && encryption->ciphers.front() == smb2::Cipher::none) ||
         (compression != nullptr &&
          compression->compression_algorithms.front() == smb2::CompressionAlgorithm::none);
}

bool offers_two_ciphers(const smb2::NegotiateContext& context) {
  const auto* encryption = std::get_if<smb2::EncryptionCapabilities>(&context.data);
  return encryption != nullptr && encryption->ciphers.size() == 2;
}

auto count(const std::vector<smb2::NegotiateContext>& contexts, ContextType type) {
  return std::ranges::count(contexts, type, &smb2::NegotiateContext::type);
}

}  // namespace

NtStatus process_contexts(const Settings& settings, Connection& connection,
                          const std::vector<smb2::NegotiateContext>& received) {
  const Quirks& quirks = settings.quirks;
  if (count(received, ContextType::preauth_integrity) == 0 && !quirks.has(Quirk::preauth_missing_taken)) {
    const bool no_overlap = quirks.has(Quirk::missing_preauth_is_no_overlap) && !received.empty();
    return no_overlap ? NtStatus::smb_no_preauth_integrity_hash_overlap : NtStatus::invalid_parameter;
  }
  for (const Kind& kind : kinds) {
    const bool unjudged =
        quirks.has(Quirk::contexts_twice) ||
        (kind.type == ContextType::encryption && quirks.has(Quirk::encryption_context_unjudged));
    if (unjudged) continue;
    if (kind.fails_twice && count(received, kind.type) > 1) return NtStatus::invalid_parameter;
  }
  for (const Kind& kind : kinds) {
    if (!is_understood(kind, settings, connection)) continue;
    for (const smb2::NegotiateContext& context : received) {
      if (context.type != kind.type) continue;
      const NtStatus status = kind.process(settings, connection, context.data);
      if (status != NtStatus::success) return status;
      if (quirks.has(Quirk::contexts_twice)) break;
    }
  }
  return NtStatus::success;
}

std::vector<smb2::NegotiateContext> build_contexts(Global& global, const Connection& connection,
                                                   const std::vector<smb2::NegotiateContext>& received) {
  const Quirks& quirks = global.settings.quirks;
  std::vector<smb2::NegotiateContext> contexts;
  for (const Kind& kind : kinds) {
    if (!is_understood(kind, global.settings, connection) || count(received, kind.type) == 0) continue;
    const bool only_in_common = quirks.has(Quirk::signing_only_in_common);
    if (kind.type == ContextType::signing && only_in_common && !connection.signing_in_common) continue;
    ContextData data = kind.build(global.random, connection);
    if (quirks.has(Quirk::nothing_common_unanswered) && is_of_nothing(data)) continue;
    const bool two = std::ranges::any_of(received, offers_two_ciphers);
    if (kind.type == ContextType::encryption && two && quirks.has(Quirk::two_ciphers_unanswered)) continue;
    contexts.push_back({.type = kind.type, .data = std::move(data)});
  }
  return contexts;
}

}  // namespace reference
