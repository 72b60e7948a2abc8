#include "reports/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reports/exchange.h"
#include "reports/hostile_run.h"
#include "reports/sample_run.h"
#include "reports/text.h"

namespace report {
namespace {

using scenario::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

void expect_narrow(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    // What is there to be copied is not wrapped.
    if (line.starts_with("  again ") || line.starts_with("Again: ")) continue;
    EXPECT_LE(columns(line), terminal_width) << line;
  }
}

TEST(FailureText, ShowsEverythingOnOneScreen) {
  const scenario::RunRecord run = sample_run();
  const std::string text = failure_text(run.cases[1], run);
  EXPECT_EQ(
      text,
      R"(UNEXPECTED FAIL  negotiate/dialect-selection[2.0.2-and-3.0]                  MUST  [MS-SMB2] 3.3.5.4
  case         The server selects the greatest common dialect        cases/negotiate/dialects.xml:12
  requirement  NEG-037, NEG-038: DialectRevision is the greatest dialect that both sides implement
  message      DialectRevision is 2.0.2 (0x0202)
  step         3 of 3: response on c: DialectRevision                cases/negotiate/dialects.xml:21
  expected     3.0 (0x0300)
  got          2.0.2 (0x0202)
  latitudes    drops-instead
  repeated     pass 1 of 2, fail 1 of 2
  -> [0] NEGOTIATE Request, 104 bytes, at 0.100 ms
      ProtocolId 0x424d53fe  StructureSize 0x0040  CreditCharge 0  Command SMB2 NEGOTIATE (0x0000)
      CreditRequest 1  Flags 0  ChannelSequence 0  Reserved 0  NextCommand 0  MessageId 0
      Reserved 0  TreeId 0  SessionId 0  Signature 00000000000000000000000000000000
      StructureSize 0x0024  DialectCount 2  SecurityMode SMB2_NEGOTIATE_SIGNING_ENABLED  Reserved 0
      Capabilities 0  ClientGuid 00000000000000000000000000000000
      Dialects [2.0.2 (0x0202), 3.0 (0x0300)]  ClientStartTime 0
  <- [0] NEGOTIATE Response, 188 bytes, at 0.512 ms
      ProtocolId 0x424d53fe  StructureSize 0x0040  CreditCharge 0  Command SMB2 NEGOTIATE (0x0000)
      CreditRequest 1  Flags SMB2_FLAGS_SERVER_TO_REDIR  Status STATUS_SUCCESS (0x00000000)
      NextCommand 0  MessageId 0  Reserved 0  TreeId 0  SessionId 0
      Signature 00000000000000000000000000000000  StructureSize 0x0041
      SecurityMode SMB2_NEGOTIATE_SIGNING_ENABLED
>   at 68, 2 bytes: DialectRevision 2.0.2 (0x0202)
      NegotiateContextCount 0  ServerGuid 00000000000000000000000000000000  Capabilities 0
      MaxTransactSize 0x00010000  MaxReadSize 0x00010000  MaxWriteSize 0x00010000  SystemTime 0
      ServerStartTime 0  SecurityBufferOffset 0x0080  SecurityBufferLength 0x003c
      NegotiateContextOffset 0
      Buffer 60606060606060606060606060606060606060606060606060606060606060606060…
  -> [0] closed by us at 0.600 ms
  evidence     evidence/negotiate/dialect-selection/2.0.2-and-3.0
  again        smbspec run 'negotiate/dialect-selection[2.0.2-and-3.0]' --target 'smb://127.0.0.1:4450' --seed 18446744073709551557
)");
  expect_narrow(text);
}

TEST(FailureText, AtLengthLeavesNothingOut) {
  scenario::RunRecord run = sample_run();
  transport::Recording& recording = run.cases[1].recording;
  for (int i = 0; i < 20; ++i) recording.insert(recording.begin() + 1, {recording[1], recording[2]});
  EXPECT_THAT(failure_text(run.cases[1], run), HasSubstr("… "));
  const std::string text = failure_text(run.cases[1], run, at_length);
  EXPECT_THAT(text, Not(HasSubstr("…")));
  std::size_t requests = 0;
  for (std::size_t at = 0; (at = text.find("NEGOTIATE Request", at)) != std::string::npos; ++at) ++requests;
  EXPECT_EQ(requests, 21U);
}

TEST(FailureText, OfEveryOutcomeIsNarrowAndNamesItsCommand) {
  scenario::RunRecord run = sample_run();
  run.strict = true;
  for (const auto& result : run.cases) {
    const std::string text = failure_text(result, run);
    expect_narrow(text);
    EXPECT_THAT(text, AllOf(HasSubstr(result.id), HasSubstr("  again "), HasSubstr(" --strict\n")));
  }
}

TEST(FailureText, StaysOneScreenWhateverTheTargetSends) {
  scenario::RunRecord run = sample_run();
  scenario::CaseResult& result = run.cases[1];
  const transport::Recorded received = result.recording[2];
  result.recording.assign(500, received);
  for (auto& event : result.recording) event.bytes.resize(100'000, 0xaa);
  result.failure->event = 250;
  result.failure->got = std::string(10, '\x1b') + "\xff" + "plain";
  result.failure->what = "line\nbreak";
  const std::string text = failure_text(result, run);
  expect_narrow(text);
  EXPECT_LE(std::ranges::count(text, '\n'), 60);
  EXPECT_THAT(text, AllOf(HasSubstr(" lines\n"), HasSubstr("\n>   at 68, 2 bytes: DialectRevision"),
                          HasSubstr("\\x1b\\xffplain"), HasSubstr("line break")));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(RerunCommand, QuotesForTheShellAndNamesNoTargetThatIsBuiltIn) {
  scenario::RunRecord run = sample_run();
  run.target = "reference server";
  scenario::CaseResult result = run.cases[0];
  result.id = "a/it's[x=1 2]";
  EXPECT_EQ(rerun_command(result, run), "smbspec run 'a/it'\\''s[x=1 2]' --seed 18446744073709551557");
}

TEST(RerunCommand, OfAnAuditRuleSelectsTheCaseOfItsEvidence) {
  scenario::RunRecord run;
  run.target = "smb://10.0.0.1";
  const scenario::CaseResult rule{.id = "audit/signature",
                                  .outcome = scenario::Outcome::fail,
                                  .failure = scenario::Failure{.what = "audit of echo/echo[dialect=2.1]"}};
  EXPECT_EQ(rerun_command(rule, run),
            "smbspec run 'audit/signature' 'echo/echo[dialect=2.1]' --target 'smb://10.0.0.1' --seed 0");
}

TEST(RerunCommand, OfARunSelectsTheScenariosThatAreUnexpected) {
  scenario::RunRecord run;
  run.strict = true;
  run.strength = 3;
  run.kerberos_service = "cifs/nas@R";
  run.kerberos = true;
  EXPECT_EQ(rerun_command(run), "");
  run.cases = {{.id = "a/b[n=1]", .expected = true}, {.id = "a/c[n=1]"}, {.id = "a/c[n=2]"}, {.id = "a/d"}};
  EXPECT_EQ(rerun_command(run),
            "smbspec run 'a/c' 'a/d' --kerberos-service 'cifs/nas@R' --mechanism kerberos --seed 0 --strict "
            "--strength 3");
  for (int i = 0; i < 20; ++i) run.cases.push_back({.id = "b/" + std::to_string(i)});
  EXPECT_EQ(rerun_command(run),
            "smbspec run 'a/' 'b/' --kerberos-service 'cifs/nas@R' --mechanism kerberos --seed 0 --strict "
            "--strength 3");
}

transport::Recording received(std::string_view hex) {
  return {{transport::Event::received, 0, transport::Time(0), wire::from_hex(hex).value(), ""}};
}

TEST(Exchange, DumpsWhatDecodesToNothing) {
  EXPECT_EQ(exchange_text(received("48545450 2f312e31"), {}, "", 100),
            "  <- [0] 8 bytes that are no SMB message, 8 bytes without a frame, at 0.000 ms\n"
            "      0000  48 54 54 50 2f 31 2e 31                          |HTTP/1.1|\n");
}

TEST(Exchange, SplitsWhatWasSentAtOnceAndTellsOfFramesCutShort) {
  const std::string text = exchange_text(received("00000002 4142 00000009 43"), {}, "", 100);
  EXPECT_THAT(text, AllOf(HasSubstr("2 bytes that are no SMB message, 2 bytes, at"), HasSubstr("41 42"),
                          HasSubstr("1 bytes of a frame of 9"), HasSubstr("43")));
}

TEST(Exchange, AnEmptyFrameIsNoEndlessLoop) {
  EXPECT_THAT(exchange_text(received("00000000"), {}, "", 100), HasSubstr("0 bytes that are no SMB message"));
  EXPECT_THAT(exchange_text(received("00000000 00000000"), {}, "", 100), HasSubstr("0 bytes"));
}

TEST(Exchange, TellsHowAConnectionEnded) {
  const transport::Recording recording = {
      {transport::Event::closed_by_peer, 1, std::chrono::milliseconds(2), {}, "reset by\nthe peer"}};
  EXPECT_EQ(exchange_text(recording, {}, "", 100),
            "  <- [1] closed by the target at 2.000 ms: reset by the peer\n");
}

TEST(Exchange, ANameOfHeaderAndBodyMeansTheBodyUnlessTold) {
  const transport::Recording recording = sample_run().cases[1].recording;
  EXPECT_THAT(exchange_text(recording, 2, "StructureSize", 100),
              HasSubstr(">   at 64, 2 bytes: StructureSize 0x0041\n"));
  EXPECT_THAT(exchange_text(recording, 2, "Header.StructureSize", 100),
              HasSubstr(">   at 4, 2 bytes: StructureSize 0x0040\n"));
  EXPECT_THAT(exchange_text(recording, 2, "MessageId", 100), HasSubstr(">   at 24, 8 bytes: MessageId 0\n"));
  EXPECT_THAT(exchange_text(recording, 2, "NoSuchField", 100), Not(HasSubstr(">   at")));
}

TEST(Summary, TellsWhatWasNotJudgedAndWhy) {
  const scenario::RunRecord run = sample_run();
  const std::string text = summary_text(run);
  expect_narrow(text);
  EXPECT_THAT(
      text,
      HasSubstr("12 cases against smb://127.0.0.1:4450 in 3.2 s, seed 18446744073709551557, smbspec 0.1.0"));
  EXPECT_THAT(text,
              HasSubstr("  pass                2   1 unexpected\n  fail                3   1 unexpected\n"));
  EXPECT_THAT(text,
              HasSubstr("Not judged: 5 cases\n       2  unsupported    the target has no dialect 3.1.1\n"));
  EXPECT_THAT(text, HasSubstr("       1  no-verdict     the run never came to it\n"));
  EXPECT_THAT(text, HasSubstr("known.txt:4: audit/header-echo passes now"));
  EXPECT_THAT(
      text,
      HasSubstr("RED: 4 unexpected results, 1 problem of the baseline, 1 fault of smbspec itself, 1 case "
                "without\nverdict.\nAgain: smbspec run"));
}

TEST(Summary, GivesOneSentenceOfVerdict) {
  scenario::RunRecord run = sample_run();
  run.baseline_problems.clear();
  run.rerun.clear();
  const scenario::CaseResult pass = run.cases[0];
  run.cases = {pass};
  EXPECT_THAT(summary_text(run), testing::EndsWith("\nGREEN: every case is as expected.\n"));
  run.cases.push_back({.id = "a/b"});
  run.stopped = "interrupted";
  EXPECT_THAT(summary_text(run),
              testing::EndsWith("\nRED, INCOMPLETE: 1 case without verdict, interrupted.\n"));
  EXPECT_THAT(summary_text(run), HasSubstr("       1  no-verdict     interrupted\n"));
  run.unreachable = true;
  EXPECT_THAT(summary_text(run),
              HasSubstr("RED: smb://127.0.0.1:4450 was never reached, nothing was judged."));
  run.unreachable = false;
  run.cases.clear();
  EXPECT_THAT(summary_text(run), HasSubstr("RED: no case was selected."));
}

TEST(Summary, OfTenThousandFailuresStaysShort) {
  scenario::RunRecord run = sample_run();
  run.cases.assign(10'000, scenario::CaseResult(run.cases[1]));
  const std::string text = summary_text(run);
  EXPECT_LT(std::ranges::count(text, '\n'), 120);
  EXPECT_THAT(text, HasSubstr("and 9960 more"));
  expect_narrow(summary_text(failing_run(10'000)));
  for (const char c : summary_text(hostile_run(10'000)))
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int{c};
}

TEST(Progress, RewritesOneLineTenTimesASecond) {
  using namespace std::chrono_literals;
  Progress progress(3);
  EXPECT_EQ(progress.clear(), "");
  const scenario::RunRecord run = sample_run();
  EXPECT_EQ(progress.update(0s, 80), "\r0/3  00:00  unexpected 0  pass 0\x1b[K");
  for (const std::size_t i : {0u, 1u, 2u}) progress.finished(run.cases[i]);
  EXPECT_EQ(progress.update(99ms, 80), "");
  EXPECT_EQ(progress.update(61s, 80), "\r3/3  01:01  unexpected 1  pass 1  expected-fail 1\x1b[K");
  EXPECT_EQ(progress.clear(), "\r\x1b[K");
  EXPECT_EQ(progress.clear(), "");
}

TEST(Progress, NamesTheCaseThatRunsLongest) {
  using namespace std::chrono_literals;
  Progress progress(3);
  for (const std::string& id : {"a/slow", "a/quick", "a/other"}) progress.started(id, 1s);
  EXPECT_THAT(progress.update(1s, 80), HasSubstr("pass 0  now: a/slow\x1b[K"));
  progress.finished({.id = "a/quick", .outcome = scenario::Outcome::pass, .expected = true});
  EXPECT_THAT(progress.update(3500ms, 80), HasSubstr("now: a/slow for 2 s\x1b[K"));
  progress.finished({.id = "a/slow", .outcome = scenario::Outcome::pass, .expected = true});
  EXPECT_THAT(progress.update(4s, 80), HasSubstr("now: a/other for 3 s\x1b[K"));
  progress.finished({.id = "a/other", .outcome = scenario::Outcome::pass, .expected = true});
  EXPECT_THAT(progress.update(5s, 80), Not(HasSubstr("now:")));
}

TEST(Progress, NeverWrapsHoweverNarrowTheTerminal) {
  using namespace std::chrono_literals;
  Progress progress(4'800);
  progress.started("folder/" + std::string(500, 'x') + "\x1b[2J\n", 0s);
  for (std::size_t width = 1; width < 200; ++width) {
    const std::string text = progress.update(std::chrono::seconds(width), width);
    ASSERT_TRUE(text.starts_with('\r') && text.ends_with("\x1b[K"));
    const std::string line = text.substr(1, text.size() - 4);
    EXPECT_LE(columns(line), std::min(width - 1, terminal_width)) << line;
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(progress.update(400s, 40), "\r0/4800  06:40  unexpected 0  pass 0\x1b[K");
  EXPECT_EQ(progress.update(500s, 70),
            "\r0/4800  08:20  unexpected 0  pass 0  now: folder/xxxxxxxxx… for 500 s\x1b[K");
}

TEST(Progress, IsALineEveryFewSecondsWhereNobodyWatches) {
  using namespace std::chrono_literals;
  Progress progress(3);
  EXPECT_EQ(progress.update(0s, 0), "0/3  00:00  unexpected 0  pass 0\n");
  progress.started("a/b", 1s);
  EXPECT_EQ(progress.update(4s, 0), "");
  EXPECT_EQ(progress.update(5s, 0), "0/3  00:05  unexpected 0  pass 0  now: a/b for 4 s\n");
  EXPECT_EQ(progress.clear(), "");
}

}  // namespace
}  // namespace report
