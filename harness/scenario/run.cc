#include "harness/scenario/run.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <deque>
#include <exception>
#include <set>
#include <utility>

#include "harness/scenario/audit_tally.h"
#include "harness/scenario/liveness.h"

namespace scenario {
namespace {

using transport::Awaitable;

constexpr unsigned liveness_tries = 3;
// That a target is gone is said of no target that is merely slower than a step may be.
constexpr transport::Time liveness_patience = std::chrono::seconds(1);
constexpr std::size_t most_bytes_kept = 64 << 10;  // of one frame of up to 16 MiB, in the record
constexpr const char* fresh_connections_fail = "fresh connections fail too";
constexpr unsigned most_last_words = 10;  // times that a dying target says something more
constexpr unsigned most_waiting = 16;     // cases that wait for silence beside those that run

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

// One of them may be locked out, as the case wants it.
bool asks_for_accounts(const Case& instance) {
  return std::ranges::any_of(instance.settings,
                             [](std::string_view setting) { return setting.starts_with("account="); });
}

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
    tally_ = {};
    concluded_ = false;
    context_.restart();
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) stop("interrupted");
    });
    tick();
    hire_all();
    if (workers_ > 0) context_.run();
    // A run that was stopped keeps what it has; of suspects nothing is known.
    acquit(moment_);
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

  void hire_all() {
    const auto jobs = std::min<std::size_t>(std::max(1U, options_.jobs), selected_.size());
    while (workers_ < jobs && next_ < selected_.size()) hire();
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
    while (next_ < selected_.size() && !relieved && !death_) {
      const std::size_t index = next_++;
      if (events_.started) events_.started(index);
      co_await judge(index, options);
      // In memory nothing else would ever hand the thread to signals and timers.
      co_await boost::asio::post(context_, boost::asio::use_awaitable);
    }
    if (next_ == selected_.size() && under_way_.empty() && !death_) co_await conclude();
  }

  struct Death {
    std::size_t noticed_in = 0;
    std::string sign;
  };

  // A case as it was tried, before it is known whether the target has survived it.
  struct Tried {
    std::size_t index = 0;
    CaseResult result;
    bool shared = true;        // it met the server that others meet
    bool lost = false;         // cut off where nothing explains it
    bool unreachable = false;  // it could not even connect
    bool dead = false;         // and nobody else can
    bool locked_out = false;
  };

  Awaitable<void> judge(std::size_t index, const CaseOptions& options) {
    const std::size_t begun = moment_++;
    under_way_.insert(index);
    Tried tried = co_await attempt(index, options);
    under_way_.erase(index);
    const bool locked_out = tried.locked_out;
    const std::string sign = tried.shared ? sign_of_death() : std::string();
    if (!tried.shared) {
      finish(std::move(tried));
    } else if (tried.dead && !can_restart()) {
      give_up(std::move(tried), sign);
    } else if (tried.dead || !sign.empty() || death_) {
      if (!death_) death_ = Death{index, sign.empty() ? fresh_connections_fail : sign};
      suspects_.push_back(std::move(tried));
    } else {
      acquit(begun);
      hold(std::move(tried));
    }
    if (death_ && under_way_.empty()) co_await find_culprit();
    // Each further try may prolong the lockout.
    if (locked_out) stop(fmt::format("the target has locked out an account at {}", selected_[index]->id));
  }

  Awaitable<Tried> attempt(std::size_t index, const CaseOptions& options) {
    const Case& instance = *selected_[index];
    Tried tried{.index = index};
    for (unsigned attempt = 0; attempt < 2; ++attempt) {
      auto target = target_of(instance);
      if (!target) {
        tried.result = describe(instance, requirements_);
        tried.result.outcome = Outcome::unsupported;
        tried.result.message = target.error();
        tried.shared = false;
        break;
      }
      tried.shared = target->shared;
      const auto start = std::chrono::system_clock::now();
      CaseRun run = co_await run_case(instance, requirements_, *target->network, *target->facts, options);
      if (events_.recorded) events_.recorded(run, start);
      tried.result = std::move(run.result);
      tried.lost = run.lost;
      tried.unreachable = run.unreachable;
      tried.locked_out = run.locked_out && !asks_for_accounts(instance);
      if (!tried.shared || (!tried.unreachable && !tried.lost)) break;
      const bool alive = co_await is_alive(target_of(instance));
      tried.dead = !alive;
      // A target that refuses one connection and takes the next is asked once more.
      if (tried.dead || !tried.unreachable) break;
    }
    co_return tried;
  }

  std::expected<ControlledTarget, std::string> target_of(const Case& instance) {
    if (instance.controls() && networks_.control) return networks_.control(context_.get_executor(), instance);
    return main_target();
  }

  ControlledTarget main_target() {
    return {networks_.make(context_.get_executor()), &facts_, networks_.shared};
  }

  Awaitable<bool> is_alive(std::expected<ControlledTarget, std::string> target) {
    for (unsigned i = 0; target && i < liveness_tries; ++i) {
      transport::Network& network = *target->network;
      const bool alive = co_await answers(
          network, network.now() + std::max(options_.case_options.step_timeout, liveness_patience));
      if (alive) co_return true;
    }
    co_return false;
  }

  bool can_restart() const { return options_.supervision != nullptr && options_.supervision->can_restart(); }

  std::string sign_of_death() {
    return options_.supervision == nullptr ? std::string() : options_.supervision->noticed();
  }

  // Nobody can bring the target back.
  void give_up(Tried tried, const std::string& sign) {
    const std::string last =
        fmt::format("the target stopped answering at {}{}", selected_[tried.index]->id, beside(under_way_));
    if (!tried.unreachable) {
      charge(tried,
             sign.empty() ? fresh_connections_fail : fmt::format("{}; {}", fresh_connections_fail, sign));
      finish(std::move(tried));
    }
    stop(last);
  }

  static void charge(Tried& tried, std::string_view why) {
    tried.result.outcome = Outcome::crash;
    tried.result.message += fmt::format("{}{}", tried.result.message.empty() ? "" : "; ", why);
  }

  std::string beside(const std::set<std::size_t>& others) const {
    std::set<std::string> names;
    for (const std::size_t index : others) names.insert(selected_[index]->id);
    return names.empty() ? std::string() : "; in flight beside it: " + in_words(names);
  }

  // What a target dies of may show late. Where somebody watches it, a case is innocent only once another that
  // began later has met a target in good health.
  void hold(Tried tried) {
    if (options_.supervision == nullptr) return finish(std::move(tried));
    held_.emplace_back(moment_++, std::move(tried));
  }

  void acquit(std::size_t before) {
    while (!held_.empty() && held_.front().first < before) {
      Tried innocent = std::move(held_.front().second);
      held_.pop_front();
      finish(std::move(innocent));
    }
  }

  // When nothing is under way any more: the target may have died of the last cases.
  Awaitable<void> conclude() {
    if (concluded_ || !networks_.shared) co_return;
    concluded_ = true;
    const std::string sign = co_await late_sign();
    const bool alive = co_await is_alive(main_target());
    if (alive && sign.empty()) co_return acquit(moment_);
    if (held_.empty() || (!alive && !can_restart()))
      co_return stop(fmt::format("the target stopped answering after {}", selected_.back()->id));
    death_ = Death{held_.back().second.index, sign.empty() ? fresh_connections_fail : sign};
    co_await find_culprit();
  }

  // What shows within the time that is given to late signs.
  Awaitable<std::string> late_sign() {
    if (options_.supervision == nullptr) co_return std::string();
    boost::asio::steady_timer timer(context_);
    const auto end = std::chrono::steady_clock::now() + options_.late_signs;
    while (true) {
      std::string sign = sign_of_death();
      if (!sign.empty() || std::chrono::steady_clock::now() >= end) co_return sign;
      timer.expires_after(std::min<transport::Time>(options_.late_signs, std::chrono::milliseconds(20)));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }

  // Runs the suspects again, each alone, unless there is but one. Whose run kills the target again is
  // charged; when none does it, the one during which the death was noticed.
  Awaitable<void> find_culprit() {
    const bool alone = suspects_.size() == 1 && suspects_.front().lost;
    if (alone) acquit(moment_);
    std::vector<Tried> suspects;
    for (auto& held : std::exchange(held_, {})) suspects.push_back(std::move(held.second));
    for (Tried& tried : std::exchange(suspects_, {})) suspects.push_back(std::move(tried));
    if (suspects.size() == 1) {
      charge(suspects.front(), death_->sign);
      finish(std::move(suspects.front()));
    } else {
      co_await try_alone(std::move(suspects));
    }
    const bool up = co_await revive();
    if (!up) co_return;
    death_.reset();
    hire_all();
  }

  Awaitable<void> try_alone(std::vector<Tried> suspects) {
    std::set<std::size_t> others;
    for (const Tried& tried : suspects) others.insert(tried.index);
    others.erase(death_->noticed_in);
    bool again = false;
    for (Tried& tried : suspects) {
      const bool up = co_await revive();
      if (!up) co_return;
      Tried alone = co_await attempt(tried.index, options_.case_options);
      const std::string sign = co_await late_sign();
      // It may have got its answer first and killed the target then.
      const bool alive = co_await is_alive(target_of(*selected_[tried.index]));
      if (!alive || !sign.empty()) {
        charge(alone, sign.empty() ? fresh_connections_fail : sign);
        again = true;
      }
      tried = std::move(alone);
    }
    for (Tried& tried : suspects) {
      if (!again && tried.index == death_->noticed_in)
        charge(tried, fmt::format("{}{}; alone none of them did it again", death_->sign, beside(others)));
      finish(std::move(tried));
    }
  }

  // Makes sure that the target is up and has told all of its death. False when the run has to end.
  Awaitable<bool> revive() {
    if (!record_.stopped.empty()) co_return false;
    for (unsigned i = 0; i < most_last_words; ++i) {
      const std::string sign = co_await late_sign();
      if (sign.empty()) break;
    }
    const Case& last = *selected_[death_->noticed_in];
    const bool alive = co_await is_alive(target_of(last));
    if (alive) co_return true;
    std::string why = "it stopped answering";
    if (can_restart()) {
      const std::expected<void, std::string> restarted = co_await options_.supervision->restart();
      if (restarted) co_return true;
      why = restarted.error();
    }
    stop(fmt::format("the target died at {} and cannot be started again: {}", last.id, why));
    co_return false;
  }

  void finish(Tried tried) { finish(tried.index, std::move(tried.result)); }

  void finish(std::size_t index, CaseResult result) {
    const audit::Findings findings =
        audit_rules_.empty() ? audit::Findings{} : audit::audit(result.recording);
    shorten(result.recording);
    if (!audit_rules_.empty()) tally_.add(result, findings);
    if (result.outcome == Outcome::pass) result.recording.clear();
    decide(index, std::move(result));
  }

  void conclude_audit() {
    for (std::size_t i = 0; i < audit_rules_.size(); ++i) {
      CaseResult result = rule_result(audit_rules_[i], requirements_);
      tally_.judge(audit_rules_[i], record_.stopped.empty(), result);
      if (result.outcome != Outcome::no_verdict) decide(selected_.size() + i, std::move(result));
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
  AuditTally tally_;
  std::size_t next_ = 0;
  std::set<std::size_t> under_way_;
  std::size_t moment_ = 0;                          // counts beginnings and ends of cases
  std::deque<std::pair<std::size_t, Tried>> held_;  // by when they ended
  std::optional<Death> death_;                      // no case begins until it is cleared up
  std::vector<Tried> suspects_;
  bool concluded_ = false;
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
