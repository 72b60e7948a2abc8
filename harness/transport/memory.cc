#include "harness/transport/memory.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

namespace transport {
namespace {

// What waits for one stream.
struct Inbox {
  std::deque<wire::Bytes> chunks;
  bool ended = false;  // by the peer, behind the chunks

  bool is_quiet() const { return chunks.empty() && !ended; }
};

// The peer, the clock and everything under way: what all streams of a network share.
struct World {
  std::unique_ptr<Peer> peer;
  Time now{};
  std::map<std::uint64_t, Inbox> inboxes;  // of the streams that are open on our side

  void apply(Peer::Effects effects) {
    for (auto& effect : effects) std::visit([this](auto& e) { apply_one(e); }, effect);
  }

  void apply_one(Peer::Send& send) {
    const auto inbox = inboxes.find(send.connection);
    if (inbox == inboxes.end() || inbox->second.ended || send.bytes.empty()) return;
    inbox->second.chunks.push_back(std::move(send.bytes));
  }

  void apply_one(const Peer::Close& close) {
    const auto inbox = inboxes.find(close.connection);
    if (inbox != inboxes.end()) inbox->second.ended = true;
  }

  void pass(Time by) {
    const Time end = now + by;
    while (now < end) {
      const auto due = peer->next_deadline();
      now = due && *due > now ? std::min(*due, end) : end;
      apply(peer->advance(now));
    }
  }

  // Returns at once where something waits already; otherwise lets time pass, from deadline to deadline of the
  // peer, until something does or `deadline` has come.
  void wait(const Inbox& inbox, Time deadline) {
    if (inbox.is_quiet()) apply(peer->advance(now));
    while (inbox.is_quiet() && now < deadline) {
      const auto due = peer->next_deadline();
      now = due && *due > now ? std::min(*due, deadline) : deadline;
      apply(peer->advance(now));
    }
  }
};

class MemoryStream : public Stream {
 public:
  MemoryStream(std::shared_ptr<World> world, std::uint64_t connection)
      : world_(std::move(world)), connection_(connection), inbox_(&world_->inboxes[connection]) {}
  ~MemoryStream() override { end(); }

  Awaitable<Result<void>> send(wire::View bytes, Time) override {
    if (!inbox_) co_return std::unexpected(closed_by_us());
    if (!inbox_->ended) world_->apply(world_->peer->receive(connection_, bytes));
    co_return Result<void>{};
  }

  Awaitable<Result<wire::Bytes>> receive(Time deadline) override {
    if (!inbox_) co_return std::unexpected(closed_by_us());
    world_->wait(*inbox_, deadline);
    if (!inbox_->chunks.empty()) {
      wire::Bytes bytes = std::move(inbox_->chunks.front());
      inbox_->chunks.pop_front();
      co_return bytes;
    }
    if (inbox_->ended) co_return std::unexpected(Error{Fault::closed, "closed by the peer"});
    co_return std::unexpected(Error{Fault::timeout, "nothing came before the deadline"});
  }

  void close() override { end(); }

 private:
  static Error closed_by_us() { return {Fault::closed, "closed by us"}; }

  void end() {
    if (!inbox_) return;
    const bool peer_knows = inbox_->ended;
    inbox_ = nullptr;
    world_->inboxes.erase(connection_);
    if (!peer_knows) world_->apply(world_->peer->closed(connection_));
  }

  std::shared_ptr<World> world_;
  std::uint64_t connection_;
  Inbox* inbox_;  // nothing once closed by us
};

class MemoryNetwork : public Network {
 public:
  explicit MemoryNetwork(std::unique_ptr<Peer> peer) : world_(std::make_shared<World>()) {
    world_->peer = std::move(peer);
  }

  Awaitable<Result<std::unique_ptr<Stream>>> connect(Time) override {
    const std::uint64_t connection = world_->peer->connected();
    co_return std::make_unique<MemoryStream>(world_, connection);
  }

  Time now() const override { return world_->now; }
  bool pass(Time by) override {
    world_->pass(by);
    return true;
  }

 private:
  std::shared_ptr<World> world_;
};

}  // namespace

std::unique_ptr<Network> memory_network(std::unique_ptr<Peer> peer) {
  return std::make_unique<MemoryNetwork>(std::move(peer));
}

}  // namespace transport
