#include "bench/round.h"

#include <sys/socket.h>

#include <array>
#include <optional>

#include "harness/client/assembly.h"
#include "harness/client/login.h"
#include "harness/scenario/defaults.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/target/peers/loopback.h"

namespace bench {
namespace {

using smb2::Command;
using smb2::NtStatus;

constexpr std::uint64_t some_time = 0x01d9'0000'0000'0000;  // FILETIME

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(target::peers::connect_to(port)) {}

  bool negotiate(const wire::Bytes& framed) {
    if (!send(framed) || !receive()) return false;
    connection_.negotiated(wire::View(framed).subspan(smb2::direct_tcp_header_size), answer_);
    return true;
  }

  bool sign_in(const security::Credentials& who) {
    client::Login login(connection_, security::SpnegoInitiator(who, {}));
    const security::Random random = [this](std::span<std::uint8_t> bytes) { entropy_.fill(bytes); };
    for (;;) {
      auto request = login.next(random, some_time, {});
      if (!request) return false;
      request->header.message_id = next_message_id_++;
      request->header.credits = 1;
      const wire::Bytes message = smb2::encode(*request);
      login.sent(message);
      if (!send(smb2::frame(message)) || !receive()) return false;
      const smb2::Message answer = smb2::decode(answer_).message;
      login.received(connection_, answer, answer_);
      if (answer.header.status == NtStatus::more_processing_required) continue;
      session_ = login.session();
      return answer.header.status == NtStatus::success;
    }
  }

  bool log_off() {
    smb2::Message request = smb2::request(Command::logoff);
    request.header.message_id = next_message_id_++;
    request.header.session_id = session_->id;
    request.header.flags = smb2::HeaderFlags::signed_message;
    std::vector<client::Outgoing> elements;
    elements.push_back({.bytes = smb2::encode(request), .signer = &*session_, .bends = {}});
    const client::Assembled assembled = client::assemble(connection_, std::move(elements), nullptr, 0);
    return send(smb2::frame(assembled.message)) && receive() &&
           smb2::decode(answer_).message.header.status == NtStatus::success;
  }

 private:
  bool send(const wire::Bytes& frame) {
    return ::send(socket_.get(), frame.data(), frame.size(), MSG_NOSIGNAL) == std::ssize(frame);
  }

  bool receive() {
    std::array<std::uint8_t, smb2::direct_tcp_header_size> header{};
    if (!receive(header)) return false;
    answer_.resize(smb2::frame_header(header).length);
    return receive(answer_);
  }

  bool receive(std::span<std::uint8_t> bytes) {
    return recv(socket_.get(), bytes.data(), bytes.size(), MSG_WAITALL) == std::ssize(bytes);
  }

  target::Descriptor socket_;
  client::Connection connection_;
  scenario::Entropy entropy_{0};
  std::optional<client::Session> session_;
  std::uint64_t next_message_id_ = 1;  // NEGOTIATE has had 0
  wire::Bytes answer_;
};

}  // namespace

bool negotiate_round(std::uint16_t port, const wire::Bytes& request) {
  return Client(port).negotiate(request);
}

bool session_round(std::uint16_t port, const security::Credentials& who) {
  scenario::Entropy entropy(0);
  Client client(port);
  return client.negotiate(
             smb2::frame(smb2::encode(scenario::default_request(Command::negotiate, entropy)))) &&
         client.sign_in(who) && client.log_off();
}

}  // namespace bench
