#include "reports/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "reports/exchange.h"
#include "reports/summary.h"
#include "reports/terminal.h"
#include "reports/text.h"

namespace report {
namespace {

using scenario::CaseResult;
using scenario::RunRecord;

// What is kept of texts and lists that have no bounds of their own: everything but the cases takes less than
// half of longest_markdown, escaped characters being up to six bytes long.
constexpr std::size_t longest_text = 300;      // bytes, before they are escaped
constexpr std::size_t longest_command = 3000;  // bytes
constexpr std::size_t most_rows = 6;           // reasons, problems of the baseline

// Text that means only itself within a line, in tables too: what could begin a structure, a link or a mention
// stands as a character reference. What means something only where a line begins stays readable.
std::string plain(std::string_view text) {
  constexpr std::string_view special = "&<>\"'`*_{}[]#|~@$^\\!";
  const std::string whole = cut_end(one_line(text), longest_text);
  std::string out;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::string_view rest = std::string_view(whole).substr(i);
    const bool begins_link = rest.starts_with("://") || (rest.starts_with(".") && out.ends_with("www"));
    out += special.contains(rest[0]) || begins_link ? fmt::format("&#{};", static_cast<int>(rest[0]))
                                                    : std::string(1, rest[0]);
  }
  return out;
}

std::string code(std::string_view text) { return fmt::format("<code>{}</code>", plain(text)); }

// A block of lines as they are. No line of it is blank, which would end the block of HTML around it.
std::string block(std::string_view lines) { return fmt::format("<pre>\n{}</pre>\n", html_escaped(lines)); }

std::string command(std::string_view line) {
  return block(cut_end(one_line(line), longest_command) + "\n") + "\n";
}

std::string head(const RunRecord& record) {
  std::string text =
      fmt::format("## smbspec\n\n**{}**\n\n{}\n\n| outcome | cases | unexpected |\n|---|---:|---:|\n",
                  plain(verdict(record)), plain(run_line(record)));
  for (const OutcomeCount& count : outcome_counts(record)) {
    text += fmt::format("| {} | {} | {} |\n", scenario::name(count.outcome), count.cases,
                        count.unexpected == 0 ? "" : std::to_string(count.unexpected));
  }
  return text + "\n";
}

std::string tail(const RunRecord& record) {
  std::string text;
  if (const auto& problems = record.baseline_problems; !problems.empty()) {
    text += "### The baseline does not fit\n\n";
    for (std::size_t i = 0; i < std::min(problems.size(), most_rows); ++i)
      text += "- " + plain(problems[i]) + "\n";
    if (problems.size() > most_rows)
      text += fmt::format("- {} more are left out here\n", problems.size() - most_rows);
    text += "\n";
  }
  if (const std::vector<Unjudged> groups = not_judged(record); !groups.empty()) {
    text += "### Not judged\n\n| cases | outcome | why |\n|---:|---|---|\n";
    for (std::size_t i = 0; i < std::min(groups.size(), most_rows); ++i) {
      text += fmt::format("| {} | {} | {} |\n", groups[i].cases, scenario::name(groups[i].outcome),
                          plain(groups[i].reason));
    }
    if (groups.size() > most_rows)
      text += fmt::format("\n{} more reasons are left out here\n", groups.size() - most_rows);
    text += "\n";
  }
  if (!record.rerun.empty()) text += "### Again\n\n" + command(record.rerun);
  return text;
}

// What is said of a case with its exchange and without.
struct Told {
  std::string facts;
  std::string exchange;
};

Told told(const CaseResult& result, const RunRecord& record) {
  Told told{fmt::format("#### {} {}\n\n{}\n\n", scenario::name(result.outcome), code(result.id),
                        plain(strength(result))),
            ""};
  for (const Fact& fact : case_facts(result)) {
    if (fact.label == "case") continue;
    told.facts += fmt::format("- {}: {}\n", fact.label,
                              fact.label == "requirement" ? plain(fact.text) : code(fact.text));
  }
  if (!result.evidence.empty()) told.facts += fmt::format("- evidence: {}\n", code(result.evidence));
  told.facts += "\n";
  const auto& failure = result.failure;
  const std::string exchange = exchange_text(result.recording, failure ? failure->event : std::nullopt,
                                             failure ? failure->field.value_or("") : "", terminal_width);
  told.exchange =
      fmt::format("<details><summary>Exchange, and how to run it again</summary>\n{}</details>\n\n",
                  block(exchange + one_line(rerun_command(result, record)) + "\n"));
  return told;
}

// Every case before any exchange, as far as there is room.
std::string unexpected_cases(const RunRecord& record, std::size_t room) {
  constexpr std::size_t notes = 300;  // bytes at most, heading included
  Cases cases;
  for (const CaseResult& result : record.cases) {
    if (is_listed(result)) cases.push_back(&result);
  }
  if (cases.empty()) return "";
  room -= std::min(room, notes);
  std::vector<Told> shown;
  for (const CaseResult* result : by_scenario(cases)) {
    Told next = told(*result, record);
    if (next.facts.size() > room) break;
    room -= next.facts.size();
    shown.push_back(std::move(next));
  }
  std::size_t without_exchange = 0;
  std::string text = "### Unexpected\n\n";
  for (const Told& one : shown) {
    text += one.facts;
    if (one.exchange.size() > room) {
      ++without_exchange;
      continue;
    }
    room -= one.exchange.size();
    text += one.exchange;
  }
  std::string left_out;
  if (shown.size() < cases.size()) {
    left_out = fmt::format("{} more unexpected cases", cases.size() - shown.size());
  }
  if (without_exchange > 0) {
    left_out += fmt::format("{}the exchanges of {} cases", left_out.empty() ? "" : " and ", without_exchange);
  }
  if (left_out.empty()) return text;
  return text + fmt::format("**Left out here for want of room, but in the record: {}.**\n\n", left_out);
}

}  // namespace

std::string markdown(const RunRecord& record) {
  const std::string first = head(record);
  const std::string last = tail(record);
  return first + unexpected_cases(record, longest_markdown - first.size() - last.size()) + last;
}

}  // namespace report
