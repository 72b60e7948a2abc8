#include "harness/target/peers/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace target::peers {
namespace {

sockaddr_in address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A test cannot go on without a socket of its own, so what fails here is thrown.
int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

Descriptor bound_socket(int flags) {
  Descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket"));
  const int on = 1;
  checked(setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  const sockaddr_in any_port = address(0);
  checked(bind(socket.get(), reinterpret_cast<const sockaddr*>(&any_port), sizeof any_port), "bind");
  return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_in bound{};
  socklen_t size = sizeof bound;
  checked(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size), "getsockname");
  return ntohs(bound.sin_port);
}

}  // namespace

ReservedPort::ReservedPort() : socket_(bound_socket(0)), number_(port_of(socket_)) {}

Listener::Listener() : socket(bound_socket(SOCK_NONBLOCK)), port(port_of(socket)) {
  checked(listen(socket.get(), SOMAXCONN), "listen");
}

Descriptor connect_to(std::uint16_t port) {
  Descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  const sockaddr_in server = address(port);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) < 0) return {};
  return socket;
}

}  // namespace target::peers
