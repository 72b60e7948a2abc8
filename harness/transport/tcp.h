// TCP streams with the real clock.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "harness/transport/stream.h"

namespace transport {

// `host` is a name, an IPv4 or an IPv6 address (without brackets). A name is looked up by the first connect,
// and again after one that failed; its addresses are tried in turn, the one that answered last first, each
// with its share of the time. A lookup that outlasts the deadline is left to the system to finish, since
// nothing can cancel it. `executor` runs one handler at a time: a single thread, or a strand.
std::unique_ptr<Network> tcp_network(boost::asio::any_io_executor executor, std::string host,
                                     std::uint16_t port);

}  // namespace transport
