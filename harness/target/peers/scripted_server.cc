#include "harness/target/peers/scripted_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <list>
#include <span>
#include <string_view>

#include "harness/smb2/direct_tcp.h"

namespace target::peers {
namespace {

using std::chrono::milliseconds;

constexpr int for_ever = -1;

// Sends all of `bytes` on a socket that nothing waits for; false when the other side is gone.
bool send_all(int socket, wire::View bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

wire::Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

bool Visit::ready(short events) const {
  std::array<pollfd, 2> waited = {pollfd{.fd = socket_.get(), .events = events, .revents = 0},
                                  pollfd{.fd = stopped_.get(), .events = POLLIN, .revents = 0}};
  return poll(waited.data(), waited.size(), for_ever) > 0 && waited[1].revents == 0;
}

std::optional<wire::Bytes> Visit::receive() {
  if (!unread_.empty()) return std::exchange(unread_, {});
  wire::Bytes bytes(64 << 10);
  if (!ready(POLLIN)) return {};
  const ssize_t received = recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (received <= 0) return {};
  bytes.resize(static_cast<std::size_t>(received));
  return bytes;
}

std::optional<wire::Bytes> Visit::receive_frame() {
  wire::Bytes bytes;
  const auto has = [this, &bytes](std::size_t size) {
    while (bytes.size() < size) {
      const auto more = receive();
      if (!more) return false;
      bytes.insert(bytes.end(), more->begin(), more->end());
    }
    return true;
  };
  if (!has(smb2::direct_tcp_header_size)) return {};
  const auto header = std::span(bytes).first<smb2::direct_tcp_header_size>();
  const std::size_t end = header.size() + smb2::frame_header(header).length;
  if (!has(end)) return {};
  const auto split = bytes.begin() + static_cast<std::ptrdiff_t>(end);
  unread_.assign(split, bytes.end());
  return wire::Bytes(bytes.begin() + smb2::direct_tcp_header_size, split);
}

bool Visit::send(wire::View bytes) {
  while (!bytes.empty()) {
    if (!ready(POLLOUT)) return false;
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Visit::wait(milliseconds time) {
  std::array<pollfd, 2> waited = {pollfd{.fd = socket_.get(), .events = POLLRDHUP, .revents = 0},
                                  pollfd{.fd = stopped_.get(), .events = POLLIN, .revents = 0}};
  return poll(waited.data(), waited.size(), static_cast<int>(time.count())) == 0;
}

void Visit::relay_to(std::uint16_t port) {
  const Descriptor server = connect_to(port);
  if (!server) return;
  std::array<pollfd, 3> waited = {pollfd{.fd = socket_.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = server.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = stopped_.get(), .events = POLLIN, .revents = 0}};
  wire::Bytes bytes(64 << 10);
  while (poll(waited.data(), waited.size(), for_ever) > 0 && waited[2].revents == 0) {
    for (std::size_t from = 0; from < 2; ++from) {
      if (waited[from].revents == 0) continue;
      const ssize_t received = recv(waited[from].fd, bytes.data(), bytes.size(), 0);
      if (received <= 0) return;
      if (!send_all(waited[1 - from].fd, wire::View(bytes).first(static_cast<std::size_t>(received)))) return;
    }
  }
}

Script silent() {
  return [](Visit& visit) {
    while (visit.receive()) {
    }
  };
}

Script trickle(milliseconds interval) {
  return [interval](Visit& visit) {
    if (!visit.receive()) return;
    const wire::Bytes start = {0x00, 0x0f, 0xff, 0xff, 0xfe, 'S', 'M', 'B'};
    for (std::size_t i = 0; i < 0x0fffff; ++i) {
      const std::array<std::uint8_t, 1> byte = {i < start.size() ? start[i] : std::uint8_t{0}};
      if (!visit.send(byte) || !visit.wait(interval)) return;
    }
  };
}

Script flood(std::size_t size) {
  return [size](Visit& visit) {
    if (!visit.receive()) return;
    wire::Bytes bytes = {0x00, 0xff, 0xff, 0xff, 0xfe, 'S', 'M', 'B'};
    bytes.resize(size);
    visit.send(bytes);
  };
}

Script http() {
  return [](Visit& visit) {
    if (!visit.receive()) return;
    visit.send(bytes_of("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
  };
}

Script cut_reply() {
  return [](Visit& visit) {
    if (!visit.receive_frame()) return;
    wire::Bytes bytes = {0x00, 0x00, 0x00, 0xc8, 0xfe, 'S', 'M', 'B'};
    bytes.resize(bytes.size() + 60);
    visit.send(bytes);
  };
}

Script answer(std::function<wire::Bytes(wire::View request)> reply) {
  return [reply = std::move(reply)](Visit& visit) {
    while (const auto request = visit.receive_frame()) {
      const wire::Bytes bytes = reply(*request);
      if (bytes.empty() || !visit.send(smb2::frame(bytes))) return;
    }
  };
}

Script relay(std::uint16_t port) {
  return [port](Visit& visit) { visit.relay_to(port); };
}

ScriptedServer::ScriptedServer(Script script, std::size_t connections)
    : script_(std::move(script)),
      connections_(connections),
      port_(listener_.port),
      stopped_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { serve(); }) {}

ScriptedServer::~ScriptedServer() {
  die();
  thread_.join();
}

void ScriptedServer::die() { eventfd_write(stopped_.get(), 1); }

void ScriptedServer::serve() {
  std::list<std::jthread> visits;
  std::array<pollfd, 2> waited = {pollfd{.fd = listener_.socket.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = stopped_.get(), .events = POLLIN, .revents = 0}};
  while (poll(waited.data(), waited.size(), for_ever) > 0 && waited[1].revents == 0) {
    Descriptor client(accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) continue;
    visits.emplace_back([this, number = ++accepted_, client = std::move(client)]() mutable {
      visit(std::move(client), number);
    });
  }
  listener_.socket.close();
}

void ScriptedServer::visit(Descriptor client, std::size_t number) {
  Visit visit(client, stopped_, number);
  if (number <= connections_) return script_(visit);
  visit.receive();
  die();
}

}  // namespace target::peers
