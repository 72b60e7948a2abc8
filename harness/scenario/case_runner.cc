#include "harness/scenario/case_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/builder.h"
#include "harness/scenario/conversation.h"
#include "harness/scenario/judge.h"
#include "harness/scenario/sender.h"

namespace scenario {
namespace {

using transport::Awaitable;
using transport::Time;

char other_case(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter ? static_cast<char>(c ^ 0x20) : c;
}

class CaseRunner {
 public:
  CaseRunner(const Case& instance, transport::Network& network, const TargetFacts& facts, CaseOptions options)
      : case_(instance),
        network_(network),
        options_(options),
        environment_(instance, facts, options.now + filetime_ticks(network.now())),
        entropy_(case_seed(options.seed, instance.id)),
        conversation_(network, recording_, environment_),
        sender_(network, conversation_, environment_, entropy_, options.step_timeout) {}

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
  static std::uint64_t filetime_ticks(Time t) { return static_cast<std::uint64_t>(t.count()) / 100; }

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

  // An authentication under the name it is given, not yet begun on the wire.
  bool begin(const SignIn& who) {
    Link* link = on(who.on);
    if (link == nullptr) return false;
    const auto made = initiator(who);
    if (!made) {
      mismatch_ = Mismatch{.message = "no ticket: " + made.error(),
                           .expected = "a ticket",
                           .got = made.error(),
                           .field = {},
                           .prevented = true};
      return false;
    }
    const security::SpnegoInitiator& initiator = *made;
    const std::string& existing = who.binds.empty() ? who.reauthenticates : who.binds;
    const client::Session* session = conversation_.session(existing);
    using client::Login;
    if (session == nullptr) {
      conversation_.begin(who.as, {link->name, Login(link->state, initiator)});
    } else {
      const auto purpose = who.binds.empty() ? Login::Purpose::reauthentication : Login::Purpose::binding;
      conversation_.begin(who.as, {link->name, Login(link->state, initiator, purpose, *session)});
    }
    return true;
  }

  std::expected<security::SpnegoInitiator, std::string> initiator(const SignIn& who) const {
    const security::Credentials user = credentials(who.user);
    if (who.mechanism != SignIn::Mechanism::kerberos) {
      security::SpnegoInitiator::Settings settings;
      settings.bare = who.mechanism == SignIn::Mechanism::bare_ntlm;
      return security::SpnegoInitiator(user, settings);
    }
    if (!user.kerberos) return std::unexpected("no service is known");
    auto ticket = user.kerberos->ticket(who.ticket);
    if (!ticket) return std::unexpected(std::move(ticket.error()));
    return security::SpnegoInitiator(*std::move(ticket));
  }

  security::Credentials credentials(std::string_view user) const {
    const Accounts& accounts = options_.accounts;
    if (user == "anonymous") return {};
    if (user == "second") return accounts.second;
    if (user == "unknown")
      return {.user = "smbspec-nobody", .domain = accounts.first.domain, .password = "none"};
    security::Credentials first = accounts.first;
    if (user == "wrong-password") first.password += "-wrong";
    if (user == "first-in-other-case") std::ranges::transform(first.user, first.user.begin(), other_case);
    return first;
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
    Authentication* authentication = conversation_.authentication(name);
    Link* link = on(request.on);
    if (authentication == nullptr || link == nullptr)
      co_return fail_table(fmt::format("no authentication \"{}\"", name));
    BendFault fault;
    const security::Random random = [this](std::span<std::uint8_t> bytes) { entropy_.fill(bytes); };
    const auto message = authentication->login.next(random, options_.now + filetime_ticks(network_.now()),
                                                    bends_of(request, environment_, fault));
    if (fault.absent) {
      mismatch_ = Mismatch{.message = fault.why,
                           .expected = "a token that can be changed",
                           .got = "one without the field",
                           .field = {},
                           .prevented = true};
      co_return;
    }
    if (!fault.why.empty()) co_return fail_table(fault.why);
    if (!message) {
      mismatch_ = Mismatch{.message = "no further leg: " + message.error(),
                           .expected = "a token to answer",
                           .got = message.error(),
                           .field = {}};
      co_return;
    }
    const auto token =
        wire::decode<security::Token>(std::get<smb2::SessionSetupRequest>(message->body).buffer);
    const wire::View inner = security::mechanism_token(token.message);
    environment_.save(name + ".token", Term{wire::Bytes(inner.begin(), inner.end())});
    authentication->bent |= !request.sets.empty() || !request.bends.empty();
    // A session that exists already guards what renews or binds it.
    Request guarded = request;
    using client::Login;
    const bool exists = authentication->login.purpose() != Login::Purpose::new_session;
    const bool binds = authentication->login.purpose() == Login::Purpose::binding;
    if (exists && guarded.session.empty()) guarded.session = name;
    // 3.2.4.1.8: a binding is never sealed unless a case says so.
    if (binds && guarded.seal.by == Guard::By::due) guarded.seal.by = Guard::By::nobody;
    Pending pending{.name = request.as, .authentication = name};
    co_await dispatch(*link, guarded, *message, std::move(pending));
  }

  Awaitable<void> tree(const TreeStep& step) {
    const Authentication* authentication = conversation_.authentication(step.of);
    const auto share = environment_.evaluate(step.share);
    if (!share) co_return fail_table(share.error());
    if (authentication == nullptr) co_return fail_table(fmt::format("no session \"{}\"", step.of));
    Request request{.command = smb2::Command::tree_connect, .on = authentication->on, .session = step.of};
    smb2::Message base = base_of(request, entropy_);
    std::get<smb2::TreeConnectRequest>(base.body).path = share_path(share->text());
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
    Awaited awaited{.request = step.to, .interim = takes_interims};
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
    struct Words {
      std::string operator()(const Connect& s) const { return "connect " + s.as; }
      std::string operator()(const Request& s) const {
        return fmt::format(
            "request {}", s.smb1 ? "SMB_COM_NEGOTIATE"
                                 : wire::name_of(smb2::command_names, static_cast<std::uint64_t>(s.command)));
      }
      std::string operator()(const Compound&) const { return "compound"; }
      std::string operator()(const SignInSteps& s) const { return "session " + s.who.as; }
      std::string operator()(const Leg& s) const { return "leg of " + (s.begins ? s.begins->as : s.of); }
      std::string operator()(const TreeStep& s) const { return "tree " + s.as; }
      std::string operator()(const Barrier&) const { return "barrier"; }
      std::string operator()(const Advance& s) const { return fmt::format("advance by {} ms", s.by.count()); }
      std::string operator()(const Send&) const { return "send"; }
      std::string operator()(const Expect& s) const {
        if (s.alternatives.size() > 1) return "either";
        switch (s.alternatives.front().kind) {
          case Expectation::Kind::response:
            return "response";
          case Expectation::Kind::interim:
            return "interim";
          case Expectation::Kind::closed:
            return "closed";
          default:
            return "silence";
        }
      }
      std::string operator()(const Compare& s) const {
        return fmt::format("compare {} and {}", s.a.raw, s.b.raw);
      }
    };
    Failure f{.step = static_cast<unsigned>(step),
              .steps = static_cast<unsigned>(steps),
              .what = std::visit(Words{}, step_->action),
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
  Sender sender_;
  const Step* step_ = nullptr;
  std::optional<Mismatch> mismatch_;
  std::vector<std::string> latitudes_;
  std::string observed_;
  bool unreachable_ = false;
};

bool signs_in(const Scenario& scenario) {
  return std::ranges::any_of(scenario.steps, [](const Step& step) {
    return std::holds_alternative<SignInSteps>(step.action) || std::holds_alternative<Leg>(step.action);
  });
}

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

std::optional<std::string> unsupported(const Case& instance, const TargetFacts& facts) {
  const Environment environment(instance, facts, 0);
  if (facts.contains("target.spared") &&
      std::ranges::find(instance.scenario->tags, "harsh") != instance.scenario->tags.end())
    return "harsh to a server that is not on this machine; --tag harsh runs it";
  if (instance.controls() && !facts.contains("target.controlled")) {
    return instance.settings.empty()
               ? std::string("needs a server whose clock can be moved")
               : fmt::format("needs a server with {}", fmt::join(instance.settings, " "));
  }
  const auto known = facts.find("target.dialects");
  const List implemented = known == facts.end() ? List{} : known->second.elements();
  for (const Term& dialect : instance.scenario->dialects.elements()) {
    if (std::ranges::find(implemented, dialect) == implemented.end()) {
      return fmt::format("the target does not implement {}", dialect.text());
    }
  }
  const auto accounts = facts.find("target.accounts");
  const std::uint64_t known_accounts = accounts == facts.end() ? 0 : accounts->second.number().value_or(0);
  if (instance.scenario->needs_account && known_accounts < 1) return "signs in, and no account is known";
  if (instance.scenario->needs_kerberos && !facts.contains("target.kerberos"))
    return "signs in with Kerberos, and no service is given for it (--kerberos-service)";
  if (instance.scenario->needs_second_account && known_accounts < 2)
    return "signs in a second user, and no second account is known";
  if (const Expression& needs = instance.scenario->needs) {
    const bool is_known = std::ranges::all_of(needs.variables(), [&](const std::string& name) {
      return !name.starts_with("target.") || facts.contains(name);
    });
    const auto met = environment.evaluate(needs);
    if (!is_known || (met && !met->truth())) return fmt::format("needs {}", needs.source());
  }
  const auto sessions = facts.find("target.sessions");
  if (sessions == facts.end() || !signs_in(*instance.scenario)) return std::nullopt;
  const List given = sessions->second.elements();
  for (const Step& step : instance.scenario->steps) {
    const auto* connect = std::get_if<Connect>(&step.action);
    if (connect == nullptr || !connect->dialect) continue;
    const auto dialect = environment.evaluate(*connect->dialect);
    if (dialect && std::ranges::find(given, *dialect) == given.end())
      return fmt::format("the target gives no session in {}", dialect->text());
  }
  return std::nullopt;
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
