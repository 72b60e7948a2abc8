// For tests: a peer that follows a script, in memory or over TCP.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "harness/transport/memory.h"
#include "harness/transport/stream.h"

namespace transport {

struct Step {
  enum class Kind : std::uint8_t { hear, say, leave, reset };
  Kind kind;
  wire::Bytes bytes = {};
};
// Every connection follows it from the start; after its end the peer is silent.
using Script = std::vector<Step>;

inline Step hear() { return {Step::Kind::hear}; }  // any bytes
inline Step say(wire::Bytes bytes) { return {Step::Kind::say, std::move(bytes)}; }
inline Step leave() { return {Step::Kind::leave}; }
inline Step reset() { return {Step::Kind::reset}; }

// A memory peer speaks when it is spoken to: its scripts start with hear(), and cannot reset.
class ScriptedPeer : public Peer {
 public:
  explicit ScriptedPeer(Script script) : script_(std::move(script)) {}

  std::uint64_t connected() override {
    at_[++connections_] = 0;
    return connections_;
  }
  Effects receive(std::uint64_t connection, wire::View) override {
    Effects effects;
    std::size_t& at = at_.at(connection);
    if (at < script_.size()) ++at;  // heard
    for (; at < script_.size() && script_[at].kind != Step::Kind::hear; ++at) {
      if (script_[at].kind == Step::Kind::say) {
        effects.emplace_back(Send{connection, script_[at].bytes});
      } else {
        effects.emplace_back(Close{connection});
      }
    }
    return effects;
  }
  Effects closed(std::uint64_t) override { return {}; }
  Effects advance(Time) override { return {}; }
  std::optional<Time> next_deadline() const override { return std::nullopt; }

 private:
  Script script_;
  std::uint64_t connections_ = 0;
  std::map<std::uint64_t, std::size_t> at_;
};

// Listens on a free loopback port; runs on the test's io_context.
class ScriptedServer {
 public:
  using tcp = boost::asio::ip::tcp;

  ScriptedServer(boost::asio::io_context& io, Script script, const char* address = "127.0.0.1")
      : acceptor_(io, tcp::endpoint(boost::asio::ip::make_address(address), 0)), script_(std::move(script)) {
    boost::asio::co_spawn(io, accept(), rethrow);
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  static constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable);

  static void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  }

  boost::asio::awaitable<void> accept() {
    for (;;) {
      auto [code, socket] = co_await acceptor_.async_accept(completion);
      if (code) co_return;
      boost::asio::co_spawn(acceptor_.get_executor(), play(std::move(socket), script_), rethrow);
    }
  }

  static boost::asio::awaitable<void> play(tcp::socket socket, Script script) {
    socket.set_option(tcp::no_delay(true));
    wire::Bytes heard(64 << 10);
    const auto buffer = boost::asio::buffer(heard);
    for (const Step& step : script) {
      switch (step.kind) {
        case Step::Kind::hear:
          co_await socket.async_read_some(buffer, completion);
          break;
        case Step::Kind::say: {
          const auto said = boost::asio::buffer(step.bytes);
          co_await boost::asio::async_write(socket, said, completion);
          break;
        }
        case Step::Kind::reset:
          socket.set_option(boost::asio::socket_base::linger(true, 0));
          socket.close();  // a destructor would not linger
          co_return;
        case Step::Kind::leave:
          co_return;
      }
    }
    for (;;) {
      const auto [code, size] = co_await socket.async_read_some(buffer, completion);
      if (code) co_return;
    }
  }

  tcp::acceptor acceptor_;
  Script script_;
};

// Runs `awaitable` to its end; a test that hangs fails.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> awaitable) {
  std::optional<T> result;
  boost::asio::co_spawn(io, std::move(awaitable), [&result](const std::exception_ptr& failure, T value) {
    if (failure) std::rethrow_exception(failure);
    result = std::move(value);
  });
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  io.restart();
  while (!result && io.run_one_until(give_up) > 0) {
  }
  if (!result) throw std::runtime_error("an operation never ended");
  return std::move(*result);
}

}  // namespace transport
