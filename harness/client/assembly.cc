#include "harness/client/assembly.h"

#include "harness/smb2/compound.h"
#include "harness/smb2/transform_header.h"

namespace client {
namespace {

Protection signature_of(const Connection& connection, const Sessions& sessions, const smb2::Header& header,
                        wire::View element) {
  if (!smb2::has(header.flags, smb2::HeaderFlags::signed_message)) return Protection::none;
  const Session* session = sessions(header.session_id);
  if (session == nullptr || !session->can_sign()) return Protection::unknown;
  return connection.verify(element, session->channel_signing_key) ? Protection::right : Protection::wrong;
}

// The chain inside a sealed message, where a key opens it.
void open(const Connection& connection, const Sessions& sessions, wire::View message, Incoming& incoming) {
  const auto header = wire::decode<smb2::TransformHeader>(message).message;
  const Session* session = sessions(header.session_id);
  if (session == nullptr || !session->can_seal()) {
    incoming.seal = Protection::unknown;
    incoming.problem = "is sealed for a session without keys";
    return;
  }
  auto chain = connection.open(message, *session);
  incoming.seal = chain ? Protection::right : Protection::wrong;
  if (chain) {
    incoming.chain = *std::move(chain);
  } else {
    incoming.problem = "does not open: " + chain.error();
  }
}

}  // namespace

bool bend(const Bend& bend, std::span<std::uint8_t> bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  const std::int64_t at = bend.offset < 0 ? size + bend.offset : bend.offset;
  if (at < 0 || at >= size) return false;
  bytes[static_cast<std::size_t>(at)] ^= bend.exclusive_or;
  return true;
}

Assembled assemble(const Connection& connection, std::vector<Outgoing> elements, const Session* sealer,
                   std::uint64_t nonce, const Connection::TransformBend& transform) {
  std::vector<wire::Bytes> chained;
  for (Outgoing& element : elements) chained.push_back(std::move(element.bytes));
  if (chained.size() > 1) chained = smb2::chain(std::move(chained));
  for (std::size_t i = 0; i < chained.size(); ++i) {
    if (elements[i].signer != nullptr) connection.sign(chained[i], elements[i].signer->channel_signing_key);
    for (const Bend& one : elements[i].bends) {
      if (one.stage == Stage::sign) bend(one, chained[i]);
    }
  }
  Assembled assembled{.message = smb2::join(chained), .chain = {}};
  if (sealer == nullptr) return assembled;
  assembled.chain = std::move(assembled.message);
  assembled.message = connection.seal(assembled.chain, *sealer, nonce, transform);
  for (const Outgoing& element : elements) {
    for (const Bend& one : element.bends) {
      if (one.stage == Stage::seal) bend(one, assembled.message);
    }
  }
  return assembled;
}

Incoming disassemble(const Connection& connection, const Sessions& sessions, wire::View message) {
  Incoming incoming;
  wire::View chain = message;
  if (smb2::protocol_of(message) == smb2::transform_protocol_id) {
    open(connection, sessions, message, incoming);
    if (incoming.seal != Protection::right) return incoming;
    chain = incoming.chain;
  }
  if (smb2::protocol_of(chain) != smb2::protocol_id) {
    incoming.problem = "is no SMB2 message";
    return incoming;
  }
  for (const smb2::Element& element : smb2::split(chain)) {
    auto decoded = smb2::decode(element.bytes);
    const Protection signature = signature_of(connection, sessions, decoded.message.header, element.bytes);
    incoming.elements.push_back(
        {std::move(decoded), wire::Bytes(element.bytes.begin(), element.bytes.end()), signature});
  }
  return incoming;
}

}  // namespace client
