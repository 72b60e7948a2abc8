#include "harness/scenario/expression.h"

#include <gmock/gmock.h>

#include <map>

namespace scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Values = std::map<std::string, Term, std::less<>>;

std::string value(std::string_view text, const Values& values = {}) {
  const auto expression = Expression::parse(text);
  if (!expression) return "cannot be parsed: " + expression.error();
  const auto term = expression->evaluate([&](std::string_view name) -> std::expected<Term, std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::unexpected("no variable " + std::string(name));
    return found->second;
  });
  return term ? term->text() : "fails: " + term.error();
}

Term word(std::string_view text) { return {std::string(text)}; }

TEST(Literal, OneWordIsAScalarAndOthersAreLists) {
  EXPECT_EQ(std::get<std::string>(literal(" 0011 ").value), "0011");
  EXPECT_TRUE(std::get<List>(literal("").value).empty());
  EXPECT_TRUE(std::get<List>(literal(" \n\t").value).empty());
  EXPECT_THAT(std::get<List>(literal("2.0.2  3.0\n\t0x0311").value),
              ElementsAre(word("2.0.2"), word("3.0"), word("0x0311")));
}

TEST(Literal, KeepsItsDigits) {
  EXPECT_EQ(literal("00ff").text(), "00ff");
  EXPECT_EQ(literal("0011 0022").text(), "0011 0022");
  EXPECT_EQ(value("join(0011, 0022)"), "0011 0022");
  EXPECT_EQ(value("0x0011"), "0x0011");
}

TEST(Bytes, AreJoinedAndMadeOfNumbers) {
  EXPECT_EQ(value("join(bytes(1, 2), 'ff00')"), "0101ff00");
  EXPECT_EQ(value("join(little(0x0311, 2), little(7, 4))"), "110307000000");
  EXPECT_EQ(value("little(0xffffffffffffffff, 8)"), "ffffffffffffffff");
  EXPECT_THAT(value("little(256, 1)"), testing::HasSubstr("no number of 1 bytes"));
  EXPECT_THAT(value("little(1, 9)"), testing::HasSubstr("no number of 9 bytes"));
  EXPECT_THAT(value("join(bytes(1, 1), xyz)"), testing::HasSubstr("neither bytes nor hexadecimal"));
  EXPECT_THAT(value("join(bytes(1, 16777216), 00)"), testing::HasSubstr("no message is that long"));
}

TEST(Term, IsTheNumberItIsWrittenAs) {
  EXPECT_EQ(word("7").number(), 7U);
  EXPECT_EQ(word("0x0311").number(), 0x311U);
  EXPECT_EQ(word("3.0.2").number(), 0x302U);
  EXPECT_EQ(word("STATUS_NOT_SUPPORTED").number(), 0xc00000bbU);
  EXPECT_EQ(word("18446744073709551615").number(), 0xffffffffffffffffU);
  for (const std::string_view none :
       {"", "0x", "7a", "-1", "x", "18446744073709551616", "0x10000000000000000"}) {
    EXPECT_EQ(word(none).number(), std::nullopt) << none;
  }
  EXPECT_EQ(Term{List{word("7")}}.number(), std::nullopt);
  EXPECT_EQ(Term{wire::Bytes{7}}.number(), std::nullopt);
}

TEST(Term, ComparesNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(word("0x0210"), word("2.1"));
  EXPECT_EQ(word("528"), Term{std::uint64_t{0x210}});
  EXPECT_EQ((Term{List{word("2.1"), word("3.0")}}), (Term{List{word("0x0210"), word("0x0300")}}));
  EXPECT_FALSE(word("a") == word("b"));
  EXPECT_FALSE(word("a") == word("0"));
}

TEST(Term, AListOfOneIsItsElement) {
  EXPECT_EQ(Term{List{word("2.1")}}, word("0x0210"));
  EXPECT_FALSE((Term{List{word("2.1"), word("3.0")}} == word("2.1")));
  EXPECT_FALSE(Term{List{}} == word("0"));
}

TEST(Term, IsTrueWhenItSaysSomething) {
  for (const Term& yes :
       {word("yes"), word("true"), word("1"), word("0x10"), Term{std::uint64_t{2}}, Term{List{word("no")}}}) {
    EXPECT_TRUE(yes.truth()) << yes.text();
  }
  for (const Term& no :
       {word("no"), word("0"), word(""), word("before"), Term{std::uint64_t{0}}, Term{List{}}}) {
    EXPECT_FALSE(no.truth()) << no.text();
  }
}

TEST(Expression, ComparesAndReckons) {
  EXPECT_EQ(value("3.0.2 > 3.0"), "1");
  EXPECT_EQ(value("0x10 <= 16"), "1");
  EXPECT_EQ(value("0x10 < 16"), "0");
  EXPECT_EQ(value("15 >= 16"), "0");
  EXPECT_EQ(value("2.1 != 0x0210"), "0");
  EXPECT_EQ(value("$a==$b", {{"a", word("2.1")}, {"b", word("0x0210")}}), "1");
  EXPECT_EQ(value("2 + 3"), "5");
  EXPECT_EQ(value("9 - 3 - 2"), "4") << "from left to right";
  EXPECT_EQ(value("a + 3"), "fails: \"a\" and \"3\" are not both numbers");
  EXPECT_EQ(value("a < 3"), "fails: \"a\" and \"3\" are not both numbers");
}

TEST(Expression, BindsAndTighterThanOrAndNotTighterThanBoth) {
  EXPECT_EQ(value("1 == 1 or 1 == 1 and 1 == 2"), "1");
  EXPECT_EQ(value("(1 == 1 or 1 == 1) and 1 == 2"), "0");
  EXPECT_EQ(value("not 1 == 2 and 1 == 2"), "0");
  EXPECT_EQ(value("not (1 == 2 and 1 == 2)"), "1");
  EXPECT_EQ(value("not 1 in (1, 2)"), "0") << "not the comparison, not its left side";
  EXPECT_EQ(value("not not 1 == 1"), "1");
  EXPECT_EQ(value("2 + 1 == 4 - 1"), "1");
}

TEST(Expression, DoesNotLookAtWhatNoLongerMatters) {
  EXPECT_EQ(value("1 == 2 and $missing"), "0");
  EXPECT_EQ(value("1 == 1 or $missing"), "1");
  EXPECT_EQ(value("1 == 1 and $missing"), "fails: no variable missing");
}

TEST(Expression, InHoldsWhenEveryElementIsThere) {
  EXPECT_EQ(value("2.1 in (2.0.2, 0x0210)"), "1");
  EXPECT_EQ(value("(2.1, 3.0) in (2.1, 3.0, 3.1.1)"), "1");
  EXPECT_EQ(value("(2.1, 3.0) in (2.1, 3.1.1)"), "0");
  EXPECT_EQ(value("2.1 in 2.1"), "1");
  EXPECT_EQ(value("without(2.1, 2.1) in 3.0"), "1") << "none is missing of an empty list";
}

TEST(Expression, HasAsksForAllBits) {
  EXPECT_EQ(value("0x7 has 0x5"), "1");
  EXPECT_EQ(value("0x4 has 0x5"), "0");
  EXPECT_EQ(value("0x4 has 0"), "1");
  EXPECT_EQ(value("DFS has 1"), "fails: \"DFS\" and \"1\" are not both numbers");
}

TEST(Expression, QuotedTextIsOneLiteral) {
  EXPECT_EQ(value("'SMB 2.002' in ('NT LM 0.12', 'SMB 2.002')"), "1");
  EXPECT_EQ(value("'(a, $b) and ='"), "(a, $b) and =");
  EXPECT_EQ(value("''"), "");
}

TEST(Expression, ParenthesesMakeLists) {
  EXPECT_EQ(value("(a, b, c)"), "a b c");
  EXPECT_EQ(value("count((a, b, c))"), "3");
  EXPECT_EQ(value("count(a)"), "1");
  EXPECT_EQ(value("(a)"), "a");
}

TEST(Function, PicksFromLists) {
  const Values values = {{"offered", literal("2.0.2 0x0222 3.0")}, {"known", literal("3.0 2.0.2 3.1.1")}};
  EXPECT_EQ(value("greatest($known)", values), "0x311");
  EXPECT_EQ(value("greatest(common($offered, $known))", values), "0x300");
  EXPECT_EQ(value("greatest(without($offered, $offered))", values), "none");
  EXPECT_EQ(value("greatest(unknown)"), "fails: \"unknown\" is no number");
  EXPECT_EQ(value("common($offered, $known)", values), "2.0.2 3.0") << "in the order of the first";
  EXPECT_EQ(value("without($offered, $known)", values), "0x0222");
  EXPECT_EQ(value("join($offered, 2.1)", values), "2.0.2 0x0222 3.0 2.1");
}

TEST(Function, MakesBytesAndNumbers) {
  EXPECT_EQ(value("bytes(0xab, 3)"), "ababab");
  EXPECT_EQ(value("bytes(0, 0)"), "");
  EXPECT_EQ(value("sequence(0x10, 3)"), "0x10 0x11 0x12");
  EXPECT_EQ(value("bytes(0x100, 1)"), "fails: \"0x100\" is no byte");
  EXPECT_EQ(value("bytes(0, 16777217)"), "fails: \"16777217\" is no size up to 16777216");
  EXPECT_EQ(value("sequence(first, 3)"), "fails: \"first\" is no number");
  EXPECT_EQ(value("sequence(0, many)"), "fails: \"many\" is no size up to 16777216");
}

TEST(Function, MakesThePathOfAShare) {
  EXPECT_EQ(value("path($share)", {{"share", Term{std::string("data")}}}), R"(\\127.0.0.1\data)");
}

TEST(Function, FailsWithItsArguments) { EXPECT_EQ(value("count($missing)"), "fails: no variable missing"); }

TEST(Expression, TellsWhatIsWrongWithAText) {
  EXPECT_THAT(value("gratest($a)"), HasSubstr("no function \"gratest\"; did you mean \"greatest\"?"));
  EXPECT_THAT(value("count(1, 2)"), HasSubstr("count() takes 1 arguments, not 2"));
  EXPECT_THAT(value("count()"), HasSubstr("count() takes 1 arguments, not 0"));
  EXPECT_THAT(value(""), HasSubstr("ends too early"));
  EXPECT_THAT(value("1 =="), HasSubstr("ends too early"));
  EXPECT_THAT(value("1 and"), HasSubstr("ends too early"));
  EXPECT_THAT(value("(1, 2"), HasSubstr("\")\" is missing"));
  EXPECT_THAT(value("count(1"), HasSubstr("\",\" or \")\" is missing"));
  EXPECT_THAT(value("1 2"), HasSubstr("unexpected \"2\""));
  EXPECT_THAT(value("1 = 2"), HasSubstr("unexpected \"=\""));
  EXPECT_THAT(value("1 == 2 == 3"), HasSubstr("unexpected \"==\""));
  EXPECT_THAT(value("1 )"), HasSubstr("unexpected \")\""));
  EXPECT_THAT(value(", 1"), HasSubstr("unexpected \",\""));
  EXPECT_THAT(value("1 == < 2"), HasSubstr("\"<\" has no left side"));
  EXPECT_THAT(value("and 1"), HasSubstr("\"and\" has no left side"));
  for (const std::string_view open : {"'", "'abc", "'a' == 'b"}) {
    EXPECT_THAT(value(open), HasSubstr("closing ' is missing")) << open;
  }
}

TEST(Expression, KnowsItsVariables) {
  EXPECT_THAT(Expression::parse("$a == count($b) or not $target.c in ($d-e, 1)")->variables(),
              ElementsAre("a", "b", "target.c", "d-e"));
  EXPECT_TRUE(Expression().variables().empty());
  EXPECT_FALSE(Expression());
  EXPECT_EQ(Expression::parse("1 == 1")->source(), "1 == 1");
}

TEST(Functions, AreListedForTheManual) {
  for (const Function& function : functions()) EXPECT_FALSE(function.meaning.empty()) << function.name;
  EXPECT_EQ(functions().size(), 9U);
}

}  // namespace
}  // namespace scenario
