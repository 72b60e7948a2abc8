#include "harness/client/login.h"

#include <fmt/format.h>

namespace client {
namespace {

constexpr std::size_t largest_token = 0xffff;  // bytes: SecurityBufferLength has 16 bits

}  // namespace

Login::Login(const Connection& connection, security::SpnegoInitiator initiator, Purpose purpose,
             const Session& existing)
    : purpose_(purpose), initiator_(std::move(initiator)), session_(existing) {
  // 3.3.5.5: a binding is hashed from its own connection's value on; what re-authenticates is not hashed.
  if (purpose == Purpose::binding) session_.preauth = connection.preauth();
}

std::expected<smb2::Message, std::string> Login::next(const security::Random& random, std::uint64_t now,
                                                      const security::Bends& bends) {
  security::SpnegoInitiator::Step step = initiator_.step(token_, random, now, bends);
  if (step.progress == security::Progress::failed) return std::unexpected(step.reason);
  if (step.token.size() > largest_token) {
    return std::unexpected(
        fmt::format("the answer to the server's token takes {} bytes, of {} that a "
                    "SESSION_SETUP holds",
                    step.token.size(), largest_token));
  }
  smb2::Message message = smb2::request(smb2::Command::session_setup);
  message.header.session_id = session_.id;
  auto& body = std::get<smb2::SessionSetupRequest>(message.body);
  if (purpose_ == Purpose::binding) body.flags = smb2::SessionSetupFlags::binding;
  body.buffer = std::move(step.token);
  return message;
}

void Login::sent(wire::View message) {
  if (purpose_ != Purpose::reauthentication) session_.preauth.absorb(message);
}

void Login::received(const Connection& connection, const smb2::Message& response, wire::View message) {
  const auto* body = std::get_if<smb2::SessionSetupResponse>(&response.body);
  if (body == nullptr) return;
  if (session_.id == 0) session_.id = response.header.session_id;
  if (session_.id != response.header.session_id) return;
  token_ = body->buffer;
  if (response.header.status != smb2::NtStatus::success) {
    if (purpose_ != Purpose::reauthentication) session_.preauth.absorb(message);
    return;
  }
  if (const auto finished = initiator_.finish(token_); !finished) {
    objection_ = "its token does not complete the sign-in: " + finished.error();
    return;
  }
  session_.established = true;
  if (purpose_ == Purpose::reauthentication) return;
  session_.guest = smb2::has(body->session_flags, smb2::SessionFlags::is_guest);
  session_.anonymous = smb2::has(body->session_flags, smb2::SessionFlags::is_null);
  session_.encrypt_data = smb2::has(body->session_flags, smb2::SessionFlags::encrypt_data);
  if (purpose_ == Purpose::binding) {
    // 3.3.5.5.3: a channel signs with what its own authentication agreed on and seals with the session's
    // keys.
    Session channel = session_;
    connection.derive_keys(channel, initiator_.session_key(), false);
    session_.channel_signing_key = channel.keys.signing;
  } else {
    connection.derive_keys(session_, initiator_.session_key(), !session_.guest && !session_.anonymous);
  }
}

}  // namespace client
