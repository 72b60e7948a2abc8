#include "reports/html.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "reports/exchange.h"
#include "reports/summary.h"
#include "reports/templates/templates.h"
#include "reports/terminal.h"
#include "reports/text.h"

namespace report {
namespace {

using scenario::CaseResult;
using scenario::Outcome;
using scenario::RunRecord;

constexpr std::size_t longest_text = 4096;   // bytes of one fact
constexpr std::size_t longest_id = 200;      // bytes in the list of cases
constexpr std::size_t longest_note = 200;    // bytes in the list of cases
constexpr std::size_t most_open = 3;         // exchanges that need not be unfolded
constexpr std::size_t most_open_lines = 12;  // of a table that may be long
constexpr std::size_t most_lines = 1000;     // of a table without natural bounds

std::string element(std::string_view name, std::string_view content) {
  return fmt::format("<{}>{}</{}>", name, content, name);
}

std::string escaped(std::string_view text) { return html_escaped(cut_middle(one_line(text), longest_text)); }

std::string tag(std::string_view kind, std::string_view text) {
  return fmt::format("<span class=\"tag {}\">{}</span>", kind, text);
}

std::string fact(const Fact& fact) {
  std::string text;
  for (const char c : escaped(fact.text)) text += c == '|' ? "|<wbr>" : std::string(1, c);  // flags
  if (!fact.place.empty()) text += fmt::format("<span class=\"place\">{}</span>", escaped(fact.place));
  return element("dt", escaped(fact.label)) + element("dd", text) + "\n";
}

std::string command(std::string_view line) {
  return fmt::format("<div class=\"command\"><code>{}</code></div>\n", html_escaped(one_line(line)));
}

std::string section(std::string_view id, std::string_view heading, std::string_view content) {
  return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", id, heading, content);
}

std::string run_facts(const RunRecord& record) {
  std::vector<Fact> facts = {{"target", record.target}};
  for (const auto& [name, value] : record.probe) facts.push_back({name, value});
  facts.push_back({"started", record.started});
  facts.push_back({"profile", record.profile});
  facts.push_back({"selection", fmt::format("{}", fmt::join(record.selection, " "))});
  facts.push_back({"settings", fmt::format("{}", fmt::join(record.settings, " "))});
  if (record.shard.count > 1)
    facts.push_back({"shard", fmt::format("{} of {}", record.shard.index, record.shard.count)});
  if (record.repeats > 1) facts.push_back({"repeats", std::to_string(record.repeats)});
  facts.push_back({"strict", record.strict ? "yes: a SHOULD that does not hold is unexpected too" : ""});
  facts.push_back({"strength", record.strength > 0 ? std::to_string(record.strength) : ""});
  facts.push_back({"Kerberos service", record.kerberos_service});
  facts.push_back({"mechanism", record.kerberos ? "Kerberos, wherever a case does not need NTLM" : ""});
  facts.push_back({"seed", std::to_string(record.seed)});
  facts.push_back({"smbspec", fmt::format("{} {}", record.suite_version, record.suite_commit)});
  facts.push_back({"stopped", record.stopped});
  std::string text;
  for (const Fact& f : facts) text += f.text.empty() ? "" : fact(f);
  return text;
}

std::string outcome_boxes(const RunRecord& record) {
  std::size_t unexpected = 0;
  std::string text;
  const auto box = [&](std::string_view value, std::size_t count) {
    text += fmt::format("<label><input type=\"checkbox\" value=\"{0}\">{0} {1}</label>\n", value, count);
  };
  for (const OutcomeCount& count : outcome_counts(record)) {
    box(scenario::name(count.outcome), count.cases);
    unexpected += count.unexpected;
  }
  if (unexpected > 0) box("unexpected", unexpected);
  return text;
}

std::string number(std::size_t value) {
  return fmt::format("<td class=\"number\">{}</td>", value == 0 ? "" : std::to_string(value));
}

std::string counts_table(const RunRecord& record) {
  std::string text =
      "<table><tr><th scope=\"col\">Outcome</th><th scope=\"col\" class=\"number\">Cases</th><th "
      "scope=\"col\" class=\"number\">Unexpected</th></tr>\n";
  for (const OutcomeCount& count : outcome_counts(record)) {
    const std::string_view name = scenario::name(count.outcome);
    text +=
        element("tr", element("td", tag(name, name)) + number(count.cases) + number(count.unexpected)) + "\n";
  }
  return text + "</table>\n";
}

std::string baseline_section(const RunRecord& record) {
  const auto& problems = record.baseline_problems;
  if (problems.empty()) return "";
  std::string text = "<ul class=\"plain\">\n";
  for (const std::string& problem : std::span(problems).first(std::min(problems.size(), most_lines)))
    text += element("li", escaped(problem)) + "\n";
  if (problems.size() > most_lines)
    text += fmt::format("<li>… and {} more, in the record</li>\n", problems.size() - most_lines);
  return section("baseline", "The baseline does not fit", text + "</ul>\n");
}

std::string reasons_table(std::span<const Unjudged> groups) {
  std::string text =
      "<div class=\"wide\"><table><tr><th scope=\"col\" class=\"number\">Cases</th><th "
      "scope=\"col\">Outcome</th><th scope=\"col\">Why</th></tr>\n";
  for (const Unjudged& group : groups) {
    const std::string_view name = scenario::name(group.outcome);
    text += element("tr", number(group.cases) + element("td", tag(name, name)) +
                              element("td", escaped(group.reason))) +
            "\n";
  }
  return text + "</table></div>\n";
}

std::string folded(std::string_view summary, std::string_view content) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", summary, content);
}

std::string not_judged_section(const RunRecord& record) {
  const std::vector<Unjudged> groups = not_judged(record);
  if (groups.empty()) return "";
  const std::span all(groups);
  const std::size_t shown = std::min(all.size(), most_open_lines);
  std::string text = reasons_table(all.first(shown));
  const std::span rest = all.subspan(shown, std::min(all.size(), most_lines) - shown);
  if (!rest.empty()) text += folded(fmt::format("{} more reasons", rest.size()), reasons_table(rest));
  if (all.size() > most_lines)
    text += fmt::format("<p>… and {} more, in the record</p>\n", all.size() - most_lines);
  return section("not-judged", "Not judged", text);
}

// ---- cases in full

std::string exchange(const CaseResult& result, bool open) {
  const auto& failure = result.failure;
  const std::string text = exchange_text(result.recording, failure ? failure->event : std::nullopt,
                                         failure ? failure->field.value_or("") : "", terminal_width);
  if (text.empty()) return "";
  std::string lines;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    const std::string line = html_escaped(rest.substr(0, rest.find('\n')));
    const bool message = rest.starts_with("  ->") || rest.starts_with("  <-");
    // The end of a line stands inside: between blocks it would be an empty one.
    lines += rest.starts_with('>')
                 ? fmt::format("<mark>{}\n</mark>", line)
                 : fmt::format("<span{}>{}\n</span>", message ? " class=\"message\"" : "", line);
  }
  return fmt::format("<details{}><summary>Exchange</summary><pre class=\"exchange\">{}</pre></details>\n",
                     open ? " open" : "", lines);
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

// A relative reference whatever the path holds.
std::string link_to(std::string_view path) {
  std::string link = path.starts_with('/') ? "" : "./";
  for (const char c : path) {
    link += is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return link;
}

std::string article(std::size_t index, const CaseResult& result, const RunRecord& record,
                    std::string_view records_folder, bool open) {
  const std::string_view outcome = scenario::name(result.outcome);
  std::string text = fmt::format("<article id=\"case-{}\" class=\"{}\">\n<h3>", index, outcome);
  if (!result.expected) text += tag("unexpected", "unexpected") + " ";
  text += fmt::format(
      "{} <span class=\"id\">{}</span></h3>\n<p class=\"strength\">{}</p>\n<dl class=\"facts\">\n",
      tag(outcome, outcome), escaped(result.id), escaped(strength(result)));
  for (const Fact& f : case_facts(result)) text += fact(f);
  if (!result.evidence.empty()) {
    const std::string folder = link_to(std::string(records_folder) + result.evidence);
    text += fmt::format(
        "<dt>evidence</dt><dd><a href=\"{0}/case.txt\">case.txt</a> in <a href=\"{0}/\">{1}</a></dd>\n",
        folder, escaped(result.evidence));
  }
  return text + "</dl>\n" + exchange(result, open) + command(rerun_command(result, record)) + "</article>\n";
}

// What did not go as it should, and what failed as expected.
struct Details {
  std::string unexpected;
  std::string known;
  std::set<std::size_t> indices;  // of the cases that have an article
};

Details details(const RunRecord& record, std::string_view records_folder) {
  Cases unexpected;
  Cases known;
  for (const CaseResult& result : record.cases) {
    if (is_listed(result)) unexpected.push_back(&result);
    if (result.expected && result.failure) known.push_back(&result);
  }
  Details all;
  std::size_t room = most_html_details;
  const auto told = [&](const Cases& cases) {
    std::map<std::size_t, std::string> articles;  // in the order of the record
    for (const CaseResult* result : by_scenario(cases)) {
      const auto index = static_cast<std::size_t>(result - record.cases.data());
      std::string text = article(index, *result, record, records_folder, articles.size() < most_open);
      if (text.size() > room) break;
      room -= text.size();
      all.indices.insert(index);
      articles.emplace(index, std::move(text));
    }
    std::string text;
    for (const auto& [index, one] : articles) text += one;
    if (articles.size() < cases.size()) {
      text +=
          fmt::format("<p>{} more stand in the list of all cases; their exchanges are in the record.</p>\n",
                      cases.size() - articles.size());
    }
    return text;
  };
  if (!unexpected.empty()) all.unexpected = section("unexpected", "Unexpected", told(unexpected));
  if (!known.empty()) {
    all.known = section(
        "known", "Fails as expected",
        folded(fmt::format("{} {}", known.size(), known.size() == 1 ? "case" : "cases"), told(known)));
  }
  return all;
}

// ---- sections of the specification

// "3.3.5.4" before "3.3.5.15".
struct ByNumber {
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool operator()(std::string_view a, std::string_view b) const {
    while (!a.empty() && !b.empty()) {
      if (!is_digit(a[0]) || !is_digit(b[0])) {
        if (a[0] != b[0]) return a[0] < b[0];
        a.remove_prefix(1);
        b.remove_prefix(1);
        continue;
      }
      const std::string_view x = a.substr(0, a.find_first_not_of("0123456789"));
      const std::string_view y = b.substr(0, b.find_first_not_of("0123456789"));
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      a.remove_prefix(x.size());
      b.remove_prefix(y.size());
    }
    return a.size() < b.size();
  }
};

std::string sections_table(const RunRecord& record) {
  std::map<std::string, std::map<Outcome, std::size_t>, ByNumber> sections;
  for (const CaseResult& result : record.cases) {
    if (!result.section.empty()) ++sections[result.section][result.outcome];
  }
  const std::vector<OutcomeCount> outcomes = outcome_counts(record);
  std::string text = "<div class=\"wide\"><table><tr><th scope=\"col\">Section</th>";
  for (const OutcomeCount& count : outcomes)
    text += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", scenario::name(count.outcome));
  text += "</tr>\n";
  for (const auto& [name, counts] : sections) {
    const std::string words = escaped(name);
    text += fmt::format("<tr><th scope=\"row\" data-filter=\"{0}\">{0}</th>", words);
    for (const OutcomeCount& count : outcomes) {
      const auto at = counts.find(count.outcome);
      text += number(at == counts.end() ? 0 : at->second);
    }
    text += "</tr>\n";
  }
  return folded(fmt::format("{} sections", sections.size()), text + "</table></div>\n");
}

// ---- all cases, as data

std::string note(const CaseResult& result) {
  std::string text = result.outcome == Outcome::observe ? result.observed : result.message;
  if (!result.excuse.empty()) text += fmt::format("{}known: {}", text.empty() ? "" : " — ", result.excuse);
  return cut_end(one_line(text), longest_note);
}

// What report.js says of it. May stand in a script element whatever the texts hold.
std::string cases_data(const RunRecord& record, const std::set<std::size_t>& with_article) {
  using Json = nlohmann::json;
  std::map<std::string, std::size_t> places;                   // of what the cases of a scenario share
  std::vector<std::pair<std::string, std::string>> scenarios;  // that, and their rows
  for (std::size_t i = 0; i < record.cases.size(); ++i) {
    const CaseResult& result = record.cases[i];
    const std::size_t rest = std::min(result.id.find('['), result.id.size());
    const std::string requirements = fmt::format("{}", fmt::join(result.requirements, " "));
    std::string shared =
        fmt::format("{}\n{}\n{}\n{}\n{}", std::string_view(result.id).substr(0, rest), result.title,
                    result.section, scenario::name(result.level), requirements);
    const auto [at, added] = places.emplace(std::move(shared), scenarios.size());
    if (added) {
      const Json head = {one_line(result.id.substr(0, rest)), one_line(result.title),
                         one_line(result.section), scenario::name(result.level), one_line(requirements)};
      const std::string text = head.dump();
      scenarios.emplace_back(text.substr(0, text.size() - 1), "");
    }
    std::string& rows = scenarios[at->second].second;
    rows += fmt::format("{}[{},{},{},{:.1f},{},{}]", rows.empty() ? "" : ",",
                        Json(cut_end(one_line(result.id.substr(rest)), longest_id)).dump(),
                        static_cast<int>(result.outcome), result.expected ? 1 : 0, result.seconds * 1000,
                        Json(note(result)).dump(), with_article.contains(i) ? std::to_string(i) : "-1");
  }
  std::string text;
  for (const auto& [head, rows] : scenarios)
    text += fmt::format("{}{},[{}]]", text.empty() ? "[" : ",\n", head, rows);
  std::string safe;
  for (const char c : text.empty() ? "[" : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe + "]";
}

// The template with its gaps filled. What fills one is not looked at again.
std::string filled(const std::map<std::string_view, std::string>& parts) {
  std::string text;
  std::string_view rest = html_template();
  while (true) {
    const std::size_t start = rest.find("{{");
    text += rest.substr(0, start);
    if (start == std::string_view::npos) return text;
    rest.remove_prefix(start + 2);
    const std::size_t end = rest.find("}}");
    text += parts.at(rest.substr(0, end));
    rest.remove_prefix(end + 2);
  }
}

}  // namespace

std::string html(const RunRecord& record, std::string_view records_folder) {
  const Details cases = details(record, records_folder);
  const std::string words = escaped(verdict(record));
  return filled(
      {{"title", fmt::format("{} {}", words.substr(0, words.find_first_of(":,")), escaped(record.target))},
       {"style", std::string(style_sheet())},
       {"script", std::string(page_script())},
       {"colour", scenario::exit_code(record) == 0 ? "green" : "red"},
       {"verdict", words},
       {"run", escaped(run_line(record))},
       {"again", record.rerun.empty() ? "" : command(record.rerun)},
       {"facts", run_facts(record)},
       {"outcome_boxes", outcome_boxes(record)},
       {"counts", counts_table(record)},
       {"baseline", baseline_section(record)},
       {"unexpected", cases.unexpected},
       {"not_judged", not_judged_section(record)},
       {"known", cases.known},
       {"sections", sections_table(record)},
       {"cases", cases_data(record, cases.indices)}});
}

}  // namespace report
