#include "harness/scenario/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/builder.h"

namespace scenario {
namespace {

Mismatch fault(unsigned line, const std::string& why) {
  return {.message = why, .expected = {}, .got = {}, .field = {}, .harness_fault = true, .line = line};
}

struct Statuses {
  std::vector<std::uint32_t> values;
  std::string text;  // "STATUS_A or STATUS_B"
};

std::expected<Statuses, std::string> statuses(const Text& text, const Environment& environment) {
  const auto term = environment.evaluate(text);
  if (!term) return std::unexpected(term.error());
  Statuses result;
  std::string list = term->text();
  std::ranges::replace(list, '|', ' ');
  for (const Term& word : literal(list).elements()) {
    const auto value = word.number();
    if (!value) return std::unexpected(fmt::format("no status \"{}\"", word.text()));
    result.values.push_back(static_cast<std::uint32_t>(*value));
    result.text += (result.text.empty() ? "" : " or ") + smb2::to_text(smb2::NtStatus{result.values.back()});
  }
  return result;
}

// Elements of the list at a path: the last segment names it, with `[type=X]` or without.
class Counter : public wire::Observer {
 public:
  explicit Counter(const wire::Path& path) : segment_(path.segments().back()) {}
  void enter(std::string_view list, std::size_t, std::string_view kind) override {
    if (list != segment_.name) return;
    const std::string_view wanted = segment_.kind;
    if (wanted.empty() || kind == wanted || kind.ends_with("_" + std::string(wanted)) ||
        kind.contains("_" + std::string(wanted) + "_")) {
      ++count;
    }
  }
  void leave() override {}
  void field(const wire::Field&) override {}
  std::uint64_t count = 0;

 private:
  const wire::Path::Segment& segment_;
};

// A value under check, with what its field knows about spelling.
struct Subject {
  wire::Value value;
  wire::Field field;
  std::string text;
};

std::string spelled(const wire::Field& field, const wire::Value& value) {
  return wire::to_text(value, field.kind(), field.names(), field.width());
}

std::uint64_t size_of(const wire::Value& value) {
  if (const auto* numbers = std::get_if<wire::Numbers>(&value)) return numbers->size();
  if (const auto* bytes = std::get_if<wire::Bytes>(&value)) return bytes->size();
  if (const auto* text = std::get_if<wire::Utf16>(&value)) return text->raw.size();
  return 0;
}

struct Verdict {
  bool holds = false;
  std::string expected;
};

std::expected<Verdict, std::string> compare(const Check& check, const Subject& subject, const Term& operand) {
  const auto value_in_field = [&](const Term& term) { return to_value(term, subject.field); };
  const auto* number = std::get_if<std::uint64_t>(&subject.value);
  switch (check.relation) {
    case Relation::is:
    case Relation::is_not: {
      const auto wanted = value_in_field(operand);
      if (!wanted) return std::unexpected(wanted.error());
      const bool is = check.relation == Relation::is;
      return Verdict{(subject.value == *wanted) == is,
                     (is ? "" : "anything but ") + spelled(subject.field, *wanted)};
    }
    case Relation::in: {
      Verdict verdict{false, ""};
      const auto* raw = std::get_if<std::string>(&operand.value);
      for (const Term& element : (raw != nullptr ? literal(*raw) : operand).elements()) {
        const auto wanted = value_in_field(element);
        if (!wanted) return std::unexpected(wanted.error());
        verdict.expected += (verdict.expected.empty() ? "" : " or ") + spelled(subject.field, *wanted);
        // A list holds when each of its elements is among the wanted ones.
        verdict.holds = verdict.holds || subject.value == *wanted;
      }
      if (const auto* numbers = std::get_if<wire::Numbers>(&subject.value)) {
        const auto all = value_in_field(operand);
        if (!all) return std::unexpected(all.error());
        const auto& wanted = std::get<wire::Numbers>(*all);
        verdict.holds = std::ranges::all_of(
            *numbers, [&](auto n) { return std::ranges::find(wanted, n) != wanted.end(); });
      }
      return verdict;
    }
    case Relation::has:
    case Relation::lacks: {
      const auto bits = value_in_field(operand);
      if (!bits) return std::unexpected(bits.error());
      const auto* wanted = std::get_if<std::uint64_t>(&*bits);
      if (wanted == nullptr || number == nullptr) return std::unexpected("only numbers have bits");
      const bool has = check.relation == Relation::has;
      return Verdict{has ? (*number & *wanted) == *wanted : (*number & *wanted) == 0,
                     (has ? "with " : "without ") + spelled(subject.field, *bits)};
    }
    case Relation::at_least:
    case Relation::at_most: {
      const auto bound = value_in_field(operand);
      if (!bound) return std::unexpected(bound.error());
      const auto* wanted = std::get_if<std::uint64_t>(&*bound);
      if (wanted == nullptr || number == nullptr) return std::unexpected("only numbers have bounds");
      const bool least = check.relation == Relation::at_least;
      return Verdict{least ? *number >= *wanted : *number <= *wanted,
                     (least ? "at least " : "at most ") + spelled(subject.field, *bound)};
    }
    case Relation::size: {
      const auto wanted = literal(operand.text()).number();
      if (!wanted) return std::unexpected(fmt::format("\"{}\" is no size", operand.text()));
      return Verdict{size_of(subject.value) == *wanted, fmt::format("{} long", *wanted)};
    }
    case Relation::exists:
      return Verdict{operand.text() != "no", operand.text() == "no" ? "absent" : "present"};
  }
  return std::unexpected("no such relation");
}

std::optional<Mismatch> verify(const Check& check, wire::Decoded<smb2::Message>& decoded,
                               const Environment& environment) {
  const auto wanted = environment.holds(check.condition);
  if (!wanted) return fault(check.line, wanted.error());
  if (!*wanted) return std::nullopt;
  const auto operand = environment.evaluate(check.operand);
  if (!operand) return fault(check.line, operand.error());

  std::optional<std::expected<Verdict, std::string>> verdict;
  std::string got = "absent";
  const auto use = [&](const wire::Field& field) {
    // What lies past the end of the message was never there.
    if (field.offset() != wire::nowhere && field.offset() + field.size() > decoded.residue.size) return;
    const Subject subject{field.get(), field, {}};
    got = spelled(field, subject.value);
    verdict = compare(check, subject, *operand);
  };
  if (check.count) {
    Counter counter(check.path);
    wire::walk(decoded.message, counter);
    use(wire::field_of("count", counter.count));
  } else {
    find_field(decoded.message, check.part, check.path, use);
  }
  if (!verdict) {
    const bool absent_is_right = check.relation == Relation::exists && operand->text() == "no";
    if (absent_is_right) return std::nullopt;
    verdict = Verdict{false, check.relation == Relation::exists ? "present" : operand->text()};
  }
  if (!*verdict) return fault(check.line, verdict->error());
  if ((*verdict)->holds) return std::nullopt;
  const std::string name = (check.count ? "the number of " : "") + check.path.text();
  return Mismatch{.message = fmt::format("{} is {}, not {}", name, got, (*verdict)->expected),
                  .expected = fmt::format("{} {}", name, (*verdict)->expected),
                  .got = fmt::format("{} {}", name, got),
                  .field = check.count ? std::string() : check.path.text(),
                  .line = check.line};
}

std::optional<Mismatch> judge_response(const Expectation& expectation, Arrived::Message& arrived,
                                       const Environment& environment) {
  const smb2::Header& header = arrived.decoded.message.header;
  const auto wanted = statuses(expectation.status, environment);
  if (!wanted) return fault(expectation.line, wanted.error());
  if (std::ranges::find(wanted->values, static_cast<std::uint32_t>(header.status)) == wanted->values.end()) {
    const std::string got = smb2::to_text(header.status);
    return Mismatch{.message = fmt::format("Status is {}, not {}", got, wanted->text),
                    .expected = "Status " + wanted->text,
                    .got = "Status " + got,
                    .field = "Status",
                    .line = expectation.line};
  }
  for (const Check& check : expectation.checks) {
    if (auto mismatch = verify(check, arrived.decoded, environment)) return mismatch;
  }
  return std::nullopt;
}

}  // namespace

std::string describe(const Expectation& expectation, const Environment& environment) {
  std::string text;
  switch (expectation.kind) {
    case Expectation::Kind::response: {
      const auto wanted = statuses(expectation.status, environment);
      text = "a response with " + (wanted ? wanted->text : expectation.status.raw);
      break;
    }
    case Expectation::Kind::closed:
      text = "a closed connection";
      break;
    case Expectation::Kind::silence:
      text = fmt::format("nothing for {} ms", expectation.silence.count());
      break;
  }
  if (!expectation.latitude.empty()) text += fmt::format(" (latitude {})", expectation.latitude);
  return text;
}

std::string describe(const Arrived& arrived) {
  struct Text {
    std::string operator()(const Arrived::Message& m) const {
      const auto& message = m.decoded.message;
      return fmt::format("{} with {}", smb2::title(message), smb2::to_text(message.header.status));
    }
    std::string operator()(const Arrived::Foreign& f) const { return f.what; }
    std::string operator()(const Arrived::Closed& c) const { return "the server " + c.how; }
    std::string operator()(const Arrived::Nothing& n) const {
      return fmt::format("no answer within {} ms",
                         std::chrono::duration_cast<std::chrono::milliseconds>(n.waited).count());
    }
  };
  return std::visit(Text{}, arrived.what);
}

std::optional<Mismatch> judge(const Expectation& expectation, Arrived& arrived,
                              const Environment& environment) {
  using Kind = Expectation::Kind;
  const bool fits =
      (expectation.kind == Kind::closed && std::holds_alternative<Arrived::Closed>(arrived.what)) ||
      (expectation.kind == Kind::silence && std::holds_alternative<Arrived::Nothing>(arrived.what));
  if (fits) return std::nullopt;
  auto* message = std::get_if<Arrived::Message>(&arrived.what);
  if (expectation.kind == Kind::response && message != nullptr &&
      message->decoded.message.header.is_response()) {
    return judge_response(expectation, *message, environment);
  }
  const std::string wanted = describe(expectation, environment);
  const std::string got = describe(arrived);
  return Mismatch{.message = fmt::format("{} instead of {}", got, wanted),
                  .expected = wanted,
                  .got = got,
                  .field = {},
                  .line = expectation.line};
}

}  // namespace scenario
