#include <gmock/gmock.h>

#include "harness/scenario/sample_table.h"

namespace scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> ids(const Library& library) {
  std::vector<std::string> result;
  for (const Case& c : library.cases) result.push_back(c.id);
  return result;
}

// `body`: rows, factors, forbids.
Library expanded(const std::string& body) { return library_of(body + "<steps/>"); }

std::string refusal(const std::string& body) {
  const auto library = load_text(sample_table(body + "<steps/>"));
  return library ? "" : fmt::format("{}", fmt::join(library.error(), "\n"));
}

std::string value_of(const Case& c, std::string_view name) {
  for (const auto& [key, value] : c.values) {
    if (key == name) return value.text();
  }
  return "none";
}

TEST(Expansion, AScenarioAloneIsOneCase) {
  const Library library = expanded("");
  EXPECT_THAT(ids(library), ElementsAre("negotiate/sample"));
  EXPECT_EQ(library.cases[0].source.line, 2U);
  EXPECT_TRUE(library.cases[0].values.empty());
}

TEST(Expansion, RowsGiveCasesAndStandOnTheirLines) {
  const Library library = expanded("<row id=\"a\" n=\"1 2\"/>\n<row id=\"b\" n=\"\"/>\n");
  EXPECT_THAT(ids(library), ElementsAre("negotiate/sample[a]", "negotiate/sample[b]"));
  EXPECT_EQ(library.cases[0].source.line, 4U);
  EXPECT_EQ(library.cases[1].source.line, 5U);
  EXPECT_EQ(library.cases[1].source.file, "negotiate/sample.xml");
  EXPECT_EQ(value_of(library.cases[0], "n"), "1 2");
}

TEST(Expansion, RowsTimesFactorsInTheOrderGiven) {
  const Library library = expanded(
      R"(<row id="a"/><row id="b"/><factor name="x" values="2.1 3.0"/><factor name="y" values="DFS|LEASING 0"/>)");
  EXPECT_THAT(ids(library),
              ElementsAre("negotiate/sample[a,x=2.1,y=DFS+LEASING]", "negotiate/sample[a,x=2.1,y=0]",
                          "negotiate/sample[a,x=3.0,y=DFS+LEASING]", "negotiate/sample[a,x=3.0,y=0]",
                          "negotiate/sample[b,x=2.1,y=DFS+LEASING]", "negotiate/sample[b,x=2.1,y=0]",
                          "negotiate/sample[b,x=3.0,y=DFS+LEASING]", "negotiate/sample[b,x=3.0,y=0]"));
  EXPECT_EQ(value_of(library.cases[2], "x"), "3.0");
  EXPECT_EQ(value_of(library.cases[2], "y"), "DFS|LEASING") << "only the id is spelled with +";
}

TEST(Expansion, SubsetsAreAllButTheEmptyOne) {
  const Library library = expanded(R"(<factor name="d" subsets-of="2.0.2 2.1 3.0"/>)");
  EXPECT_THAT(ids(library), ElementsAre("negotiate/sample[d=2.0.2]", "negotiate/sample[d=2.1]",
                                        "negotiate/sample[d=2.0.2+2.1]", "negotiate/sample[d=3.0]",
                                        "negotiate/sample[d=2.0.2+3.0]", "negotiate/sample[d=2.1+3.0]",
                                        "negotiate/sample[d=2.0.2+2.1+3.0]"));
  EXPECT_EQ(value_of(library.cases[6], "d"), "2.0.2 2.1 3.0");
  EXPECT_EQ(expanded(R"(<factor name="d" subsets-of="1 2 3 4 5 6 7 8 9 10 11 12"/>)").cases.size(), 4095U);
  EXPECT_THAT(refusal(R"(<factor name="d" subsets-of="1 2 3 4 5 6 7 8 9 10 11 12 13"/>)"),
              HasSubstr("too many subsets"));
}

TEST(Expansion, ARangeHasBothItsEnds) {
  EXPECT_THAT(ids(expanded(R"(<factor name="n" range="8..0x0a"/>)")),
              ElementsAre("negotiate/sample[n=8]", "negotiate/sample[n=9]", "negotiate/sample[n=10]"));
  EXPECT_EQ(expanded(R"(<factor name="n" range="5..5"/>)").cases.size(), 1U);
  for (const std::string range :
       {"", "5", "..", "1..", "..5", "5..4", "a..b", "1-5", "0..100000", "0..18446744073709551615"}) {
    EXPECT_THAT(refusal("<factor name=\"n\" range=\"" + range + "\"/>"),
                HasSubstr("is no range such as 0..63"))
        << range;
  }
}

TEST(Expansion, PrefixesStopShortOfTheWholeMessage) {
  const Library library = expanded(R"(<factor name="n" every-prefix-of="NEGOTIATE"/>)");
  // 64 + 36 + 5 dialects, padded to 112; PREAUTH 46, ENCRYPTION 18, SIGNING 16, all but the last padded.
  EXPECT_EQ(library.cases.size(), 112U + 48 + 24 + 16);
  EXPECT_EQ(library.cases.front().id, "negotiate/sample[n=0]");
  EXPECT_EQ(library.cases.back().id, "negotiate/sample[n=199]");
}

TEST(Expansion, ForbiddenCombinationsMakeNoCase) {
  EXPECT_THAT(ids(expanded(R"(<row id="a" k="1"/><row id="b" k="2"/><factor name="x" values="1 2"/>)"
                           R"(<forbid when="$k == 1 and $x == 2"/><forbid when="$k == $x + 1"/>)")),
              ElementsAre("negotiate/sample[a,x=1]", "negotiate/sample[b,x=2]"));
  EXPECT_EQ(refusal(R"(<factor name="x" values="1 2"/><forbid when="1 in $x or 2 in $x"/>)"),
            "negotiate/sample.xml:2: no combination is left");
  EXPECT_THAT(refusal(R"(<factor name="x" values="a"/><forbid when="$x &lt; 2"/>)"),
              HasSubstr("forbid \"$x < 2\": \"a\" and \"2\" are not both numbers"));
}

// The list of cases is the same for every target.
TEST(Expansion, DoesNotKnowTheTarget) {
  EXPECT_THAT(refusal(R"(<factor name="x" values="2.1"/><forbid when="$x in $target.dialects"/>)"),
              HasSubstr("no variable $target.dialects"));
}

TEST(Expansion, HasALimit) {
  EXPECT_EQ(expanded(R"(<factor name="x" range="1..1000"/><factor name="y" range="1..100"/>)").cases.size(),
            100000U);
  EXPECT_THAT(refusal(R"(<factor name="x" range="1..1001"/><factor name="y" range="1..100"/>)"),
              HasSubstr("too many"));
  EXPECT_THAT(refusal(R"(<row id="a"/><row id="b"/><factor name="x" range="1..50001"/>)"),
              HasSubstr("too many"));
  std::string overflowing;  // 65536 to the fourth is nothing in 64 bits
  for (const char name : std::string("wxyz"))
    overflowing += fmt::format(R"(<factor name="{}" range="1..65536"/>)", name);
  EXPECT_THAT(refusal(overflowing), HasSubstr("too many"));
}

std::string with_attributes(std::string_view attributes, const std::string& body) {
  const auto library =
      load_text(sample_table(body + "<steps/>", fmt::format("level=\"MUST\" {}", attributes)));
  return library ? fmt::format("{} cases", library->cases.size())
                 : fmt::format("{}", fmt::join(library.error(), "\n"));
}

TEST(Expansion, OfStrengthTwoHasEveryPairOfValuesForEachRow) {
  const std::string factors =
      R"(<factor name="x" values="1 2 3"/><factor name="y" values="1 2 3"/><factor name="z" values="1 2"/>)";
  EXPECT_EQ(with_attributes("", factors), "18 cases");
  EXPECT_EQ(with_attributes("strength=\"2\"", factors), "9 cases");
  EXPECT_EQ(with_attributes("strength=\"2\"", R"(<row id="a"/><row id="b"/>)" + factors), "18 cases");
  EXPECT_EQ(with_attributes("strength=\"1\"", factors), "3 cases");
}

TEST(Expansion, AStrengthThatIsAskedForRaisesWhatATableSays) {
  const std::string factors =
      R"(<factor name="x" values="1 2"/><factor name="y" values="1 2"/><factor name="z" values="1 2"/><factor name="w" values="1 2"/><steps/>)";
  const auto count = [&](std::string_view of_table, std::size_t asked_for) {
    return load_text(sample_table(factors, of_table), "negotiate/sample.xml", asked_for)->cases.size();
  };
  constexpr std::string_view pairs = R"(level="MUST" strength="2")";
  EXPECT_LT(count(pairs, 0), count(pairs, 3));
  EXPECT_EQ(count(pairs, 1), count(pairs, 2));
  EXPECT_EQ(count(pairs, 3), count(R"(level="MUST" strength="3")", 2));
  EXPECT_EQ(count(pairs, 4), 16U);
  EXPECT_EQ(count(pairs, 8), 16U);
  EXPECT_EQ(count(R"(level="MUST")", 3), 16U);
}

TEST(Expansion, OfSomeStrengthKeepsWhatIsForbiddenOut) {
  const Library library = library_of(
      R"(<row id="a" k="1"/><factor name="x" values="1 2"/><factor name="y" values="1 2"/><factor name="z" values="1 2"/>)"
      R"(<forbid when="$k == $x and $y == $z"/><steps/>)",
      R"(level="MUST" strength="2")");
  for (const Case& c : library.cases)
    EXPECT_FALSE(value_of(c, "x") == "1" && value_of(c, "y") == value_of(c, "z")) << c.id;
  const auto found = ids(library);
  const auto has = [&](std::string_view pair) {
    return std::ranges::any_of(found,
                               [&](const std::string& id) { return id.find(pair) != std::string::npos; });
  };
  EXPECT_TRUE(has("x=1,y=1") && has("x=1,y=2") && has("y=1,z=1") && has("y=2,z=2"));
}

TEST(Expansion, AStrengthIsLessThanThereAreFactors) {
  const std::string two = R"(<factor name="x" values="1 2"/><factor name="y" values="1 2"/>)";
  for (const std::string_view strength : {"0", "2", "3", "two", ""}) {
    EXPECT_THAT(with_attributes(fmt::format("strength=\"{}\"", strength), two),
                HasSubstr("strength is a number"))
        << strength;
  }
}

TEST(Expansion, OfSomeStrengthIsLimitedByTheLargestFactors) {
  std::string factors;
  for (const char name : std::string("abcdefgh"))
    factors += fmt::format(R"(<factor name="{}" range="1..10"/>)", name);
  EXPECT_THAT(refusal(factors), HasSubstr("too many"));
  EXPECT_THAT(with_attributes("strength=\"2\"", factors), HasSubstr(" cases"));
}

TEST(Expansion, SettingsOfTheServerAreWordsOfRowsAndFactors) {
  const Library library = library_of(
      R"(<row id="a" more="encrypt-data=yes guests=yes"/><row id="b" more=""/><factor name="d" values="2.1"/><steps/>)",
      R"x(level="MUST" server="join($more, $d)")x");
  EXPECT_THAT(library.cases[0].settings, ElementsAre("encrypt-data=yes", "guests=yes", "2.1"));
  EXPECT_THAT(library.cases[1].settings, ElementsAre("2.1"));
  EXPECT_TRUE(library.cases[0].controls());
  EXPECT_THAT(library_of("<steps/>", R"(level="MUST" server="guests=yes")").cases[0].settings,
              ElementsAre("guests=yes"));
  EXPECT_FALSE(expanded("").cases[0].controls());
  EXPECT_TRUE(library_of(R"(<steps><advance by="1h"/></steps>)").cases[0].controls());
}

TEST(Expansion, AnEmptyDomainIsRefused) {
  EXPECT_THAT(refusal(R"(<factor name="x" values=" "/>)"), HasSubstr("has no values"));
  EXPECT_THAT(refusal(R"(<factor name="x" subsets-of=""/>)"), HasSubstr("has no values"));
  Scenario scenario;
  scenario.factors = {{.name = "x", .values = {}}};
  EXPECT_FALSE(expand(scenario));
}

}  // namespace
}  // namespace scenario
