#include "reports/sample_run.h"

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"

namespace report {
namespace {

using scenario::CaseResult;
using scenario::Failure;
using scenario::Level;
using scenario::Outcome;

wire::Bytes request() {
  smb2::NegotiateRequest body;
  body.security_mode = smb2::SecurityMode::signing_enabled;
  body.dialects = {smb2::Dialect::smb_2_0_2, smb2::Dialect::smb_3_0};
  return smb2::frame(
      smb2::encode({.header = {.command = smb2::Command::negotiate, .credits = 1}, .body = body}));
}

wire::Bytes response() {
  smb2::NegotiateResponse body;
  body.security_mode = smb2::SecurityMode::signing_enabled;
  body.dialect_revision = smb2::Dialect::smb_2_0_2;
  body.max_transact_size = body.max_read_size = body.max_write_size = 65536;
  body.buffer = wire::Bytes(60, 0x60);
  const smb2::Header header{
      .command = smb2::Command::negotiate, .credits = 1, .flags = smb2::HeaderFlags::server_to_redir};
  return smb2::frame(smb2::encode({.header = header, .body = body}));
}

transport::Recording exchange() {
  using enum transport::Event;
  const auto at = [](int microseconds) { return std::chrono::microseconds(microseconds); };
  return {{connected, 0, at(0), {}, ""},
          {sent, 0, at(100), request(), ""},
          {received, 0, at(512), response(), ""},
          {closed_by_us, 0, at(600), {}, ""}};
}

CaseResult case_of(std::string id, Outcome outcome, std::string message) {
  return {.id = std::move(id),
          .title = "The server selects the greatest common dialect",
          .requirements = {"NEG-037", "NEG-038"},
          .section = "3.3.5.4",
          .requirement_text = "DialectRevision is the greatest dialect that both sides implement",
          .level = Level::must,
          .source = {"negotiate/dialects.xml", 12},
          .outcome = outcome,
          .message = std::move(message),
          .seconds = 0.0012,
          .expected = scenario::is_expected(outcome, Level::must, false)};
}

}  // namespace

scenario::RunRecord sample_run() {
  scenario::RunRecord run;
  run.suite_version = "0.1.0";
  run.suite_commit = "abc1234";
  run.target = "smb://127.0.0.1:4450";
  run.probe = {{"dialects", "2.0.2 2.1 3.0"}, {"signing", "enabled"}};
  run.seed = 18446744073709551557u;
  run.profile = "gate";
  run.selection = {"negotiate", "--level", "MUST"};
  run.shard = {2, 4};
  run.repeats = 3;
  run.started = "2026-11-20T22:00:00Z";
  run.seconds = 3.25;
  run.rerun = "smbspec run 'audit/header-echo' --target smb://127.0.0.1:4450";

  run.cases.push_back(case_of("negotiate/dialect-selection[only-2.0.2]", Outcome::pass, ""));

  run.cases.push_back(case_of("negotiate/dialect-selection[2.0.2-and-3.0]", Outcome::fail,
                              "DialectRevision is 2.0.2 (0x0202)"));
  run.cases.back().draws = {{Outcome::pass, ""}, {Outcome::fail, run.cases.back().message}};
  run.cases.back().evidence = "evidence/negotiate/dialect-selection/2.0.2-and-3.0";
  run.cases.back().failure = Failure{.step = 3,
                                     .steps = 3,
                                     .what = "response on c: DialectRevision",
                                     .source = {"negotiate/dialects.xml", 21},
                                     .expected = "3.0 (0x0300)",
                                     .got = "2.0.2 (0x0202)",
                                     .event = 2,
                                     .field = "DialectRevision"};
  run.cases.back().latitudes = {"drops-instead"};
  run.cases.back().recording = exchange();

  run.cases.push_back(case_of("negotiate/security-mode[none]", Outcome::fail, "SecurityMode is 0x0000"));
  run.cases.back().expected = true;
  run.cases.back().excuse = "https://example.org/bug/12";

  run.cases.push_back(case_of("negotiate/reserved[set]", Outcome::fail, "connection lost"));
  run.cases.back().level = Level::should;
  run.cases.back().expected = true;

  run.cases.push_back(case_of("negotiate/max-sizes[default]", Outcome::observe, ""));
  run.cases.back().level = Level::observe;
  run.cases.back().observed = "8388608";

  run.cases.push_back(
      case_of("negotiate/preauth-twice[3.1.1]", Outcome::unsupported, "the target has no dialect 3.1.1"));
  run.cases.push_back(
      case_of("negotiate/second[3.1.1]", Outcome::unsupported, "the target has no dialect 3.1.1"));
  run.cases.push_back(case_of("frames/cut[at=7]", Outcome::crash, "fresh connections are refused"));
  run.cases.push_back(case_of("frames/cut[at=8]", Outcome::blocked, "connect on c: refused"));
  run.cases.push_back(case_of("frames/cut[at=9]", Outcome::no_verdict, ""));
  run.cases.push_back(case_of("frames/cut[at=10]", Outcome::harness_error, "step 2 names no connection"));
  run.cases.push_back(case_of("audit/header-echo", Outcome::pass, ""));
  run.cases.back().expected = false;
  run.cases.back().excuse = "https://example.org/bug/13";
  run.baseline_problems = {
      "known.txt:4: audit/header-echo passes now, fail was expected; remove the line or narrow it"};
  return run;
}

}  // namespace report
