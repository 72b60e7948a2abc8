#include "harness/target/baseline_file.h"

#include <gmock/gmock.h>

#include <fstream>

#include "harness/target/sample_baseline.h"

namespace target {
namespace {

using scenario::Outcome;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

std::string error_of(std::string_view lines) {
  const auto baseline = parse_baseline(with_heading(lines), "known.txt");
  return baseline ? "" : baseline.error();
}

TEST(Baseline, ReadsItsFourColumns) {
  const Baseline baseline = baseline_of(
      "lock/range-conflict[len=0]  fail  \"Status is \\\"0\\\"\"  https://example.org/b#c3\n"
      "\n"
      "   # a comment\n"
      "negotiate/twice[d=2.0.2 3.0]\tfail|pass\tdepends on who closes first\r\n"
      "compress/*  unsupported  # build without compression");
  ASSERT_EQ(baseline.size(), 3u);
  EXPECT_EQ(baseline[0].pattern, "lock/range-conflict[len=0]");
  EXPECT_THAT(baseline[0].outcomes, ElementsAre(Outcome::fail));
  EXPECT_THAT(baseline[0].messages, ElementsAre("Status is \"0\""));
  EXPECT_EQ(baseline[0].reason, "https://example.org/b#c3");
  EXPECT_EQ(baseline[0].source.file, "known.txt");
  EXPECT_EQ(baseline[0].source.line, 2u);
  EXPECT_EQ(baseline[1].pattern, "negotiate/twice[d=2.0.2 3.0]");
  EXPECT_THAT(baseline[1].outcomes, ElementsAre(Outcome::fail, Outcome::pass));
  EXPECT_THAT(baseline[1].messages, IsEmpty());
  EXPECT_EQ(baseline[1].reason, "depends on who closes first");
  EXPECT_EQ(baseline[1].source.line, 5u);
  EXPECT_EQ(baseline[2].reason, "build without compression");
}

TEST(Baseline, RefusesAnotherVersionOrNoHeading) {
  for (const char* text :
       {"", "a/b fail x\n", "# smbspec baseline v2\n", "# smbspec baseline v10\na/b fail x\n"}) {
    const auto baseline = parse_baseline(text, "known.txt");
    ASSERT_FALSE(baseline) << text;
    EXPECT_THAT(baseline.error(), AllOf(StartsWith("known.txt:1: "), HasSubstr("# smbspec baseline v1")))
        << text;
  }
}

TEST(Baseline, NamesEveryWrongLineAtOnce) {
  EXPECT_EQ(error_of("a/b\n"
                     "a/c  failed  reason\n"
                     "a/d  no-verdict  reason\n"
                     "a/e  fail\n"
                     "a/f  fail  \"open  reason\n"
                     "a/g  pass  reason\n"
                     "a/h  fail  reason\n"
                     "a/h  crash  reason\n"),
            "known.txt:2: no outcome after the id; write: id  fail  \"message\"  reason\n"
            "known.txt:3: \"failed\" cannot be expected; write one or more of fail, pass, unsupported, "
            "blocked, crash, "
            "observe, with | between\n"
            "known.txt:4: \"no-verdict\" cannot be expected; write one or more of fail, pass, unsupported, "
            "blocked, "
            "crash, observe, with | between\n"
            "known.txt:5: no reason; end the line with why, or with a link\n"
            "known.txt:6: the quoted message does not end; close it with \"\n"
            "known.txt:7: pass is expected of every case; remove the line\n"
            "known.txt:9: a/h stands in line 8 too; remove one");
}

TEST(Baseline, AFileThatIsNotThereIsAnError) {
  const auto baseline = load_baseline("/nowhere/known.txt");
  ASSERT_FALSE(baseline);
  EXPECT_THAT(baseline.error(), AllOf(StartsWith("/nowhere/known.txt: "), HasSubstr("cannot be read")));
  EXPECT_FALSE(load_baseline("/"));
}

TEST(Baseline, LoadsAFile) {
  const std::string path = testing::TempDir() + "smbspec-baseline-test.txt";
  std::ofstream(path) << "# smbspec baseline v1\na/b fail reason\n";
  const auto baseline = load_baseline(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(baseline) << baseline.error();
  EXPECT_THAT(*baseline, SizeIs(1));
}

TEST(Baseline, ReadsMeasurementsAndDatesInAnyOrder) {
  for (const char* line : {"a/b fail|pass 3/10 until=2027-01-31 \"late\"|\"gone\" timing",
                           "a/b fail|pass \"late\"|\"gone\" until=2027-01-31 3/10 timing"}) {
    const Baseline baseline = baseline_of(line);
    ASSERT_THAT(baseline, SizeIs(1)) << line;
    EXPECT_EQ(baseline[0].measured, (Measure{3, 10})) << line;
    EXPECT_EQ(baseline[0].until, "2027-01-31") << line;
    EXPECT_THAT(baseline[0].messages, ElementsAre("late", "gone")) << line;
    EXPECT_EQ(baseline[0].reason, "timing") << line;
  }
}

TEST(Baseline, RefusesMeasurementsAndDatesThatMeanNothing) {
  for (const char* line : {"a/b fail|pass 3/0 x", "a/b fail|pass 11/10 x", "a/b fail 3/10 x"})
    EXPECT_THAT(error_of(line), AllOf(StartsWith("known.txt:2: "), HasSubstr("measurement"))) << line;
  for (const char* date : {"", "soon", "2027-02-29", "2027-13-01", "27-01-01", "2027-1-1", "2027-01-011"})
    EXPECT_THAT(error_of(std::string("a/b fail until=") + date + " x"), HasSubstr("is no date")) << date;
}

TEST(Baseline, WritesLinesThatReadTheSame) {
  for (const char* line :
       {"a/b  fail  reason", "a/b[c=1 2]  fail|pass 3/10  until=2027-01-31  \"a \\\"b\\\" \\\\\"|\"c\"  why",
        "a/*  unsupported  # \"quoted\"", "a/b  fail  # 1/2 of them", "a/b  fail  # until=now"}) {
    const Baseline baseline = baseline_of(line);
    ASSERT_THAT(baseline, SizeIs(1)) << line;
    EXPECT_EQ(line_of(baseline[0]), line);
  }
}

TEST(Aliases, AreReadAndRename) {
  const auto aliases = parse_aliases("old\tnow\na/old\ta/new\nq/x[r]\tq/y[s]\n", "aliases.tsv");
  ASSERT_TRUE(aliases) << aliases.error();
  EXPECT_THAT(*aliases, ElementsAre(Pair("a/old", "a/new"), Pair("q/x[r]", "q/y[s]")));
  const Baseline baseline = baseline_of(
      "a/old[c=1] fail x\na/old[*] fail x\na/older fail x\nq/x[r] fail x\nq/x fail x\n", *aliases);
  ASSERT_THAT(baseline, SizeIs(5));
  EXPECT_EQ(baseline[0].pattern, "a/new[c=1]");
  EXPECT_EQ(baseline[0].old_name, "a/old[c=1]");
  EXPECT_EQ(baseline[1].pattern, "a/new[*]");
  EXPECT_EQ(baseline[2].pattern, "a/older");
  EXPECT_EQ(baseline[2].old_name, "");
  EXPECT_EQ(baseline[3].pattern, "q/y[s]");
  EXPECT_EQ(baseline[4].old_name, "");
}

TEST(Aliases, NameTheLineThatIsWrong) {
  for (const char* line : {"a/old", "a/old\ta/new\ta/newer", "a/b\tc/d\na/b\te/f"}) {
    const auto aliases = parse_aliases("old\tnow\n" + std::string(line), "aliases.tsv");
    ASSERT_FALSE(aliases) << line;
    EXPECT_THAT(aliases.error(), StartsWith("aliases.tsv:")) << line;
  }
}

TEST(Wildcards, MatchAnywhereInAnId) {
  EXPECT_TRUE(matches("a/b", "a/b"));
  EXPECT_FALSE(matches("a/b", "a/bc"));
  EXPECT_TRUE(matches("*", "a/b[c=1]"));
  EXPECT_TRUE(matches("a/*", "a/b[c=1]"));
  EXPECT_TRUE(matches("a/*[c=*,d=2]", "a/b[c=1,d=2]"));
  EXPECT_FALSE(matches("a/*[c=*,d=2]", "a/b[c=1,d=3]"));
  EXPECT_TRUE(matches("*ab", "aab"));
  EXPECT_TRUE(matches("a**", "a"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("a*b", "a"));
}

}  // namespace
}  // namespace target
