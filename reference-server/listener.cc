#include "reference-server/listener.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <future>
#include <map>
#include <optional>
#include <utility>

namespace reference {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_size = 64 << 10;

// Without descriptors or memory no client is accepted until others have left.
constexpr auto pause_after_failed_accept = std::chrono::milliseconds(100);

// Clients cause error codes; what is thrown here is our own fault and ends the executor's run().
void rethrow(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

struct Client {
  std::uint64_t number;
  tcp::socket socket;
  std::deque<wire::Bytes> outgoing = {};  // the first one is being written
  std::size_t backlog = 0;                // bytes of `outgoing`
  bool leaving = false;                   // the server has closed it, behind `outgoing`

  void drop() {
    error_code ignored;
    socket.close(ignored);
  }

  // What the client has sent is read first, as the system answers unread bytes with a reset, which may
  // overtake our last message.
  void close() {
    error_code code;
    socket.non_blocking(true, code);
    wire::Bytes unread(read_size);
    for (int i = 0; i < 16 && !code; ++i) socket.read_some(asio::buffer(unread), code);
    drop();
  }
};

}  // namespace

class Listener::Service : public std::enable_shared_from_this<Service> {
 public:
  Service(asio::any_io_executor executor, std::string address, std::uint16_t port, Server server,
          std::size_t largest_backlog)
      : address_(std::move(address)),
        port_(port),
        largest_backlog_(largest_backlog),
        server_(std::move(server)),
        acceptor_(executor),
        deadline_(executor),
        pause_(executor) {}

  std::expected<void, std::string> start() {
    error_code code;
    const tcp::endpoint endpoint(asio::ip::make_address(address_, code), port_);
    if (!code) acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code) acceptor_.listen(tcp::acceptor::max_listen_connections, code);
    if (code) return std::unexpected(fmt::format("{} port {}: {}", address_, port_, code.message()));
    bound_port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), rethrow);
    return {};
  }

  std::uint16_t port() const { return bound_port_; }

  void pass(Time by) {
    const auto executor = acceptor_.get_executor();
    std::promise<void> done;
    const auto move_on = [this, by, &done] {
      started_ -= std::chrono::duration_cast<Clock::duration>(by);
      apply(server_.advance(now()));
      awaited_.reset();
      await_deadline();
      done.set_value();
    };
    // Behind the welcome of a client whose accept is over and not yet heard of.
    asio::post(executor, [this, executor, move_on] {
      welcome_waiting();
      asio::post(executor, move_on);
    });
    done.get_future().wait();
  }

  void stop() {
    asio::post(acceptor_.get_executor(), [service = shared_from_this()] {
      service->stopped_ = true;
      error_code ignored;
      service->acceptor_.close(ignored);
      service->deadline_.cancel();
      service->pause_.cancel();
      for (const auto& [number, client] : service->clients_) client->drop();
    });
  }

 private:
  static asio::awaitable<void> accept(std::shared_ptr<Service> service) {
    while (!service->stopped_) {
      auto [code, socket] = co_await service->acceptor_.async_accept(completion);
      if (!code) {
        service->welcome(std::move(socket));
      } else if (!service->stopped_) {
        service->pause_.expires_after(pause_after_failed_accept);
        co_await service->pause_.async_wait(completion);
      }
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Service> service, std::shared_ptr<Client> client) {
    wire::Bytes bytes(read_size);
    const auto buffer = asio::buffer(bytes);
    for (;;) {
      const auto [code, size] = co_await client->socket.async_read_some(buffer, completion);
      if (code || !client->socket.is_open()) break;
      if (!client->leaving) service->hand_over(*client, wire::View(bytes).first(size));
    }
    service->forget(*client);
  }

  Time now() const { return Clock::now() - started_; }

  void welcome(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    apply(server_.advance(now()));
    const std::uint64_t number = server_.connected();
    const auto client = std::make_shared<Client>(number, std::move(socket));
    clients_.emplace(number, client);
    asio::co_spawn(acceptor_.get_executor(), serve(shared_from_this(), client), rethrow);
    await_deadline();
  }

  // Those whom the system has let in already: for them time passes too.
  void welcome_waiting() {
    error_code code;
    acceptor_.non_blocking(true, code);
    while (!code) {
      tcp::socket socket(acceptor_.get_executor());
      acceptor_.accept(socket, code);
      if (!code) welcome(std::move(socket));
    }
  }

  void hand_over(const Client& client, wire::View bytes) {
    apply(server_.advance(now()));
    if (!client.leaving) apply(server_.receive(client.number, bytes));
    await_deadline();
  }

  void forget(Client& client) {
    client.drop();
    clients_.erase(client.number);
    if (!client.leaving) apply(server_.closed(client.number));
    await_deadline();
  }

  void await_deadline() {
    const auto due = server_.next_deadline();
    if (due == awaited_ || stopped_) return;
    awaited_ = due;
    deadline_.cancel();
    if (!due) return;
    deadline_.expires_at(started_ + *due);
    deadline_.async_wait([service = shared_from_this()](error_code cancelled) {
      if (cancelled || service->stopped_) return;
      service->awaited_.reset();
      service->apply(service->server_.advance(service->now()));
      service->await_deadline();
    });
  }

  void apply(Effects effects) {
    for (auto& effect : effects) std::visit([this](auto& e) { apply_one(e); }, effect);
  }

  void apply_one(Send& send) {
    const auto found = clients_.find(send.connection);
    if (found == clients_.end()) return;
    const auto client = found->second;
    if (client->leaving || !client->socket.is_open()) return;
    if (client->backlog > largest_backlog_) return client->drop();
    client->backlog += send.bytes.size();
    client->outgoing.push_back(std::move(send.bytes));
    if (client->outgoing.size() == 1) write(client);
  }

  void apply_one(const Close& close) {
    const auto found = clients_.find(close.connection);
    if (found == clients_.end()) return;
    found->second->leaving = true;
    if (found->second->outgoing.empty()) found->second->close();
  }

  void write(const std::shared_ptr<Client>& client) {
    const auto buffer = asio::buffer(client->outgoing.front());
    asio::async_write(client->socket, buffer,
                      [service = shared_from_this(), client](error_code code, std::size_t) {
                        if (code) return client->drop();
                        client->backlog -= client->outgoing.front().size();
                        client->outgoing.pop_front();
                        if (!client->outgoing.empty()) {
                          service->write(client);
                        } else if (client->leaving) {
                          client->close();
                        }
                      });
  }

  std::string address_;
  std::uint16_t port_;
  std::uint16_t bound_port_ = 0;
  std::size_t largest_backlog_;
  Server server_;
  Clock::time_point started_ = Clock::now();
  tcp::acceptor acceptor_;
  asio::steady_timer deadline_;
  asio::steady_timer pause_;
  std::optional<Time> awaited_;  // the server's deadline that `deadline_` waits for
  std::map<std::uint64_t, std::shared_ptr<Client>> clients_;
  bool stopped_ = false;
};

Listener::Listener(asio::any_io_executor executor, std::string address, std::uint16_t port, Server server,
                   std::size_t largest_backlog)
    : service_(std::make_shared<Service>(std::move(executor), std::move(address), port, std::move(server),
                                         largest_backlog)) {}

Listener::~Listener() { stop(); }

std::expected<void, std::string> Listener::start() { return service_->start(); }

void Listener::pass(Time by) { service_->pass(by); }

std::uint16_t Listener::port() const { return service_->port(); }

void Listener::stop() { service_->stop(); }

}  // namespace reference
