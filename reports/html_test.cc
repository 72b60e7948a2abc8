#include "reports/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/hostile_run.h"
#include "reports/other_readers.h"
#include "reports/sample_run.h"

namespace report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string between(std::string_view text, std::string_view start, std::string_view end) {
  const std::size_t from = text.find(start);
  if (from == std::string_view::npos) return "";
  const std::string_view rest = text.substr(from + start.size());
  return std::string(rest.substr(0, rest.find(end)));
}

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

TEST(Html, AFailureReadsAsOnTheTerminal) {
  const std::string text = html(sample_run(), "../run/");
  EXPECT_THAT(text, StartsWith("<!doctype html>\n"));
  EXPECT_THAT(text, HasSubstr("<h1 class=\"verdict red\">RED: 4 unexpected results"));
  const std::string failure = between(text, "<article id=\"case-1\" class=\"fail\">", "</article>");
  for (const std::string_view part :
       {"unexpected</span>", "fail</span>", "negotiate/dialect-selection[2.0.2-and-3.0]</span>",
        "MUST  [MS-SMB2] 3.3.5.4", "<dt>requirement</dt><dd>NEG-037, NEG-038: DialectRevision is",
        "<dt>expected</dt><dd>3.0 (0x0300)</dd>", "<dt>got</dt><dd>2.0.2 (0x0202)</dd>",
        "<dt>step</dt><dd>3 of 3: response on c: DialectRevision<span "
        "class=\"place\">cases/negotiate/dialects.xml:21",
        "<dt>repeated</dt><dd>pass 1 of 2, fail 1 of 2</dd>",
        "<mark>&gt;   at 68, 2 bytes: DialectRevision 2.0.2 (0x0202)\n</mark>",
        "<a href=\"./../run/evidence/negotiate/dialect-selection/2.0.2-and-3.0/case.txt\">case.txt</a>",
        "<code>smbspec run 'negotiate/dialect-selection[2.0.2-and-3.0]' --target"}) {
    EXPECT_THAT(failure, HasSubstr(part));
  }
}

TEST(Html, TellsAllElseOfTheRun) {
  const std::string text = html(sample_run());
  EXPECT_THAT(between(text, "<section id=\"not-judged\">", "</section>"),
              AllOf(HasSubstr("the target has no dialect 3.1.1"), HasSubstr("the run never came to it")));
  EXPECT_THAT(between(text, "<section id=\"baseline\">", "</section>"),
              HasSubstr("audit/header-echo passes now"));
  EXPECT_THAT(between(text, "<section id=\"sections\">", "</section>"),
              AllOf(HasSubstr("class=\"number\">crash</th>"), HasSubstr("data-filter=\"3.3.5.4\"")));
  EXPECT_THAT(
      between(text, "<dl class=\"facts\">", "</dl>"),
      AllOf(HasSubstr("<dt>seed</dt><dd>18446744073709551557</dd>"), HasSubstr("<dd>2.0.2 2.1 3.0</dd>"),
            HasSubstr("<dt>shard</dt><dd>2 of 4</dd>"), HasSubstr("<dd>negotiate --level MUST</dd>")));
}

TEST(Html, SectionsStandInTheOrderOfTheSpecification) {
  scenario::RunRecord run = sample_run();
  run.cases.resize(4);
  run.cases[0].section = "3.3.5.15";
  run.cases[1].section = "3.3.5.4";
  run.cases[2].section = "2.2.3";
  run.cases[3].section = "3.3.5.4.1";
  const std::string table = between(html(run), "<section id=\"sections\">", "</section>");
  EXPECT_LT(table.find(">2.2.3<"), table.find(">3.3.5.4<"));
  EXPECT_LT(table.find(">3.3.5.4<"), table.find(">3.3.5.4.1<"));
  EXPECT_LT(table.find(">3.3.5.4.1<"), table.find(">3.3.5.15<"));
}

TEST(Html, OfTenThousandCasesStaysSmall) {
  EXPECT_LT(html(large_run(10'000)).size(), 7u << 20);
  const std::string text = html(failing_run(10'000));
  EXPECT_LT(text.size(), 9u << 20);
  EXPECT_THAT(text, HasSubstr(" more stand in the list of all cases; their exchanges are in the record."));
}

TEST(Html, WhatATargetSaysIsText) {
  const std::string text = html(hostile_run(40));
  EXPECT_EQ(count(text, "<script"), 2u);
  EXPECT_EQ(count(text, "</script"), 2u);
  EXPECT_THAT(text, Not(HasSubstr("<!--")));
  for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int{c};
}

class HtmlInChromium : public testing::Test {
 protected:
  void SetUp() override {
    if (!runs("command -v chromium")) GTEST_SKIP() << "chromium is not installed";
  }
};

TEST_F(HtmlInChromium, ListsAndFilters) {
  const Page all = open_in_chromium(html(sample_run()), "");
  EXPECT_EQ(all.complaints, "");
  EXPECT_EQ(between(all.dom, "id=\"shown\" aria-live=\"polite\">", "<"), "12 cases");
  EXPECT_EQ(count(all.dom, "<article id="), count(html(sample_run()), "<article id="));
  EXPECT_THAT(all.dom, AllOf(HasSubstr("unsupported 2</label>"), HasSubstr("1 unsupported</span>"),
                             Not(HasSubstr("<form id=\"filter\" role=\"search\" hidden"))));

  const Page some = open_in_chromium(html(sample_run()), "#filter=CUT&outcome=crash,blocked,pass");
  EXPECT_EQ(some.complaints, "");
  EXPECT_EQ(between(some.dom, "id=\"shown\" aria-live=\"polite\">", "<"), "2 of 12 cases");
  const std::string list = between(some.dom, "<div id=\"list\">", "</section>");
  EXPECT_THAT(
      list, AllOf(HasSubstr("frames/cut[at=7]"), HasSubstr("frames/cut[at=8]"), HasSubstr("href=\"#case-7\""),
                  Not(HasSubstr("frames/cut[at=9]")), Not(HasSubstr("negotiate/"))));
  EXPECT_THAT(some.dom, AllOf(HasSubstr("<article id=\"case-1\" class=\"fail\" hidden=\"\">"),
                              HasSubstr("<article id=\"case-7\" class=\"crash\">"),
                              HasSubstr("<section id=\"counts\" hidden=\"\">"),
                              HasSubstr("<section id=\"unexpected\">")));
}

TEST_F(HtmlInChromium, HostileTextRunsNothingAndBreaksNothing) {
  const Page page = open_in_chromium(html(hostile_run(40)), "");
  EXPECT_EQ(page.complaints, "");
  EXPECT_EQ(between(page.dom, "id=\"shown\" aria-live=\"polite\">", "<"), "40 cases");
  EXPECT_EQ(between(page.dom, "<title>", ":").substr(0, 4), "RED ");
  EXPECT_THAT(page.dom, Not(HasSubstr("<title>owned")));
}

TEST_F(HtmlInChromium, OpensTenThousandCases) {
  const Page page = open_in_chromium(html(large_run(10'000)), "#filter=n%3D4203");
  EXPECT_EQ(page.complaints, "");
  EXPECT_EQ(between(page.dom, "id=\"shown\" aria-live=\"polite\">", "<"), "1 of 10000 cases");
}

}  // namespace
}  // namespace report
