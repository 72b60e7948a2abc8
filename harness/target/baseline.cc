#include "harness/target/baseline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

namespace target {
namespace {

using scenario::CaseResult;
using scenario::Outcome;

constexpr std::string_view heading = "# smbspec baseline v1";
constexpr std::string_view blanks = " \t\r";
// The rest says that nothing is known of the case: no excuse covers that.
constexpr Outcome expectable[] = {Outcome::fail,    Outcome::pass,  Outcome::unsupported,
                                  Outcome::blocked, Outcome::crash, Outcome::observe};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The text up to the first blank that stands in no bracket, taken off the front. Factor values may hold
// blanks.
std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  int depth = 0;
  std::size_t end = 0;
  while (end < text.size() && (depth > 0 || blanks.find(text[end]) == std::string_view::npos)) {
    if (text[end] == '[') ++depth;
    if (text[end] == ']') --depth;
    ++end;
  }
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

// What stands in quotes, \" and \\ inside them being the characters themselves; nothing when the quotes do
// not end.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string quoted;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text = trimmed(text.substr(i + 1));
      return quoted;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    quoted += text[i];
  }
  return std::nullopt;
}

std::expected<std::vector<Outcome>, std::string> parse_outcomes(std::string_view text) {
  std::vector<Outcome> outcomes;
  while (true) {
    const std::size_t bar = std::min(text.find('|'), text.size());
    const auto outcome = scenario::outcome_of(text.substr(0, bar));
    if (!outcome || std::ranges::find(expectable, *outcome) == std::end(expectable)) {
      std::vector<std::string_view> names;
      std::ranges::transform(expectable, std::back_inserter(names),
                             [](Outcome o) { return scenario::name(o); });
      return std::unexpected(fmt::format("\"{}\" cannot be expected; write one or more of {}, with | between",
                                         text.substr(0, bar), fmt::join(names, ", ")));
    }
    outcomes.push_back(*outcome);
    if (bar == text.size()) return outcomes;
    text.remove_prefix(bar + 1);
  }
}

std::expected<Expectation, std::string> parse_line(std::string_view line) {
  Expectation entry;
  entry.pattern = take_word(line);
  const std::string_view outcomes = take_word(line);
  if (outcomes.empty())
    return std::unexpected("no outcome after the id; write: id  fail  \"message\"  reason");
  auto parsed = parse_outcomes(outcomes);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  entry.outcomes = std::move(*parsed);
  if (entry.outcomes == std::vector{Outcome::pass}) {
    return std::unexpected("pass is expected of every case; remove the line");
  }
  while (line.starts_with('"')) {
    auto message = take_quoted(line);
    if (!message) return std::unexpected("the quoted message does not end; close it with \"");
    entry.messages.push_back(std::move(*message));
    if (line.starts_with("|\"")) line.remove_prefix(1);
  }
  if (line.starts_with('#')) line = trimmed(line.substr(1));
  if (line.empty()) return std::unexpected("no reason; end the line with why, or with a link");
  entry.reason = line;
  return entry;
}

bool is_wildcard(const Expectation& entry) { return entry.pattern.contains('*'); }
bool is_unsupported_only(const Expectation& entry) {
  return std::ranges::all_of(entry.outcomes, [](Outcome o) { return o == Outcome::unsupported; });
}
bool expects(const Expectation& entry, Outcome outcome) {
  return std::ranges::find(entry.outcomes, outcome) != entry.outcomes.end();
}

std::string_view reported(const CaseResult& result) {
  return result.outcome == Outcome::observe ? result.observed : result.message;
}

std::string place(const scenario::Source& source) { return fmt::format("{}:{}", source.file, source.line); }

std::string in_words(const Expectation& entry) {
  std::vector<std::string_view> names;
  std::ranges::transform(entry.outcomes, std::back_inserter(names),
                         [](Outcome o) { return scenario::name(o); });
  std::string text = fmt::format("{}", fmt::join(names, "|"));
  if (!entry.messages.empty()) text += fmt::format(" \"{}\"", fmt::join(entry.messages, "\"|\""));
  return text;
}

// What is wrong with an expectation that covers a case with a verdict; nothing when it holds.
std::optional<std::string> disagreement(const Expectation& entry, const CaseResult& result) {
  if (!expects(entry, result.outcome)) {
    if (result.outcome == Outcome::pass) {
      return fmt::format("{} passes now, {} was expected; remove the line or narrow it", result.id,
                         in_words(entry));
    }
    return fmt::format("{} is {} now (\"{}\"), {} was expected; judge it anew and change the line", result.id,
                       scenario::name(result.outcome), reported(result), in_words(entry));
  }
  const bool is_told = entry.messages.empty() || result.outcome == Outcome::pass ||
                       std::ranges::any_of(entry.messages, [&](const std::string& message) {
                         return reported(result).starts_with(message);
                       });
  if (!is_told) {
    return fmt::format("{} differs: \"{}\", {} was expected; judge it anew and change the line", result.id,
                       reported(result), in_words(entry));
  }
  return std::nullopt;
}

// Nothing excuses a case that was not judged, and a case that is unsupported here may do elsewhere what is
// expected.
bool speaks_of(const Expectation& entry, Outcome outcome) {
  if (outcome == Outcome::unsupported) return is_unsupported_only(entry);
  return outcome != Outcome::no_verdict && outcome != Outcome::harness_error;
}

}  // namespace

bool excuses(const Baseline& baseline, const CaseResult& result) {
  const Expectation* covering = nullptr;
  for (const Expectation& entry : baseline) {
    if (!matches(entry.pattern, result.id)) continue;
    if (covering == nullptr || (is_wildcard(*covering) && !is_wildcard(entry))) covering = &entry;
  }
  return covering != nullptr && speaks_of(*covering, result.outcome) && !disagreement(*covering, result);
}

bool matches(std::string_view pattern, std::string_view id) {
  // Greedy with one point of return: the last star, tried at one character further every time.
  std::size_t p = 0;
  std::size_t i = 0;
  std::optional<std::pair<std::size_t, std::size_t>> star;
  while (i < id.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = {p++, i};
    } else if (p < pattern.size() && pattern[p] == id[i]) {
      ++p;
      ++i;
    } else if (star) {
      p = star->first + 1;
      i = ++star->second;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::expected<Baseline, std::string> parse_baseline(std::string_view text, std::string_view file) {
  Baseline baseline;
  std::string errors;
  std::map<std::string, unsigned, std::less<>> lines;  // by pattern
  const auto wrong = [&](unsigned line, std::string_view what) {
    errors += fmt::format("{}:{}: {}\n", file, line, what);
  };

  for (unsigned number = 1; number == 1 || !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (number == 1) {
      const bool right =
          line.starts_with(heading) &&
          (line.size() == heading.size() || blanks.find(line[heading.size()]) != std::string_view::npos);
      if (!right) {
        wrong(number,
              fmt::format("not a baseline this version reads; the first line has to begin with \"{}\"",
                          heading));
        break;
      }
    }
    if (line.empty() || line.starts_with('#')) continue;
    auto entry = parse_line(line);
    if (!entry) {
      wrong(number, entry.error());
      continue;
    }
    if (const auto [earlier, is_new] = lines.try_emplace(entry->pattern, number); !is_new) {
      wrong(number, fmt::format("{} stands in line {} too; remove one", entry->pattern, earlier->second));
    }
    entry->source = {std::string(file), number};
    baseline.push_back(std::move(*entry));
  }
  if (!errors.empty()) {
    errors.pop_back();
    return std::unexpected(std::move(errors));
  }
  return baseline;
}

std::expected<Baseline, std::string> load_baseline(const std::filesystem::path& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
    return std::unexpected(
        fmt::format("{}: cannot be read; name a baseline file that exists", path.string()));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse_baseline(text, path.string());
}

void apply(const Baseline& baseline, scenario::RunRecord& record, bool whole_suite_selected) {
  record.baseline_problems.clear();
  const auto problem = [&](const Expectation& entry, std::string_view what) {
    record.baseline_problems.push_back(fmt::format("{}: {}", place(entry.source), what));
  };

  std::vector<const Expectation*> covering(record.cases.size(), nullptr);  // by case
  for (const Expectation& entry : baseline) {
    std::vector<std::size_t> covered;
    for (std::size_t i = 0; i < record.cases.size(); ++i) {
      if (matches(entry.pattern, record.cases[i].id)) covered.push_back(i);
    }
    if (covered.empty() && whole_suite_selected) {
      problem(entry, fmt::format("no case is called {}; `smbspec list` knows the ids", entry.pattern));
    }
    if (is_wildcard(entry) && covered.size() > widest_wildcard && !is_unsupported_only(entry)) {
      problem(entry,
              fmt::format("{} covers {} cases, {} are allowed unless only unsupported is expected; narrow it",
                          entry.pattern, covered.size(), widest_wildcard));
      continue;
    }
    for (const std::size_t i : covered) {
      if (covering[i] == nullptr || (is_wildcard(*covering[i]) && !is_wildcard(entry))) covering[i] = &entry;
    }
  }

  for (std::size_t i = 0; i < record.cases.size(); ++i) {
    CaseResult& result = record.cases[i];
    const Expectation* entry = covering[i];
    result.excuse.clear();
    result.expected = scenario::is_expected(result.outcome, result.level, record.strict);
    if (entry == nullptr || !speaks_of(*entry, result.outcome)) continue;
    result.excuse = entry->reason;
    const auto disagrees = disagreement(*entry, result);
    result.expected = !disagrees;
    if (disagrees) problem(*entry, *disagrees);
  }
}

}  // namespace target
