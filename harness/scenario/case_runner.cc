#include "harness/scenario/case_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/scenario/builder.h"
#include "harness/scenario/judge.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/transport/framed.h"

namespace scenario {
namespace {

using transport::Awaitable;
using transport::Fault;
using transport::Time;

struct Link {
  std::unique_ptr<transport::Framed> framed;
  std::uint64_t next_message_id = 0;
};

class CaseRunner {
 public:
  CaseRunner(const Case& instance, transport::Network& network, const TargetFacts& facts, CaseOptions options)
      : case_(instance),
        network_(network),
        options_(options),
        environment_(instance, facts, options.now + filetime_ticks(network.now())),
        entropy_(case_seed(options.seed, instance.id)) {}

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
    for (auto& [name, link] : links_) link.framed->close();
    conclude(run);
    result.latitudes = latitudes_;
    result.recording = std::move(recording_);
  }

 private:
  static std::uint64_t filetime_ticks(Time t) { return static_cast<std::uint64_t>(t.count()) / 100; }

  Time deadline(Time timeout) const { return network_.now() + timeout; }

  Awaitable<void> take(const Step& step) {
    if (const auto* connect = std::get_if<Connect>(&step.action)) return this->connect(*connect);
    if (const auto* request = std::get_if<Request>(&step.action)) return this->request(*request);
    if (const auto* send = std::get_if<Send>(&step.action)) return this->send(*send);
    if (const auto* expect = std::get_if<Expect>(&step.action)) return this->expect(*expect);
    return this->compare(std::get<Compare>(step.action));
  }

  Awaitable<void> connect(const Connect& step) {
    transport::Result<std::unique_ptr<transport::Stream>> stream =
        co_await network_.connect(deadline(options_.step_timeout));
    if (!stream) {
      unreachable_ = true;
      mismatch_ = Mismatch{.message = "could not connect: " + stream.error().text,
                           .expected = "a connection",
                           .got = stream.error().text,
                           .field = {}};
      co_return;
    }
    const auto number = static_cast<unsigned>(connected_++);
    links_[step.as] =
        Link{std::make_unique<transport::Framed>(std::move(*stream), number, network_, recording_), 0};
    last_ = step.as;
  }

  Awaitable<void> request(const Request& step) {
    Link* link = on(step.on);
    if (link == nullptr) co_return;
    const auto bytes = build(step, link->next_message_id, environment_, entropy_);
    if (!bytes) {
      fail_table(bytes.error());
      co_return;
    }
    ++link->next_message_id;
    co_await deliver(*link, *bytes);
  }

  Awaitable<void> send(const Send& step) {
    Link* link = on(step.on);
    if (link == nullptr) co_return;
    const auto term = environment_.evaluate(step.hex);
    if (!term) co_return fail_table(term.error());
    const auto* given = std::get_if<wire::Bytes>(&term->value);
    const auto parsed = given != nullptr ? std::optional(*given) : wire::from_hex(term->text());
    if (!parsed) co_return fail_table(fmt::format("hex=\"{}\" is not hexadecimal", term->text()));
    if (step.framed && parsed->size() > smb2::largest_frame)
      co_return fail_table("the message is too long for a frame");
    const wire::Bytes bytes = step.framed ? smb2::frame(*parsed) : *parsed;
    std::size_t piece = bytes.size();
    if (step.chunks) {
      const auto size = environment_.evaluate(*step.chunks);
      const auto number = size ? literal(size->text()).number() : std::nullopt;
      if (!number || *number == 0) co_return fail_table("chunks is no positive number");
      piece = static_cast<std::size_t>(*number);
    }
    const wire::View all = bytes;
    for (std::size_t at = 0; at < all.size() && !mismatch_; at += piece) {
      co_await deliver(*link, all.subspan(at, std::min(piece, all.size() - at)));
    }
  }

  // A connection that the server has ended takes no more; what it ended with is for the next step to judge.
  Awaitable<void> deliver(Link& link, wire::View bytes) {
    const transport::Result<void> sent = co_await link.framed->send(bytes, deadline(options_.step_timeout));
    if (!sent && sent.error().fault == Fault::timeout) {
      lost_ = true;
      mismatch_ = Mismatch{.message = "the server does not read",
                           .expected = "that the request can be sent",
                           .got = sent.error().text,
                           .field = {}};
    }
  }

  Awaitable<void> expect(const Expect& step) {
    Link* link = on(step.on);
    if (link == nullptr) co_return;
    const bool wants_silence = step.alternatives.front().kind == Expectation::Kind::silence;
    if (wants_silence && options_.waits) options_.waits();
    Arrived arrived = co_await receive(*link, patience(step));
    std::string expected;
    std::optional<Mismatch> first;
    for (const Expectation& alternative : step.alternatives) {
      const auto applies = environment_.holds(alternative.condition);
      if (!applies) co_return fail_table(applies.error());
      if (!*applies) continue;
      std::optional<Mismatch> mismatch = judge(alternative, arrived, environment_);
      if (!mismatch) co_return accept(alternative, arrived);
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
    lost_ = !std::holds_alternative<Arrived::Message>(arrived.what) &&
            !std::holds_alternative<Arrived::Foreign>(arrived.what);
    mismatch_ = std::move(first);
  }

  // How long to wait: for silence as long as it has to last, else a step's timeout.
  Time patience(const Expect& step) const {
    for (const Expectation& alternative : step.alternatives) {
      const bool applies = environment_.holds(alternative.condition).value_or(false);
      if (applies && alternative.kind == Expectation::Kind::silence) return alternative.silence;
    }
    return options_.step_timeout;
  }

  Awaitable<Arrived> receive(Link& link, Time patience) {
    const Time end = deadline(patience);
    while (true) {
      transport::Result<transport::Frame> frame = co_await link.framed->receive(end);
      if (!frame) co_return arrived(frame.error(), patience);
      const wire::View message = frame->message();
      if (message.size() < 4 ||
          !std::ranges::equal(message.first(4), std::array<std::uint8_t, 4>{0xfe, 'S', 'M', 'B'})) {
        co_return Arrived{
            Arrived::Foreign{fmt::format("a frame of {} bytes that is no SMB2 message", message.size())}};
      }
      wire::Decoded<smb2::Message> decoded = smb2::decode(message);
      // 3.3.4.2: an interim response announces the one that is waited for.
      const smb2::Header& header = decoded.message.header;
      if (header.is_async() && header.status == smb2::NtStatus::pending) continue;
      co_return Arrived{Arrived::Message{std::move(decoded)}};
    }
  }

  static Arrived arrived(const transport::Error& error, Time patience) {
    switch (error.fault) {
      case Fault::timeout:
        return {Arrived::Nothing{patience}};
      case Fault::not_a_frame:
        return {Arrived::Foreign{error.text}};
      case Fault::reset:
        return {Arrived::Closed{"reset the connection"}};
      default:
        return {Arrived::Closed{"closed the connection"}};
    }
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
    const auto found = links_.find(name.empty() ? last_ : name);
    if (found != links_.end()) return &found->second;
    fail_table(fmt::format("no connection \"{}\" at this step", name));
    return nullptr;
  }

  // `line` where it is not the step's own.
  void fail_table(const std::string& why, unsigned line = 0) {
    mismatch_ =
        Mismatch{.message = why, .expected = {}, .got = {}, .field = {}, .harness_fault = true, .line = line};
  }

  Failure failure(std::size_t step, std::size_t steps) const {
    struct Words {
      std::string operator()(const Connect& s) const { return "connect " + s.as; }
      std::string operator()(const Request& s) const {
        return fmt::format(
            "request {}", s.smb1 ? "SMB_COM_NEGOTIATE"
                                 : wire::name_of(smb2::command_names, static_cast<std::uint64_t>(s.command)));
      }
      std::string operator()(const Send&) const { return "send"; }
      std::string operator()(const Expect& s) const {
        if (s.alternatives.size() > 1) return "either";
        switch (s.alternatives.front().kind) {
          case Expectation::Kind::response:
            return "response";
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
    run.lost = lost_;
    if (mismatch_) result.message = mismatch_->message;
    if (mismatch_ && mismatch_->harness_fault) {
      result.outcome = Outcome::harness_error;
      result.message = fmt::format("{}:{}: {}", case_.source.file,
                                   mismatch_->line != 0 ? mismatch_->line : step_->line, mismatch_->message);
    } else if (unreachable_ || (mismatch_ && step_->setup)) {
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
  std::map<std::string, Link> links_;
  std::string last_;  // the connection made last
  std::size_t connected_ = 0;
  const Step* step_ = nullptr;
  std::optional<Mismatch> mismatch_;
  std::vector<std::string> latitudes_;
  std::string observed_;
  bool unreachable_ = false;
  bool lost_ = false;
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

std::optional<std::string> unsupported(const Case& instance, const TargetFacts& facts) {
  const Environment environment(instance, facts, 0);
  const auto known = facts.find("target.dialects");
  const List implemented = known == facts.end() ? List{} : known->second.elements();
  for (const Term& dialect : instance.scenario->dialects.elements()) {
    if (std::ranges::find(implemented, dialect) == implemented.end()) {
      return fmt::format("the target does not implement {}", dialect.text());
    }
  }
  if (!instance.scenario->needs) return std::nullopt;
  const Expression& needs = instance.scenario->needs;
  const bool is_known = std::ranges::all_of(needs.variables(), [&](const std::string& name) {
    return !name.starts_with("target.") || facts.contains(name);
  });
  const auto met = environment.evaluate(needs);
  if (is_known && (!met || met->truth())) return std::nullopt;
  return fmt::format("needs {}", needs.source());
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
