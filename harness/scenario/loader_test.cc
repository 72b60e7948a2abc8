#include "harness/scenario/loader.h"

#include <gmock/gmock.h>

#include "harness/scenario/sample_table.h"

namespace scenario {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Errors errors_of(std::string_view xml, std::string_view path = "negotiate/sample.xml") {
  const auto library = load_text(xml, path);
  return library ? Errors{} : library.error();
}

// Of one scenario whose children begin on line 4.
Errors errors_in(std::string_view body, std::string_view attributes = "level=\"MUST\"") {
  return errors_of(sample_table(body, attributes));
}

// Of steps that begin on line 6, behind a <connect>.
Errors errors_in_steps(std::string_view steps) {
  return errors_in(fmt::format("<steps>\n<connect as=\"main\"/>\n{}\n</steps>", steps));
}

std::string only(const Errors& errors) {
  return errors.size() == 1 ? errors[0]
                            : fmt::format("{} errors: {}", errors.size(), fmt::join(errors, "\n"));
}

TEST(Loader, LoadsAGoodTable) {
  const Library library = library_of(
      R"table(<why>Because</why>
<row id="low" offered="2.0.2 2.1"/>
<row id="high" offered="3.0 3.1.1"/>
<factor name="mode" values="0 SIGNING_REQUIRED"/>
<forbid when="$mode == SIGNING_REQUIRED and 3.1.1 in $offered"/>
<oracle name="selected"><rule when="2.1 in $offered" then="2.1"/><otherwise then="greatest($offered)"/></oracle>
<setup><connect as="c"/></setup>
<steps>
<request command="NEGOTIATE" on="c" keep="$mode" pad="3">
  <set field="Dialects" to="$offered" if="$mode == 0"/>
  <header field="CreditCharge" to="1"/>
  <frame field="Zero" to="1"/>
  <context type="PREAUTH" repeat="2"><set field="SaltLength" to="0"/></context>
</request>
<either>
  <response status="STATUS_SUCCESS|STATUS_NOT_SUPPORTED" latitude="refuses">
    <check field="NegotiateContextList[type=SIGNING].SigningAlgorithms" size="1"/>
    <check header="MessageId" is="0"/>
    <check count="NegotiateContextList[type=SIGNING]" at-most="1"/>
    <save field="ServerGuid" as="guid"/>
  </response>
  <closed/>
  <silence for="2s" if="$mode == 0"/>
</either>
<send hex="00 ff" framed="no" chunks="1"/>
<compare a="$guid" b="$guid" is="same"/>
</steps>)table",
      R"(level="SHOULD" dialects="2.1 3.1.1" needs="SIGNING in $target.contexts" tags="harsh slow")");
  ASSERT_EQ(library.scenarios.size(), 1U);
  const Scenario& s = *library.scenarios[0];
  EXPECT_EQ(s.message, "negotiate");
  EXPECT_EQ(s.title, "A sample");
  EXPECT_EQ(s.why, "Because");
  EXPECT_EQ(s.level, Level::should);
  EXPECT_THAT(s.requirements, ElementsAre("NEG-037"));
  EXPECT_THAT(s.tags, ElementsAre("harsh", "slow"));
  EXPECT_EQ(s.dialects.text(), "2.1 3.1.1");
  EXPECT_EQ(s.needs.source(), "SIGNING in $target.contexts");
  EXPECT_EQ(s.source.line, 2U);
  EXPECT_EQ(library.cases.size(), 3U);

  ASSERT_EQ(s.steps.size(), 5U);
  EXPECT_TRUE(s.steps[0].setup);
  EXPECT_EQ(std::get<Connect>(s.steps[0].action).as, "c");
  EXPECT_FALSE(s.steps[1].setup);
  EXPECT_EQ(s.steps[1].line, 12U);
  const auto& request = std::get<Request>(s.steps[1].action);
  EXPECT_EQ(request.command, smb2::Command::negotiate);
  EXPECT_TRUE(request.keep->expression);
  EXPECT_EQ(request.pad->raw, "3");
  ASSERT_EQ(request.sets.size(), 3U);
  EXPECT_EQ(request.sets[0].part, Part::field);
  EXPECT_EQ(request.sets[0].line, 13U);
  EXPECT_EQ(request.sets[1].part, Part::header);
  EXPECT_EQ(request.sets[2].part, Part::frame);
  ASSERT_EQ(request.contexts.size(), 1U);
  EXPECT_EQ(request.contexts[0].sets.size(), 1U);

  const auto& expect = std::get<Expect>(s.steps[2].action);
  ASSERT_EQ(expect.alternatives.size(), 3U);
  EXPECT_EQ(expect.alternatives[0].kind, Expectation::Kind::response);
  EXPECT_EQ(expect.alternatives[0].latitude, "refuses");
  ASSERT_EQ(expect.alternatives[0].checks.size(), 3U);
  EXPECT_EQ(expect.alternatives[0].checks[0].relation, Relation::size);
  EXPECT_EQ(expect.alternatives[0].checks[1].part, Part::header);
  EXPECT_TRUE(expect.alternatives[0].checks[2].count);
  EXPECT_EQ(expect.alternatives[0].saves[0].as, "guid");
  EXPECT_EQ(expect.alternatives[1].kind, Expectation::Kind::closed);
  EXPECT_EQ(expect.alternatives[2].silence, std::chrono::seconds(2));
  EXPECT_TRUE(expect.alternatives[2].condition.expression);

  const auto& send = std::get<Send>(s.steps[3].action);
  EXPECT_FALSE(send.framed);
  EXPECT_EQ(send.chunks->raw, "1");
  EXPECT_TRUE(std::get<Compare>(s.steps[4].action).same);
}

TEST(Loader, TheConditionOfAStepIsNotOneOfItsAlternative) {
  const Library library =
      library_of(R"(<row id="a" x="1"/><steps><connect as="c"/><closed if="$x == 2"/></steps>)");
  const Step& step = library.scenarios[0]->steps[1];
  EXPECT_TRUE(step.condition.expression);
  EXPECT_FALSE(std::get<Expect>(step.action).alternatives[0].condition.expression);
}

TEST(Loader, AResponseSucceedsUnlessATableSaysOtherwise) {
  const Library library = library_of_steps(R"(<connect as="c"/><request command="NEGOTIATE"/><response/>)");
  EXPECT_EQ(std::get<Expect>(library.scenarios[0]->steps[2].action).alternatives[0].status.raw,
            "STATUS_SUCCESS");
}

TEST(Loader, ShowsAllErrorsOfAFileAtOnce) {
  const Errors errors = errors_of(R"(<scenarios message="negotiate">
  <scenario id="a" requirement="NEG-037" levle="MUST" level="MSUT">
    <titel>T</titel>
    <steps>
      <connect as="c"/>
      <request command="NEGOTAITE"/>
      <request command="NEGOTIATE"><set field="Dialect" to="$ofered"/></request>
      <repsonse/>
      <response status="STATUS_SUCESS"/>
    </steps>
  </scenario>
  <scenario id="b" requirement="NEG-073" level="MUST"><title>B</title><steps/></scenario>
</scenarios>)");
  const std::string file = "negotiate/sample.xml:";
  EXPECT_THAT(
      errors,
      testing::UnorderedElementsAre(
          AllOf(StartsWith(file + "2: "), HasSubstr("no attribute \"levle\"; did you mean \"level\"?")),
          AllOf(StartsWith(file + "2: "), HasSubstr("<title> is missing")),
          AllOf(StartsWith(file + "2: "), HasSubstr("no level \"MSUT\"; did you mean \"MUST\"?")),
          AllOf(StartsWith(file + "3: "), HasSubstr("no element <titel>")),
          AllOf(StartsWith(file + "6: "), HasSubstr("no command \"NEGOTAITE\"; did you mean \"NEGOTIATE\"?")),
          AllOf(StartsWith(file + "7: "), HasSubstr("no field \"Dialect\"; did you mean \"Dialects\"?")),
          AllOf(StartsWith(file + "7: "), HasSubstr("no variable $ofered")),
          AllOf(StartsWith(file + "8: "),
                HasSubstr("no element <repsonse> in <steps>; did you mean \"response\"?")),
          AllOf(StartsWith(file + "9: "),
                HasSubstr("no status \"STATUS_SUCESS\"; did you mean \"STATUS_SUCCESS\"?")),
          AllOf(StartsWith(file + "12: "), HasSubstr("no requirement \"NEG-073\"; did you mean"))));
  for (const std::string& error : errors) EXPECT_EQ(error.find('\n'), std::string::npos) << error;
}

TEST(Loader, ShowsTheErrorsOfAllFiles) {
  const std::string bad = sample_table("<steps/>", "level=\"never\"");
  const File files[] = {{"requirements/requirements.tsv", sample_requirements},
                        {"negotiate/a.xml", bad},
                        {"negotiate/b.xml", bad},
                        {"README.md", "not a table"}};
  const auto library = load(files);
  ASSERT_FALSE(library);
  EXPECT_THAT(library.error(),
              ElementsAre(StartsWith("negotiate/a.xml:2: "), StartsWith("negotiate/b.xml:2: ")));
}

TEST(Loader, UnknownElementsAndAttributes) {
  EXPECT_EQ(only(errors_in("<steps><connect as=\"c\"/>\n<clsoed/></steps>")),
            "negotiate/sample.xml:5: <clsoed>: no element <clsoed> in <steps>; did you mean \"closed\"? "
            "(connect, request, compound, session, leg, tree, barrier, advance, send, response, interim, "
            "notification, closed, silence, "
            "either, compare)");
  EXPECT_THAT(only(errors_in("<steps/><check field=\"a\"/>")), HasSubstr("no element <check> in <scenario>"))
      << "an element in the wrong place";
  EXPECT_THAT(only(errors_in_steps("<interim status=\"STATUS_PENDING\"/>")),
              HasSubstr("no attribute \"status\""))
      << "it has one alone";
  EXPECT_EQ(
      only(errors_in_steps(R"(<request command="NEGOTIATE" keeep="1"/>)")),
      "negotiate/sample.xml:6: <request command=\"NEGOTIATE\">: no attribute \"keeep\"; did you mean "
      "\"keep\"? (command, on, as, contexts, keep, pad, strings, session, tree, sign, seal, related, if)");
}

TEST(Loader, MissingAttributesAndElementsAreReportedOnce) {
  EXPECT_THAT(only(errors_in_steps("<request/>")), HasSubstr("attribute \"command\" is missing"));
  EXPECT_THAT(only(errors_in_steps("<request command=\"NEGOTIATE\"><set to=\"1\"/></request>")),
              HasSubstr("attribute \"field\" is missing"));
  EXPECT_THAT(only(errors_in_steps("<request command=\"NEGOTIATE\"><header field=\"Flags\"/></request>")),
              HasSubstr("attribute \"to\" is missing"));
  EXPECT_THAT(only(errors_in_steps("<request command=\"NEGOTIATE\"><context/></request>")),
              HasSubstr("attribute \"type\" is missing"));
  EXPECT_THAT(only(errors_in_steps("<silence/>")), HasSubstr("attribute \"for\" is missing"));
  EXPECT_THAT(only(errors_in_steps("<compare a=\"1\" b=\"1\"/>")), HasSubstr("attribute \"is\" is missing"));
  EXPECT_THAT(only(errors_in("<steps/>", "")), HasSubstr("attribute \"level\" is missing"));
  EXPECT_THAT(only(errors_in("")), HasSubstr("<steps> is missing"));
  EXPECT_THAT(
      only(errors_of("<scenarios><scenario id=\"a\" requirement=\"NEG-037\" level=\"MUST\"><title>T</title>"
                     "<steps/></scenario></scenarios>")),
      HasSubstr("attribute \"message\" is missing"));
  EXPECT_THAT(errors_of("<scenarios message=\"negotiate\">\n<scenario level=\"MUST\"><title>T</title><steps/>"
                        "</scenario></scenarios>"),
              ElementsAre(HasSubstr("2: <scenario level=\"MUST\">: attribute \"id\" is missing"),
                          HasSubstr("attribute \"requirement\" is missing")));
}

TEST(Loader, TextWhereNoneBelongs) {
  EXPECT_EQ(only(errors_in("<steps>\n  hello\n  you\n</steps>")),
            "negotiate/sample.xml:4: <steps>: text is not allowed here: \"hello\"");
}

TEST(Loader, IllFormedXml) {
  EXPECT_THAT(only(errors_of("<scenarios message=\"negotiate\">\n<scenario>\n</scenarios>")),
              StartsWith("negotiate/sample.xml:3: "));
  EXPECT_THAT(only(errors_of("")), StartsWith("negotiate/sample.xml:1: "));
  EXPECT_THAT(only(errors_of("<scenarios message=\"negotiate\"/>\n<scenarios message=\"negotiate\"/>")),
              HasSubstr(":2: <scenarios message=\"negotiate\">: a file holds one <scenarios>"));
  EXPECT_THAT(only(errors_of("<scenario message=\"negotiate\"/>")),
              HasSubstr("the outermost element has to be <scenarios>"));
  EXPECT_THAT(only(errors_in_steps("<connect as=\"a\" as=\"b\"/>")),
              HasSubstr("attribute \"as\" stands twice"));
}

TEST(Loader, IdsStandOnceAndSpeak) {
  const std::string one =
      "<scenario id=\"a\" requirement=\"NEG-037\" level=\"MUST\"><title>T</title><steps/></scenario>\n";
  EXPECT_EQ(only(errors_of("<scenarios message=\"negotiate\">\n" + one + one + "</scenarios>")),
            "negotiate/sample.xml:3: <scenario id=\"a\">: this id stands twice");
  const std::string table = "<scenarios message=\"negotiate\">\n" + one + "</scenarios>";
  const File files[] = {{"requirements/requirements.tsv", sample_requirements},
                        {"negotiate/x.xml", table},
                        {"negotiate/y.xml", table}};
  EXPECT_THAT(load(files).error(), ElementsAre("negotiate/y.xml:2: case negotiate/a stands twice"));
  EXPECT_EQ(only(errors_in("<row id=\"a\"/>\n<row id=\"a\"/><steps/>")),
            "negotiate/sample.xml:5: case negotiate/sample[a] stands twice");
  EXPECT_THAT(only(errors_in("<row id=\"Not Speaking\"/><steps/>")), HasSubstr("an id is made of"));
  EXPECT_THAT(only(errors_in("<row id=\"\"/><steps/>")), HasSubstr("an id is made of"));
}

TEST(Loader, ATableLiesInTheFolderOfItsMessage) {
  EXPECT_EQ(
      only(errors_of(sample_table("<steps/>"), "create/sample.xml")),
      "create/sample.xml:1: <scenarios message=\"negotiate\">: a table of \"negotiate\" belongs into the "
      "folder negotiate/");
  EXPECT_THAT(only(errors_of("<scenarios message=\"\"/>")), HasSubstr("belongs into the folder"));
}

TEST(Loader, RequirementsLevelsDialects) {
  EXPECT_THAT(
      only(errors_of("<scenarios message=\"negotiate\"><scenario id=\"a\" requirement=\"NEG-037 NEG-38\" "
                     "level=\"MUST\"><title>T</title><steps/></scenario></scenarios>")),
      HasSubstr("no requirement \"NEG-38\"; did you mean \"NEG-038\"?"));
  EXPECT_THAT(only(errors_of("<scenarios message=\"negotiate\"><scenario id=\"a\" requirement=\"\" "
                             "level=\"MUST\"><title>T</title><steps/></scenario></scenarios>")),
              HasSubstr("names no requirement"));
  EXPECT_THAT(only(errors_in("<steps/>", "level=\"must\"")), HasSubstr("no level \"must\""));
  EXPECT_THAT(only(errors_in("<steps/>", "level=\"MUST\" dialects=\"2.1 3.11\"")),
              HasSubstr("no dialect \"3.11\"; did you mean \"3.1.1\"?"));
}

TEST(Loader, FieldsHeadersFrames) {
  EXPECT_THAT(
      only(errors_in_steps(R"(<request command="NEGOTIATE"><set field="Capabilties" to="0"/></request>)")),
      AllOf(StartsWith("negotiate/sample.xml:6: <set field=\"Capabilties\">"),
            HasSubstr("no field \"Capabilties\"; did you mean \"Capabilities\"?")));
  EXPECT_THAT(
      only(errors_in_steps(R"(<request command="NEGOTIATE"><header field="MesageId" to="0"/></request>)")),
      HasSubstr("no field \"MesageId\"; did you mean \"MessageId\"?"));
  EXPECT_THAT(
      only(errors_in_steps(R"(<request command="NEGOTIATE"><frame field="Zeros" to="0"/></request>)")),
      HasSubstr("no field \"Zeros\"; did you mean \"Zero\"? (Zero, StreamProtocolLength)"));
  EXPECT_THAT(only(errors_in_steps(R"(<response><check field="DialectRevison" is="2.1"/></response>)")),
              HasSubstr("did you mean \"DialectRevision\"?"));
  EXPECT_THAT(only(errors_in_steps(R"(<response><check header="MesageId" is="0"/></response>)")),
              HasSubstr("did you mean \"MessageId\"?"));
  EXPECT_THAT(only(errors_in_steps(R"(<response><save field="ServerGiud" as="g"/></response>)")),
              HasSubstr("did you mean \"ServerGuid\"?"));
  EXPECT_THAT(only(errors_in_steps(
                  R"(<request command="SMB_COM_NEGOTIATE"><set field="PIDHihg" to="0"/></request>)")),
              HasSubstr("did you mean \"PIDHigh\"?"));
  EXPECT_THAT(only(errors_in_steps(R"(<request command="NEGOTIATE"><set field="A[" to="0"/></request>)")),
              HasSubstr("has no closing bracket"));
  EXPECT_THAT(only(errors_in_steps(R"(<request command="NEGOTIATE"><set field="Dialects"/></request>)")),
              HasSubstr("needs \"to\", \"place\" or both"));
}

TEST(Loader, FieldsThatStandOnlySometimesAreKnown) {
  EXPECT_THAT(errors_in_steps(R"(<request command="NEGOTIATE"><set field="ClientStartTime" to="0"/>
<set field="NegotiateContextList[type=NETNAME].NetName" to="a"/><header field="Reserved[1]" to="1"/></request>
<response status="STATUS_INVALID_PARAMETER"><check field="ErrorData" exists="no"/><check header="AsyncId" is="0"/>
<check count="ErrorContextList" is="0"/></response>)"),
              IsEmpty());
}

// A name of nothing would hold whatever a server sends.
TEST(Loader, ListsAndTypesInPaths) {
  EXPECT_THAT(only(errors_in_steps(R"(<response><check count="NegotiateContextLst" is="0"/></response>)")),
              HasSubstr("no list \"NegotiateContextLst\"; did you mean \"NegotiateContextList\"?"));
  EXPECT_THAT(only(errors_in_steps(R"(<response><check count="Capabilities" is="0"/></response>)")),
              HasSubstr("no list \"Capabilities\""));
  EXPECT_THAT(only(errors_in_steps(
                  R"(<response><check count="NegotiateContextList[type=SIGNIN]" is="0"/></response>)")),
              HasSubstr("no type \"SIGNIN\"; did you mean \"SIGNING\"?"));
  EXPECT_THAT(only(errors_in_steps(R"(<response><check field="NegotiateContextList" is="0"/></response>)")),
              HasSubstr("no field \"NegotiateContextList\""));
}

TEST(Loader, ContextTypes) {
  EXPECT_THAT(only(errors_in_steps(R"(<request command="NEGOTIATE"><context type="PREAUHT"/></request>)")),
              HasSubstr("no context type \"PREAUHT\"; did you mean \"PREAUTH\"?"));
  EXPECT_THAT(errors_in_steps(R"(<request command="NEGOTIATE"><context type="0x7fff" raw="00"/></request>)"),
              IsEmpty());
  EXPECT_THAT(
      only(errors_in_steps(R"(<request command="SMB_COM_NEGOTIATE"><context type="PREAUTH"/></request>)")),
      HasSubstr("only NEGOTIATE has contexts"));
  EXPECT_THAT(only(errors_in_steps(R"(<request command="ECHO"><context type="PREAUTH"/></request>)")),
              HasSubstr("only NEGOTIATE has contexts"));
}

TEST(Loader, WhatOnlySomeRequestsHave) {
  EXPECT_THAT(only(errors_in_steps(R"(<request command="NEGOTIATE" strings="a"/>)")),
              HasSubstr("only SMB_COM_NEGOTIATE has strings"));
  EXPECT_THAT(only(errors_in_steps(
                  R"(<request command="SMB_COM_NEGOTIATE"><header field="Flags" to="0"/></request>)")),
              HasSubstr("SMB_COM_NEGOTIATE has no SMB2 header"));
}

TEST(Loader, Statuses) {
  EXPECT_THAT(errors_in_steps("<response status=\"STATUS_SUCCESS|0xc0000001\"/>"), IsEmpty());
  EXPECT_THAT(only(errors_in_steps("<response status=\"STATUS_SUCCESS|STATUS_NOT_SUPORTED\"/>")),
              HasSubstr("no status \"STATUS_NOT_SUPORTED\"; did you mean \"STATUS_NOT_SUPPORTED\"?"));
  EXPECT_THAT(only(errors_in_steps("<response status=\"2.1\"/>")), HasSubstr("no status \"2.1\""));
}

TEST(Loader, Variables) {
  EXPECT_THAT(
      only(errors_in(
          "<row id=\"a\" offered=\"2.1\"/><steps><connect as=\"c\"/>\n"
          "<request command=\"NEGOTIATE\"><set field=\"Dialects\" to=\"$offerd\"/></request></steps>")),
      HasSubstr("no variable $offerd; did you mean \"offered\"? (client-guid, now, offered)"));
  EXPECT_THAT(only(errors_in_steps("<closed if=\"$x\"/>")), HasSubstr("no variable $x"));
  EXPECT_THAT(only(errors_in("<steps/>", "level=\"MUST\" needs=\"x in $target.cipher\"")),
              HasSubstr("no variable $target.cipher; did you mean \"target.ciphers\"?"));
  EXPECT_THAT(only(errors_in_steps("<compare a=\"$id\" b=\"1\" is=\"same\"/>\n"
                                   "<response><save header=\"SessionId\" as=\"id\"/></response>")),
              AllOf(StartsWith("negotiate/sample.xml:6:"), HasSubstr("no variable $id")))
      << "not before it is saved";
  EXPECT_THAT(errors_in("<oracle name=\"o\"><rule when=\"$p\" then=\"1\"/></oracle>\n"
                        "<oracle name=\"p\"><otherwise then=\"$p\"/></oracle><steps/>"),
              ElementsAre(HasSubstr("no variable $p"), HasSubstr("no variable $p")))
      << "oracles see those before them";
}

TEST(Loader, Expressions) {
  EXPECT_THAT(only(errors_in_steps("<closed if=\"1 ==\"/>")), HasSubstr("if: the expression ends too early"));
  EXPECT_THAT(only(errors_in_steps("<closed if=\"\"/>")), HasSubstr("if: the expression ends too early"));
  EXPECT_THAT(only(errors_in("<steps/>", "level=\"MUST\" needs=\"cuont(1)\"")),
              HasSubstr("needs: no function \"cuont\"; did you mean \"count\"?"));
  EXPECT_THAT(only(errors_in("<forbid when=\"(1\"/><steps/>")), HasSubstr("when: \")\" is missing"));
}

TEST(Loader, Connections) {
  EXPECT_THAT(only(errors_in_steps("<closed on=\"mian\"/>")),
              HasSubstr("no connection \"mian\"; did you mean \"main\"? (main)"));
  EXPECT_THAT(only(errors_in("<steps>\n<request command=\"NEGOTIATE\"/></steps>")),
              HasSubstr("5: <request command=\"NEGOTIATE\">: stands before any <connect>"));
  EXPECT_THAT(only(errors_in_steps("<either on=\"main\"><closed on=\"main\"/></either>")),
              HasSubstr("the connection is named at <either>"));
  const std::string head = " requirement=\"NEG-037\" level=\"MUST\"><title>T</title><steps><connect as=\"";
  EXPECT_THAT(only(errors_of("<scenarios message=\"negotiate\">\n<scenario id=\"a\"" + head +
                             "one\"/></steps></scenario>\n<scenario id=\"b\"" + head +
                             "two\"/><closed on=\"one\"/></steps></scenario></scenarios>")),
              HasSubstr(":3: <closed on=\"one\">: no connection \"one\""))
      << "another scenario's connection is not this one's";
}

TEST(Loader, Factors) {
  const std::string message = "exactly one of values, subsets-of, range and every-prefix-of gives the domain";
  EXPECT_THAT(only(errors_in("<factor name=\"x\"/><steps/>")), HasSubstr(message));
  EXPECT_THAT(only(errors_in("<factor name=\"x\" values=\"1\" range=\"1..2\"/><steps/>")),
              HasSubstr(message));
  EXPECT_THAT(only(errors_in("<factor name=\"x\" every-prefix-of=\"NEGOTIAT\"/><steps/>")),
              HasSubstr("no command \"NEGOTIAT\"; did you mean \"NEGOTIATE\"?"));
}

TEST(Loader, RowsHaveTheSameColumns) {
  EXPECT_EQ(only(errors_in("<row id=\"a\" x=\"1\"/>\n<row id=\"b\"/>\n<steps/>")),
            "negotiate/sample.xml:5: <row id=\"b\">: has no \"x\", which another row has");
}

TEST(Loader, NothingFollowsOtherwise) {
  EXPECT_THAT(
      only(errors_in(
          "<oracle name=\"o\"><otherwise then=\"1\"/><rule when=\"1\" then=\"2\"/></oracle><steps/>")),
      HasSubstr("is never reached"));
}

TEST(Loader, FieldsOfTokensAndOfTheHeaderAroundASeal) {
  EXPECT_THAT(only(errors_in_steps(R"(<request command="ECHO"><transform field="Flag" to="1"/></request>)")),
              HasSubstr("did you mean \"Flags\""));
  EXPECT_THAT(only(errors_in_steps(
                  R"(<request command="ECHO"><transform field="EncryptedMessage" to=""/></request>)")),
              HasSubstr("no field \"EncryptedMessage\""))
      << "requests say what is sealed";
  EXPECT_THAT(only(errors_in_steps(R"(<response><check ntlm="NegotiateFlag" is="1"/></response>)")),
              HasSubstr("did you mean \"NegotiateFlags\""));
  EXPECT_THAT(
      only(errors_in_steps(
          R"(<response><check ntlm="TargetInfo.AvPairs[type=Timestam].Value" exists="yes"/></response>)")),
      HasSubstr("MsvAvTimestamp"));
  EXPECT_THAT(only(errors_in_steps(R"(<response><save spnego="negStat" as="x"/></response>)")),
              HasSubstr("did you mean \"negState\""));
}

TEST(Loader, ChecksHaveOneSubjectAndOneRelation) {
  const std::string subject = "needs exactly one of field, header, ntlm, spnego and count";
  const std::string relation =
      "needs exactly one of is, is-not, in, has, lacks, at-least, at-most, size and exists";
  const auto check = [](std::string_view attributes) {
    return only(errors_in_steps(fmt::format("<response><check {}/></response>", attributes)));
  };
  EXPECT_THAT(check("is=\"1\""), HasSubstr(subject));
  EXPECT_THAT(check("field=\"Reserved\" header=\"Reserved\" is=\"1\""), HasSubstr(subject));
  EXPECT_THAT(check("field=\"Capabilities\""), HasSubstr(relation));
  EXPECT_THAT(check("field=\"Capabilities\" is=\"1\" is-not=\"2\""), HasSubstr(relation));
  EXPECT_THAT(check("field=\"Capabilities\" exists=\"nope\""), HasSubstr("exists=\"nope\""));
  EXPECT_THAT(only(errors_in_steps("<response><save as=\"x\"/></response>")),
              HasSubstr("needs exactly one of field, header, ntlm and spnego"));
}

TEST(Loader, WordsOutOfAFew) {
  EXPECT_THAT(only(errors_in_steps("<request command=\"NEGOTIATE\" contexts=\"non\"/>")),
              HasSubstr("contexts=\"non\"; did you mean \"none\"?"));
  EXPECT_THAT(only(errors_in_steps("<send hex=\"00\" framed=\"false\"/>")), HasSubstr("framed=\"false\""));
  EXPECT_THAT(only(errors_in_steps("<compare a=\"1\" b=\"1\" is=\"smae\"/>")),
              HasSubstr("is=\"smae\"; did you mean \"same\"?"));
  EXPECT_THAT(only(errors_in_steps("<send hex=\"0\"/>")), HasSubstr("hex holds digits in pairs"));
  for (const std::string_view time : {"", "5", "ms", "5 ms", "5m", "-5ms", "99999999999s"}) {
    EXPECT_THAT(only(errors_in_steps(fmt::format("<silence for=\"{}\"/>", time))),
                HasSubstr("is no time such as 200ms, 2s"))
        << time;
  }
  EXPECT_THAT(only(errors_in_steps("<either/>")), HasSubstr("has no alternative"));
}

TEST(Loader, TicketsAreOfKerberosAndOfUsersWhoHaveOne) {
  EXPECT_THAT(only(errors_in_steps("<session as=\"s\" on=\"main\" ticket=\"brief\"/>")),
              HasSubstr("a ticket is for mechanism=\"kerberos\""));
  EXPECT_THAT(
      only(errors_in_steps("<session as=\"s\" on=\"main\" mechanism=\"kerberos\" user=\"anonymous\"/>")),
      HasSubstr("of Kerberos there are the first and the second user"));
  EXPECT_THAT(
      only(errors_in_steps("<session as=\"s\" on=\"main\" mechanism=\"kerberos\" ticket=\"breif\"/>")),
      HasSubstr("did you mean \"brief\"?"));
}

TEST(Loader, WholeSignInsOfTheKnownUsersTakeAnyMechanism) {
  const auto needs_ntlm = [](std::string_view sign_in) {
    const Library library = library_of_steps(fmt::format("<connect as=\"c\" dialect=\"3.0\"/>{}", sign_in));
    return library.scenarios.front()->needs_ntlm;
  };
  for (const char* any : {"", "<session as=\"s\"/>", "<session as=\"s\" user=\"second\"/>",
                          "<session as=\"s\"/><session as=\"r\" of=\"s\"/>",
                          "<session as=\"s\" mechanism=\"kerberos\"/><session as=\"r\"/>",
                          "<leg as=\"s\" mechanism=\"kerberos\"/>"})
    EXPECT_FALSE(needs_ntlm(any)) << any;
  for (const char* ntlm :
       {"<session as=\"s\" mechanism=\"spnego\"/>", "<session as=\"s\" mechanism=\"ntlmssp\"/>",
        "<session as=\"s\" user=\"anonymous\"/>", "<session as=\"s\" until=\"CHALLENGE\"/>",
        "<session as=\"s\"/><session as=\"r\" of=\"s\" user=\"wrong-password\"/>", "<leg as=\"s\"/>",
        "<session as=\"s\"/><leg as=\"r\" reauthenticates=\"s\"/>"})
    EXPECT_TRUE(needs_ntlm(ntlm)) << ntlm;
}

TEST(Loader, NeedsARequirementsTable) {
  EXPECT_THAT(load({}).error(), ElementsAre("requirements/requirements.tsv is missing"));
  const File short_row[] = {{"requirements/requirements.tsv", "head\nNEG-001\tonly\n"}};
  EXPECT_THAT(load(short_row).error(), ElementsAre("requirements.tsv:2: 2 columns instead of 9"));
  const File twice[] = {{"requirements/requirements.tsv",
                         "head\nA\t1\t\t\tc\tr\tMUST\tblackbox\t\nA\t1\t\t\tc\tr\tMUST\tblackbox\t\n"}};
  EXPECT_THAT(load(twice).error(), ElementsAre("requirements.tsv:3: A stands twice"));
}

TEST(Requirement, CitesItsDocument) {
  EXPECT_EQ((Requirement{.section = "3.3.5.4"}.citation()), "[MS-SMB2] 3.3.5.4");
  EXPECT_EQ((Requirement{.section = "MS-SPNG 3.1"}.citation()), "MS-SPNG 3.1");
}

}  // namespace
}  // namespace scenario
