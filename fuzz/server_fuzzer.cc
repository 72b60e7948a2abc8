// The reference server under any order of connections, bytes, closes and time. What it does must be its own
// to do: it answers only connections that are open, in whole frames that decode without issues, and a copy
// of it does the same.
//
// An input is a list of steps: a byte that says which, a byte that picks the connection, and for bytes
// their number.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "reference-server/model/server.h"

namespace {

using reference::Effects;
using reference::Server;

[[noreturn]] void fail(std::string_view what, wire::View bytes = {}) {
  fmt::print(stderr, "{}\n{}", what, wire::hex_dump(bytes));
  std::abort();
}

void expect(bool holds, std::string_view what, wire::View bytes = {}) {
  if (!holds) fail(what, bytes);
}

class Input {
 public:
  explicit Input(wire::View bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    const wire::View one = take(1);
    return one.empty() ? 0 : one[0];
  }
  wire::View take(std::size_t size) {
    const wire::View taken = bytes_.first(std::min(size, bytes_.size()));
    bytes_ = bytes_.subspan(taken.size());
    return taken;
  }

 private:
  wire::View bytes_;
};

reference::Settings settings(std::uint8_t choice) {
  reference::Settings s;
  if ((choice & 1) != 0) s.maximum_dialect = smb2::Dialect::smb_2_1;
  if ((choice & 2) != 0) s.minimum_dialect = smb2::Dialect::smb_2_1;
  if ((choice & 4) != 0) s.ciphers.clear();
  if ((choice & 8) != 0) s.compression_algorithms = {smb2::CompressionAlgorithm::lz77};
  if ((choice & 16) != 0) s.rdma_transforms = {smb2::RdmaTransformId::encryption};
  if ((choice & 32) != 0) s.transport_capabilities = true;
  if ((choice & 64) != 0) s.require_signing = true;
  return s;
}

class Play {
 public:
  explicit Play(std::uint8_t choice) : server_(settings(choice), 1, 0x01d9'0000'0000'0000) {}

  void step(Input& input) {
    constexpr std::size_t most_connections = 8;
    const std::uint8_t step = input.byte();
    const std::uint8_t pick = input.byte();
    switch (step % 8) {
      case 0:
        if (open_.size() < most_connections) open_.insert(server_.connected());
        break;
      case 1:
        close(pick);
        break;
      case 2:
        advance(reference::Time(std::chrono::milliseconds(1LL << pick % 24)));
        break;
      case 3:
        receive(pick, input.take(input.byte()));
        break;
      default: {
        const wire::View message = input.take(input.byte());
        receive(pick, smb2::frame(message));
      }
    }
  }

 private:
  void receive(std::uint8_t pick, wire::View bytes) {
    if (open_.empty()) return;
    const std::uint64_t connection =
        *std::next(open_.begin(), pick % static_cast<std::ptrdiff_t>(open_.size()));
    Server copy = server_;
    const Effects effects = server_.receive(connection, bytes);
    expect(same(effects, copy.receive(connection, bytes)), "a copy of the server answers otherwise", bytes);
    judge(effects);
  }

  void close(std::uint8_t pick) {
    if (open_.empty()) return;
    const auto connection = std::next(open_.begin(), pick % static_cast<std::ptrdiff_t>(open_.size()));
    const Effects effects = server_.closed(*connection);
    open_.erase(connection);
    judge(effects);
  }

  void advance(reference::Time by) {
    now_ += by;
    judge(server_.advance(now_));
    const auto next = server_.next_deadline();
    expect(!next || *next > now_, "a deadline stays in the past");
  }

  void judge(const Effects& effects) {
    for (const auto& effect : effects) {
      if (const auto* send = std::get_if<reference::Send>(&effect)) {
        expect(open_.contains(send->connection), "bytes for a connection that is closed", send->bytes);
        judge_reply(send->bytes);
      } else {
        expect(open_.erase(std::get<reference::Close>(effect).connection) == 1,
               "a connection is closed twice");
      }
    }
  }

  void judge_reply(wire::View bytes) {
    const auto framed = wire::decode<smb2::DirectTcp>(bytes);
    expect(framed.issues.empty() && framed.residue.gaps.empty(), "a reply is not one whole frame", bytes);
    wire::View chain = framed.message.smb2_message;
    while (true) {
      const auto header = wire::decode<smb2::Header>(chain).message;
      const std::size_t next = header.next_command;
      expect(next == 0 || (next >= smb2::header_size && next % 8 == 0 && next < chain.size()),
             "a chain is broken", chain);
      const auto reply = smb2::decode(next == 0 ? chain : chain.first(next));
      expect(reply.issues.empty(), reply.issues.empty() ? "" : reply.issues[0].text(), chain);
      expect(reply.message.header.is_response(), "a reply without SERVER_TO_REDIR", chain);
      if (next == 0) return;
      chain = chain.subspan(next);
    }
  }

  static bool same(const Effects& a, const Effects& b) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
      if (x.index() != y.index()) return false;
      const auto* s = std::get_if<reference::Send>(&x);
      if (s == nullptr) return std::get<1>(x).connection == std::get<1>(y).connection;
      return s->connection == std::get<0>(y).connection && s->bytes == std::get<0>(y).bytes;
    });
  }

  Server server_;
  std::set<std::uint64_t> open_;
  reference::Time now_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  Play play(input.byte());
  while (!input.empty()) play.step(input);
  return 0;
}
