#include "reports/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/hostile_run.h"
#include "reports/sample_run.h"

namespace report {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string written(const scenario::RunRecord& record) {
  std::ostringstream out;
  write_json(out, record);
  return out.str();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text) {
  const auto record = read_json(text);
  return record ? "" : record.error();
}

TEST(Json, ReadsBackEverythingItWrote) {
  scenario::RunRecord run = sample_run();
  run.strength = 3;
  run.kerberos_service = "cifs/nas.example@EXAMPLE.ORG";
  run.kerberos = true;
  run.settings = {"maximum-dialect=3.0"};
  const std::string text = written(run);
  const auto back = read_json(text);
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(written(*back), text);

  EXPECT_EQ(back->seed, run.seed);
  EXPECT_EQ(back->strength, run.strength);
  EXPECT_EQ(back->kerberos_service, run.kerberos_service);
  EXPECT_EQ(back->kerberos, run.kerberos);
  EXPECT_EQ(back->settings, run.settings);
  EXPECT_EQ(back->probe, run.probe);
  EXPECT_EQ(back->profile, run.profile);
  EXPECT_EQ(back->selection, run.selection);
  EXPECT_EQ(back->whole_suite, run.whole_suite);
  EXPECT_EQ(back->shard, run.shard);
  EXPECT_EQ(back->repeats, run.repeats);
  EXPECT_EQ(back->seconds, run.seconds);
  EXPECT_EQ(back->rerun, run.rerun);
  EXPECT_EQ(back->baseline_problems, run.baseline_problems);
  ASSERT_EQ(back->cases.size(), run.cases.size());
  const scenario::CaseResult& result = back->cases[1];
  EXPECT_EQ(result.id, run.cases[1].id);
  EXPECT_EQ(result.requirements, run.cases[1].requirements);
  EXPECT_EQ(result.source.line, 12u);
  EXPECT_EQ(result.latitudes, run.cases[1].latitudes);
  EXPECT_EQ(result.draws, run.cases[1].draws);
  EXPECT_EQ(result.evidence, run.cases[1].evidence);
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->field, "DialectRevision");
  EXPECT_EQ(result.failure->event, 2u);
  EXPECT_EQ(result.failure->source.line, 21u);
  ASSERT_EQ(result.recording.size(), 4u);
  EXPECT_EQ(result.recording[2].bytes, run.cases[1].recording[2].bytes);
  EXPECT_EQ(result.recording[2].at, run.cases[1].recording[2].at);
  EXPECT_EQ(result.recording[3].event, transport::Event::closed_by_us);
  EXPECT_EQ(back->cases[3].level, scenario::Level::should);
  EXPECT_EQ(back->cases[2].excuse, run.cases[2].excuse);
}

TEST(Json, KeysStandInAFixedOrderAndACaseOnOneLine) {
  const std::string text = written(sample_run());
  EXPECT_TRUE(text.starts_with("{\n  \"schema\": \"smbspec-run\",\n  \"version\": 2,\n  \"suite\": {"))
      << text.substr(0, 100);
  EXPECT_THAT(text, HasSubstr("\n    {\"id\":\"negotiate/dialect-selection[only-2.0.2]\",\"title\":"));
  EXPECT_LT(text.find("\"dialects\""), text.find("\"signing\""));
  EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(Json, AShardThatCannotBeIsAnError) {
  EXPECT_THAT(error_of(replaced(written(sample_run()), "\"index\": 2", "\"index\": 5")),
              HasSubstr("shard: there is no such shard"));
}

TEST(Json, AnEmptyRunReadsBack) {
  const auto back = read_json(written({}));
  ASSERT_TRUE(back) << back.error();
  EXPECT_TRUE(back->cases.empty());
}

TEST(Json, EveryByteInAMessageSurvivesOrIsShown) {
  scenario::RunRecord run = sample_run();
  std::string controls;
  for (int byte = 0; byte < 0x80; ++byte) controls += static_cast<char>(byte);
  run.cases[1].message = controls + "ä";
  run.cases[1].failure->got = "a\xff\xc0z";
  const auto back = read_json(written(run));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->cases[1].message, controls + "ä");
  EXPECT_EQ(back->cases[1].failure->got, "a\\xff\\xc0z");
}

TEST(Json, ReadsBackWhateverTheTargetSays) {
  const std::string text = written(hostile_run(24));
  const auto back = read_json(text);
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(written(*back), text);
  for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int{c};
}

TEST(Json, AnUnknownVersionOrSchemaIsAnError) {
  const std::string text = written(sample_run());
  EXPECT_THAT(
      error_of(replaced(text, "\"version\": 2", "\"version\": 9")),
      AllOf(HasSubstr("version 9 of the schema is unknown"), HasSubstr("use the smbspec that wrote it")));
  EXPECT_THAT(error_of(replaced(text, "smbspec-run", "other")), HasSubstr("this is no record of a run"));
  EXPECT_THAT(error_of("{}"), HasSubstr("\"schema\" is missing"));
  EXPECT_THAT(error_of("[1]"), HasSubstr("an object is wanted"));
}

TEST(Json, ErrorsSayWhere) {
  const std::string text = written(sample_run());
  EXPECT_EQ(error_of(replaced(text, "\"line\":21", "\"line\":\"21\"")),
            "cases[1].failure.source.line: a whole number is wanted");
  EXPECT_EQ(error_of(replaced(text, "\"line\":21", "\"line\":4294967296")),
            "cases[1].failure.source.line: the number is too large");
  EXPECT_EQ(error_of(replaced(text, "\"outcome\":\"fail\"", "\"outcome\":\"failed\"")),
            "cases[1].outcome: \"failed\" is unknown");
  EXPECT_EQ(error_of(replaced(text, "\"title\":", "\"titel\":")), "cases[0]: \"title\" is missing");
  EXPECT_EQ(error_of(replaced(text, "\"title\":", "\"extra\":1,\"title\":")),
            "cases[0]: \"extra\" is unknown");
  EXPECT_EQ(error_of(replaced(text, "\"bytes\":\"00", "\"bytes\":\"0")).substr(0, 28),
            "cases[1].recording[1].bytes:");
  EXPECT_EQ(error_of(replaced(text, "\"18446744073709551557\"", "\"-1\"")),
            "seed: a whole number in quotes is wanted");
  EXPECT_THAT(error_of(text.substr(0, text.size() / 2)), AllOf(HasSubstr("not JSON"), HasSubstr("line")));
  EXPECT_THAT(error_of(""), HasSubstr("not JSON"));
}

TEST(Json, NoDamageToTheFileIsACrash) {
  const std::string text = written(sample_run());
  for (std::size_t at = 0; at < text.size(); at += 31) {
    for (const char byte : {'\0', '"', '}', '9', '\xff'}) {
      std::string damaged = text;
      damaged[at] = byte;
      (void)read_json(damaged);
    }
  }
}

TEST(Json, TenThousandCasesWithRecordingsReadBack) {
  scenario::RunRecord run = sample_run();
  const scenario::CaseResult failing = run.cases[1];
  run.cases.assign(10'000, failing);
  const auto back = read_json(written(run));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->cases.size(), 10'000u);
  EXPECT_EQ(back->cases.back().recording[1].bytes, failing.recording[1].bytes);
}

TEST(VerdictLine, PutsAVerdictWhereItBelongs) {
  const scenario::RunRecord run = sample_run();
  scenario::RunRecord copy = run;
  for (auto& c : copy.cases) c.outcome = scenario::Outcome::no_verdict;
  copy.cases[1].failure.reset();
  copy.cases[1].recording.clear();
  const std::string line = verdict_line(1, run.cases[1]);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto taken = take_verdict(line, copy);
  ASSERT_TRUE(taken) << taken.error();
  EXPECT_EQ(copy.cases[1].outcome, scenario::Outcome::fail);
  EXPECT_EQ(copy.cases[1].failure->got, "2.0.2 (0x0202)");
  EXPECT_EQ(copy.cases[1].recording.size(), 4u);
}

TEST(VerdictLine, OfAnotherRunIsRefused) {
  scenario::RunRecord run = sample_run();
  EXPECT_FALSE(take_verdict(verdict_line(2, run.cases[1]), run));
  EXPECT_FALSE(take_verdict(verdict_line(99, run.cases[1]), run));
  EXPECT_FALSE(take_verdict("{}", run));
}

}  // namespace
}  // namespace report
