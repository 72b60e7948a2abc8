#include "reports/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "reports/hostile_run.h"
#include "reports/other_readers.h"
#include "reports/sample_run.h"

namespace report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Markdown, TellsVerdictCountsFailuresAndWhatWasNotJudged) {
  const std::string text = markdown(sample_run());
  EXPECT_THAT(text, StartsWith("## smbspec\n\n**RED: 4 unexpected results, 1 problem of the baseline, "));
  EXPECT_THAT(text,
              AllOf(HasSubstr("\n| outcome | cases | unexpected |\n|---|---:|---:|\n| pass | 2 | 1 |\n"),
                    HasSubstr("\n| unsupported | 2 |  |\n")));
  EXPECT_THAT(text, HasSubstr("#### fail <code>negotiate/dialect-selection&#91;2.0.2-and-3.0"));
  EXPECT_THAT(text, AllOf(HasSubstr("\n- requirement: NEG-037, NEG-038"),
                          HasSubstr("\n- expected: <code>3.0 "), HasSubstr("\n- got: <code>2.0.2 ")));
  EXPECT_THAT(text, HasSubstr("\n&gt;   at 68, 2 bytes: DialectRevision 2.0.2 (0x0202)\n"));
  EXPECT_THAT(text, HasSubstr("| 2 | unsupported | the target has no dialect 3.1.1 |\n"));
  EXPECT_THAT(text, HasSubstr("### The baseline does not fit\n\n- known.txt:4"));
  EXPECT_THAT(
      text,
      testing::EndsWith(
          "### Again\n\n<pre>\nsmbspec run 'audit/header-echo' --target smb://127.0.0.1:4450\n</pre>\n\n"));
  EXPECT_THAT(text, Not(HasSubstr("Left out")));
}

TEST(Markdown, AGreenRunSaysSoAndNoMore) {
  scenario::RunRecord run = sample_run();
  run.cases.erase(run.cases.begin() + 1, run.cases.end());
  run.baseline_problems.clear();
  run.rerun.clear();
  EXPECT_THAT(markdown(run),
              AllOf(HasSubstr("**GREEN: every case is as expected.**"), Not(HasSubstr("###"))));
}

TEST(Markdown, TheFirstCaseOfEveryScenarioComesFirst) {
  scenario::RunRecord run = sample_run();
  const scenario::CaseResult failed = run.cases[1];
  run.cases.clear();
  for (int i = 0; i < 1000; ++i) {
    run.cases.push_back(failed);
    run.cases.back().id = "a/many[n=" + std::to_string(i) + "]";
  }
  run.cases.push_back(failed);
  run.cases.back().id = "z/one";
  const std::string text = markdown(run);
  EXPECT_LE(text.size(), longest_markdown);
  EXPECT_GT(text.size(), longest_markdown - 5'000) << "what room there is, is used";
  EXPECT_LT(text.find("many&#91;n=0&#93;"), text.find("z/one"));
  EXPECT_LT(text.find("z/one"), text.find("many&#91;n=1&#93;"));
  EXPECT_THAT(text, AllOf(HasSubstr("Left out here for want of room, but in the record: "),
                          HasSubstr(" more unexpected cases and the exchanges of "), HasSubstr("### Again")));
}

// Inside of <pre> nothing is Markdown.
std::string without_blocks(std::string text) {
  for (std::size_t start = text.find("<pre>"); start != std::string::npos; start = text.find("<pre>"))
    text.erase(start, text.find("</pre>", start) + 6 - start);
  return text;
}

TEST(Markdown, NeverIsTooLongNorHoldsStructureOfTheTarget) {
  for (const std::size_t cases : {std::size_t{12}, std::size_t{10'000}}) {
    const std::string text = markdown(hostile_run(cases));
    EXPECT_LE(text.size(), longest_markdown);
    for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int{c};
    EXPECT_THAT(text, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\n\n</"))));
    EXPECT_THAT(without_blocks(text),
                AllOf(Not(HasSubstr("](http")), Not(HasSubstr("@everybody")), Not(HasSubstr("`"))));
    EXPECT_THAT(text, HasSubstr("&#60;/script&#62;"));
  }
}

// GitHub's own converter sees our structure and none that a target brought along.
TEST(Markdown, IsReadByGitHubsConverter) {
  if (!runs("cmark-gfm --version")) GTEST_SKIP() << "cmark-gfm is not installed";
  const std::string html =
      read_by("cmark-gfm --unsafe -e table -e autolink -e strikethrough", markdown(hostile_run(12)));
  std::map<std::string, int> balance;
  const std::regex tag("<(/?)([A-Za-z0-9]*)[^>]*>");
  for (std::sregex_iterator at(html.begin(), html.end(), tag), end; at != end; ++at)
    balance[(*at)[2]] += (*at)[1].length() == 0 ? 1 : -1;
  for (const auto& [name, open] : balance) {
    EXPECT_EQ(open, 0) << name;
    EXPECT_THAT(name, testing::AnyOf("h2", "h3", "h4", "p", "strong", "ul", "li", "code", "details",
                                     "summary", "pre", "table", "thead", "tbody", "tr", "th", "td"));
  }
  EXPECT_EQ(balance.count("table"), 1U);
  EXPECT_EQ(balance.count("details"), 1U);
}

}  // namespace
}  // namespace report
