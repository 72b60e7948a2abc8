#include "harness/target/baseline_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>

namespace target {
namespace {

using scenario::Outcome;

constexpr std::string_view heading = "# smbspec baseline v1";
constexpr std::string_view blanks = " \t\r";
constexpr std::string_view until_mark = "until=";
// The rest says that nothing is known of the case: no excuse covers that.
constexpr Outcome expectable[] = {Outcome::fail,    Outcome::pass,  Outcome::unsupported,
                                  Outcome::blocked, Outcome::crash, Outcome::observe};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The lines of a text with their numbers, without the blanks at their ends.
void each_line(std::string_view text, const std::function<bool(unsigned, std::string_view)>& goes_on) {
  for (unsigned number = 1; number == 1 || !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!goes_on(number, trimmed(text.substr(0, end)))) return;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
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

// "3/10" is a measurement, whatever it says; nothing when the word is something else.
std::optional<Measure> measure_of(std::string_view word) {
  Measure measure;
  const char* const end = word.data() + word.size();
  const auto first = std::from_chars(word.data(), end, measure.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '/') return std::nullopt;
  const auto draws = std::from_chars(first.ptr + 1, end, measure.draws);
  if (draws.ec != std::errc() || draws.ptr != end) return std::nullopt;
  return measure;
}

bool is_date(std::string_view text) {
  unsigned parts[3] = {};
  constexpr std::size_t starts[] = {0, 5, 8};
  constexpr std::size_t ends[] = {4, 7, 10};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (int i = 0; i < 3; ++i) {
    const auto [end, error] = std::from_chars(text.data() + starts[i], text.data() + ends[i], parts[i]);
    if (error != std::errc() || end != text.data() + ends[i]) return false;
  }
  using namespace std::chrono;
  return year_month_day(year(static_cast<int>(parts[0])), month(parts[1]), day(parts[2])).ok();
}

using Taken = std::expected<bool, std::string>;  // whether there was anything to take

Taken take_messages(std::string_view& line, Expectation& entry) {
  if (!line.starts_with('"')) return false;
  while (line.starts_with('"')) {
    auto message = take_quoted(line);
    if (!message) return std::unexpected("the quoted message does not end; close it with \"");
    entry.messages.push_back(std::move(*message));
    if (line.starts_with("|\"")) line.remove_prefix(1);
  }
  return true;
}

Taken take_measure(std::string_view& line, Expectation& entry) {
  std::string_view rest = line;
  const auto measure = measure_of(take_word(rest));
  if (!measure) return false;
  if (measure->draws == 0 || measure->first > measure->draws)
    return std::unexpected("a measurement tells how often the first outcome came: 3/10 is 3 of 10");
  if (entry.outcomes.size() == 1)
    return std::unexpected("a measurement needs several outcomes, as in fail|pass 3/10");
  entry.measured = measure;
  line = rest;
  return true;
}

Taken take_until(std::string_view& line, Expectation& entry) {
  if (!line.starts_with(until_mark)) return false;
  const std::string_view date = take_word(line).substr(until_mark.size());
  if (!is_date(date))
    return std::unexpected(
        fmt::format("\"{}\" is no date; write a day that there is, as in until=2027-01-31", date));
  entry.until = date;
  return true;
}

// What stands between the outcomes and the reason, in any order: a misplaced date must not pass for a reason.
std::expected<void, std::string> take_conditions(std::string_view& line, Expectation& entry) {
  while (true) {
    bool any = false;
    for (const auto take : {take_measure, take_until, take_messages}) {
      const Taken taken = take(line, entry);
      if (!taken) return std::unexpected(taken.error());
      any = any || *taken;
    }
    if (!any) return {};
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
  if (auto taken = take_conditions(line, entry); !taken) return std::unexpected(std::move(taken.error()));
  if (line.starts_with('#')) line = trimmed(line.substr(1));
  if (line.empty()) return std::unexpected("no reason; end the line with why, or with a link");
  entry.reason = line;
  return entry;
}

// The name now of what a pattern calls by its name of earlier versions; "" when it does not.
std::string renamed(std::string_view pattern, const Aliases& aliases) {
  const std::size_t scenario = std::min(pattern.find('['), pattern.size());
  for (const std::size_t end : {pattern.size(), scenario}) {
    if (const auto alias = aliases.find(pattern.substr(0, end)); alias != aliases.end())
      return alias->second + std::string(pattern.substr(end));
  }
  return {};
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string names_of(const std::vector<Outcome>& outcomes) {
  std::vector<std::string_view> names;
  std::ranges::transform(outcomes, std::back_inserter(names), [](Outcome o) { return scenario::name(o); });
  return fmt::format("{}", fmt::join(names, "|"));
}

std::string messages_of(const Expectation& entry) {
  std::vector<std::string> all;
  std::ranges::transform(entry.messages, std::back_inserter(all), quoted);
  return fmt::format("{}", fmt::join(all, "|"));
}

}  // namespace

bool is_wildcard(const Expectation& entry) { return entry.pattern.contains('*'); }
bool is_unsupported_only(const Expectation& entry) {
  return std::ranges::all_of(entry.outcomes, [](Outcome o) { return o == Outcome::unsupported; });
}
bool expects(const Expectation& entry, Outcome outcome) {
  return std::ranges::find(entry.outcomes, outcome) != entry.outcomes.end();
}

std::string in_words(const Expectation& entry) {
  return names_of(entry.outcomes) + (entry.messages.empty() ? "" : " " + messages_of(entry));
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

std::expected<Aliases, std::string> parse_aliases(std::string_view text, std::string_view file) {
  Aliases aliases;
  std::string error;
  each_line(text, [&](unsigned number, std::string_view line) {
    if (number == 1 || line.empty()) return true;
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || line.find('\t', tab + 1) != std::string_view::npos) {
      error = fmt::format("{}:{}: an old id, a tab and the id now are wanted", file, number);
    } else if (!aliases.try_emplace(std::string(line.substr(0, tab)), line.substr(tab + 1)).second) {
      error = fmt::format("{}:{}: {} stands twice", file, number, line.substr(0, tab));
    }
    return error.empty();
  });
  if (!error.empty()) return std::unexpected(std::move(error));
  return aliases;
}

std::expected<Baseline, std::string> parse_baseline(std::string_view text, std::string_view file,
                                                    const Aliases& aliases) {
  Baseline baseline;
  std::string errors;
  std::map<std::string, unsigned, std::less<>> lines;  // by pattern
  const auto wrong = [&](unsigned line, std::string_view what) {
    errors += fmt::format("{}:{}: {}\n", file, line, what);
  };
  each_line(text, [&](unsigned number, std::string_view line) {
    if (number == 1) {
      const bool right =
          line.starts_with(heading) &&
          (line.size() == heading.size() || blanks.find(line[heading.size()]) != std::string_view::npos);
      if (!right)
        wrong(1, fmt::format("not a baseline this version reads; the first line has to begin with \"{}\"",
                             heading));
      return right;
    }
    if (line.empty() || line.starts_with('#')) return true;
    auto entry = parse_line(line);
    if (!entry) {
      wrong(number, entry.error());
      return true;
    }
    if (const auto [earlier, is_new] = lines.try_emplace(entry->pattern, number); !is_new)
      wrong(number, fmt::format("{} stands in line {} too; remove one", entry->pattern, earlier->second));
    if (std::string now = renamed(entry->pattern, aliases); !now.empty())
      entry->old_name = std::exchange(entry->pattern, std::move(now));
    entry->source = {std::string(file), number};
    baseline.push_back(std::move(*entry));
    return true;
  });
  if (!errors.empty()) {
    errors.pop_back();
    return std::unexpected(std::move(errors));
  }
  return baseline;
}

std::expected<Baseline, std::string> load_baseline(const std::filesystem::path& path,
                                                   const Aliases& aliases) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
    return std::unexpected(
        fmt::format("{}: cannot be read; name a baseline file that exists", path.string()));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse_baseline(text, path.string(), aliases);
}

std::string line_of(const Expectation& entry) {
  std::string line = fmt::format("{}  {}", entry.pattern, names_of(entry.outcomes));
  if (entry.measured) line += fmt::format(" {}/{}", entry.measured->first, entry.measured->draws);
  if (!entry.until.empty()) line += fmt::format("  {}{}", until_mark, entry.until);
  if (!entry.messages.empty()) line += "  " + messages_of(entry);
  std::string_view rest = entry.reason;
  const bool reads_otherwise = rest.starts_with('#') || rest.starts_with('"') ||
                               rest.starts_with(until_mark) || measure_of(take_word(rest));
  return line + (reads_otherwise ? "  # " : "  ") + entry.reason;
}

std::string empty_baseline(std::string_view suite_version, std::string_view target) {
  return fmt::format("{}   suite {}   target {}\n", heading, suite_version, target);
}

}  // namespace target
