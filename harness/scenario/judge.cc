#include "harness/scenario/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/builder.h"
#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"

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
  if (result.values.empty()) return std::unexpected("no status is given");
  return result;
}

// Elements of the list at a path: the last segment names it, with `[type=X]` or without.
class Counter : public wire::Observer {
 public:
  explicit Counter(const wire::Path& path) : segment_(path.segments().back()) {}
  void enter(std::string_view list, std::size_t, std::string_view kind) override {
    if (list == segment_.name && (segment_.kind.empty() || wire::is_of_kind(kind, segment_.kind))) ++count;
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

  std::string spell(const wire::Value& other) const {
    if (field.offset() == wire::nowhere) return fmt::format("{}", std::get<std::uint64_t>(other));  // a count
    return wire::to_text(other, field.kind(), field.names(), field.width());
  }
  std::string spell(const wire::Numbers& numbers) const {
    std::vector<std::string> texts;
    for (const std::uint64_t n : numbers)
      texts.push_back(wire::to_text(n, wire::Kind::number, field.names(), field.width()));
    return fmt::format("{}", fmt::join(texts, ", "));
  }
};

struct Verdict {
  bool holds = false;
  std::string expected;   // behind the name: "with SMB2_GLOBAL_CAP_DFS"
  std::string objection;  // behind the name and the value: ", which lacks SMB2_GLOBAL_CAP_DFS"
};
using Compared = std::expected<Verdict, std::string>;

Compared is(const Subject& subject, const Term& operand, bool wanted) {
  const auto value = to_value(operand, subject.field);
  if (!value) return std::unexpected(value.error());
  const std::string text = subject.spell(*value);
  const bool holds = (subject.value == *value) == wanted;
  if (wanted) return Verdict{holds, text, ", not " + text};
  return Verdict{holds, "anything but " + text, ", which it must not be"};
}

// Of a list, every element has to be among those named.
Compared in(const Subject& subject, const Term& operand) {
  if (const auto* numbers = std::get_if<wire::Numbers>(&subject.value)) {
    const auto value = to_value(operand, subject.field);
    if (!value) return std::unexpected(value.error());
    const auto& named = std::get<wire::Numbers>(*value);
    wire::Numbers others;
    std::ranges::copy_if(*numbers, std::back_inserter(others),
                         [&](auto n) { return std::ranges::find(named, n) == named.end(); });
    return Verdict{others.empty(), "made of " + subject.spell(named), ", which has " + subject.spell(others)};
  }
  Verdict verdict{false, "", ", none of "};
  const auto* raw = std::get_if<std::string>(&operand.value);
  for (const Term& element : (raw != nullptr ? literal(*raw) : operand).elements()) {
    const auto value = to_value(element, subject.field);
    if (!value) return std::unexpected(value.error());
    const std::string text = subject.spell(*value);
    verdict.objection += (verdict.expected.empty() ? "" : ", ") + text;
    verdict.expected += (verdict.expected.empty() ? "" : " or ") + text;
    verdict.holds = verdict.holds || subject.value == *value;
  }
  return verdict;
}

// The two numbers that bits and bounds are about.
std::expected<std::pair<std::uint64_t, std::uint64_t>, std::string> numbers(const Subject& subject,
                                                                            const Term& operand) {
  const auto value = to_value(operand, subject.field);
  if (!value) return std::unexpected(value.error());
  const auto* wanted = std::get_if<std::uint64_t>(&*value);
  const auto* number = std::get_if<std::uint64_t>(&subject.value);
  if (wanted == nullptr || number == nullptr) return std::unexpected("only numbers have bits and bounds");
  return std::pair(*number, *wanted);
}

Compared bits(const Subject& subject, const Term& operand, bool set) {
  const auto both = numbers(subject, operand);
  if (!both) return std::unexpected(both.error());
  const auto [number, wanted] = *both;
  const std::uint64_t wrong = set ? wanted & ~number : wanted & number;
  return Verdict{wrong == 0, (set ? "with " : "without ") + subject.spell(wire::Value(wanted)),
                 (set ? ", which lacks " : ", which has ") + subject.spell(wire::Value(wrong))};
}

Compared bound(const Subject& subject, const Term& operand, bool least) {
  const auto both = numbers(subject, operand);
  if (!both) return std::unexpected(both.error());
  const auto [number, wanted] = *both;
  const std::string text = subject.spell(wire::Value(wanted));
  return Verdict{least ? number >= wanted : number <= wanted, (least ? "at least " : "at most ") + text,
                 (least ? ", below " : ", above ") + text};
}

Compared size(const Subject& subject, const Term& operand) {
  struct Size {
    std::expected<std::pair<std::size_t, const char*>, std::string> operator()(std::uint64_t) const {
      return std::unexpected("only bytes, text and lists have a size");
    }
    std::expected<std::pair<std::size_t, const char*>, std::string> operator()(const wire::Numbers& n) const {
      return std::pair(n.size(), "elements");
    }
    std::expected<std::pair<std::size_t, const char*>, std::string> operator()(const wire::Bytes& b) const {
      return std::pair(b.size(), "bytes");
    }
    std::expected<std::pair<std::size_t, const char*>, std::string> operator()(const wire::Utf16& t) const {
      return std::pair(t.raw.size(), "bytes");
    }
  };
  const auto wanted = literal(operand.text()).number();
  if (!wanted) return std::unexpected(fmt::format("\"{}\" is no size", operand.text()));
  const auto size = std::visit(Size{}, subject.value);
  if (!size) return std::unexpected(size.error());
  const auto [got, unit] = *size;
  return Verdict{got == *wanted, fmt::format("{} {} long", *wanted, unit),
                 fmt::format(", {} {} long, not {}", got, unit, *wanted)};
}

Compared compare(Relation relation, const Subject& subject, const Term& operand) {
  switch (relation) {
    case Relation::is:
    case Relation::is_not:
      return is(subject, operand, relation == Relation::is);
    case Relation::in:
      return in(subject, operand);
    case Relation::has:
    case Relation::lacks:
      return bits(subject, operand, relation == Relation::has);
    case Relation::at_least:
    case Relation::at_most:
      return bound(subject, operand, relation == Relation::at_least);
    case Relation::size:
      return size(subject, operand);
    case Relation::exists:
      return Verdict{operand.text() != "no", "absent", ", and should be absent"};
  }
  return std::unexpected("no such relation");
}

// For a message of one line; the whole stands in Mismatch::got.
std::string shortened(const std::string& text) {
  constexpr std::size_t longest = 120;  // characters
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

// What is wanted of a field that is not there, as far as that can be said without it.
Verdict of_absent(Relation relation, const Term& operand) {
  if (relation == Relation::exists) return {operand.text() == "no", "present", ""};
  constexpr const char* words[] = {"",         "anything but ", "one of ",  "with ",
                                   "without ", "at least ",     "at most ", "of size "};
  return {false, words[static_cast<std::size_t>(relation)] + operand.text(), ""};
}

// As a verdict spells it; fields of a token are told by the token's name too.
std::string spelled(const Check& check) {
  const char* const where = check.part == Part::header   ? "Header."
                            : check.part == Part::ntlm   ? "NTLMSSP "
                            : check.part == Part::spnego ? "SPNEGO "
                                                         : "";
  return where + check.path.text();
}

std::optional<Mismatch> verify(const Check& check, wire::Decoded<smb2::Message>& decoded,
                               const Environment& environment) {
  const auto wanted = environment.holds(check.condition);
  if (!wanted) return fault(check.line, wanted.error());
  if (!*wanted) return std::nullopt;
  const auto operand = environment.evaluate(check.operand);
  if (!operand) return fault(check.line, operand.error());

  std::string got = "absent";
  Compared verdict = of_absent(check.relation, *operand);
  const auto use = [&](const wire::Field& field) {
    const Subject subject{field.get(), field};
    got = subject.spell(subject.value);
    verdict = compare(check.relation, subject, *operand);
  };
  if (check.count) {
    Counter counter(check.path);
    wire::walk(decoded.message, counter);
    use(wire::field_of("count", counter.count));
  } else {
    find_arrived(decoded, check.part, check.path, use);
  }
  if (!verdict) return fault(check.line, verdict.error());
  if (verdict->holds) return std::nullopt;
  const std::string field = spelled(check);
  const std::string name = (check.count ? "the number of " : "") + field;
  const bool in_token = check.part == Part::ntlm || check.part == Part::spnego;
  return Mismatch{.message = fmt::format("{} is {}{}", name, shortened(got), verdict->objection),
                  .expected = fmt::format("{} {}", name, verdict->expected),
                  .got = fmt::format("{} {}", name, got),
                  .field = check.count ? std::string()
                           : in_token  ? "Buffer"
                                       : field,
                  .line = check.line};
}

std::optional<Mismatch> judge_protection(std::string_view what, std::optional<bool> wanted,
                                         transport::Protection found, unsigned line) {
  constexpr std::string_view words[] = {"absent", "right", "wrong", "beyond judging"};
  const auto right = wanted.value_or(false) ? transport::Protection::right : transport::Protection::none;
  if (!wanted || found == right) return std::nullopt;
  const auto word = [&](transport::Protection p) { return words[static_cast<std::size_t>(p)]; };
  return Mismatch{.message = fmt::format("the response's {} is {}, not {}", what, word(found), word(right)),
                  .expected = fmt::format("a response whose {} is {}", what, word(right)),
                  .got = fmt::format("one whose {} is {}", what, word(found)),
                  .field = {},
                  .line = line};
}

std::optional<Mismatch> judge_contents(const Expectation& expectation, Arrived::Message& arrived,
                                       const Environment& environment) {
  // 3.1.4.3: a seal is in a signature's place.
  const bool sealed_instead =
      expectation.is_signed.value_or(false) && arrived.seal == transport::Protection::right;
  if (!sealed_instead) {
    if (auto mismatch =
            judge_protection("signature", expectation.is_signed, arrived.signature, expectation.line))
      return mismatch;
  }
  if (auto mismatch = judge_protection("seal", expectation.is_sealed, arrived.seal, expectation.line))
    return mismatch;
  for (const Check& check : expectation.checks) {
    if (auto mismatch = verify(check, arrived.decoded, environment)) return mismatch;
  }
  return std::nullopt;
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
  return judge_contents(expectation, arrived, environment);
}

// Takes a field only when it lies inside of the bytes that came.
bool within(std::size_t size, const Use& use, const std::function<void(const Use&)>& find) {
  bool present = false;
  find([&](const wire::Field& field) {
    if (field.offset() + field.size() > size) return;
    present = true;
    use(field);
  });
  return present;
}

wire::View token_of(const smb2::Message& message) {
  if (const auto* body = std::get_if<smb2::SessionSetupResponse>(&message.body)) return body->buffer;
  if (const auto* body = std::get_if<smb2::NegotiateResponse>(&message.body)) return body->buffer;
  return {};
}

bool find_in_token(wire::View bytes, Part part, const wire::Path& path, const Use& use) {
  auto token = wire::decode<security::Token>(bytes);
  // An element that is not there has no field, since every one says itself that it is.
  if (part == Part::spnego) return wire::find(token.message, path, use);
  auto message = wire::decode<security::NtlmMessage>(security::mechanism_token(token.message));
  return within(message.residue.size, use,
                [&](const Use& found) { wire::find(message.message, path, found); });
}

}  // namespace

bool find_arrived(wire::Decoded<smb2::Message>& decoded, Part part, const wire::Path& path, const Use& use) {
  if (part == Part::ntlm || part == Part::spnego)
    return find_in_token(token_of(decoded.message), part, path, use);
  return within(decoded.residue.size, use,
                [&](const Use& found) { find_field(decoded.message, part, path, found); });
}

std::string describe(const Expectation& expectation, const Environment& environment) {
  std::string text;
  switch (expectation.kind) {
    case Expectation::Kind::response: {
      const auto wanted = statuses(expectation.status, environment);
      text = "a response with " + (wanted ? wanted->text : expectation.status.raw);
      break;
    }
    case Expectation::Kind::interim:
      text = "an interim response";
      break;
    case Expectation::Kind::notification:
      text = "a notification";
      break;
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
      const std::string text =
          fmt::format("{} with {}", smb2::title(message), smb2::to_text(message.header.status));
      if (m.interim) return "an interim " + text;
      if (m.solicited) return text;
      return fmt::format("{}, which answers no request (MessageId {})", text, message.header.message_id);
    }
    std::string operator()(const Arrived::Foreign& f) const { return f.what; }
    std::string operator()(const Arrived::Closed& c) const { return "the server " + c.how; }
    std::string operator()(const Arrived::Nothing& n) const {
      const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(n.waited).count();
      if (n.interims == 0) return fmt::format("no answer within {} ms", waited);
      return fmt::format("no final answer within {} ms, after {} interim response{}", waited, n.interims,
                         n.interims == 1 ? "" : "s");
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
  if (message != nullptr && expectation.kind == Kind::notification && !message->solicited &&
      message->decoded.message.header.command == smb2::Command::server_to_client_notification)
    return judge_contents(expectation, *message, environment);
  if (message != nullptr && message->solicited && message->decoded.message.header.is_response()) {
    if (expectation.kind == Kind::interim && message->interim)
      return judge_contents(expectation, *message, environment);
    if (expectation.kind == Kind::response && !message->interim)
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
