// TCP streams with the real clock.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "harness/transport/stream.h"

namespace transport {

// Resolves `host` (a name, an IPv4 or an IPv6 address) at every connect and tries its addresses in turn.
std::unique_ptr<Network> tcp_network(boost::asio::any_io_executor executor, std::string host, std::uint16_t port);

}  // namespace transport
