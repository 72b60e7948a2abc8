#include "harness/scenario/environment.h"

#include <gmock/gmock.h>

#include "harness/scenario/sample_table.h"
#include "harness/smb2/message.h"

namespace scenario {
namespace {

using testing::HasSubstr;

Term word(std::string_view text) { return {std::string(text)}; }

// The value a field takes of a table's text, as it prints; or why not.
template <class T>
std::string taken(T object, const Term& term) {
  const wire::Field field = wire::field_of("Field", object);
  const auto value = to_value(term, field);
  if (!value) return value.error();
  return field.set(*value) ? wire::to_text(field) : "does not fit";
}

TEST(ToValue, Numbers) {
  EXPECT_EQ(taken(std::uint16_t{}, word("7")), "7");
  EXPECT_EQ(taken(std::uint16_t{}, word("0xffff")), "0xffff");
  EXPECT_EQ(taken(std::uint16_t{}, word(" 7 ")), "7");
  EXPECT_EQ(taken(std::uint16_t{}, Term{std::uint64_t{7}}), "7");
  EXPECT_EQ(taken(wire::Derived<std::uint16_t>{}, word("9")), "9");
  EXPECT_EQ(taken(std::uint64_t{}, word("18446744073709551615")), "0xffffffffffffffff");
}

TEST(ToValue, NumbersThatDoNotFit) {
  EXPECT_EQ(taken(std::uint16_t{}, word("0x10000")), "does not fit");
  EXPECT_EQ(taken(std::uint8_t{}, word("256")), "does not fit");
  EXPECT_EQ(taken(wire::Derived<std::uint16_t>{}, word("65536")), "does not fit");
  EXPECT_EQ(taken(std::vector<smb2::Dialect>{}, word("2.1 0x10000")), "does not fit");
}

TEST(ToValue, NamedNumbers) {
  EXPECT_EQ(taken(smb2::Dialect{}, word("3.1.1")), "3.1.1 (0x0311)");
  EXPECT_EQ(taken(smb2::ContextType{}, word("PREAUTH")), "SMB2_PREAUTH_INTEGRITY_CAPABILITIES (0x0001)");
  EXPECT_EQ(taken(smb2::ContextType{}, word("SMB2_SIGNING_CAPABILITIES")),
            "SMB2_SIGNING_CAPABILITIES (0x0008)");
  EXPECT_EQ(taken(smb2::ContextType{}, word("0x7fff")), "0x7fff");
  EXPECT_EQ(taken(smb2::ContextType{}, word("SIGNIN")),
            "\"SIGNIN\" is no value of this field; did you mean \"SIGNING\"?");
  EXPECT_THAT(taken(std::uint16_t{}, word("seven")), HasSubstr("\"seven\" is no value of this field"));
  EXPECT_THAT(taken(std::uint16_t{}, word("7 8")), HasSubstr("no value"));
  EXPECT_THAT(taken(std::uint16_t{}, word("")), HasSubstr("no value"));
}

TEST(ToValue, FlagsByNameAliasAndNumber) {
  using smb2::Capabilities;
  EXPECT_EQ(taken(Capabilities{}, word("DFS|LEASING")), "SMB2_GLOBAL_CAP_DFS|SMB2_GLOBAL_CAP_LEASING");
  EXPECT_EQ(taken(Capabilities{}, word("SMB2_GLOBAL_CAP_DFS|0x80000000")), "SMB2_GLOBAL_CAP_DFS|0x80000000");
  EXPECT_EQ(taken(Capabilities{}, word("0")), "0");
  EXPECT_EQ(taken(Capabilities{}, Term{std::uint64_t{2}}), "SMB2_GLOBAL_CAP_LEASING");
  EXPECT_EQ(taken(smb2::SecurityMode{}, word("SIGNING_REQUIRED")), "SMB2_NEGOTIATE_SIGNING_REQUIRED");
  EXPECT_THAT(taken(Capabilities{}, word("DFS|LEESING")), HasSubstr("did you mean \"LEASING\"?"));
  EXPECT_THAT(taken(Capabilities{}, word("DFS||LEASING")), HasSubstr("no value"));
  EXPECT_EQ(taken(Capabilities{}, word("0x100000000")), "does not fit");
}

TEST(ToValue, ListsOfNamedNumbers) {
  using Dialects = std::vector<smb2::Dialect>;
  EXPECT_EQ(taken(Dialects{}, word("0x0222 2.1")), "[0x0222, 2.1 (0x0210)]");
  EXPECT_EQ(taken(Dialects{}, word("2.1")), "[2.1 (0x0210)]");
  EXPECT_EQ(taken(Dialects{smb2::Dialect::smb_2_1}, word("")), "[]");
  EXPECT_EQ(taken(Dialects{}, Term{List{{std::uint64_t{0x300}}, word("2.1")}}),
            "[3.0 (0x0300), 2.1 (0x0210)]");
  EXPECT_THAT(taken(Dialects{}, word("2.1 four")), HasSubstr("\"four\" is no value"));
  EXPECT_EQ(taken(std::vector<smb2::Cipher>{}, word("AES-128-CCM")), "[AES-128-CCM (0x0001)]");
}

TEST(ToValue, BytesKeepTheirZeros) {
  EXPECT_EQ(taken(wire::Bytes{}, word("0011")), "0011");
  EXPECT_EQ(taken(wire::Bytes{}, word("00 11 22")), "001122");
  EXPECT_EQ(taken(wire::Bytes{}, literal("0011 0022")), "00110022") << "a row's value of two words";
  EXPECT_EQ(taken(wire::Bytes{1}, word("")), "(empty)");
  EXPECT_EQ(taken(wire::Bytes{}, Term{wire::Bytes{0, 1}}), "0001");
  EXPECT_THAT(taken(wire::Bytes{}, word("0x11")), HasSubstr("is not hexadecimal"));
  EXPECT_THAT(taken(wire::Bytes{}, word("001")), HasSubstr("is not hexadecimal"));
}

TEST(ToValue, ArraysHaveOneSize) {
  EXPECT_EQ(taken(smb2::Guid{}, word("000102030405060708090a0b0c0d0e0f")),
            "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(taken(smb2::Guid{}, word("0001")), "does not fit");
}

TEST(ToValue, TextAndItsRawBytes) {
  EXPECT_EQ(taken(wire::Utf16{}, word("a b")), "\"a b\"");
  EXPECT_EQ(taken(wire::Utf16{}, Term{wire::Bytes{'x', 0}}), "\"x\"");
}

TEST(ToTerm, ReadsBack) {
  EXPECT_EQ(to_term(std::uint64_t{7}).text(), "7");
  EXPECT_EQ(to_term(wire::Numbers{1, 2}).text(), "1 2");
  EXPECT_EQ(to_term(wire::Bytes{0, 1}).text(), "0001");
  EXPECT_EQ(to_term(wire::Utf16::from_utf8("ab")).text(), "ab");
}

// A case of a table with one row and what its environment says.
struct Evaluated {
  explicit Evaluated(std::string_view body) : library(library_of(std::string(body) + "<steps/>")) {}

  std::string operator()(std::string_view expression, std::size_t index = 0) const {
    const Environment environment(library.cases.at(index), facts, 0x1234);
    const auto value = environment.evaluate(Expression::parse(expression).value());
    return value ? value->text() : value.error();
  }

  Library library;
  TargetFacts facts = {{"target.dialects", literal("2.1 3.0")}};
};

TEST(Environment, KnowsRowFactorTimeAndTarget) {
  const Evaluated e(R"(<row id="a" offered="2.0.2 3.0"/><factor name="x" values="1 2"/>)");
  EXPECT_EQ(e("$offered"), "2.0.2 3.0");
  EXPECT_EQ(e("$x", 1), "2");
  EXPECT_EQ(e("$now"), "0x1234");
  EXPECT_EQ(e("greatest(common($offered, $target.dialects))"), "0x300");
  EXPECT_EQ(e("$missing"), "no variable $missing");
}

TEST(Environment, AnOracleIsItsFirstRuleThatHolds) {
  const Evaluated e(
      R"(<factor name="x" range="1..3"/>)"
      R"(<oracle name="o"><rule when="$x == 1" then="one"/><rule when="$x &lt; 3" then="$x + 10"/>)"
      R"(<otherwise then="STATUS_SUCCESS"/></oracle>)"
      R"(<oracle name="p"><rule when="$o == one" then="0011"/></oracle>)");
  EXPECT_EQ(e("$o", 0), "one");
  EXPECT_EQ(e("$o", 1), "0xc");
  EXPECT_EQ(e("$o", 2), "STATUS_SUCCESS");
  EXPECT_EQ(e("$p", 0), "0011");
  EXPECT_EQ(e("$p", 1), "oracle p: no rule holds");
}

// Skipping a rule that cannot be judged would give a verdict by the wrong one.
TEST(Environment, AnOraclesFaultIsNotSkipped) {
  const Evaluated e(R"(<row id="a" x="word"/>)"
                    R"(<oracle name="o"><rule when="$x &lt; 3" then="1"/><otherwise then="2"/></oracle>)");
  EXPECT_EQ(e("$o"), "oracle o: \"word\" and \"3\" are not both numbers");
}

TEST(Environment, WhatWasSavedComesFirst) {
  const Library library = library_of(R"(<row id="a" x="1"/><steps/>)");
  const TargetFacts facts;
  Environment environment(library.cases[0], facts, 0);
  const Expression x = Expression::parse("$x").value();
  EXPECT_EQ(environment.evaluate(x)->text(), "1");
  environment.save("x", word("2"));
  EXPECT_EQ(environment.evaluate(x)->text(), "2");
}

TEST(Environment, AConditionThatIsNotGivenHolds) {
  const Library library = library_of(R"(<row id="a" x="no"/><steps/>)");
  const TargetFacts facts;
  const Environment environment(library.cases[0], facts, 0);
  const auto holds = [&](std::string_view text) {
    return environment.holds({.raw = std::string(text), .expression = Expression::parse(text).value()});
  };
  EXPECT_EQ(environment.holds(Text{}), true);
  EXPECT_EQ(holds("$x"), false);
  EXPECT_EQ(holds("not $x"), true);
  EXPECT_FALSE(holds("$y").has_value());
}

TEST(Environment, ALiteralIsNotTakenApart) {
  const Library library = library_of("<steps/>");
  const TargetFacts facts;
  const Environment environment(library.cases[0], facts, 0);
  const auto value = environment.evaluate(Text{.raw = "00 11", .expression = {}});
  EXPECT_EQ(std::get<std::string>(value->value), "00 11");
}

}  // namespace
}  // namespace scenario
