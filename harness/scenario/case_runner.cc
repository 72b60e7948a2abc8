#include "harness/scenario/case_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/applicability.h"
#include "harness/scenario/judge.h"
#include "harness/scenario/sender.h"
#include "harness/scenario/step_name.h"

namespace scenario {
namespace {

using transport::Awaitable;
using transport::Time;

class CaseRunner {
 public:
  CaseRunner(const Case& instance, transport::Network& network, const TargetFacts& facts, CaseOptions options)
      : case_(instance),
        network_(network),
        options_(options),
        environment_(instance, facts, now()),
        entropy_(case_seed(options.seed, instance.id)),
        conversation_(network, recording_, environment_),
        authenticator_(conversation_, environment_, entropy_, options_.accounts,
                       options.kerberos && !instance.scenario->needs_ntlm
                           ? SignIn::Mechanism::kerberos
                           : SignIn::Mechanism::ntlm_in_spnego),
        sender_(network, conversation_, environment_, entropy_, options.step_timeout) {
    const smb2::Guid& client = sender_.client_guid();
    environment_.save("client-guid", Term{wire::Bytes(client.begin(), client.end())});
  }

  // Fills in the outcome.
  Awaitable<void> run(CaseRun& run) {
    CaseResult& result = run.result;
    const auto& steps = case_.scenario->steps;
    for (std::size_t i = 0; i < steps.size() && !mismatch_; ++i) {
      step_ = &steps[i];
      const auto wanted = environment_.holds(step_->condition);
      if (!wanted) {
        fail_table(wanted.error());
      } else if (*wanted) {
        co_await take(*step_);
      }
      if (mismatch_) result.failure = failure(i + 1, steps.size());
    }
    conversation_.close();
    conclude(run);
    run.sessions = conversation_.sessions();
    run.locked_out = conversation_.locked_out();
    result.latitudes = latitudes_;
    result.recording = std::move(recording_);
  }

 private:
  // FILETIME.
  std::uint64_t now() const {
    return options_.now + static_cast<std::uint64_t>(network_.now().count()) / 100;
  }

  Time deadline(Time timeout) const { return network_.now() + timeout; }

  Awaitable<void> take(const Step& step) {
    if (const auto* connect = std::get_if<Connect>(&step.action)) return this->connect(*connect);
    if (const auto* request = std::get_if<Request>(&step.action)) return this->request(*request);
    if (const auto* compound = std::get_if<Compound>(&step.action)) return this->compound(*compound);
    if (const auto* session = std::get_if<SignInSteps>(&step.action)) return this->session(*session);
    if (const auto* leg = std::get_if<Leg>(&step.action)) return this->leg(*leg);
    if (const auto* tree = std::get_if<TreeStep>(&step.action)) return this->tree(*tree);
    if (const auto* barrier = std::get_if<Barrier>(&step.action)) return this->barrier(*barrier);
    if (const auto* advance = std::get_if<Advance>(&step.action)) return this->advance(*advance);
    if (const auto* send = std::get_if<Send>(&step.action)) return this->send(*send);
    if (const auto* expect = std::get_if<Expect>(&step.action)) return this->expect(*expect);
    return this->compare(std::get<Compare>(step.action));
  }

  Awaitable<void> connect(const Connect& step) {
    const transport::Result<void> made =
        co_await conversation_.connect(step.as, deadline(options_.step_timeout));
    if (!made) {
      unreachable_ = true;
      mismatch_ = Mismatch{.message = "could not connect: " + made.error().text,
                           .expected = "a connection",
                           .got = made.error().text,
                           .field = {}};
      co_return;
    }
    if (step.dialect) co_await negotiate(step);
  }

  // A NEGOTIATE of one dialect, with the ciphers and signing algorithms that are wanted.
  Awaitable<void> negotiate(const Connect& step) {
    Request request{.command = smb2::Command::negotiate};
    const auto narrow = [&](std::string_view path, const std::optional<Text>& to) {
      if (!to) return;
      const auto parsed = wire::Path::parse(path);
      if (parsed) request.sets.push_back({.line = step_->line, .path = *parsed, .to = to});
    };
    narrow("Dialects", step.dialect);
    narrow("NegotiateContextList[type=ENCRYPTION].Ciphers", step.ciphers);
    narrow("NegotiateContextList[type=SIGNING].SigningAlgorithms", step.signing);
    Pending pending;
    co_await exchange(request, base_of(request, entropy_), std::move(pending), "dialect");
  }

  // Sends and takes the answer, which has to be a success.
  Awaitable<void> exchange(const Request& request, smb2::Message base, Pending pending, std::string what) {
    Link* link = on(request.on);
    if (link == nullptr) co_return;
    co_await dispatch(*link, request, std::move(base), std::move(pending));
    if (mismatch_) co_return;
    const Arrived arrived = co_await answer(*link);
    if (status_of(arrived) != smb2::NtStatus::success) insist(what, arrived);
  }

  // The answer to what went out last, whatever else arrives before it.
  Awaitable<Arrived> answer(Link& link) {
    Awaited awaited{.message_id = link.last_request};
    return conversation_.receive(link, std::move(awaited), options_.step_timeout);
  }

  // Nothing where a client could not go on with what came.
  static std::optional<smb2::NtStatus> status_of(const Arrived& arrived) {
    const auto* message = std::get_if<Arrived::Message>(&arrived.what);
    if (message == nullptr || !message->solicited || !message->objection.empty()) return std::nullopt;
    return message->decoded.message.header.status;
  }

  static bool is_lost(const Arrived& arrived) {
    return std::holds_alternative<Arrived::Closed>(arrived.what) ||
           std::holds_alternative<Arrived::Nothing>(arrived.what);
  }

  // Fails a step that needed `what`.
  void insist(const std::string& what, const Arrived& arrived) {
    const auto* message = std::get_if<Arrived::Message>(&arrived.what);
    std::string got = describe(arrived);
    if (message != nullptr && !message->objection.empty()) got += ", but " + message->objection;
    mismatch_ = Mismatch{.message = fmt::format("no {}: {}", what, got),
                         .expected = what,
                         .got = got,
                         .field = {},
                         .lost = is_lost(arrived)};
  }

  Awaitable<void> request(const Request& step) {
    Link* link = on(step.on);
    if (link == nullptr) co_return;
    Pending pending{.name = step.as};
    co_await dispatch(*link, step, base_of(step, entropy_), std::move(pending));
  }

  // Notes why it could not go out.
  Awaitable<void> dispatch(Link& link, const Request& request, smb2::Message base, Pending pending) {
    mismatch_ = co_await sender_.send(link, request, std::move(base), std::move(pending));
  }

  Awaitable<void> compound(const Compound& step) {
    Link* link = on(step.on);
    if (link != nullptr) mismatch_ = co_await sender_.send(*link, step);
  }

  // Sign-ins begin before they are on the wire.
  bool begin(const SignIn& who) {
    Link* link = on(who.on);
    if (link != nullptr) mismatch_ = authenticator_.begin(who, *link);
    return !mismatch_;
  }

  Awaitable<void> session(const SignInSteps& step) {
    if (!begin(step.who)) co_return;
    Request leg{.command = smb2::Command::session_setup, .on = step.who.on};
    leg.sets = step.sets;
    while (!mismatch_) {
      co_await send_leg(step.who.as, leg);
      if (mismatch_) co_return;
      Link* link = on(step.who.on);
      const Arrived arrived = co_await answer(*link);
      const auto status = status_of(arrived);
      if (status == smb2::NtStatus::success) co_return;
      if (status != smb2::NtStatus::more_processing_required) co_return insist("session", arrived);
      if (step.until_challenge) co_return;
    }
  }

  Awaitable<void> leg(const Leg& step) {
    if (step.begins && !begin(*step.begins)) co_return;
    const std::string& name = step.begins ? step.begins->as : step.of;
    Request request = step.request;
    if (const Authentication* authentication = conversation_.authentication(name))
      request.on = authentication->on;
    co_await send_leg(name, request);
  }

  // The next SESSION_SETUP of an authentication.
  Awaitable<void> send_leg(const std::string& name, const Request& request) {
    Link* link = on(request.on);
    if (link == nullptr) co_return;
    auto next = authenticator_.next(name, request, now());
    if (next) {
      co_await dispatch(*link, next->request, std::move(next->message), std::move(next->pending));
    } else {
      mismatch_ = std::move(next.error());
    }
  }

  Awaitable<void> tree(const TreeStep& step) {
    const Authentication* authentication = conversation_.authentication(step.of);
    const auto share = environment_.evaluate(step.share);
    if (!share) co_return fail_table(share.error());
    if (authentication == nullptr) co_return fail_table(fmt::format("no session \"{}\"", step.of));
    Request request{.command = smb2::Command::tree_connect, .on = authentication->on, .session = step.of};
    smb2::Message base = base_of(request, entropy_);
    std::get<smb2::TreeConnectRequest>(base.body).path = wire::Utf16::from_utf8(share_path(share->text()));
    Pending pending{.tree = step.as};
    co_await exchange(request, std::move(base), std::move(pending), "tree");
    if (!mismatch_) conversation_.own(step.as, step.of);
  }

  Awaitable<void> barrier(const Barrier& step) {
    Request echo{.command = smb2::Command::echo, .on = step.on, .as = "barrier", .session = step.session};
    Link* link = on(step.on);
    if (link == nullptr) co_return;
    Pending pending{.name = echo.as};
    co_await dispatch(*link, echo, base_of(echo, entropy_), std::move(pending));
    if (mismatch_) co_return;
    const Arrived arrived = co_await answer(*link);
    if (!status_of(arrived)) insist("answer to the ECHO of a barrier", arrived);
  }

  Awaitable<void> advance(const Advance& step) {
    if (!network_.pass(step.by)) fail_table("nobody can move this server's clock");
    co_return;
  }

  Awaitable<void> send(const Send& step) {
    Link* link = on(step.on);
    if (link != nullptr) mismatch_ = co_await sender_.send(*link, step);
  }

  Awaitable<void> expect(const Expect& step) {
    Link* link = on(step.on);
    if (link == nullptr) co_return;
    const bool wants_silence = step.alternatives.front().kind == Expectation::Kind::silence;
    if (wants_silence && options_.waits) options_.waits();
    const bool takes_interims = std::ranges::any_of(
        step.alternatives, [](const Expectation& e) { return e.kind == Expectation::Kind::interim; });
    const bool notifications_alone = step.alternatives.front().kind == Expectation::Kind::notification;
    Awaited awaited{.request = step.to, .interim = takes_interims, .unsolicited = notifications_alone};
    Arrived arrived = co_await conversation_.receive(*link, std::move(awaited), patience(step));
    std::string expected;
    std::optional<Mismatch> first;
    for (const Expectation& alternative : step.alternatives) {
      const auto applies = environment_.holds(alternative.condition);
      if (!applies) co_return fail_table(applies.error());
      if (!*applies) continue;
      std::optional<Mismatch> mismatch = judge(alternative, arrived, environment_);
      if (!mismatch && is_accepted(alternative)) co_return accept(alternative, arrived);
      if (!mismatch) co_return refuse(alternative, arrived);
      if (mismatch->harness_fault) co_return fail_table(mismatch->message, mismatch->line);
      expected += (expected.empty() ? "" : ", or ") +
                  (step.alternatives.size() == 1 ? mismatch->expected : describe(alternative, environment_));
      // The alternative that the answer was nearest to explains best what is wrong with it.
      if (!first || (!mismatch->field.empty() && mismatch->field != "Status")) first = std::move(mismatch);
    }
    if (!first) co_return fail_table("no alternative applies");
    if (step.alternatives.size() > 1) {
      first->expected = expected;
      if (first->field.empty() || first->field == "Status") {
        first->message = fmt::format("{} instead of {}", describe(arrived), expected);
      }
    }
    if (case_.scenario->level == Level::observe) {
      observed_ = describe(arrived);
    }
    first->lost = is_lost(arrived);
    mismatch_ = std::move(first);
  }

  // Where a case observes, whatever is lawful is welcome.
  bool is_accepted(const Expectation& alternative) const {
    return alternative.latitude.empty() || options_.latitudes.empty() ||
           case_.scenario->level == Level::observe ||
           std::ranges::find(options_.latitudes, alternative.latitude) != options_.latitudes.end();
  }

  void refuse(const Expectation& alternative, const Arrived& arrived) {
    mismatch_ = Mismatch{.message = fmt::format("takes the latitude {}, which is lawful, but the target file "
                                                "accepts {} alone",
                                                alternative.latitude, fmt::join(options_.latitudes, ", ")),
                         .expected = "no latitude but those that the target file accepts",
                         .got = fmt::format("{} (latitude {})", describe(arrived), alternative.latitude),
                         .field = {},
                         .line = alternative.line};
  }

  // How long to wait: for silence as long as it has to last, else a step's timeout.
  Time patience(const Expect& step) const {
    for (const Expectation& alternative : step.alternatives) {
      const bool applies = environment_.holds(alternative.condition).value_or(false);
      if (applies && alternative.kind == Expectation::Kind::silence) return alternative.silence;
    }
    return options_.step_timeout;
  }

  void accept(const Expectation& alternative, Arrived& arrived) {
    if (!alternative.latitude.empty()) latitudes_.push_back(alternative.latitude);
    if (case_.scenario->level == Level::observe) {
      observed_ = alternative.latitude.empty() ? describe(arrived) : alternative.latitude;
    }
    auto* message = std::get_if<Arrived::Message>(&arrived.what);
    if (message == nullptr) return;
    for (const Save& save : alternative.saves) {
      const bool found = find_arrived(message->decoded, save.part, save.path, [&](const wire::Field& f) {
        environment_.save(save.as, to_term(f.get()));
      });
      if (found) continue;
      mismatch_ = Mismatch{.message = fmt::format("the response has no {}", save.path.text()),
                           .expected = save.path.text(),
                           .got = "absent",
                           .field = {},
                           .line = save.line};
      return;
    }
  }

  Awaitable<void> compare(const Compare& step) {
    const auto a = environment_.evaluate(step.a);
    const auto b = environment_.evaluate(step.b);
    if (!a || !b) co_return fail_table(a ? b.error() : a.error());
    if ((*a == *b) == step.same) co_return;
    const char* wanted = step.same ? "the same" : "different";
    mismatch_ = Mismatch{.message = fmt::format("{} and {} are not {}", step.a.raw, step.b.raw, wanted),
                         .expected = fmt::format("{} and {} {}", step.a.raw, step.b.raw, wanted),
                         .got = fmt::format("{} and {}", a->text(), b->text()),
                         .field = {}};
  }

  Link* on(const std::string& name) {
    Link* link = conversation_.link(name);
    if (link == nullptr) fail_table(fmt::format("no connection \"{}\" at this step", name));
    return link;
  }

  // `line` where it is not the step's own.
  void fail_table(const std::string& why, unsigned line = 0) { mismatch_ = table_fault(why, line); }

  Failure failure(std::size_t step, std::size_t steps) const {
    Failure f{.step = static_cast<unsigned>(step),
              .steps = static_cast<unsigned>(steps),
              .what = step_name(*step_),
              .source = {case_.source.file, mismatch_->line != 0 ? mismatch_->line : step_->line},
              .expected = mismatch_->expected,
              .got = mismatch_->got,
              .event = {},
              .field = {}};
    if (!recording_.empty()) f.event = last_exchange();
    if (!mismatch_->field.empty()) f.field = mismatch_->field;
    return f;
  }

  // The last event with bytes, which is what a check has judged.
  std::size_t last_exchange() const {
    std::size_t at = recording_.size() - 1;
    while (at > 0 && recording_[at].bytes.empty()) --at;
    return at;
  }

  void conclude(CaseRun& run) const {
    CaseResult& result = run.result;
    run.unreachable = unreachable_;
    run.lost = mismatch_ && mismatch_->lost;
    if (mismatch_) result.message = mismatch_->message;
    if (mismatch_ && mismatch_->harness_fault) {
      result.outcome = Outcome::harness_error;
      result.message = fmt::format("{}:{}: {}", case_.source.file,
                                   mismatch_->line != 0 ? mismatch_->line : step_->line, mismatch_->message);
    } else if (unreachable_ || (mismatch_ && (step_->setup || mismatch_->prevented))) {
      result.outcome = Outcome::blocked;
    } else if (case_.scenario->level == Level::observe) {
      result.outcome = Outcome::observe;
      result.observed = observed_.empty() && mismatch_ ? mismatch_->message : observed_;
      result.failure.reset();
    } else {
      result.outcome = mismatch_ ? Outcome::fail : Outcome::pass;
    }
  }

  const Case& case_;
  transport::Network& network_;
  CaseOptions options_;
  Environment environment_;
  Entropy entropy_;
  transport::Recording recording_;
  Conversation conversation_;
  Authenticator authenticator_;
  Sender sender_;
  const Step* step_ = nullptr;
  std::optional<Mismatch> mismatch_;
  std::vector<std::string> latitudes_;
  std::string observed_;
  bool unreachable_ = false;
};

}  // namespace

CaseResult describe(const Case& instance, const Requirements& requirements) {
  const Scenario& scenario = *instance.scenario;
  CaseResult result{.id = instance.id,
                    .title = scenario.title,
                    .requirements = scenario.requirements,
                    .section = {},
                    .requirement_text = {},
                    .level = scenario.level,
                    .source = instance.source};
  if (const Requirement* first = requirements.find(scenario.requirements.front())) {
    result.section = first->section;
    result.requirement_text = fmt::format("{}: {}", first->condition, first->result);
  }
  return result;
}

Awaitable<CaseRun> run_case(const Case& instance, const Requirements& requirements,
                            transport::Network& network, const TargetFacts& facts, CaseOptions options) {
  CaseRun run{.result = describe(instance, requirements)};
  if (auto reason = unsupported(instance, facts)) {
    run.result.outcome = Outcome::unsupported;
    run.result.message = *std::move(reason);
    co_return run;
  }
  if (instance.scenario->needs) {
    const auto met = Environment(instance, facts, 0).evaluate(instance.scenario->needs);
    if (!met) {
      run.result.outcome = Outcome::harness_error;
      run.result.message =
          fmt::format("{}:{}: needs: {}", instance.source.file, instance.scenario->source.line, met.error());
      co_return run;
    }
  }
  const Time start = network.now();
  CaseRunner runner(instance, network, facts, options);
  co_await runner.run(run);
  run.result.seconds = std::chrono::duration<double>(network.now() - start).count();
  co_return run;
}

}  // namespace scenario
