// The wall time of the NEGOTIATE cases over TCP, beside as many rounds of a blocking socket that connects,
// sends a NEGOTIATE and reads the answer: on the reference server and on Debian's smbd.
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>

#include "bench/suite.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/probing.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/target/peers/smbd.h"

namespace bench {
namespace {

namespace peers = target::peers;

bool receive(const peers::Descriptor& socket, std::span<std::uint8_t> bytes) {
  const ssize_t size = recv(socket.get(), bytes.data(), bytes.size(), MSG_WAITALL);
  return size == static_cast<ssize_t>(bytes.size());
}

bool round(std::uint16_t port, const wire::Bytes& request) {
  const peers::Descriptor socket = peers::connect_to(port);
  const ssize_t sent = send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
  std::array<std::uint8_t, smb2::direct_tcp_header_size> header{};
  if (sent != static_cast<ssize_t>(request.size()) || !receive(socket, header)) return false;
  wire::Bytes message(smb2::frame_header(header).length);
  return receive(socket, message);
}

void rounds(benchmark::State& state, std::uint16_t port) {
  const wire::Bytes request = negotiate();
  for (auto _ : state) {
    if (!round(port, request)) give_up("a NEGOTIATE was not answered");
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["connections"] = 1;
}

void compare(const std::string& name, const Suite& suite, std::uint16_t port, bool may_fail) {
  const auto on_cases = [&suite, port, may_fail](benchmark::State& state) {
    suite.run(state, {.networks = cli::tcp_networks("127.0.0.1", port), .may_fail = may_fail});
  };
  const auto on_rounds = [port](benchmark::State& state) { rounds(state, port); };
  for (auto* each : {benchmark::RegisterBenchmark((name + "/cases").c_str(), on_cases),
                     benchmark::RegisterBenchmark((name + "/rounds").c_str(), on_rounds)}) {
    each->UseRealTime()->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const bench::Suite suite({"negotiate"});
  const auto reference = cli::EmbeddedServer::start(cli::make_server(cli::full_settings(), 0), 0);
  if (!reference) bench::give_up(reference.error());
  bench::compare("reference", suite, reference->port(), false);
  const auto smbd = target::peers::Smbd::start();
  if (smbd) {
    bench::compare("smbd", suite, smbd->port(), true);
  } else {
    fmt::print(stderr, "SKIPPED: {}\n", smbd.error().reason);
  }
  benchmark::RunSpecifiedBenchmarks();
}
