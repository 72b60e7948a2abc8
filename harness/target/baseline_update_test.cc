#include "harness/target/baseline_update.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "harness/target/baseline.h"
#include "harness/target/sample_baseline.h"

namespace target {
namespace {

using scenario::CaseResult;
using scenario::Draw;
using scenario::Outcome;
using scenario::RunRecord;
using testing::IsEmpty;

// The same `times` times.
CaseResult always(const std::string& id, Outcome outcome, const std::string& message = "",
                  std::size_t times = 3) {
  return drawn(id, std::vector<std::pair<Outcome, std::string>>(times, {outcome, message}));
}

std::string text_after(const std::string& lines, const RunRecord& record, const UpdateRules& rules = {},
                       const Baseline& known = {}, const Aliases& aliases = {}) {
  const auto done = update(with_heading(lines), "known.txt", aliases, known, record, rules);
  EXPECT_TRUE(done) << done.error();
  return done ? done->text : "";
}

// The lines of the file after an update, which is held to what it promises.
std::string updated(const std::string& lines, RunRecord record, const UpdateRules& rules = {},
                    const Baseline& known = {}, const Aliases& aliases = {}) {
  const std::string text = text_after(lines, record, rules, known, aliases);
  const auto baseline = parse_baseline(text, "known.txt", aliases);
  EXPECT_TRUE(baseline) << baseline.error() << '\n' << text;
  if (!baseline) return text;
  Baseline all = *baseline;
  all.insert(all.end(), known.begin(), known.end());
  target::apply(all, record, rules.unsupported ? Unsupported::listed : Unsupported::anything);
  EXPECT_THAT(record.baseline_problems, IsEmpty()) << text;
  for (const CaseResult& c : record.cases) EXPECT_TRUE(c.expected) << c.id << '\n' << text;
  const auto again = update(text, "known.txt", aliases, known, record, rules);
  EXPECT_TRUE(again && again->diff.empty()) << text << (again ? again->diff : again.error());
  return text.substr(with_heading("").size());
}

CaseResult with_requirement(CaseResult result) {
  result.requirements = {"NEG-098", "NEG-001"};
  result.requirement_text = "Two contexts are refused";
  return result;
}

TEST(BaselineUpdate, WhatFailsGetsALineThatAsksForAReason) {
  const auto record = whole_run_of({with_requirement(always("a/b", Outcome::fail, "Status is \"A\"")),
                                    always("a/c", Outcome::pass), always("a/d", Outcome::unsupported)});
  EXPECT_EQ(updated("", record),
            "a/b  fail  \"Status is \\\"A\\\"\"  UNEXPLAINED: NEG-098: Two contexts are refused\n");
}

TEST(BaselineUpdate, WhatFailsAtTimesIsMeasured) {
  const auto record = whole_run_of({with_requirement(drawn("a/b", {{Outcome::pass, ""},
                                                                   {Outcome::fail, "late by 7 s"},
                                                                   {Outcome::fail, "late by 8 s"},
                                                                   {Outcome::crash, "gone"}}))});
  EXPECT_EQ(
      updated("", record),
      "a/b  fail|crash|pass 2/4  \"late by\"|\"gone\"  UNEXPLAINED: NEG-098: Two contexts are refused\n");
}

TEST(BaselineUpdate, WhatIsExpectedAnywayGetsNoLine) {
  auto should = always("a/b", Outcome::fail, "x");
  should.level = scenario::Level::should;
  auto record = whole_run_of({should, always("a/c", Outcome::observe, "8"), always("a/d", Outcome::pass)});
  EXPECT_EQ(updated("", record), "");
  record.strict = true;
  EXPECT_THAT(updated("", record), testing::StartsWith("a/b  fail"));
}

TEST(BaselineUpdate, CommentsOrderAndReasonsStay) {
  const std::string lines =
      "# why\n\na/z fail   \"Status\"   bug 1\n\n# more\na/b fail|pass depends\na/*x crash bug 3 # and so "
      "on\n";
  const auto record =
      whole_run_of({always("a/b", Outcome::pass, "", 20), always("a/x", Outcome::crash, "gone", 20),
                    always("a/z", Outcome::fail, "Status is A", 20)});
  EXPECT_EQ(updated(lines, record), lines);
}

TEST(BaselineUpdate, ALineGoesOnlyAfterSoManyPasses) {
  const auto passing = [](std::size_t times) {
    return whole_run_of({always("a/b", Outcome::pass, "", times)});
  };
  EXPECT_EQ(updated("a/b fail \"x\" bug 1\n", passing(3)), "a/b  fail|pass 0/3  \"x\"  bug 1\n");
  EXPECT_EQ(updated("a/b fail \"x\" bug 1\n", passing(9)), "a/b  fail|pass 0/9  \"x\"  bug 1\n");
  EXPECT_EQ(updated("a/b fail \"x\" bug 1\n", passing(10)), "");
  EXPECT_EQ(updated("a/b fail|pass 0/3 \"x\" bug 1\n", passing(10)), "");
  EXPECT_EQ(updated("a/b fail \"x\" bug 1\n", passing(3), {.drop_after = 3}), "");
}

TEST(BaselineUpdate, FewerDrawsReplaceNoMeasurement) {
  const auto once_of = [](std::size_t times) {
    std::vector<std::pair<Outcome, std::string>> draws(times, {Outcome::pass, ""});
    draws.front() = {Outcome::fail, "x"};
    return whole_run_of({drawn("a/b", draws)});
  };
  EXPECT_EQ(updated("a/b fail|pass 3/10 \"x\" bug 1\n", once_of(5)), "a/b fail|pass 3/10 \"x\" bug 1\n");
  EXPECT_EQ(updated("a/b fail|pass 3/10 \"x\" bug 1\n", once_of(12)), "a/b  fail|pass 1/12  \"x\"  bug 1\n");
}

TEST(BaselineUpdate, WhatFailsOtherwiseHasToBeExplainedAnew) {
  const auto record = whole_run_of({with_requirement(always("a/b", Outcome::fail, "other"))});
  EXPECT_EQ(updated("a/b fail until=2027-01-31 \"x\" bug 1\n", record),
            "a/b  fail  until=2027-01-31  \"other\"  UNEXPLAINED: NEG-098: Two contexts are refused; before: "
            "bug 1\n");
  EXPECT_EQ(updated("a/b fail \"x\" UNEXPLAINED: mine\n", record),
            "a/b  fail  \"other\"  UNEXPLAINED: mine\n");
}

TEST(BaselineUpdate, AnObservationIsItsValue) {
  const auto record =
      whole_run_of({with_requirement(drawn("a/b", {{Outcome::observe, "8"}, {Outcome::observe, "16"}}))});
  EXPECT_EQ(updated("a/b observe \"4\" UNEXPLAINED: x\n", record),
            "a/b  observe  \"8\"|\"16\"  UNEXPLAINED: x\n");
}

TEST(BaselineUpdate, WhatNoCaseIsCalledGoes) {
  const auto record = whole_run_of({always("a/b", Outcome::pass)});
  EXPECT_EQ(updated("# was here\nq/r fail x\n", record), "# was here\n");
}

TEST(BaselineUpdate, RenamesWhatIsCalledOtherwiseNow) {
  const Aliases aliases = {{"a/old", "a/new"}};
  const auto record =
      whole_run_of({always("a/new[1]", Outcome::fail, "x"), always("a/new[2]", Outcome::fail, "x")});
  EXPECT_EQ(
      updated("a/old[1] fail bug 1\na/new[2] fail bug 2\na/old[2] fail bug 3\n", record, {}, {}, aliases),
      "a/new[1]  fail  bug 1\na/new[2] fail bug 2\n");
}

TEST(BaselineUpdate, RowsThatFailAlikeShareALine) {
  std::vector<CaseResult> cases;
  for (const char* dialect : {"1", "2"}) {
    for (const char* cipher : {"x", "y", "z"})
      cases.push_back(with_requirement(
          always(fmt::format("a/b[d={},c={}]", dialect, cipher), Outcome::fail, "Status is A")));
  }
  EXPECT_EQ(updated("", whole_run_of(cases)),
            "a/b[*]  fail  \"Status is A\"  UNEXPLAINED: NEG-098: Two contexts are refused\n");
  cases[4] = always("a/b[d=2,c=y]", Outcome::pass);
  EXPECT_EQ(updated("", whole_run_of(cases)),
            "a/b[d=1,*]  fail  \"Status is A\"  UNEXPLAINED: NEG-098: Two contexts are refused\n"
            "a/b[d=2,c=x]  fail  \"Status is A\"  UNEXPLAINED: NEG-098: Two contexts are refused\n"
            "a/b[d=2,c=z]  fail  \"Status is A\"  UNEXPLAINED: NEG-098: Two contexts are refused\n");
}

TEST(BaselineUpdate, AWildcardIsTakenApartWhereItNoLongerFits) {
  std::vector<CaseResult> cases;
  for (int i = 0; i < 4; ++i) cases.push_back(always(fmt::format("a/b[{}]", i), Outcome::fail, "x", 10));
  cases[2] = always("a/b[2]", Outcome::pass, "", 10);
  EXPECT_EQ(
      updated("# why\na/b[*] fail \"x\" bug 1\n# end\n", whole_run_of(cases)),
      "# why\na/b[0]  fail  \"x\"  bug 1\na/b[1]  fail  \"x\"  bug 1\na/b[3]  fail  \"x\"  bug 1\n# end\n");
}

TEST(BaselineUpdate, AWildcardThatIsTooWideIsTakenApart) {
  std::vector<CaseResult> cases;
  for (int i = 0; i < 30; ++i)
    cases.push_back(always(fmt::format("a/b[c={},d={}]", i / 10, i % 10), Outcome::fail, "x"));
  EXPECT_EQ(updated("a/* fail bug 1\n", whole_run_of(cases)),
            "a/b[c=0,*]  fail  bug 1\na/b[c=1,*]  fail  bug 1\na/b[c=2,*]  fail  bug 1\n");
}

TEST(BaselineUpdate, ALineStaysWhereAWildcardWouldSpeakInItsPlace) {
  const auto record =
      whole_run_of({always("a/b", Outcome::pass, "", 10), always("a/c", Outcome::fail, "x", 10)});
  EXPECT_EQ(updated("a/* fail bug 1\na/b fail bug 2\n", record),
            "a/* fail bug 1\na/b  fail|pass 0/10  bug 2\n");
}

TEST(BaselineUpdate, WhatIsKnownOfTheServerIsOverriddenExactly) {
  const Baseline known = baseline_of("a/b[*] fail \"x\" bug 1\nq/r crash bug 2\n");
  const auto record =
      whole_run_of({always("a/b[1]", Outcome::fail, "x", 10), always("a/b[2]", Outcome::pass, "", 10),
                    always("a/b[3]", Outcome::pass, "", 10), always("q/r", Outcome::crash, "", 10)});
  EXPECT_EQ(updated("", record, {}, known),
            "a/b[2]  fail|pass 0/10  \"x\"  bug 1\na/b[3]  fail|pass 0/10  \"x\"  bug 1\n");
}

TEST(BaselineUpdate, UnsupportedCasesGetLinesWhereThatIsAsked) {
  std::vector<CaseResult> cases = {always("a/b", Outcome::unsupported, "no such share"),
                                   always("a/z", Outcome::unsupported, "no such share")};
  for (int i = 0; i < 30; ++i)
    cases.push_back(always(fmt::format("q/r[{}]", i), Outcome::unsupported, "no LZ77"));
  EXPECT_EQ(updated("a/z fail bug 1\n", whole_run_of(cases)), "a/z fail bug 1\n");
  EXPECT_EQ(updated("a/z fail bug 1\n", whole_run_of(cases), {.unsupported = true}),
            "a/z  fail|unsupported 0/3  bug 1\n"
            "a/b  unsupported  UNEXPLAINED: no such share\n"
            "q/r[*]  unsupported  UNEXPLAINED: no LZ77\n");
}

TEST(BaselineUpdate, ShowsWhatItChanges) {
  const auto record =
      whole_run_of({always("a/b", Outcome::pass, "", 10), always("a/c", Outcome::crash, "gone")});
  const auto done = update(with_heading("# why\na/b fail bug 1\n"), "known.txt", {}, {}, record, {});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->diff,
            "@@ -1,3 +1,3 @@\n # smbspec baseline v1   suite 0.1\n # why\n-a/b fail bug 1\n"
            "+a/c  crash  \"gone\"  UNEXPLAINED: \n");
  EXPECT_EQ(done->added, 1U);
  EXPECT_EQ(done->removed, 1U);
}

TEST(BaselineUpdate, AFileThatIsWrongIsRefused) {
  const auto done = update("a/b fail x\n", "known.txt", {}, {}, whole_run_of({}), {});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error(), testing::StartsWith("known.txt:1: "));
}

// ---- whatever fails

class AnyRun {
 public:
  explicit AnyRun(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }

  // Scenarios with none, one and two factors, some rows alike; at times with blanks, commas and quotes.
  RunRecord run(std::size_t draws) {
    std::vector<CaseResult> cases;
    for (std::size_t s = 0; s < 12; ++s) {
      const std::string scenario = fmt::format("m{}/s{}", s % 3, s);
      const std::size_t rows = s % 3 == 0 ? 0 : 1 + below(8);
      const std::size_t columns = s % 3 == 2 ? 1 + below(5) : 1;
      const std::size_t mode = below(4);
      if (rows == 0) cases.push_back(any_case(scenario, mode, draws));
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c)
          cases.push_back(any_case(columns == 1 ? fmt::format("{}[row {}]", scenario, r)
                                                : fmt::format("{}[a={},b={}]", scenario, r, c),
                                   mode, draws));
      }
    }
    return whole_run_of(std::move(cases));
  }

 private:
  static constexpr std::pair<Outcome, const char*> ends[] = {{Outcome::pass, ""},
                                                             {Outcome::fail, "Status is A (0x00000001)"},
                                                             {Outcome::fail, "late by 3 \"s\""},
                                                             {Outcome::fail, "late by 4 \"s\""},
                                                             {Outcome::crash, "gone\\"},
                                                             {Outcome::blocked, "no session\n"},
                                                             {Outcome::observe, "8388608"},
                                                             {Outcome::unsupported, "no LZ77"},
                                                             {Outcome::fail, ""}};

  // By mode: all passes, all fails alike, mostly passes, anything.
  CaseResult any_case(const std::string& id, std::size_t mode, std::size_t draws) {
    std::vector<std::pair<Outcome, std::string>> all;
    const std::size_t usual = mode == 0   ? 0
                              : mode == 1 ? 1
                              : mode == 2 ? below(10) / 9
                                          : below(std::size(ends));
    for (std::size_t i = 0; i < draws; ++i)
      all.emplace_back(ends[mode == 3 && below(4) == 0 ? below(std::size(ends)) : usual]);
    CaseResult result = with_requirement(drawn(id, all));
    if (below(5) == 0) result.level = scenario::Level::should;
    return result;
  }

  std::mt19937 random_;
};

// Every outcome that a case has not shown is noticed, in each of its draws.
void expect_changes_noticed(const Baseline& baseline, const RunRecord& record) {
  for (std::size_t i = 0; i < record.cases.size(); ++i) {
    const std::vector<Draw> shown = draws_of(record.cases[i]);
    for (const Outcome other : {Outcome::pass, Outcome::fail, Outcome::crash, Outcome::blocked}) {
      if (std::ranges::find(shown, other, &Draw::outcome) != shown.end()) continue;
      const bool is_free = scenario::is_expected(other, record.cases[i].level, record.strict) &&
                           std::ranges::all_of(shown, [&](const Draw& draw) {
                             return scenario::is_expected(draw.outcome, record.cases[i].level, record.strict);
                           });
      if (is_free) continue;
      RunRecord changed = record;
      changed.cases[i] = result(record.cases[i].id, other, "never seen");
      changed.cases[i].level = record.cases[i].level;
      target::apply(baseline, changed);
      EXPECT_NE(scenario::exit_code(changed), 0) << record.cases[i].id << ' ' << scenario::name(other);
    }
    // A message that never came, of an outcome that did.
    for (const Draw& draw : shown) {
      if (draw.outcome != Outcome::fail || draw.message.empty()) continue;
      const bool any_will_do = std::ranges::any_of(
          shown, [](const Draw& d) { return d.outcome == Outcome::fail && d.message.empty(); });
      if (any_will_do || scenario::is_expected(Outcome::fail, record.cases[i].level, record.strict)) continue;
      RunRecord changed = record;
      changed.cases[i] = result(record.cases[i].id, Outcome::fail, "never seen");
      target::apply(baseline, changed);
      EXPECT_EQ(scenario::exit_code(changed), 1) << record.cases[i].id;
    }
  }
}

class WhateverFails : public testing::TestWithParam<unsigned> {};

TEST_P(WhateverFails, IsGreenAfterAnUpdateAndEveryChangeIsNoticed) {
  AnyRun any(GetParam());
  const RunRecord record = any.run(3);
  const std::string text = text_after(updated("", record), record);
  const Baseline baseline = parse_baseline(text, "known.txt").value();
  RunRecord judged = record;
  target::apply(baseline, judged);
  EXPECT_EQ(scenario::exit_code(judged), 0);
  expect_changes_noticed(baseline, judged);
}

// From any baseline to any other run of the same cases, with what is known of the server or without.
TEST_P(WhateverFails, AnOldBaselineFollows) {
  AnyRun any(GetParam());
  RunRecord record = any.run(3);
  std::string lines = updated("", record);
  const Baseline known = any.below(2) == 0 ? Baseline{} : baseline_of(lines);
  if (!known.empty()) lines = "";
  if (any.below(2) == 0) lines += "m1/* fail wide\nm2/s*[*] fail|pass depends\n";
  for (const std::size_t draws : {std::size_t{3}, std::size_t{12}, std::size_t{5}}) {
    AnyRun other(GetParam() + static_cast<unsigned>(draws));
    for (CaseResult& c : record.cases) {
      const std::size_t times = draws;
      c = other.below(3) == 0 ? always(c.id, Outcome::pass, "", times)
                              : always(c.id, Outcome::fail, other.below(2) == 0 ? "A is 3" : "B", times);
    }
    lines = updated(lines, record, {.unsupported = other.below(2) == 0}, known);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WhateverFails, testing::Range(0U, 40U));

}  // namespace
}  // namespace target
