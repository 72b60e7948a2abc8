#include "reports/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <regex>
#include <set>

#include "reports/hostile_run.h"
#include "reports/other_readers.h"
#include "reports/sample_run.h"

namespace report {
namespace {

using scenario::Outcome;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr JunitDialect both[] = {JunitDialect::rich, JunitDialect::strict};

struct Report {
  std::string text;
  pugi::xml_document document;

  explicit Report(const scenario::RunRecord& run, JunitDialect dialect) : text(junit(run, dialect)) {
    const auto parsed = document.load_string(text.c_str(), pugi::parse_default | pugi::parse_declaration);
    EXPECT_TRUE(parsed) << parsed.description();
  }
  pugi::xml_node root() const { return document.document_element(); }
  pugi::xml_node testcase(std::string_view name) const {
    return document.find_node([&](pugi::xml_node n) {
      return n.name() == std::string_view("testcase") && n.attribute("name").value() == name;
    });
  }
};

// libxml2 takes it, and the strict dialect also as its schema.
void expect_valid(const std::string& text, JunitDialect dialect) {
  if (!runs("xmllint --version")) GTEST_SKIP() << "xmllint is not installed (libxml2-utils)";
  const std::string schema = dialect == JunitDialect::rich ? ""
                                                           : " --schema '" SMBSPEC_SOURCE_DIR
                                                             "/reports/testdata/junit-strict.xsd'";
  read_by("xmllint --noout" + schema, text);
}

TEST(Junit, WhatIsUnsupportedAndNotListedAsThatFails) {
  scenario::RunRecord run = sample_run();
  for (scenario::CaseResult& result : run.cases) {
    if (result.id == "negotiate/preauth-twice[3.1.1]") result.expected = false;
  }
  const Report report(run, JunitDialect::strict);
  const auto failure = report.testcase("preauth-twice[3.1.1]").child("failure");
  EXPECT_STREQ(failure.attribute("type").value(), "unexpected-unsupported");
  EXPECT_STREQ(failure.attribute("message").value(),
               "no line of a baseline expects it: the target has no dialect 3.1.1");
}

TEST(Junit, GroupsCasesInFlatSuites) {
  for (const JunitDialect dialect : both) {
    const Report report(sample_run(), dialect);
    EXPECT_STREQ(report.root().name(), "testsuites");
    std::vector<std::string> suites;
    for (const auto suite : report.root().children("testsuite")) {
      suites.emplace_back(suite.attribute("name").value());
      EXPECT_TRUE(suite.child("testsuite").empty());
    }
    EXPECT_THAT(suites, ElementsAre("negotiate", "frames", "audit", "baseline"));
    const auto testcase = report.testcase("dialect-selection[2.0.2-and-3.0]");
    EXPECT_STREQ(testcase.attribute("classname").value(), "smb2.negotiate.dialect-selection");
    EXPECT_STREQ(testcase.attribute("time").value(), "0.001");
    EXPECT_STREQ(testcase.parent().attribute("timestamp").value(), "2026-11-20T22:00:00");
    EXPECT_STREQ(report.root().attribute("time").value(), "3.250");
  }
}

TEST(Junit, TellsEveryOutcomeApart) {
  for (const JunitDialect dialect : both) {
    const Report report(sample_run(), dialect);
    const auto child = [&](const char* name, const char* element) {
      const auto testcase = report.testcase(name);
      EXPECT_FALSE(testcase.empty()) << name;
      int marks = 0;
      for (const char* mark : {"failure", "error", "skipped"}) marks += testcase.child(mark).empty() ? 0 : 1;
      EXPECT_EQ(marks, element == nullptr ? 0 : 1) << name;
      return element == nullptr ? pugi::xml_node() : testcase.child(element);
    };
    child("dialect-selection[only-2.0.2]", nullptr);
    child("max-sizes[default]", nullptr);
    const auto failure = child("dialect-selection[2.0.2-and-3.0]", "failure");
    EXPECT_STREQ(failure.attribute("type").value(), "MUST");
    EXPECT_STREQ(failure.attribute("message").value(), "DialectRevision is 2.0.2 (0x0202)");
    EXPECT_THAT(failure.text().get(),
                AllOf(StartsWith("UNEXPECTED FAIL"), HasSubstr("> "), HasSubstr("smbspec run '")));
    EXPECT_STREQ(child("security-mode[none]", "skipped").attribute("message").value(),
                 "expected failure: https://example.org/bug/12");
    EXPECT_STREQ(child("reserved[set]", "skipped").attribute("message").value(),
                 "SHOULD only, not gated without --strict: connection lost");
    EXPECT_STREQ(child("preauth-twice[3.1.1]", "skipped").attribute("message").value(),
                 "the target has no dialect 3.1.1");
    EXPECT_STREQ(child("cut[at=7]", "failure").attribute("type").value(), "crash");
    EXPECT_STREQ(child("cut[at=8]", "error").attribute("type").value(), "blocked");
    EXPECT_STREQ(child("cut[at=9]", "error").attribute("type").value(), "no-verdict");
    EXPECT_STREQ(child("cut[at=9]", "error").attribute("message").value(), "no-verdict");
    EXPECT_STREQ(child("cut[at=10]", "error").attribute("type").value(), "harness-error");
    EXPECT_STREQ(child("header-echo", "failure").attribute("type").value(), "unexpected-pass");
    EXPECT_THAT(child("fits", "failure").attribute("message").value(), HasSubstr("known.txt:4"));
  }
}

TEST(Junit, CountersAreThoseOfTheTree) {
  for (const JunitDialect dialect : both) {
    const Report report(sample_run(), dialect);
    EXPECT_EQ(report.root().attribute("tests").as_int(), 13);
    EXPECT_EQ(report.root().attribute("failures").as_int(), 4);
    EXPECT_EQ(report.root().attribute("errors").as_int(), 3);
    const auto negotiate = report.root().child("testsuite");
    EXPECT_EQ(negotiate.attribute("tests").as_int(), 7);
    EXPECT_EQ(negotiate.attribute("failures").as_int(), 1);
    EXPECT_EQ(negotiate.attribute("errors").as_int(), 0);
    EXPECT_EQ(negotiate.attribute("skipped").as_int(), 4);
  }
}

TEST(Junit, RichTellsPlaceAndProperties) {
  const Report report(sample_run(), JunitDialect::rich);
  const auto testcase = report.testcase("dialect-selection[2.0.2-and-3.0]");
  EXPECT_STREQ(testcase.attribute("file").value(), "cases/negotiate/dialects.xml");
  EXPECT_STREQ(testcase.attribute("line").value(), "12");
  EXPECT_STREQ(
      testcase.child("properties").find_child_by_attribute("name", "section").attribute("value").value(),
      "3.3.5.4");
  EXPECT_STREQ(
      testcase.child("properties").find_child_by_attribute("name", "requirements").attribute("value").value(),
      "NEG-037 NEG-038");
}

TEST(Junit, EvidenceIsAttached) {
  for (const JunitDialect dialect : both) {
    const std::string text = junit(sample_run(), dialect, "out/");
    EXPECT_THAT(text,
                HasSubstr("[[ATTACHMENT|out/evidence/negotiate/dialect-selection/2.0.2-and-3.0/case.txt]]"));
    EXPECT_EQ(text.find("ATTACHMENT"), text.rfind("ATTACHMENT"));
  }
}

TEST(Junit, StrictHoldsNothingThatTheStrictestReaderRefuses) {
  const Report report(sample_run(), JunitDialect::strict);
  expect_valid(report.text, JunitDialect::strict);
  EXPECT_THAT(report.testcase("dialect-selection[2.0.2-and-3.0]").child("system-out").text().get(),
              AllOf(HasSubstr("section: 3.3.5.4\n"), HasSubstr("source: cases/negotiate/dialects.xml:12\n")));
}

TEST(Junit, IsValidWhateverTheTargetSays) {
  for (const JunitDialect dialect : both) {
    const Report report(hostile_run(12), dialect);
    EXPECT_EQ(report.root().attribute("tests").as_int(), 13);
    for (const char c : report.text)
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int{c};
    EXPECT_EQ(report.text.find('\x1b'), std::string::npos);
    expect_valid(report.text, dialect);
  }
}

// A reader that others build on, and what it makes of a report: its counts and who has which mark.
TEST(Junit, IsReadByJunitparser) {
  const std::string python = "/usr/bin/python3";
  if (!runs(python + " -c 'import junitparser'"))
    GTEST_SKIP() << "junitparser is not installed (python3-junitparser)";
  const std::string script =
      "import sys, junitparser\n"
      "for suite in junitparser.JUnitXml.fromfile(sys.argv[1]):\n"
      "  print(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped)\n"
      "  for case in suite:\n"
      "    print(\"-\", case.classname, case.name, *[type(mark).__name__ for mark in case.result])\n";
  for (const JunitDialect dialect : both) {
    const std::string read = read_by(python + " -c '" + script + "'", junit(sample_run(), dialect));
    EXPECT_EQ(read,
              "negotiate 7 1 0 4\n"
              "- smb2.negotiate.dialect-selection dialect-selection[only-2.0.2]\n"
              "- smb2.negotiate.dialect-selection dialect-selection[2.0.2-and-3.0] Failure\n"
              "- smb2.negotiate.security-mode security-mode[none] Skipped\n"
              "- smb2.negotiate.reserved reserved[set] Skipped\n"
              "- smb2.negotiate.max-sizes max-sizes[default]\n"
              "- smb2.negotiate.preauth-twice preauth-twice[3.1.1] Skipped\n"
              "- smb2.negotiate.second second[3.1.1] Skipped\n"
              "frames 4 1 3 0\n"
              "- smb2.frames.cut cut[at=7] Failure\n"
              "- smb2.frames.cut cut[at=8] Error\n"
              "- smb2.frames.cut cut[at=9] Error\n"
              "- smb2.frames.cut cut[at=10] Error\n"
              "audit 1 1 0 0\n"
              "- smb2.audit.header-echo header-echo Failure\n"
              "baseline 1 1 0 0\n"
              "- smb2.baseline.fits fits Failure\n");
  }
}

TEST(Junit, NamesArePlainShortAndTellCasesApart) {
  scenario::RunRecord run;
  const std::string wide(300, 'x');
  for (const std::string& id : {"a.b/s[v=1 2]", "a.b/s[v=1_2]", "a.b/s[v=1/2]", "no-group"})
    run.cases.push_back({.id = id});
  run.cases.push_back({.id = "a.b/s[" + wide + "1]"});
  run.cases.push_back({.id = "a.b/s[" + wide + "2]"});
  const Report report(run, JunitDialect::rich);
  std::set<std::string> names;
  for (const auto& found : report.document.select_nodes("//testcase")) {
    const std::string name = found.node().attribute("name").value();
    EXPECT_TRUE(std::regex_match(name, std::regex("[A-Za-z0-9._+=,\\[\\]-]{1,200}"))) << name;
    names.insert(name);
    const std::string classname = found.node().attribute("classname").value();
    EXPECT_EQ(std::ranges::count(classname, '.'), 2) << classname;
  }
  EXPECT_EQ(names.size(), 6u);
  EXPECT_TRUE(names.contains("s[v=1_2]"));
}

TEST(Junit, LongTextsAreCut) {
  scenario::RunRecord run = sample_run();
  for (int i = 0; i < 100'000; ++i) run.cases[1].message += "é";
  const Report report(run, JunitDialect::strict);
  const auto failure = report.testcase("dialect-selection[2.0.2-and-3.0]").child("failure");
  EXPECT_LT(std::string_view(failure.attribute("message").value()).size(), 250u);
  EXPECT_LE(std::string_view(failure.text().get()).size(), longest_junit_body);
  EXPECT_THAT(failure.text().get(),
              AllOf(StartsWith("UNEXPECTED FAIL"), HasSubstr("left out"), HasSubstr("again")));
}

TEST(Junit, OfTenThousandCasesIsValidAndNotTooLarge) {
  for (const JunitDialect dialect : both) {
    const Report report(failing_run(10'000), dialect);
    EXPECT_EQ(report.root().attribute("tests").as_int(), 10'001);
    EXPECT_LT(report.text.size(), 30'000'000u) << "GitLab takes no larger file";
    expect_valid(report.text, dialect);
  }
}

}  // namespace
}  // namespace report
