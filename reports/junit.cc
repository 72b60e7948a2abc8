#include "reports/junit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "reports/terminal.h"
#include "reports/text.h"

namespace report {
namespace {

using pugi::xml_node;
using scenario::CaseResult;
using scenario::Outcome;
using scenario::RunRecord;

constexpr std::size_t longest_message = 249;  // bytes of an attribute; some readers cut at 250
constexpr std::size_t longest_name = 200;     // bytes

void set(xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(std::string(value).c_str());
}
void set(xml_node node, const char* name, std::size_t value) { set(node, name, std::to_string(value)); }
void set_time(xml_node node, double seconds) {
  set(node, "time", fmt::format("{:.3f}", std::max(seconds, 0.0)));
}

void set_text(xml_node node, std::string_view text) {
  node.append_child(pugi::node_pcdata).set_value(std::string(text).c_str());
}

// An id in parts: "negotiate", "dialect-selection", "dialect-selection[d=2.0.2]".
struct Names {
  std::string group;
  std::string scenario;
  std::string row;
};

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-+=,[]").find(c) != std::string_view::npos;
}

// FNV-1a: the same on every machine and in every version, so that the history of a case is not cut.
std::uint32_t stable_hash(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return hash;
}

// Only characters that every reader takes, and short; whatever had to be changed is told apart by a hash.
std::string plain(std::string_view text) {
  std::string out(text.substr(0, longest_name));
  std::ranges::replace_if(out, [](char c) { return !is_plain(c); }, '_');
  if (out == text) return out;
  const std::string hash = fmt::format("-{:08x}", stable_hash(text));
  return out.substr(0, longest_name - hash.size()) + hash;
}

// Readers take dots in a class name for packages.
std::string without_dots(std::string text) {
  std::ranges::replace(text, '.', '_');
  return text;
}

Names names_of(std::string_view id) {
  const std::size_t slash = id.find('/');
  const std::string_view group = slash == std::string_view::npos ? "cases" : id.substr(0, slash);
  const std::string_view row = slash == std::string_view::npos ? id : id.substr(slash + 1);
  const std::string_view scenario = row.substr(0, row.find_first_of("/["));
  return {without_dots(plain(group)), without_dots(plain(scenario)), plain(row)};
}

// Which child of a testcase tells its outcome.
struct Mark {
  const char* element = nullptr;  // none for a case that is simply good
  std::string type;
  std::string message;
};

Mark expected_mark(const CaseResult& result) {
  switch (result.outcome) {
    case Outcome::pass:
    case Outcome::observe:
      return {};
    case Outcome::unsupported:
      return {"skipped", "", result.message.empty() ? "unsupported" : result.message};
    default:
      break;
  }
  if (!result.excuse.empty()) return {"skipped", "", fmt::format("expected failure: {}", result.excuse)};
  return {
      "skipped", "",
      fmt::format("{} only, not gated without --strict: {}", scenario::name(result.level), result.message)};
}

Mark mark_of(const CaseResult& result) {
  const std::string outcome(scenario::name(result.outcome));
  const bool undecided = result.outcome == Outcome::no_verdict || result.outcome == Outcome::harness_error ||
                         (result.outcome == Outcome::blocked && !result.expected);
  if (undecided) return {"error", outcome, result.message.empty() ? outcome : result.message};
  if (result.expected) return expected_mark(result);
  switch (result.outcome) {
    case Outcome::fail:
      return {"failure", std::string(scenario::name(result.level)), result.message};
    case Outcome::crash:
      return {"failure", outcome, result.message};
    default:
      return {"failure", "unexpected-" + outcome,
              result.excuse.empty() ? fmt::format("no line of a baseline expects it: {}", result.message)
                                    : fmt::format("the baseline expected otherwise: {}", result.excuse)};
  }
}

using Facts = std::vector<std::pair<std::string, std::string>>;

Facts facts_of(const CaseResult& result) {
  const Facts all = {
      {"outcome", std::string(scenario::name(result.outcome))},
      {"level", std::string(scenario::name(result.level))},
      {"section", result.section},
      {"requirements", fmt::format("{}", fmt::join(result.requirements, " "))},
      {"observed", result.observed},
      {"latitudes", fmt::format("{}", fmt::join(result.latitudes, " "))},
      {"source",
       result.source.file.empty() ? "" : fmt::format("cases/{}:{}", result.source.file, result.source.line)},
      {"evidence", result.evidence}};
  Facts known;
  std::ranges::copy_if(all, std::back_inserter(known), [](const auto& fact) { return !fact.second.empty(); });
  return known;
}

void add_properties(xml_node node, const Facts& facts) {
  xml_node properties = node.append_child("properties");
  for (const auto& [name, value] : facts) {
    xml_node property = properties.append_child("property");
    set(property, "name", cut_end(one_line(name), longest_message));
    set(property, "value", cut_end(one_line(value), longest_message));
  }
}

// How a whole report is written.
struct Style {
  JunitDialect dialect;
  std::size_t longest_body;  // bytes
  std::string_view records_folder;
};

// A case that was not reached has nothing to tell beyond its message.
bool has_body(const Mark& mark, const CaseResult& result) {
  return !mark.type.empty() && result.outcome != Outcome::no_verdict;
}

void add_mark(xml_node testcase, const CaseResult& result, const RunRecord& record, const Style& style) {
  const Mark mark = mark_of(result);
  if (mark.element == nullptr) return;
  xml_node child = testcase.append_child(mark.element);
  set(child, "message", cut_end(one_line(mark.message), longest_message));
  if (!mark.type.empty()) set(child, "type", mark.type);
  if (!has_body(mark, result)) return;
  set_text(child, cut_middle(visible(failure_text(result, record)), style.longest_body));
}

void add_case(xml_node suite, const CaseResult& result, const Names& names, const RunRecord& record,
              const Style& style) {
  xml_node testcase = suite.append_child("testcase");
  set(testcase, "classname", fmt::format("smb2.{}.{}", names.group, names.scenario));
  set(testcase, "name", names.row);
  set_time(testcase, result.seconds);
  const Facts facts = facts_of(result);
  if (style.dialect == JunitDialect::rich) {
    if (!result.source.file.empty()) {
      set(testcase, "file", one_line("cases/" + result.source.file));
      set(testcase, "line", std::size_t{result.source.line});
    }
    add_properties(testcase, facts);
  }
  add_mark(testcase, result, record, style);
  std::string lines;
  if (style.dialect == JunitDialect::strict) {
    for (const auto& [name, value] : facts)
      lines += fmt::format("{}: {}\n", name, cut_end(one_line(value), longest_message));
  }
  if (!result.evidence.empty()) {  // GitLab and Jenkins make a link of it
    lines += fmt::format("[[ATTACHMENT|{}{}/case.txt]]\n", style.records_folder, one_line(result.evidence));
  }
  if (!lines.empty()) set_text(testcase.append_child("system-out"), lines);
}

// The counters of a suite, as its testcases have it.
struct Counters {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;

  void add(const Counters& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
};

Counters counted(xml_node suite) {
  Counters counters;
  for (const xml_node testcase : suite.children("testcase")) {
    ++counters.tests;
    counters.failures += testcase.child("failure").empty() ? 0 : 1;
    counters.errors += testcase.child("error").empty() ? 0 : 1;
    counters.skipped += testcase.child("skipped").empty() ? 0 : 1;
  }
  return counters;
}

void set_counters(xml_node node, const Counters& counters, bool with_skipped) {
  set(node, "tests", counters.tests);
  set(node, "failures", counters.failures);
  set(node, "errors", counters.errors);
  if (with_skipped) set(node, "skipped", counters.skipped);
}

// The start of the run as xs:dateTime without a zone, which some readers refuse; "" where it is none.
std::string timestamp(std::string_view started) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (!started.ends_with('Z')) return "";
  started.remove_suffix(1);
  const auto fits = [](char c, char wanted) { return wanted == '0' ? c >= '0' && c <= '9' : c == wanted; };
  return std::ranges::equal(started, form, fits) ? std::string(started) : "";
}

Facts run_facts(const RunRecord& record) {
  Facts facts = {{"suite", fmt::format("{} {}", record.suite_version, record.suite_commit)},
                 {"target", record.target},
                 {"seed", std::to_string(record.seed)},
                 {"strict", record.strict ? "yes" : "no"}};
  if (!record.stopped.empty()) facts.emplace_back("stopped", record.stopped);
  std::ranges::copy(record.probe, std::back_inserter(facts));
  return facts;
}

// The baseline's own problems redden a run; a case that cannot be seen by those who read only this file
// would leave it green.
CaseResult baseline_case(const RunRecord& record) {
  return {.id = "baseline/fits",
          .title = "Every line of the baseline fits what the target does",
          .outcome = Outcome::fail,
          .message = fmt::format("{}", fmt::join(record.baseline_problems, "; ")),
          .expected = false};
}

}  // namespace

std::string junit(const RunRecord& record, JunitDialect dialect, std::string_view records_folder) {
  pugi::xml_document document;
  xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  xml_node root = document.append_child("testsuites");

  const auto bodies = static_cast<std::size_t>(std::ranges::count_if(
      record.cases, [](const CaseResult& result) { return has_body(mark_of(result), result); }));
  const Style style{dialect,
                    std::min(longest_junit_body, most_junit_bodies / std::max<std::size_t>(bodies, 1)),
                    records_folder};

  struct Suite {
    xml_node node;
    double seconds = 0;
  };
  std::map<std::string, Suite, std::less<>> suites;
  const auto add = [&](const CaseResult& result) {
    const Names names = names_of(result.id);
    Suite& suite = suites[names.group];
    if (suite.node.empty()) {
      suite.node = root.append_child("testsuite");
      set(suite.node, "name", names.group);
      add_properties(suite.node, run_facts(record));
    }
    suite.seconds += result.seconds;
    add_case(suite.node, result, names, record, style);
  };
  std::ranges::for_each(record.cases, add);
  if (!record.baseline_problems.empty()) add(baseline_case(record));

  Counters total;
  for (const auto& [group, suite] : suites) {
    const Counters counters = counted(suite.node);
    total.add(counters);
    set_counters(suite.node, counters, true);
    set_time(suite.node, suite.seconds);
    if (const std::string began = timestamp(record.started); !began.empty())
      set(suite.node, "timestamp", began);
  }
  set(root, "name", "smbspec");
  set_counters(root, total, dialect == JunitDialect::rich);
  set_time(root, record.seconds);

  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return std::move(out).str();
}

}  // namespace report
