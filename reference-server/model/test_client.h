// A client of one connection, for the tests of this folder: messages in, what came back out.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "reference-server/model/server.h"

namespace reference {

inline constexpr std::uint64_t wall_clock = 0x01d0000000000000;

inline smb2::NegotiateContext preauth_context() {
  return {.type = smb2::ContextType::preauth_integrity,
          .data = smb2::PreauthIntegrityCapabilities{.hash_algorithms = {smb2::HashAlgorithm::sha_512},
                                                     .salt = {1, 2, 3, 4}}};
}

// A NEGOTIATE with MessageId 0 that a server with default settings takes.
inline smb2::Message negotiate_request(std::vector<smb2::Dialect> dialects) {
  smb2::NegotiateRequest body{.security_mode = smb2::SecurityMode::signing_enabled,
                              .dialects = std::move(dialects)};
  if (body.speaks_of_contexts()) body.negotiate_contexts = {preauth_context()};
  return {.header = {.command = smb2::Command::negotiate, .credits = 1}, .body = body};
}

// What one step brought about on a connection.
struct Seen {
  std::vector<wire::Bytes> messages;  // without framing
  bool closed = false;

  // The only message.
  smb2::Message message() const {
    EXPECT_EQ(messages.size(), 1u);
    return messages.empty() ? smb2::Message{} : smb2::decode(messages.front()).message;
  }
  smb2::NtStatus status() const { return message().header.status; }
  smb2::NegotiateResponse negotiated() const {
    const auto answer = message();
    const auto* response = std::get_if<smb2::NegotiateResponse>(&answer.body);
    EXPECT_NE(response, nullptr) << smb2::to_text(answer.header.status);
    return response == nullptr ? smb2::NegotiateResponse{} : *response;
  }
  bool refused(smb2::NtStatus expected) const {
    return !closed && messages.size() == 1 && status() == expected;
  }
  bool only_closed() const { return closed && messages.empty(); }
};

inline Seen seen(const Effects& effects) {
  Seen seen;
  for (const auto& effect : effects) {
    EXPECT_FALSE(seen.closed) << "something after Close";
    if (const auto* send = std::get_if<Send>(&effect)) {
      EXPECT_EQ(send->bytes.size(), 4 + smb2::frame_header(wire::View(send->bytes).first<4>()).length);
      seen.messages.emplace_back(send->bytes.begin() + 4, send->bytes.end());
    } else {
      seen.closed = true;
    }
  }
  return seen;
}

class TestClient {
 public:
  explicit TestClient(Settings settings = {}) : server(std::move(settings), 1, wall_clock) {}

  Seen stream(wire::View bytes) { return seen(server.receive(connection, bytes)); }
  Seen send(wire::View message) { return stream(smb2::frame(message)); }
  Seen send(const smb2::Message& message) { return send(smb2::encode(message)); }
  Seen send(std::string_view hex) { return send(*wire::from_hex(hex)); }

  Server server;
  std::uint64_t connection = server.connected();
};

}  // namespace reference
