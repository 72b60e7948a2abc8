#include "harness/scenario/run.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <set>

#include "harness/audit/auditor.h"
#include "harness/scenario/defaults.h"
#include "harness/scenario/rule_message.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/transport/framed.h"

namespace scenario {
namespace {

using transport::Awaitable;

constexpr unsigned liveness_tries = 3;
// That a target is gone is said of no target that is merely slower than a step may be.
constexpr transport::Time liveness_patience = std::chrono::seconds(1);
constexpr std::size_t most_bytes_kept = 64 << 10;  // of one frame of up to 16 MiB, in the record
constexpr unsigned most_waiting = 16;              // cases that wait for silence beside those that run

// What explains a failure stands at the beginning of a frame; a target that floods must not fill the memory.
void shorten(transport::Recording& recording) {
  for (transport::Recorded& event : recording) {
    if (event.bytes.size() <= most_bytes_kept) continue;
    event.note += fmt::format("{}the first {} of {} bytes", event.note.empty() ? "" : "; ", most_bytes_kept,
                              event.bytes.size());
    event.bytes.resize(most_bytes_kept);
    event.bytes.shrink_to_fit();
  }
}

// What is known of a rule, an index into audit::rules(), before it has judged anything.
CaseResult rule_result(std::size_t index, const Requirements& requirements) {
  const audit::Rule& rule = audit::rules()[index];
  CaseResult result{.id = fmt::format("audit/{}", rule.id),
                    .title = std::string(rule.title),
                    .requirements = {std::string(rule.requirement)},
                    .section = {},
                    .requirement_text = {},
                    .level = level_of_rule(rule)};
  for (const std::string_view also : rule.also) result.requirements.emplace_back(also);
  if (const Requirement* row = requirements.find(rule.requirement)) {
    result.section = row->section;
    result.requirement_text = fmt::format("{}: {}", row->condition, row->result);
  }
  return result;
}

// What one audit rule has seen in all cases of a run.
struct Tally {
  std::size_t applied = 0;          // messages
  std::size_t violations = 0;       // messages with one or more
  std::set<std::string> scenarios;  // that have some
  std::string first_case;
  audit::Violation first;
  transport::Recording evidence;
};

class Run {
 public:
  Run(RunRecord& record, std::span<const Case* const> selected, std::span<const std::size_t> audit_rules,
      const Requirements& requirements, const Networks& networks, const TargetFacts& facts,
      const RunOptions& options, const RunEvents& events)
      : record_(record),
        selected_(selected),
        audit_rules_(audit_rules),
        requirements_(requirements),
        networks_(networks),
        facts_(facts),
        options_(options),
        events_(events),
        signals_(context_, SIGINT, SIGTERM),
        ticker_(context_) {}

  void run() {
    for (unsigned i = 0; i < options_.repeats && record_.stopped.empty(); ++i) round();
  }

 private:
  // Every case once.
  void round() {
    next_ = 0;
    tallies_.assign(audit::rules().size(), {});
    context_.restart();
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) stop("interrupted");
    });
    tick();
    const auto jobs = std::min<std::size_t>(std::max(1U, options_.jobs), selected_.size());
    while (workers_ < jobs) hire();
    if (workers_ > 0) context_.run();
    conclude_audit();
  }

  void stop(std::string why) {
    if (record_.stopped.empty()) record_.stopped = std::move(why);
    context_.stop();
  }

  void stop_if_wanted() {
    if (!events_.wants_to_stop) return;
    if (std::string why = events_.wants_to_stop(); !why.empty()) stop(std::move(why));
  }

  // A case may run once a round.
  void decide(std::size_t index, CaseResult result) {
    result.expected = is_expected(result.outcome, result.level, record_.strict);
    CaseResult& all = record_.cases[index];
    if (options_.repeats > 1) {
      take_draw(all, std::move(result));
    } else {
      all = std::move(result);
    }
    if (events_.finished) events_.finished(index, all);
    stop_if_wanted();
  }

  void hire() {
    ++workers_;
    boost::asio::co_spawn(context_, work(), [this](const std::exception_ptr& failure) { leave(failure); });
  }

  void leave(const std::exception_ptr& failure) {
    if (failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& e) {
        record_.tool_fault = true;
        stop(fmt::format("fault of the tool: {}", e.what()));
      }
    }
    if (--workers_ > 0) return;
    signals_.cancel();
    ticker_.cancel();
  }

  void tick() {
    ticker_.expires_after(std::chrono::milliseconds(100));
    ticker_.async_wait([this](const boost::system::error_code& error) {
      if (error || workers_ == 0) return;  // a timer that has run out already can't be cancelled
      if (events_.idle) events_.idle();
      stop_if_wanted();
      tick();
    });
  }

  // Until there is nothing left, or a case has begun to wait for silence: the next ones need not wait with
  // it, and another worker takes over.
  Awaitable<void> work() {
    bool relieved = false;
    CaseOptions options = options_.case_options;
    options.waits = [this, &relieved] {
      if (relieved || workers_ >= options_.jobs + most_waiting) return;
      relieved = true;
      hire();
    };
    while (next_ < selected_.size() && !relieved) {
      const std::size_t index = next_++;
      if (events_.started) events_.started(index);
      co_await judge(index, options);
      // In memory nothing else would ever hand the thread to signals and timers.
      co_await boost::asio::post(context_, boost::asio::use_awaitable);
    }
  }

  Awaitable<void> judge(std::size_t index, const CaseOptions& options) {
    const Case& instance = *selected_[index];
    CaseRun result;
    for (unsigned attempt = 0; attempt < 2; ++attempt) {
      const bool own_server = instance.controls() && networks_.control;
      auto target = own_server ? networks_.control(context_.get_executor(), instance)
                               : ControlledTarget{networks_.make(context_.get_executor()), &facts_};
      if (!target) {
        result.result = describe(instance, requirements_);
        result.result.outcome = Outcome::unsupported;
        result.result.message = target.error();
        break;
      }
      const auto start = std::chrono::system_clock::now();
      result = co_await run_case(instance, requirements_, *target->network, *target->facts, options);
      if (events_.recorded) events_.recorded(result, start);
      if (own_server || !networks_.shared || (!result.unreachable && !result.lost)) break;
      const bool alive = co_await is_alive();
      if (!alive) {
        const std::string last = fmt::format("the target stopped answering at {}", instance.id);
        if (result.unreachable) {
          stop(last);
          co_return;
        }
        result.result.outcome = Outcome::crash;
        result.result.message += "; fresh connections fail too";
        finish(index, std::move(result.result));
        stop(last);
        co_return;
      }
      // A target that refuses one connection and takes the next is asked once more.
      if (!result.unreachable) break;
    }
    finish(index, std::move(result.result));
    // Each further try may prolong the lockout.
    if (result.locked_out) stop(fmt::format("the target has locked out an account at {}", instance.id));
  }

  // Whether a fresh connection still gets an answer to a plain NEGOTIATE.
  Awaitable<bool> is_alive() {
    Entropy entropy(0);
    const wire::Bytes request = smb2::frame(smb2::encode(default_request(smb2::Command::negotiate, entropy)));
    const auto network = networks_.make(context_.get_executor());
    for (unsigned i = 0; i < liveness_tries; ++i) {
      const transport::Time deadline =
          network->now() + std::max(options_.case_options.step_timeout, liveness_patience);
      transport::Result<std::unique_ptr<transport::Stream>> stream = co_await network->connect(deadline);
      if (!stream) continue;
      transport::Recording unused;
      transport::Framed framed(*std::move(stream), 0, *network, unused);
      const transport::Result<void> sent = co_await framed.send(request, deadline);
      const transport::Result<transport::Frame> answer = co_await framed.receive(deadline);
      if (sent && answer) co_return true;
    }
    co_return false;
  }

  void finish(std::size_t index, CaseResult result) {
    const audit::Findings findings =
        audit_rules_.empty() ? audit::Findings{} : audit::audit(result.recording);
    shorten(result.recording);
    if (!audit_rules_.empty()) tally(result, findings);
    if (result.outcome == Outcome::pass) result.recording.clear();
    decide(index, std::move(result));
  }

  void tally(const CaseResult& result, const audit::Findings& findings) {
    for (std::size_t rule = 0; rule < tallies_.size(); ++rule)
      tallies_[rule].applied += findings.applied[rule];
    std::set<std::pair<std::size_t, std::size_t>> counted;  // rule, event
    for (const audit::Violation& violation : findings.violations) {
      Tally& tally = tallies_[violation.rule];
      tally.scenarios.insert(result.id.substr(0, result.id.find('[')));
      if (counted.emplace(violation.rule, violation.event).second) ++tally.violations;
      // The first by id, so that the evidence does not depend on how many cases run at a time.
      if (!tally.first_case.empty() && tally.first_case <= result.id) continue;
      tally.first_case = result.id;
      tally.first = violation;
      tally.evidence = result.recording;
    }
  }

  void conclude_audit() {
    for (std::size_t i = 0; i < audit_rules_.size(); ++i) {
      const std::size_t index = selected_.size() + i;
      CaseResult result = rule_result(audit_rules_[i], requirements_);
      const Tally& tally = tallies_[audit_rules_[i]];
      if (tally.violations > 0) {
        result.outcome = Outcome::fail;
        result.message =
            fmt::format("{}{} of {} messages; {} is {}, not {}", in_words(Places{tally.scenarios}),
                        tally.violations, tally.applied, tally.first.field.empty() ? "it" : tally.first.field,
                        tally.first.got, tally.first.expected);
        result.failure = Failure{.step = 1,
                                 .steps = 1,
                                 .what = "audit of " + tally.first_case,
                                 .source = result.source,
                                 .expected = tally.first.expected,
                                 .got = tally.first.got,
                                 .event = tally.first.event,
                                 .field = tally.first.field};
        result.recording = tally.evidence;
      } else if (!record_.stopped.empty()) {
        continue;  // an unfinished run has seen nothing wrong, which is no verdict
      } else if (tally.applied == 0) {
        result.outcome = Outcome::unsupported;
        result.message = "no message of this run falls under the rule";
      } else {
        result.outcome = Outcome::pass;
      }
      decide(index, std::move(result));
    }
  }

  RunRecord& record_;
  std::span<const Case* const> selected_;
  std::span<const std::size_t> audit_rules_;
  const Requirements& requirements_;
  const Networks& networks_;
  const TargetFacts& facts_;
  const RunOptions& options_;
  const RunEvents& events_;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer ticker_;
  std::vector<Tally> tallies_;
  std::size_t next_ = 0;
  unsigned workers_ = 0;
};

}  // namespace

Level level_of_rule(const audit::Rule& rule) {
  return rule.strength == audit::Strength::must ? Level::must : Level::should;
}

std::vector<CaseResult> unjudged(std::span<const Case* const> selected, const Requirements& requirements,
                                 std::span<const std::size_t> audit_rules) {
  std::vector<CaseResult> results;
  for (const Case* instance : selected) results.push_back(describe(*instance, requirements));
  for (const std::size_t rule : audit_rules) results.push_back(rule_result(rule, requirements));
  return results;
}

void run(RunRecord& record, std::span<const Case* const> selected, std::span<const std::size_t> audit_rules,
         const Requirements& requirements, const Networks& networks, const TargetFacts& facts,
         const RunOptions& options, const RunEvents& events) {
  Run(record, selected, audit_rules, requirements, networks, facts, options, events).run();
}

}  // namespace scenario
