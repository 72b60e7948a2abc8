// A server that behaves as a script says: the hostile peers of the tests.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <thread>

#include "harness/target/descriptor.h"
#include "harness/target/peers/loopback.h"
#include "harness/wire/bytes.h"

namespace target::peers {

// A client's connection, in the hands of a script. It is closed when the script returns. Every call ends at
// once when the server is stopped.
class Visit {
 public:
  Visit(const Descriptor& socket, const Descriptor& stopped, std::size_t number)
      : socket_(socket), stopped_(stopped), number_(number) {}

  // Which of the server's connections this is, from 1.
  std::size_t number() const { return number_; }
  // What has come, at least one byte; nothing when the client has closed or the server is stopped.
  std::optional<wire::Bytes> receive();
  // One Direct TCP frame without its four bytes.
  std::optional<wire::Bytes> receive_frame();
  // False when the client has closed or the server is stopped.
  bool send(wire::View bytes);
  // False when the client has closed or the server is stopped before that time is over. Takes no bytes.
  bool wait(std::chrono::milliseconds time);
  // Carries bytes both ways between the client and the server on another port, until one of them closes.
  void relay_to(std::uint16_t port);

 private:
  // Waits until the socket is ready for `events`; false when the server is stopped first.
  bool ready(short events) const;

  const Descriptor& socket_;
  const Descriptor& stopped_;
  std::size_t number_;
  wire::Bytes unread_;
};

using Script = std::function<void(Visit&)>;

// Accepts and says nothing, until the client closes.
Script silent();
// Answers the first bytes with a large frame, byte by byte.
Script trickle(std::chrono::milliseconds interval = std::chrono::seconds(1));
// Answers the first bytes with the largest frame there is, cut or prolonged to this many bytes, and closes.
Script flood(std::size_t size = std::size_t{16} << 20);
// Answers the first bytes as a web server does.
Script http();
// Answers the first frame with the beginning of a frame that announces more, and closes.
Script cut_reply();
// Answers every frame with what `reply` makes of it, framed; an empty one closes the connection.
Script answer(std::function<wire::Bytes(wire::View request)> reply);
// A real server on another port.
Script relay(std::uint16_t port);

class ScriptedServer {
 public:
  // Runs `script` for each connection, each on a thread of its own. The first bytes on the one after
  // `connections` of them kill the server: it stops listening and closes what is open.
  explicit ScriptedServer(Script script, std::size_t connections = std::numeric_limits<std::size_t>::max());
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // Connections accepted so far.
  std::size_t accepted() const { return accepted_; }

 private:
  void serve();
  void visit(Descriptor client, std::size_t number);
  void die();

  Script script_;
  std::size_t connections_;
  Listener listener_;
  std::uint16_t port_;
  Descriptor stopped_;  // an eventfd, readable once the server is dead
  std::atomic<std::size_t> accepted_ = 0;
  std::jthread thread_;  // accepts, and owns the threads of the visits
};

}  // namespace target::peers
