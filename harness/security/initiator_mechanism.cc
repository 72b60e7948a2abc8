#include "harness/security/initiator_mechanism.h"

#include <algorithm>

namespace security {
namespace {

template <class Message>
void bend(const std::function<void(Message&)>& with, Message& message) {
  if (with) with(message);
}

}  // namespace

MechanismMessage NtlmInitiator::begin(const Bends& bends) {
  NegotiateMessage message = client_.negotiate();
  bend(bends.negotiate, message);
  wire::Bytes bytes = wire::encode(message);
  client_.sent_negotiate(bytes);
  return bytes;
}

MechanismMessage NtlmInitiator::answer(wire::View challenge, const Random& random, std::uint64_t now,
                                       const Bends& bends) {
  auto message = client_.answer(challenge, random, now);
  if (!message) return std::unexpected(std::move(message.error()));
  bend(bends.before_proof, *message);
  client_.prove(*message);
  bend(bends.before_mic, *message);
  client_.protect(*message);
  bend(bends.after_mic, *message);
  proved_ = true;
  return wire::encode(*message);
}

bool NtlmInitiator::can_sign() const { return security::can_sign(client_.flags()); }

wire::Bytes NtlmInitiator::sign(wire::View message) const {
  return security::sign(client_.exported_session_key(), client_.flags(), Direction::client_to_server,
                        message);
}

wire::Bytes NtlmInitiator::server_mic(wire::View message) const {
  if (!can_sign()) return {};
  return security::sign(client_.exported_session_key(), client_.flags(), Direction::server_to_client,
                        message);
}

bool NtlmInitiator::verifies(wire::View mic, wire::View message) const {
  return std::ranges::equal(mic, server_mic(message));
}

}  // namespace security
