// For tests: a server in memory that answers as a test tells it to, and networks that fail.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "harness/transport/memory.h"

namespace scenario {

class SampleServer : public transport::Peer {
 public:
  // Connections count from 1.
  using Answer = std::function<Effects(std::uint64_t connection, wire::View bytes)>;

  explicit SampleServer(Answer answer) : answer_(std::move(answer)) {}

  std::uint64_t connected() override { return ++connections_; }
  Effects receive(std::uint64_t connection, wire::View bytes) override { return answer_(connection, bytes); }
  Effects closed(std::uint64_t) override { return {}; }
  Effects advance(transport::Time) override { return {}; }
  std::optional<transport::Time> next_deadline() const override { return std::nullopt; }

 private:
  Answer answer_;
  std::uint64_t connections_ = 0;
};

inline smb2::Message message_in(wire::View frame) { return smb2::decode(frame.subspan(4)).message; }

// A NEGOTIATE response that answers the request in `frame` and breaks no rule.
inline smb2::Message response_to(wire::View frame) {
  return {.header = {.credits = 1,
                     .flags = smb2::HeaderFlags::server_to_redir,
                     .message_id = message_in(frame).header.message_id},
          .body = smb2::NegotiateResponse{.security_mode = smb2::SecurityMode::signing_enabled,
                                          .dialect_revision = smb2::Dialect::smb_2_1,
                                          .server_guid = {1},
                                          .max_transact_size = 65536,
                                          .max_read_size = 65536,
                                          .max_write_size = 65536,
                                          .system_time = 0x01d000000000000}};
}

inline smb2::Message refusal_of(wire::View frame, smb2::NtStatus status) {
  smb2::Message message = response_to(frame);
  message.header.status = status;
  message.body = smb2::ErrorResponse{.padding = {0}};
  return message;
}

inline transport::Peer::Effects say(std::uint64_t connection, wire::Bytes bytes) {
  transport::Peer::Effects effects;
  effects.emplace_back(transport::Peer::Send{connection, std::move(bytes)});
  return effects;
}
inline transport::Peer::Effects say(std::uint64_t connection, const smb2::Message& message) {
  return say(connection, smb2::frame(smb2::encode(message)));
}
inline transport::Peer::Effects leave(std::uint64_t connection) {
  transport::Peer::Effects effects;
  effects.emplace_back(transport::Peer::Close{connection});
  return effects;
}

// Answers NEGOTIATE whatever it asks.
inline transport::Peer::Effects well_behaved(std::uint64_t connection, wire::View bytes) {
  return say(connection, response_to(bytes));
}

// Refuses as long as it is told to.
class RefusingNetwork : public transport::Network {
 public:
  RefusingNetwork(std::unique_ptr<transport::Network> inner, std::function<bool()> refuses)
      : inner_(std::move(inner)), refuses_(std::move(refuses)) {}

  transport::Awaitable<transport::Result<std::unique_ptr<transport::Stream>>> connect(
      transport::Time deadline) override {
    if (refuses_()) co_return std::unexpected(transport::Error{transport::Fault::refused, "nobody listens"});
    co_return co_await inner_->connect(deadline);
  }
  transport::Time now() const override { return inner_->now(); }

 private:
  std::unique_ptr<transport::Network> inner_;
  std::function<bool()> refuses_;
};

// Takes connections and no bytes.
class DeafNetwork : public transport::Network {
 public:
  class DeafStream : public transport::Stream {
   public:
    transport::Awaitable<transport::Result<void>> send(wire::View, transport::Time) override {
      co_return std::unexpected(timeout());
    }
    transport::Awaitable<transport::Result<wire::Bytes>> receive(transport::Time) override {
      co_return std::unexpected(timeout());
    }
    void close() override {}

   private:
    static transport::Error timeout() { return {transport::Fault::timeout, "the deadline passed"}; }
  };

  transport::Awaitable<transport::Result<std::unique_ptr<transport::Stream>>> connect(
      transport::Time) override {
    co_return std::make_unique<DeafStream>();
  }
  transport::Time now() const override { return {}; }
};

}  // namespace scenario
