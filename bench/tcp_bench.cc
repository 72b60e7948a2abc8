// The wall time of cases over TCP, beside as many plain rounds of a blocking socket as they make connections:
// the NEGOTIATE cases beside rounds of a NEGOTIATE, all cases with accounts beside rounds that sign in and
// log off; on the reference server and on Debian's smbd. And how many such rounds the reference server serves
// to four clients at once.
#include <fmt/format.h>

#include <functional>

#include "bench/round.h"
#include "bench/suite.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/probing.h"
#include "harness/target/peers/smbd.h"

namespace bench {
namespace {

constexpr int clients = 4;

// One after the other, on as many threads as the benchmark has.
void rounds(benchmark::State& state, const std::function<bool()>& round) {
  for (auto _ : state) {
    if (!round()) give_up("a plain round was refused");
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["connections"] = 1;
}

benchmark::internal::Benchmark* add(const std::string& name, std::function<void(benchmark::State&)> run) {
  return benchmark::RegisterBenchmark(name.c_str(), std::move(run))
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

struct Server {
  std::string name;
  std::uint16_t port;
  scenario::Accounts accounts;
  std::string_view share;
  bool may_fail;
};

void compare(const Server& server, const Suite& negotiate_cases, const Suite& all_cases) {
  const auto port = server.port;
  const scenario::Networks networks = cli::tcp_networks("127.0.0.1", port);
  add("negotiate/" + server.name + "/cases", [=, &negotiate_cases](benchmark::State& state) {
    negotiate_cases.run(state, {.networks = networks, .may_fail = server.may_fail});
  });
  add("negotiate/" + server.name + "/rounds", [port](benchmark::State& state) {
    const wire::Bytes request = negotiate();
    rounds(state, [&] { return negotiate_round(port, request); });
  });
  add("all/" + server.name + "/cases", [=, &all_cases](benchmark::State& state) {
    all_cases.run(state, {.networks = networks,
                          .accounts = server.accounts,
                          .share = server.share,
                          .may_fail = server.may_fail});
  });
  const auto session_rounds = [port, who = server.accounts.first](benchmark::State& state) {
    rounds(state, [&] { return session_round(port, who); });
  };
  add("all/" + server.name + "/rounds", session_rounds);
  if (!server.may_fail) add("sessions/" + server.name, session_rounds)->Threads(clients);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const bench::Suite negotiate_cases({"negotiate"});
  const bench::Suite all_cases;
  const auto reference = cli::EmbeddedServer::start(cli::make_server(cli::full_settings(), 0), 0);
  if (!reference) bench::give_up(reference.error());
  bench::compare({"reference", reference->port(), cli::embedded_accounts(), cli::embedded_share, false},
                 negotiate_cases, all_cases);
  // Both have Unix accounts wherever Debian is.
  const scenario::Accounts accounts{.first = {.user = "daemon", .password = "Secret.1"},
                                    .second = {.user = "games", .password = "Secret.2"}};
  const auto smbd =
      target::peers::Smbd::start({.conf = {}, .users = {{"daemon", "Secret.1"}, {"games", "Secret.2"}}});
  if (smbd) {
    bench::compare({"smbd", smbd->port(), accounts, "share", true}, negotiate_cases, all_cases);
  } else {
    fmt::print(stderr, "SKIPPED: {}\n", smbd.error().reason);
  }
  benchmark::RunSpecifiedBenchmarks();
}
