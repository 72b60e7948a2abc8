#include "harness/cli/proof.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "harness/audit/auditor.h"
#include "harness/cli/controlled_target.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/probing.h"
#include "harness/cli/reply_fields.h"
#include "harness/scenario/applicability.h"
#include "harness/scenario/case_runner.h"
#include "harness/target/probe.h"

namespace cli {
namespace {

using reference::ReplyBend;
using scenario::Case;
using scenario::CaseRun;
using transport::Awaitable;

// After so many replies that nobody noticed the change of, it is taken for one that nobody notices.
constexpr std::size_t patience = 600;

// What suffices to see whether a row is proven.
constexpr std::string_view telling[] = {"lowest bit", "bit 0", "first byte", "zero"};

// What a run of a case shows to the outside.
struct Seen {
  scenario::Outcome outcome{};
  std::string observed;
  std::set<std::string_view> rules;  // that were broken
};

class Prover {
 public:
  Prover(const scenario::Library& library, std::span<const Case* const> cases, std::string_view reasons,
         Depth depth)
      : depth_(depth), library_(library), cases_(cases), server_(make_server(full_settings(), 0)) {
    read_reasons(reasons);
  }

  Proof run() {
    boost::asio::io_context context(1);
    std::exception_ptr failure;
    boost::asio::co_spawn(context, prove(), [&](const std::exception_ptr& thrown) { failure = thrown; });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(proof_);
  }

 private:
  Awaitable<void> prove() {
    const auto network = transport::memory_network(memory_peer(server_));
    std::expected<target::Probe, std::string> probe = co_await target::probe(*network, options_.step_timeout);
    if (!probe) co_return;
    tell_accounts(probe->facts, options_.accounts, embedded_share);
    probe = co_await sign_in(*network, *std::move(probe), options_);
    if (!probe) co_return;
    facts_ = std::move(probe->facts);
    std::vector<const Case*> firsts;
    std::vector<const Case*> others;
    std::set<const scenario::Scenario*> met;
    for (const Case* instance : cases_) {
      const auto stage = stage_of(*instance);
      if (stage && !scenario::unsupported(*instance, *stage->facts))
        (met.insert(instance->scenario).second ? firsts : others).push_back(instance);
    }
    if (depth_ == Depth::thorough) {
      for (const Case* instance : firsts) co_await bend_each_field(*instance, true, false);
      for (const Case* instance : others) co_await bend_each_field(*instance, false, false);
    } else {
      for (const bool last_reply : {true, false}) {
        for (const Case* instance : firsts) co_await bend_each_field(*instance, true, last_reply);
      }
    }
    conclude();
  }

  // `last_reply`: of the last reply alone.
  Awaitable<void> bend_each_field(const Case& instance, bool first, bool last_reply) {
    if (depth_ == Depth::glance && is_proven(instance)) co_return;
    const Stage stage = *stage_of(instance);
    const CaseRun run = co_await judge(instance, stage, nullptr);
    const Seen sound = seen(run);
    const std::vector<ReplyField> fields = reply_fields(run.result.recording);
    for (const ReplyField& field : fields) {
      if (last_reply && field.reply != fields.back().reply) continue;
      const auto path = wire::Path::parse(field.path);
      if (!path) continue;
      for (const Change& change : field.changes) {
        if (!is_wanted(instance, field.pair, change, first)) continue;
        const ReplyBend bend{field.reply, field.layer, *path, change.value};
        const CaseRun bent = co_await judge(instance, stage, &bend);
        if (!is_same(run.result.recording, bent.result.recording))
          compare(instance, sound, seen(bent), field.pair, change.name);
      }
    }
  }

  // What a case meets: a server, and what is known of it.
  struct Stage {
    const reference::Server* server;
    const scenario::TargetFacts* facts;
  };

  std::optional<Stage> stage_of(const Case& instance) {
    if (!instance.controls()) return Stage{&server_, &facts_};
    const auto kind = kinds_.find(instance.settings);
    if (!kind) return std::nullopt;
    const auto server = servers_.try_emplace(*kind, make_server((*kind)->settings, 0)).first;
    return Stage{&server->second, &(*kind)->facts};
  }

  bool is_proven(const Case& instance) const {
    return proof_.requirements.contains(instance.scenario->requirements.front());
  }

  bool is_wanted(const Case& instance, const Pair& pair, const Change& change, bool first) {
    const bool tells = std::ranges::find(telling, change.name) != std::end(telling);
    if (first && tells && !is_proven(instance)) return true;
    if (depth_ == Depth::glance || proof_.pairs[pair].noticed.contains(change.name)) return false;
    return tries_[{pair, change.name}]++ < patience;
  }

  // Some numbers are written right whatever they are set to.
  static bool is_same(const transport::Recording& a, const transport::Recording& b) {
    return std::ranges::equal(a, b, {}, &transport::Recorded::bytes, &transport::Recorded::bytes);
  }

  void compare(const Case& instance, const Seen& sound, const Seen& bent, const Pair& pair,
               const std::string& change) {
    Verdict& verdict = proof_.pairs[pair];
    std::string by;
    if (bent.outcome != sound.outcome || bent.observed != sound.observed) by = instance.id;
    if (bent.outcome == scenario::Outcome::fail && sound.outcome != scenario::Outcome::fail)
      proof_.requirements.insert(instance.scenario->requirements.front());
    for (const audit::Rule& rule : audit::rules()) {
      if (!bent.rules.contains(rule.id)) continue;
      proof_.requirements.emplace(rule.requirement);
      if (by.empty()) by = "audit/" + std::string(rule.id);
    }
    if (by.empty()) {
      if (!verdict.noticed.contains(change)) verdict.missed.insert(change);
    } else {
      verdict.missed.erase(change);
      verdict.noticed.try_emplace(change, by);
    }
  }

  Awaitable<CaseRun> judge(const Case& instance, const Stage& stage, const ReplyBend* bend) {
    ++proof_.runs;
    reference::Server server = *stage.server;
    if (bend != nullptr) server.bend_reply(*bend);
    const auto network = transport::memory_network(memory_peer(std::move(server)));
    CaseRun run =
        co_await scenario::run_case(instance, library_.requirements, *network, *stage.facts, options_);
    co_return run;
  }

  static Seen seen(const CaseRun& run) {
    Seen result{run.result.outcome, run.result.observed, {}};
    for (const audit::Violation& violation : audit::audit(run.result.recording).violations)
      result.rules.insert(audit::rules()[violation.rule].id);
    return result;
  }

  void conclude() {
    std::erase_if(proof_.pairs, [](const auto& entry) {
      return entry.second.noticed.empty() && entry.second.missed.empty();
    });
    for (auto& [pair, verdict] : proof_.pairs) {
      const auto reason = reasons_.find(pair);
      if (reason != reasons_.end()) verdict.reason = reason->second;
    }
  }

  // reply, field, why: separated by tabs, a line each, the first being a heading.
  void read_reasons(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      const std::size_t first = line.find('\t');
      const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
      if (second != std::string_view::npos) {
        reasons_[{std::string(line.substr(0, first)),
                  std::string(line.substr(first + 1, second - first - 1))}] = line.substr(second + 1);
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  const Depth depth_;
  const scenario::Library& library_;
  std::span<const Case* const> cases_;
  const reference::Server server_;
  const scenario::CaseOptions options_{.now = filetime_now(), .accounts = embedded_accounts()};
  scenario::TargetFacts facts_;
  ServerKinds kinds_{full_settings(), 0};
  std::map<const ServerKinds::Kind*, reference::Server> servers_;
  std::map<Pair, std::string> reasons_;
  std::map<std::pair<Pair, std::string>, std::size_t> tries_;
  Proof proof_;
};

}  // namespace

Proof prove(const scenario::Library& library, std::span<const Case* const> cases, std::string_view reasons,
            Depth depth) {
  return Prover(library, cases, reasons, depth).run();
}

}  // namespace cli
