#include "harness/scenario/case_runner.h"

#include <gmock/gmock.h>

#include "harness/scenario/sample_server.h"
#include "harness/scenario/sample_table.h"
#include "harness/transport/scripted.h"

namespace scenario {
namespace {

using namespace std::chrono_literals;
using smb2::NtStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using transport::Event;
using Effects = transport::Peer::Effects;

struct Ran {
  CaseRun run;
  transport::Time took{};

  const CaseResult& result() const { return run.result; }
  std::vector<wire::Bytes> sent() const {
    std::vector<wire::Bytes> list;
    for (const auto& event : run.result.recording) {
      if (event.event == Event::sent) list.push_back(event.bytes);
    }
    return list;
  }
};

struct Setting {
  std::string_view attributes = "level=\"MUST\"";
  std::string_view head = "";  // rows and factors
  TargetFacts facts = {};
  CaseOptions options = {};
  std::size_t index = 0;  // of the case
};

Ran ran_on(transport::Network& network, std::string_view steps, const Setting& setting = {}) {
  const Library library = library_of(
      fmt::format("{}<steps>\n<connect as=\"c\"/>\n{}</steps>", setting.head, steps), setting.attributes);
  boost::asio::io_context io;
  auto awaitable = run_case(library.cases.at(setting.index), library.requirements, network, setting.facts,
                            setting.options);
  CaseRun run = transport::run(io, std::move(awaitable));
  return {std::move(run), network.now()};
}

// The steps follow a <connect> and stand on line 6 and behind.
Ran ran(std::string_view steps, SampleServer::Answer answer, const Setting& setting = {}) {
  const auto network = transport::memory_network(std::make_unique<SampleServer>(std::move(answer)));
  return ran_on(*network, steps, setting);
}

Effects silent(std::uint64_t, wire::View) { return {}; }
Effects leaving(std::uint64_t connection, wire::View) { return leave(connection); }
SampleServer::Answer refusing(NtStatus status) {
  return [status](std::uint64_t connection, wire::View bytes) {
    return say(connection, refusal_of(bytes, status));
  };
}

const std::string ask = "<request command=\"NEGOTIATE\"/>\n";

std::vector<Event> events(const Ran& r) {
  std::vector<Event> list;
  for (const auto& event : r.result().recording) list.push_back(event.event);
  return list;
}

TEST(CaseRunner, PassesWhenEveryStepHolds) {
  const Ran r = ran(ask + R"(<response><check field="DialectRevision" is="2.1"/></response>)", well_behaved);
  EXPECT_EQ(r.result().outcome, Outcome::pass);
  EXPECT_EQ(r.result().message, "");
  EXPECT_FALSE(r.result().failure);
  EXPECT_THAT(events(r), ElementsAre(Event::connected, Event::sent, Event::received, Event::closed_by_us));
  EXPECT_FALSE(r.run.lost);
  EXPECT_FALSE(r.run.unreachable);
  EXPECT_EQ(r.result().id, "negotiate/sample");
  EXPECT_EQ(r.result().title, "A sample");
  EXPECT_EQ(r.result().section, "3.3.5.4");
  EXPECT_EQ(r.result().requirement_text, "A common dialect: The greatest is selected");
}

TEST(CaseRunner, StopsAtTheFirstStepThatDoesNotHold) {
  const Ran r = ran(ask + "<response/>\n" + ask + "<response/>", refusing(NtStatus::not_supported));
  EXPECT_EQ(r.result().outcome, Outcome::fail);
  EXPECT_EQ(r.result().message,
            "Status is STATUS_NOT_SUPPORTED (0xc00000bb), not STATUS_SUCCESS (0x00000000)");
  ASSERT_TRUE(r.result().failure);
  const Failure& f = *r.result().failure;
  EXPECT_EQ(f.step, 3U);
  EXPECT_EQ(f.steps, 5U);
  EXPECT_EQ(f.what, "response");
  EXPECT_EQ(f.source.file, "negotiate/sample.xml");
  EXPECT_EQ(f.source.line, 7U);
  EXPECT_EQ(f.expected, "Status STATUS_SUCCESS (0x00000000)");
  EXPECT_EQ(f.got, "Status STATUS_NOT_SUPPORTED (0xc00000bb)");
  EXPECT_EQ(f.field, "Status");
  ASSERT_TRUE(f.event);
  EXPECT_EQ(r.result().recording[*f.event].event, Event::received);
  EXPECT_EQ(r.sent().size(), 1U);
  EXPECT_FALSE(r.run.lost);
}

TEST(CaseRunner, AFailureStandsWhereItsCheckStands) {
  const Ran r = ran(ask + "<response>\n<check header=\"Reserved\" is=\"7\"/></response>", well_behaved);
  EXPECT_EQ(r.result().failure->source.line, 8U);
  EXPECT_EQ(r.result().failure->field, "Header.Reserved");
}

TEST(CaseRunner, AFailedSetupBlocks) {
  const Library library = library_of("<setup><connect as=\"c\"/>" + ask + "<response/></setup><steps>" + ask +
                                     "<response/></steps>");
  for (const bool fails : {true, false}) {
    const auto network = transport::memory_network(std::make_unique<SampleServer>(
        fails ? refusing(NtStatus::access_denied) : SampleServer::Answer(well_behaved)));
    boost::asio::io_context io;
    const TargetFacts facts;
    auto awaitable = run_case(library.cases[0], library.requirements, *network, facts, {});
    const CaseRun run = transport::run(io, std::move(awaitable));
    EXPECT_EQ(run.result.outcome, fails ? Outcome::blocked : Outcome::pass);
    if (fails) EXPECT_THAT(run.result.message, HasSubstr("Status is STATUS_ACCESS_DENIED"));
  }
}

TEST(CaseRunner, ObservesWithoutJudging) {
  const Setting observing{.attributes = "level=\"observe\""};
  const std::string either =
      "<either><response status=\"STATUS_SUCCESS\" latitude=\"accepts\"/>"
      "<closed latitude=\"drops\"/></either>";
  const Ran accepted = ran(ask + either, well_behaved, observing);
  EXPECT_EQ(accepted.result().outcome, Outcome::observe);
  EXPECT_EQ(accepted.result().observed, "accepts");
  EXPECT_THAT(accepted.result().latitudes, ElementsAre("accepts"));
  EXPECT_EQ(ran(ask + either, leaving, observing).result().observed, "drops");
  const Ran other = ran(ask + either, refusing(NtStatus::invalid_parameter), observing);
  EXPECT_EQ(other.result().outcome, Outcome::observe);
  EXPECT_EQ(other.result().observed, "NEGOTIATE ERROR Response with STATUS_INVALID_PARAMETER (0xc000000d)");
  EXPECT_FALSE(other.result().failure);
  EXPECT_EQ(ran(ask + "<response/>", well_behaved, observing).result().observed,
            "NEGOTIATE Response with STATUS_SUCCESS (0x00000000)");
  EXPECT_EQ(ran(ask + "<response/>", silent, observing).result().observed, "no answer within 2000 ms");
}

TEST(CaseRunner, WhatATargetDoesNotImplementIsUnsupported) {
  const TargetFacts facts = {{"target.dialects", literal("2.0.2 2.1")},
                             {"target.contexts", literal("SIGNING")}};
  const auto outcome = [&](std::string_view attributes) {
    const Ran r = ran(ask + "<response/>", well_behaved, {.attributes = attributes, .facts = facts});
    return fmt::format("{}: {}", name(r.result().outcome), r.result().message);
  };
  EXPECT_EQ(outcome(R"(level="MUST" dialects="2.1 3.1.1")"),
            "unsupported: the target does not implement 3.1.1");
  EXPECT_EQ(outcome(R"(level="MUST" dialects="2.1 2.0.2")"), "pass: ");
  EXPECT_EQ(outcome(R"(level="MUST" needs="ENCRYPTION in $target.contexts")"),
            "unsupported: needs ENCRYPTION in $target.contexts");
  EXPECT_EQ(outcome(R"(level="MUST" needs="SIGNING in $target.contexts")"), "pass: ");
  EXPECT_EQ(outcome(R"(level="MUST" needs="0x13 in $target.ciphers")"),
            "unsupported: needs 0x13 in $target.ciphers")
      << "the probe does not know";
}

TEST(CaseRunner, WhoSignsInIsUnsupportedInADialectWithoutSessions) {
  const std::string sign_in =
      R"(<connect as="d" dialect="2.1"/><leg as="s" on="d" user="unknown"/><response/>)";
  TargetFacts facts = {{"target.sessions", literal("3.0 3.1.1")}};
  const Ran refused = ran(sign_in, well_behaved, {.facts = facts});
  EXPECT_EQ(refused.result().outcome, Outcome::unsupported);
  EXPECT_EQ(refused.result().message, "the target gives no session in 2.1");
  const Ran only_negotiates = ran(R"(<connect as="d" dialect="2.1"/>)", well_behaved, {.facts = facts});
  EXPECT_NE(only_negotiates.result().outcome, Outcome::unsupported);
  facts["target.sessions"] = literal("2.1 3.1.1");
  EXPECT_NE(ran(sign_in, well_behaved, {.facts = facts}).result().outcome, Outcome::unsupported);
}

TEST(CaseRunner, NeedsThatCannotBeJudgedAreAFaultOfTheTable) {
  const Ran r =
      ran(ask, well_behaved,
          {.attributes = R"(level="MUST" needs="greatest($x) > 1")", .head = R"(<row id="a" x="word"/>)"});
  EXPECT_EQ(r.result().outcome, Outcome::harness_error);
  EXPECT_EQ(r.result().message, "negotiate/sample.xml:2: needs: \"word\" is no number");
  EXPECT_THAT(r.result().recording, IsEmpty());
}

TEST(CaseRunner, RecordsTheLatitudesThatATargetTakes) {
  const std::string either =
      "<either><response status=\"STATUS_NOT_SUPPORTED\"/><closed latitude=\"drops-instead\"/></either>";
  EXPECT_THAT(ran(ask + either, refusing(NtStatus::not_supported)).result().latitudes, IsEmpty());
  const Ran r = ran(ask + either, leaving);
  EXPECT_EQ(r.result().outcome, Outcome::pass);
  EXPECT_THAT(r.result().latitudes, ElementsAre("drops-instead"));
}

TEST(CaseRunner, NamesAllAlternativesThatWouldHaveFitted) {
  const std::string either =
      "<either>\n<response status=\"STATUS_NOT_SUPPORTED\"/>\n<closed latitude=\"drops\"/></either>";
  const Ran r = ran(ask + either, well_behaved);
  EXPECT_EQ(r.result().outcome, Outcome::fail);
  EXPECT_EQ(
      r.result().message,
      "NEGOTIATE Response with STATUS_SUCCESS (0x00000000) instead of a response with STATUS_NOT_SUPPORTED "
      "(0xc00000bb), or a closed connection (latitude drops)");
  EXPECT_EQ(r.result().failure->what, "either");
  EXPECT_EQ(r.result().failure->expected,
            "a response with STATUS_NOT_SUPPORTED (0xc00000bb), or a closed connection (latitude drops)");
}

TEST(CaseRunner, TheNearestAlternativeExplains) {
  const std::string either =
      "<either>\n<closed/>\n<response>\n<check field=\"DialectRevision\" is=\"3.0\"/></response></either>";
  const Ran r = ran(ask + either, well_behaved);
  EXPECT_EQ(r.result().message, "DialectRevision is 2.1 (0x0210), not 3.0 (0x0300)");
  EXPECT_EQ(r.result().failure->field, "DialectRevision");
}

TEST(CaseRunner, AlternativesHaveConditions) {
  const std::string either = "<either><closed if=\"$x == 1\"/><response if=\"$x == 2\"/></either>";
  const std::string_view rows = R"(<row id="a" x="1"/><row id="b" x="2"/><row id="c" x="3"/>)";
  const auto outcome = [&](std::size_t index) {
    return ran(ask + either, well_behaved, {.head = rows, .index = index}).result().outcome;
  };
  EXPECT_EQ(outcome(0), Outcome::fail);
  EXPECT_EQ(outcome(1), Outcome::pass);
  EXPECT_EQ(outcome(2), Outcome::harness_error) << "none is left";
}

TEST(CaseRunner, ALostConnectionIsAFailureToLookInto) {
  const Ran r = ran(ask + "<response/>", leaving);
  EXPECT_EQ(r.result().outcome, Outcome::fail);
  EXPECT_EQ(r.result().message,
            "the server closed the connection instead of a response with STATUS_SUCCESS (0x00000000)");
  EXPECT_TRUE(r.run.lost);
  EXPECT_FALSE(ran(ask + "<closed/>", leaving).run.lost) << "as it should be";
}

TEST(CaseRunner, WaitsForAnAnswerInVirtualTime) {
  const Ran r = ran(ask + "<response/>", silent, {.options = {.step_timeout = 1h}});
  EXPECT_EQ(r.result().outcome, Outcome::fail);
  EXPECT_THAT(r.result().message, HasSubstr("no answer within 3600000 ms"));
  EXPECT_TRUE(r.run.lost);
  EXPECT_EQ(r.took, 1h);
  EXPECT_EQ(r.result().seconds, 3600);
}

TEST(CaseRunner, SilenceLastsAsLongAsATableSays) {
  const Ran quiet = ran("<silence for=\"200ms\"/>", silent);
  EXPECT_EQ(quiet.result().outcome, Outcome::pass);
  EXPECT_EQ(quiet.took, 200ms);
  EXPECT_EQ(ran(ask + "<silence for=\"200ms\"/>", well_behaved).result().outcome, Outcome::fail);
  const Ran conditional = ran(ask + "<either><silence for=\"1ms\" if=\"$x == 2\"/><closed/></either>", silent,
                              {.head = R"(<row id="a" x="1"/>)"});
  EXPECT_EQ(conditional.took, 2s) << "a silence that does not apply shortens nothing";
}

TEST(CaseRunner, PassesInterimResponsesOver) {
  const auto slow = [](std::uint64_t connection, wire::View bytes) {
    smb2::Message interim = refusal_of(bytes, NtStatus::pending);
    interim.header.flags = interim.header.flags | smb2::HeaderFlags::async_command;
    interim.header.async_id = 9;
    Effects effects = say(connection, interim);
    effects.emplace_back(std::move(say(connection, response_to(bytes)).front()));
    return effects;
  };
  const Ran r = ran(ask + "<response/>", slow);
  EXPECT_EQ(r.result().outcome, Outcome::pass) << r.result().message;
  EXPECT_THAT(events(r), ElementsAre(Event::connected, Event::sent, Event::received, Event::received,
                                     Event::closed_by_us));
}

TEST(CaseRunner, FramesThatAreNoSmb2Message) {
  const auto answering = [](wire::Bytes bytes) {
    return [bytes](std::uint64_t connection, wire::View) { return say(connection, bytes); };
  };
  const auto message = [&](wire::Bytes bytes) {
    const Ran r = ran(ask + "<response/>", answering(std::move(bytes)));
    EXPECT_EQ(r.result().outcome, Outcome::fail);
    EXPECT_FALSE(r.run.lost);
    return r.result().message;
  };
  EXPECT_THAT(message(smb2::frame(wire::Bytes{1, 2, 3})),
              HasSubstr("a frame of 3 bytes that is no SMB2 message"));
  EXPECT_THAT(message(smb2::frame(wire::Bytes{0xff, 'S', 'M', 'B', 0x72})),
              HasSubstr("a frame of 5 bytes that is no SMB2 message"));
  EXPECT_THAT(message(wire::Bytes{0x85, 0, 0, 0}), HasSubstr("what came with 0x85"));
}

TEST(CaseRunner, FaultsOfATableAreNotTheTargets) {
  const Setting setting{.head = R"(<row id="a" x="word"/>)"};
  const auto faulty = [&](const std::string& steps) {
    const Ran r = ran(steps, well_behaved, setting);
    EXPECT_EQ(r.result().outcome, Outcome::harness_error) << steps;
    return r.result().message;
  };
  EXPECT_EQ(faulty("<request command=\"NEGOTIATE\"><set field=\"Reserved\" to=\"$x\"/></request>"),
            "negotiate/sample.xml:6: line 6: Reserved: \"word\" is no value of this field");
  EXPECT_EQ(faulty(ask + "<response>\n<check field=\"Buffer\" has=\"00\"/></response>"),
            "negotiate/sample.xml:8: only numbers have bits and bounds");
  EXPECT_THAT(faulty("<closed if=\"$x > 1\"/>"), HasSubstr("are not both numbers"));
  EXPECT_THAT(faulty("<send hex=\"$x\"/>"), HasSubstr("hex=\"word\" is not hexadecimal"));
  EXPECT_THAT(faulty("<send hex=\"00\" chunks=\"0\"/>"), HasSubstr("chunks is no positive number"));
  EXPECT_THAT(faulty("<send hex=\"bytes(0, 16777216)\"/>"), HasSubstr("too long for a frame"));
  EXPECT_THAT(faulty("<compare a=\"$x\" b=\"greatest($x)\" is=\"same\"/>"), HasSubstr("is no number"));
}

TEST(CaseRunner, SavesAndCompares) {
  const std::string save =
      ask +
      "<response><save field=\"ServerGuid\" as=\"guid\"/><save header=\"MessageId\" as=\"id\"/></response>\n";
  EXPECT_EQ(ran(save + "<compare a=\"$guid\" b=\"$guid\" is=\"same\"/>", well_behaved).result().outcome,
            Outcome::pass);
  EXPECT_EQ(ran(save + "<compare a=\"$id\" b=\"0\" is=\"same\"/>", well_behaved).result().outcome,
            Outcome::pass);
  const Ran r = ran(save + "<compare a=\"$id\" b=\"0\" is=\"different\"/>", well_behaved);
  EXPECT_EQ(r.result().outcome, Outcome::fail);
  EXPECT_EQ(r.result().message, "$id and 0 are not different");
  EXPECT_EQ(r.result().failure->got, "0 and 0");
  EXPECT_EQ(r.result().failure->what, "compare $id and 0");
  EXPECT_EQ(ran(save + "<compare a=\"$id\" b=\"1\" is=\"different\"/>", well_behaved).result().outcome,
            Outcome::pass);
}

TEST(CaseRunner, SavesNothingThatIsNotThere) {
  const auto cut = [](std::uint64_t connection, wire::View bytes) {
    wire::Bytes message = smb2::encode(response_to(bytes));
    message.resize(64 + 30);
    return say(connection, smb2::frame(message));
  };
  const Ran r = ran(ask + "<response>\n<save field=\"SystemTime\" as=\"t\"/></response>", cut);
  EXPECT_EQ(r.result().outcome, Outcome::fail);
  EXPECT_EQ(r.result().message, "the response has no SystemTime");
  EXPECT_EQ(r.result().failure->source.line, 8U);
}

TEST(CaseRunner, MessageIdsCountUpOnEachConnection) {
  const Ran r = ran(
      ask +
          "<response/>\n<request command=\"NEGOTIATE\"><header field=\"MessageId\" to=\"77\"/></request>\n" +
          ask + "<connect as=\"d\"/>\n" + ask + "<request command=\"ECHO\" on=\"c\"/>",
      well_behaved);
  std::vector<std::uint64_t> ids;
  for (const wire::Bytes& frame : r.sent()) ids.push_back(message_in(frame).header.message_id);
  EXPECT_THAT(ids, ElementsAre(0U, 77U, 2U, 0U, 3U));
}

TEST(CaseRunner, SpeaksOnTheConnectionNamed) {
  std::vector<std::uint64_t> heard;
  const auto note = [&](std::uint64_t connection, wire::View bytes) {
    heard.push_back(connection);
    return say(connection, response_to(bytes));
  };
  const Ran r = ran("<connect as=\"d\"/>\n<request command=\"NEGOTIATE\" on=\"c\"/>\n" + ask +
                        "<response on=\"c\"/>\n<response/>",
                    note);
  EXPECT_EQ(r.result().outcome, Outcome::pass) << r.result().message;
  EXPECT_THAT(heard, ElementsAre(1U, 2U)) << "the last one made unless another is named";
}

TEST(CaseRunner, AConditionPassesAStepOver) {
  const Ran r = ran("<request command=\"NEGOTIATE\" if=\"$x == 2\"/>\n<closed if=\"$x == 2\"/>", silent,
                    {.head = R"(<row id="a" x="1"/>)"});
  EXPECT_EQ(r.result().outcome, Outcome::pass);
  EXPECT_THAT(r.sent(), IsEmpty());
}

TEST(CaseRunner, SendsBytesAsTheyAre) {
  EXPECT_THAT(ran("<send hex=\"0102\"/>", silent).sent(), ElementsAre(wire::Bytes{0, 0, 0, 2, 1, 2}));
  EXPECT_THAT(ran("<send hex=\"01 02\" framed=\"no\"/>", silent).sent(), ElementsAre(wire::Bytes{1, 2}));
  EXPECT_THAT(ran("<send hex=\"010203\" framed=\"no\" chunks=\"2\"/>", silent).sent(),
              ElementsAre(wire::Bytes{1, 2}, wire::Bytes{3}));
  EXPECT_THAT(ran("<send hex=\"bytes(0xab, 2)\" framed=\"no\"/>", silent).sent(),
              ElementsAre(wire::Bytes{0xab, 0xab}));
}

TEST(CaseRunner, TheSameSeedSendsTheSameBytes) {
  const std::string steps =
      ask + ask + "<request command=\"NEGOTIATE\"><context type=\"PREAUTH\"/></request>";
  const auto bytes = [&](std::uint64_t seed) {
    return ran(steps, silent, {.options = {.seed = seed}}).sent();
  };
  EXPECT_EQ(bytes(1), bytes(1));
  EXPECT_NE(bytes(1), bytes(2));
}

TEST(CaseRunner, EveryCaseIsAnotherClient) {
  const std::string_view rows = R"(<row id="a"/><row id="b"/>)";
  const auto guid = [&](std::size_t index) {
    const auto sent = ran(ask, silent, {.head = rows, .index = index}).sent();
    return std::get<smb2::NegotiateRequest>(message_in(sent.at(0)).body).client_guid;
  };
  EXPECT_NE(guid(0), guid(1));
  EXPECT_EQ(guid(0), guid(0));
}

TEST(CaseRunner, TellsTheClientGuidThatItNegotiatesWith) {
  const Ran r =
      ran("<request command=\"NEGOTIATE\"><context type=\"PREAUTH\"><set field=\"Salt\" to=\"$client-guid\"/>"
          "</context></request>",
          silent);
  const auto message = message_in(r.sent().at(0));
  const auto& sent = std::get<smb2::NegotiateRequest>(message.body);
  const auto& preauth = std::get<smb2::PreauthIntegrityCapabilities>(sent.negotiate_contexts.at(0).data);
  EXPECT_EQ(preauth.salt, wire::Bytes(sent.client_guid.begin(), sent.client_guid.end()));
  EXPECT_NE(sent.client_guid, smb2::Guid{});
}

TEST(CaseRunner, KnowsTheTime) {
  const Ran r =
      ran("<request command=\"NEGOTIATE\" contexts=\"none\"><set field=\"Dialects\" to=\"2.1\"/>"
          "<set field=\"ClientStartTime\" to=\"$now\"/></request>",
          silent, {.options = {.now = 0x01d1234567890000}});
  EXPECT_EQ(std::get<smb2::NegotiateRequest>(message_in(r.sent().at(0)).body).client_start_time,
            0x01d1234567890000U);
}

TEST(CaseRunner, ATargetThatTakesNoConnectionIsUnreachable) {
  RefusingNetwork network(transport::memory_network(std::make_unique<SampleServer>(well_behaved)),
                          [] { return true; });
  const Ran r = ran_on(network, ask + "<response/>");
  EXPECT_EQ(r.result().outcome, Outcome::blocked);
  EXPECT_EQ(r.result().message, "could not connect: nobody listens");
  EXPECT_TRUE(r.run.unreachable);
  EXPECT_FALSE(r.result().failure->event);
}

TEST(CaseRunner, ATargetThatDoesNotReadFails) {
  DeafNetwork network;
  const Ran r = ran_on(network, ask + "<response/>");
  EXPECT_EQ(r.result().outcome, Outcome::fail);
  EXPECT_EQ(r.result().message, "the server does not read");
  EXPECT_TRUE(r.run.lost);
  const Ran observed = ran_on(network, ask + "<response/>", {.attributes = "level=\"observe\""});
  EXPECT_EQ(observed.result().observed, "the server does not read");
}

TEST(CaseRunner, JudgesWhatAClosedConnectionEndedWith) {
  const auto parting = [](std::uint64_t connection, wire::View bytes) {
    Effects effects = say(connection, response_to(bytes));
    effects.emplace_back(transport::Peer::Close{connection});
    return effects;
  };
  EXPECT_EQ(ran(ask + ask + "<response/>\n<closed/>", parting).result().outcome, Outcome::pass);
}

}  // namespace
}  // namespace scenario
