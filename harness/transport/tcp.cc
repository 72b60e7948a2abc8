#include "harness/transport/tcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace transport {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Endpoints = std::vector<tcp::endpoint>;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_size = 64 << 10;

// The network's clock: deadlines in, points of the steady clock out.
class Origin {
 public:
  Time now() const { return Clock::now() - start_; }
  Clock::time_point at(Time time) const { return start_ + std::min<Time>(time, std::chrono::years(1)); }

 private:
  Clock::time_point start_ = Clock::now();
};

// A socket and the one timer that guards its operation under way. Shared with the timer's handler, which may
// run when the stream has gone or a later operation has begun.
class Guarded : public std::enable_shared_from_this<Guarded> {
 public:
  explicit Guarded(const asio::any_io_executor& executor) : socket(executor), timer_(executor) {}

  void begin(Clock::time_point deadline) {
    timer_.expires_at(deadline);
    timer_.async_wait([self = shared_from_this(), number = ++operation_](error_code cancelled) {
      if (cancelled || self->operation_ != number) return;
      error_code ignored;
      self->socket.cancel(ignored);
    });
  }

  void end() {
    ++operation_;
    timer_.cancel();
  }

  void close() {
    error_code ignored;
    socket.close(ignored);
    end();
  }

  tcp::socket socket;

 private:
  asio::steady_timer timer_;
  std::uint64_t operation_ = 0;
};

Fault connect_fault(const error_code& code) {
  if (code == asio::error::connection_refused) return Fault::refused;
  if (code == asio::error::operation_aborted || code == asio::error::timed_out) return Fault::timeout;
  if (code == asio::error::connection_reset) return Fault::reset;
  return Fault::unreachable;
}

Error connect_error(const tcp::endpoint& endpoint, const error_code& code) {
  const Fault fault = connect_fault(code);
  const std::string address = endpoint.address().to_string();
  const std::string host = endpoint.address().is_v6() ? fmt::format("[{}]", address) : address;
  const std::string what = fault == Fault::timeout ? "not connected in time" : code.message();
  return {fault, fmt::format("{}:{}: {}", host, endpoint.port(), what)};
}

class TcpStream : public Stream {
 public:
  TcpStream(std::shared_ptr<Guarded> guarded, Origin origin)
      : guarded_(std::move(guarded)),
        origin_(origin),
        buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(read_size)) {}
  ~TcpStream() override { guarded_->close(); }

  Awaitable<Result<void>> send(wire::View bytes, Time deadline) override {
    const auto guarded = guarded_;
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    guarded->begin(origin_.at(deadline));
    const auto [code, size] = co_await asio::async_write(guarded->socket, buffer, completion);
    guarded->end();
    if (code) co_return std::unexpected(error_of(*guarded, code, "not sent in time"));
    co_return Result<void>{};
  }

  Awaitable<Result<wire::Bytes>> receive(Time deadline) override {
    const auto guarded = guarded_;
    const auto buffer = asio::buffer(buffer_.get(), read_size);
    guarded->begin(origin_.at(deadline));
    const auto [code, size] = co_await guarded->socket.async_read_some(buffer, completion);
    guarded->end();
    if (code) co_return std::unexpected(error_of(*guarded, code, "nothing came before the deadline"));
    co_return wire::Bytes(buffer_.get(), buffer_.get() + size);
  }

  void close() override { guarded_->close(); }

 private:
  static Error error_of(const Guarded& guarded, const error_code& code, std::string late) {
    if (!guarded.socket.is_open()) return {Fault::closed, "closed by us"};
    if (code == asio::error::eof) return {Fault::closed, "closed by the peer"};
    if (code == asio::error::operation_aborted) return {Fault::timeout, std::move(late)};
    if (code == asio::error::connection_reset) return {Fault::reset, "reset by the peer"};
    return {Fault::reset, code.message()};
  }

  std::shared_ptr<Guarded> guarded_;
  Origin origin_;
  std::unique_ptr<std::uint8_t[]> buffer_;
};

// A lookup under way. It is the timer that is waited for, because a lookup cannot be cancelled.
struct Lookup {
  Lookup(const asio::any_io_executor& executor, Clock::time_point deadline)
      : resolver(executor), timer(executor, deadline) {}

  tcp::resolver resolver;
  asio::steady_timer timer;
  std::optional<error_code> outcome;
  Endpoints endpoints;
};

Awaitable<Result<Endpoints>> look_up(asio::any_io_executor executor, std::string host, std::uint16_t port,
                                     Clock::time_point deadline) {
  const auto lookup = std::make_shared<Lookup>(executor, deadline);
  lookup->resolver.async_resolve(host, std::to_string(port),
                                 [lookup](error_code code, const tcp::resolver::results_type& results) {
                                   lookup->outcome = code;
                                   for (const auto& result : results)
                                     lookup->endpoints.push_back(result.endpoint());
                                   lookup->timer.cancel();
                                 });
  co_await lookup->timer.async_wait(completion);
  if (!lookup->outcome) {
    lookup->resolver.cancel();
    co_return std::unexpected(Error{Fault::timeout, fmt::format("{}: not resolved in time", host)});
  }
  if (*lookup->outcome || lookup->endpoints.empty()) {
    co_return std::unexpected(
        Error{Fault::unreachable, fmt::format("{}: {}", host, lookup->outcome->message())});
  }
  co_return std::move(lookup->endpoints);
}

class TcpNetwork : public Network {
 public:
  TcpNetwork(asio::any_io_executor executor, std::string host, std::uint16_t port)
      : executor_(std::move(executor)), host_(std::move(host)), port_(port) {}

  Awaitable<Result<std::unique_ptr<Stream>>> connect(Time deadline) override {
    const auto endpoints = co_await addresses(deadline);
    if (!endpoints) co_return std::unexpected(endpoints.error());

    std::optional<Error> error;
    std::size_t left = endpoints->size();
    for (const tcp::endpoint& endpoint : *endpoints) {
      const Time share = (deadline - now()) / static_cast<Time::rep>(left--);
      auto stream = co_await connect_to(endpoint, now() + share);
      if (stream) {
        prefer(endpoint);
        co_return stream;
      }
      // That one address cannot be reached says less than what another one answered.
      if (!error || stream.error().fault != Fault::unreachable) error = stream.error();
    }
    endpoints_.clear();
    co_return std::unexpected(*error);
  }

  Time now() const override { return origin_.now(); }

 private:
  Awaitable<Result<Endpoints>> addresses(Time deadline) {
    if (endpoints_.empty()) {
      error_code not_an_address;
      const auto address = asio::ip::make_address(host_, not_an_address);
      if (not_an_address) {
        auto found = co_await look_up(executor_, host_, port_, origin_.at(deadline));
        if (!found) co_return found;
        endpoints_ = std::move(*found);
      } else {
        endpoints_ = {tcp::endpoint(address, port_)};
      }
    }
    co_return endpoints_;
  }

  Awaitable<Result<std::unique_ptr<Stream>>> connect_to(tcp::endpoint endpoint, Time deadline) {
    const auto guarded = std::make_shared<Guarded>(executor_);
    guarded->begin(origin_.at(deadline));
    auto [code] = co_await guarded->socket.async_connect(endpoint, completion);
    guarded->end();
    error_code ignored;
    // A free port from which the system happens to connect is connected with itself.
    if (!code && guarded->socket.local_endpoint(ignored) == endpoint) code = asio::error::connection_refused;
    if (!code) guarded->socket.set_option(tcp::no_delay(true), code);
    if (code) co_return std::unexpected(connect_error(endpoint, code));
    co_return std::make_unique<TcpStream>(guarded, origin_);
  }

  void prefer(const tcp::endpoint& endpoint) {
    const auto found = std::ranges::find(endpoints_, endpoint);
    if (found != endpoints_.end()) std::rotate(endpoints_.begin(), found, found + 1);
  }

  asio::any_io_executor executor_;
  std::string host_;
  std::uint16_t port_;
  Origin origin_;
  Endpoints endpoints_;  // of the host, once looked up
};

}  // namespace

std::unique_ptr<Network> tcp_network(asio::any_io_executor executor, std::string host, std::uint16_t port) {
  return std::make_unique<TcpNetwork>(std::move(executor), std::move(host), port);
}

}  // namespace transport
