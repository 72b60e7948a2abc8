#include "reports/terminal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "reports/exchange.h"
#include "reports/text.h"

namespace report {
namespace {

using scenario::CaseResult;
using scenario::Level;
using scenario::Outcome;
using scenario::RunRecord;

constexpr std::size_t most_reasons = 20;     // groups of what was not judged
constexpr std::size_t most_unexpected = 40;  // cases in the summary

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string quoted(std::string_view word) {
  std::string text = "'";
  for (const char c : one_line(word)) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string place(const scenario::Source& source) {
  return source.file.empty() ? "" : one_line(fmt::format("cases/{}:{}", source.file, source.line));
}

// "  label        text", wrapped; nothing for no text.
std::string item(std::string_view label, std::string_view text, std::size_t width = 12) {
  return text.empty() ? "" : wrapped(fmt::format("  {:<{}} ", label, width), one_line(text), terminal_width);
}

// Two texts at the ends of a line, or on two lines where they do not fit.
std::string ends(std::string_view left, std::string_view right) {
  const std::size_t used = columns(left) + columns(right);
  if (right.empty()) return wrapped("", left, terminal_width);
  if (used + 2 <= terminal_width) return fmt::format("{}{:{}}{}\n", left, "", terminal_width - used, right);
  return wrapped("", left, terminal_width) + fmt::format("{:>{}}\n", right, terminal_width);
}

std::string heading(const CaseResult& result) {
  const std::string expectation = result.expected ? "" : "UNEXPECTED ";
  return ends(
      fmt::format("{}{}  {}", expectation, upper(scenario::name(result.outcome)), one_line(result.id)),
      fmt::format("{}{}{}", scenario::name(result.level), result.section.empty() ? "" : "  [MS-SMB2] ",
                  one_line(result.section)));
}

std::string step_text(const scenario::Failure& failure) {
  const std::string step = fmt::format("{} of {}: {}", failure.step, failure.steps, one_line(failure.what));
  const std::string where = place(failure.source);
  return ends(fmt::format("  {:<12} {}", "step", step), where);
}

std::string requirement_text(const CaseResult& result) {
  return fmt::format("{}{}{}", fmt::join(result.requirements, ", "),
                     result.requirement_text.empty() ? "" : ": ", result.requirement_text);
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// Why a case was not judged.
std::string reason(const CaseResult& result, const RunRecord& record) {
  if (!result.message.empty()) return one_line(result.message);
  if (result.outcome == Outcome::no_verdict) {
    return record.stopped.empty() ? "the run never came to it" : one_line(record.stopped);
  }
  return "no reason given";
}

std::string outcome_table(const RunRecord& record) {
  struct Count {
    std::size_t all = 0;
    std::size_t unexpected = 0;
  };
  std::map<Outcome, Count> counts;
  for (const CaseResult& result : record.cases) {
    Count& count = counts[result.outcome];
    ++count.all;
    if (!result.expected) ++count.unexpected;
  }
  constexpr Outcome order[] = {Outcome::pass,       Outcome::fail,         Outcome::crash,
                               Outcome::observe,    Outcome::unsupported,  Outcome::blocked,
                               Outcome::no_verdict, Outcome::harness_error};
  std::string text;
  for (const Outcome outcome : order) {
    const Count& count = counts[outcome];
    if (count.all == 0) continue;
    text += fmt::format("  {:<14} {:>6}", scenario::name(outcome), count.all);
    if (count.unexpected > 0) {
      text += fmt::format("   {} unexpected", count.unexpected);
    } else if (outcome == Outcome::fail || outcome == Outcome::crash) {
      text += "   all expected";
    }
    text += "\n";
  }
  return text;
}

std::string not_judged(const RunRecord& record) {
  std::map<std::pair<Outcome, std::string>, std::size_t> groups;
  std::size_t all = 0;
  for (const CaseResult& result : record.cases) {
    if (scenario::is_judged(result.outcome)) continue;
    ++groups[{result.outcome, reason(result, record)}];
    ++all;
  }
  if (all == 0) return "";
  std::multimap<std::size_t, std::pair<Outcome, std::string>, std::greater<>>
      rows;  // the most frequent first
  for (const auto& [key, count] : groups) rows.emplace(count, key);
  std::string text = fmt::format("\nNot judged: {}\n", counted(all, "case", "cases"));
  std::size_t left = most_reasons;
  for (const auto& [count, key] : rows) {
    if (left-- == 0) {
      return text + fmt::format("  … and {} more reasons, in the record\n", rows.size() - most_reasons);
    }
    text += wrapped(fmt::format("  {:>6}  {:<13}  ", count, scenario::name(key.first)), key.second,
                    terminal_width);
  }
  return text;
}

// Cases that stand for themselves in the summary; those without a verdict are grouped by reason instead.
bool is_listed(const CaseResult& result) { return !result.expected && result.outcome != Outcome::no_verdict; }

std::string unexpected_cases(const RunRecord& record) {
  const auto all = static_cast<std::size_t>(std::ranges::count_if(record.cases, is_listed));
  if (all == 0) return "";
  std::string text = "\nUnexpected:\n";
  std::size_t listed = 0;
  for (const CaseResult& result : record.cases) {
    if (!is_listed(result)) continue;
    if (++listed > most_unexpected)
      return text + fmt::format("  … and {} more, in the record\n", all - most_unexpected);
    text += shortened(fmt::format("  {:<13}  {}", scenario::name(result.outcome), one_line(result.id)),
                      terminal_width) +
            "\n";
    const std::string why =
        result.outcome == Outcome::pass ? "the baseline says otherwise: " + result.excuse : result.message;
    text += "                 " + shortened(one_line(why), terminal_width - 17) + "\n";
  }
  return text;
}

std::string baseline_problems(const RunRecord& record) {
  std::string text = record.baseline_problems.empty() ? "" : "\nThe baseline does not fit:\n";
  for (const std::string& problem : record.baseline_problems)
    text += wrapped("  ", one_line(problem), terminal_width);
  return text;
}

std::string verdict(const RunRecord& record) {
  const auto count = [&](auto holds) {
    return static_cast<std::size_t>(std::ranges::count_if(record.cases, holds));
  };
  const std::size_t open = count([](const CaseResult& c) { return c.outcome == Outcome::no_verdict; });
  const std::size_t faults = count([](const CaseResult& c) { return c.outcome == Outcome::harness_error; });
  const std::size_t unexpected = count(is_listed) - faults;
  std::vector<std::string> parts;
  if (unexpected > 0) parts.push_back(counted(unexpected, "unexpected result", "unexpected results"));
  if (const std::size_t problems = record.baseline_problems.size(); problems > 0) {
    parts.push_back(counted(problems, "problem of the baseline", "problems of the baseline"));
  }
  if (faults > 0) parts.push_back(counted(faults, "fault of smbspec itself", "faults of smbspec itself"));
  if (open > 0) parts.push_back(counted(open, "case without verdict", "cases without verdict"));
  if (!record.stopped.empty()) parts.push_back(one_line(record.stopped));
  const std::string why = fmt::format("{}", fmt::join(parts, ", "));
  switch (scenario::exit_code(record)) {
    case 0:
      return "GREEN: every case is as expected.";
    case 2:
      return "RED: no case was selected.";
    case 3:
      return fmt::format("RED: {} was never reached, nothing was judged.", one_line(record.target));
    case 4:
      return fmt::format("RED, INCOMPLETE: {}.", why);
    default:
      return fmt::format("RED: {}.", why);
  }
}

// What to select for a case to be judged again; nothing for an audit rule that nothing breaks, which takes
// all.
std::set<std::string> selection_of(const CaseResult& result) {
  constexpr std::string_view audit_of = "audit of ";
  if (!result.id.starts_with("audit/")) return {result.id};
  if (!result.failure || !result.failure->what.starts_with(audit_of)) return {};
  return {result.failure->what.substr(audit_of.size()), result.id};
}

std::string command_for(const std::set<std::string>& selection, const RunRecord& record) {
  std::string command = "smbspec run";
  for (const std::string& id : selection) command += " " + quoted(id);
  if (record.target.starts_with("smb://")) command += " --target " + quoted(record.target);
  command += fmt::format(" --seed {}", record.seed);
  if (record.strict) command += " --strict";
  return command;
}

}  // namespace

std::string rerun_command(const CaseResult& result, const RunRecord& record) {
  return command_for(selection_of(result), record);
}

std::string rerun_command(const RunRecord& record) {
  constexpr std::size_t most_scenarios = 12;
  std::set<std::string> scenarios;
  std::set<std::string> folders;
  for (const CaseResult& result : record.cases) {
    if (result.expected) continue;
    for (const std::string& id : selection_of(result)) {
      scenarios.insert(id.substr(0, id.find('[')));
      folders.insert(id.substr(0, id.find('/') + 1));
    }
  }
  if (scenarios.empty()) return {};
  return command_for(scenarios.size() > most_scenarios ? folders : scenarios, record);
}

std::string failure_text(const CaseResult& result, const RunRecord& record) {
  std::string text = heading(result);
  text += ends(fmt::format("  {:<12} {}", "case", one_line(result.title)), place(result.source));
  text += item("requirement", requirement_text(result));
  text += item("message", result.message);
  if (result.outcome == Outcome::observe) text += item("observed", result.observed);
  std::optional<std::size_t> marked;
  std::string field;
  if (result.failure) {
    text += step_text(*result.failure);
    text += item("expected", result.failure->expected);
    text += item("got", result.failure->got);
    marked = result.failure->event;
    field = result.failure->field.value_or("");
  }
  text += item("latitudes", fmt::format("{}", fmt::join(result.latitudes, ", ")));
  text += item("known", result.excuse);
  text += exchange_text(result.recording, marked, field, terminal_width);
  // Not wrapped: it is there to be copied.
  return text + fmt::format("  {:<12} {}\n", "again", rerun_command(result, record));
}

std::string summary_text(const RunRecord& record) {
  std::string text =
      wrapped("",
              fmt::format("{} against {} in {:.1f} s, seed {}, smbspec {} {}",
                          counted(record.cases.size(), "case", "cases"), one_line(record.target),
                          record.seconds, record.seed, record.suite_version, record.suite_commit),
              terminal_width);
  std::size_t width = 12;
  for (const auto& [name, value] : record.probe) width = std::max(width, columns(one_line(name)));
  for (const auto& [name, value] : record.probe) text += item(one_line(name), value, width);
  text += "\n" + outcome_table(record);
  text += not_judged(record);
  text += unexpected_cases(record);
  text += baseline_problems(record);
  text += "\n" + wrapped("", verdict(record), terminal_width);
  if (!record.rerun.empty()) text += "Again: " + one_line(record.rerun) + "\n";
  return text;
}

void Progress::started(std::string id, Elapsed elapsed) { running_.push_back({std::move(id), elapsed}); }

void Progress::finished(const CaseResult& result) {
  const auto ended = std::ranges::find(running_, result.id, &Running::id);
  if (ended != running_.end()) running_.erase(ended);
  ++done_;
  if (!result.expected) {
    ++unexpected_;
  } else if (result.outcome == Outcome::pass) {
    ++passed_;
  } else if (result.outcome == Outcome::unsupported) {
    ++unsupported_;
  } else if (result.outcome != Outcome::observe) {
    ++known_;
  }
}

std::string Progress::update(Elapsed elapsed, std::size_t terminal_columns) {
  using namespace std::chrono_literals;
  if (elapsed < next_) return "";
  shown_ = terminal_columns > 0;
  next_ = elapsed + (shown_ ? Elapsed(100ms) : Elapsed(5s));
  if (!shown_) return line(elapsed, terminal_width) + "\n";
  // One column stays free: some terminals wrap as soon as the last one is written.
  return "\r" + line(elapsed, std::min(terminal_columns - 1, terminal_width)) + "\x1b[K";
}

std::string Progress::clear() { return std::exchange(shown_, false) ? "\r\x1b[K" : ""; }

std::string Progress::line(Elapsed elapsed, std::size_t width) const {
  constexpr std::size_t least_of_a_case = 16;  // columns in which its id still tells something
  const auto in_seconds = [](Elapsed time) { return std::chrono::floor<std::chrono::seconds>(time).count(); };
  std::string text = shortened(fmt::format("{}/{}", done_, total_), width);
  const auto add = [&](std::string_view part) {  // the most important come first
    if (columns(text) + 2 + columns(part) <= width) text += fmt::format("  {}", part);
  };
  const auto seconds = in_seconds(elapsed);
  add(fmt::format("{:02}:{:02}", seconds / 60, seconds % 60));
  add(fmt::format("unexpected {}", unexpected_));
  add(fmt::format("pass {}", passed_));
  if (known_ > 0) add(fmt::format("expected-fail {}", known_));
  if (unsupported_ > 0) add(fmt::format("unsupported {}", unsupported_));
  if (running_.empty()) return text;
  const std::string id = one_line(running_.front().id);
  const auto taken = in_seconds(elapsed - running_.front().since);
  const std::string behind = taken > 0 ? fmt::format(" for {} s", taken) : "";
  const std::size_t used = columns(text) + columns("  now: ") + behind.size();
  if (used + std::min(least_of_a_case, columns(id)) > width) return text;
  return text + fmt::format("  now: {}{}", shortened(id, width - used), behind);
}

}  // namespace report
