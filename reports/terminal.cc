#include "reports/terminal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>
#include <vector>

#include "reports/summary.h"
#include "reports/text.h"

namespace report {
namespace {

using scenario::CaseResult;
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

std::string for_shell(std::string_view word) {
  std::string text = "'";
  for (const char c : one_line(word)) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
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
      one_line(strength(result)));
}

std::string outcome_table(const RunRecord& record) {
  std::string text;
  for (const OutcomeCount& count : outcome_counts(record)) {
    text += fmt::format("  {:<14} {:>6}", scenario::name(count.outcome), count.cases);
    if (count.unexpected > 0) {
      text += fmt::format("   {} unexpected", count.unexpected);
    } else if (count.outcome == Outcome::fail || count.outcome == Outcome::crash) {
      text += "   all expected";
    }
    text += "\n";
  }
  return text;
}

std::string not_judged_text(const RunRecord& record) {
  const std::vector<Unjudged> groups = not_judged(record);
  if (groups.empty()) return "";
  std::size_t all = 0;
  for (const Unjudged& group : groups) all += group.cases;
  std::string text = fmt::format("\nNot judged: {} {}\n", all, all == 1 ? "case" : "cases");
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == most_reasons) {
      return text + fmt::format("  … and {} more reasons, in the record\n", groups.size() - most_reasons);
    }
    text += wrapped(fmt::format("  {:>6}  {:<13}  ", groups[i].cases, scenario::name(groups[i].outcome)),
                    one_line(groups[i].reason), terminal_width);
  }
  return text;
}

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

std::string for_shell(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + for_shell(word);
  return text;
}

// `what` selects the cases.
std::string command_for(std::string_view what, const RunRecord& record) {
  std::string command = fmt::format("smbspec run {}", what);
  if (!record.target_file.empty()) {
    command += " --target " + for_shell(record.target_file);
  } else if (record.target.starts_with("smb://")) {
    command += " --target " + for_shell(record.target);
  }
  for (const std::string& setting : record.settings) command += " --setting " + for_shell(setting);
  if (!record.kerberos_service.empty())
    command += " --kerberos-service " + for_shell(record.kerberos_service);
  if (record.kerberos) command += " --mechanism kerberos";
  command += fmt::format(" --seed {}", record.seed);
  if (record.strict) command += " --strict";
  if (record.strength > 0) command += fmt::format(" --strength {}", record.strength);
  return command;
}

}  // namespace

std::set<std::string> judges_again(const CaseResult& result) {
  constexpr std::string_view audit_of = "audit of ";
  if (!result.id.starts_with("audit/")) return {result.id};
  if (!result.failure || !result.failure->what.starts_with(audit_of)) return {};
  return {result.failure->what.substr(audit_of.size()), result.id};
}

std::string rerun_command(const CaseResult& result, const RunRecord& record) {
  return command_for(for_shell(judges_again(result)), record);
}

std::string rerun_command(const RunRecord& record, const std::filesystem::path& file) {
  constexpr std::size_t most_scenarios = 12;
  std::set<std::string> scenarios;
  std::set<std::string> folders;
  for (const CaseResult& result : record.cases) {
    if (result.expected) continue;
    for (const std::string& id : judges_again(result)) {
      scenarios.insert(id.substr(0, id.find('[')));
      folders.insert(id.substr(0, id.find('/') + 1));
    }
  }
  if (scenarios.empty()) return {};
  if (!file.empty()) return command_for("--failed-in " + for_shell(file.string()), record);
  return command_for(for_shell(scenarios.size() > most_scenarios ? folders : scenarios), record);
}

std::string failure_text(const CaseResult& result, const RunRecord& record, const Extent& extent) {
  std::string text = heading(result);
  for (const auto& [label, what, place] : case_facts(result)) {
    text += place.empty() ? item(label, what)
                          : ends(fmt::format("  {:<12} {}", label, one_line(what)), one_line(place));
  }
  std::optional<std::size_t> marked;
  std::string field;
  if (result.failure) {
    marked = result.failure->event;
    field = result.failure->field.value_or("");
  }
  text += exchange_text(result.recording, marked, field, terminal_width, extent);
  text += item("evidence", result.evidence);
  // Not wrapped: it is there to be copied.
  return text + fmt::format("  {:<12} {}\n", "again", rerun_command(result, record));
}

std::string summary_text(const RunRecord& record) {
  std::string text = wrapped("", one_line(run_line(record)), terminal_width);
  std::size_t width = 12;
  for (const auto& [name, value] : record.probe) width = std::max(width, columns(one_line(name)));
  for (const auto& [name, value] : record.probe) text += item(one_line(name), value, width);
  text += "\n" + outcome_table(record);
  text += not_judged_text(record);
  text += unexpected_cases(record);
  text += baseline_problems(record);
  text += "\n" + wrapped("", one_line(verdict(record)), terminal_width);
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
