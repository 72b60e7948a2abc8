// The suite against the reference server that comes with it: nothing is held against it, whatever its
// settings.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using scenario::Outcome;
using target::peers::text_of;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::MatchesRegex;

class EmbeddedRun : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path() / name; }

  // A run that has to end well, and its record.
  scenario::RunRecord good_run(const Arguments& further) {
    Arguments arguments = {"run", "--json", path("run.json")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    const Ended run = smbspec(arguments);
    EXPECT_EQ(run.code, 0) << run;
    EXPECT_THAT(run.out, HasSubstr("GREEN"));
    return record_at(path("run.json"));
  }

  target::peers::Folder folder_;
};

TEST_F(EmbeddedRun, OverTcpIsGreenAndJudgesEverything) {
  const auto record = good_run({});
  EXPECT_EQ(count(record, Outcome::no_verdict), 0U);
  EXPECT_EQ(count(record, Outcome::fail), 0U);
  EXPECT_GT(count(record, Outcome::pass), 1000U);
  EXPECT_TRUE(record.stopped.empty());
}

TEST_F(EmbeddedRun, GivesTheSameVerdictsHoweverItIsRun) {
  const auto plain = verdicts(good_run({}));
  for (const Arguments& way : std::vector<Arguments>{{"--memory"},
                                                     {"-j", "8"},
                                                     {"-j", "8", "--shuffle", "--seed", "7"},
                                                     {"--memory", "--shuffle"},
                                                     {"--memory", "--seed", "12345678901234567890"}}) {
    EXPECT_THAT(differences(verdicts(good_run(way)), plain), testing::IsEmpty())
        << testing::PrintToString(way);
  }
}

TEST_F(EmbeddedRun, IsTheSameTwice) {
  const auto once = good_run({"--memory", "--shuffle", "--seed", "3"});
  const auto twice = good_run({"--memory", "--shuffle", "--seed", "3"});
  EXPECT_EQ(ids(once), ids(twice));
  EXPECT_THAT(differences(verdicts(once), verdicts(twice)), testing::IsEmpty());
  EXPECT_NE(ids(once), ids(good_run({"--memory", "--shuffle", "--seed", "4"})));
}

TEST_F(EmbeddedRun, OfASubsetGivesWhatTheWholeGives) {
  const auto whole = verdicts(good_run({"--memory"}));
  const auto some = verdicts(
      good_run({"--memory", "negotiate/dialect-selection", "negotiate/*netname*", "--exclude", "audit"}));
  EXPECT_GT(some.size(), 30U);
  for (const auto& [id, verdict] : some) EXPECT_EQ(verdict, whole.at(id)) << id;
}

TEST_F(EmbeddedRun, OfEachScenarioAloneIsGreen) {
  std::istringstream list(smbspec({"list", "negotiate"}).out);
  std::vector<std::string> scenarios;
  for (std::string id; std::getline(list, id);) {
    const std::string scenario = id.substr(0, id.find('['));
    if (scenarios.empty() || scenarios.back() != scenario) scenarios.push_back(scenario);
  }
  ASSERT_GT(scenarios.size(), 50U);
  // Every seventh: each is a process.
  for (std::size_t i = 0; i < scenarios.size(); i += 7) {
    const Ended run = smbspec({"run", "--memory", scenarios[i], "--exclude", "audit"});
    EXPECT_EQ(run.code, 0) << scenarios[i] << '\n' << run;
  }
}

TEST_F(EmbeddedRun, WritesARecordAndWellFormedJunit) {
  for (const std::string dialect : {"rich", "strict"}) {
    const auto record = good_run({"--memory", "--junit", path("run.xml"), "--junit-dialect", dialect});
    const Junit junit(path("run.xml"));
    EXPECT_EQ(junit.tests(), record.cases.size());
    EXPECT_EQ(junit.failures(), 0U);
    EXPECT_EQ(junit.errors(), 0U);

    const Ended report =
        smbspec({"report", path("run.json"), "--junit", path("again.xml"), "--junit-dialect", dialect});
    EXPECT_EQ(report.code, 0) << report;
    EXPECT_TRUE(text_of(path("run.xml")) == text_of(path("again.xml"))) << dialect;
  }
}

TEST_F(EmbeddedRun, PutsItsRecordIntoTheFolder) {
  const Ended run = smbspec({"run", "--memory", "--out", folder_.path(), "negotiate/dialect-selection"});
  EXPECT_EQ(run.code, 0) << run;
  EXPECT_EQ(count(record_at(path("run.json")), Outcome::no_verdict), 0U);
}

TEST_F(EmbeddedRun, PrintsTheSummaryThatReportPrints) {
  const Ended run = smbspec({"run", "--memory", "--json", path("run.json")});
  const Ended report = smbspec({"report", path("run.json")});
  EXPECT_EQ(report.code, 0) << report;
  EXPECT_EQ(report.out, run.out);
}

TEST_F(EmbeddedRun, JudgesWhatListLists) {
  const Ended list = smbspec({"list"});
  EXPECT_EQ(list.code, 0);
  EXPECT_EQ(list.out, fmt::format("{}\n", fmt::join(ids(good_run({"--memory"})), "\n")));
}

TEST_F(EmbeddedRun, FailsCasesThatExpectTheImpossible) {
  std::filesystem::copy(SMBSPEC_SOURCE_DIR "/cases", path("cases"), std::filesystem::copy_options::recursive);
  std::ofstream(path("cases/negotiate/impossible.xml")) << R"(<scenarios message="negotiate">
  <scenario id="impossible" requirement="NEG-037" level="MUST">
    <title>A server agrees to a dialect that nobody offered</title>
    <steps>
      <connect as="c"/>
      <request command="NEGOTIATE"><set field="Dialects" to="2.1"/></request>
      <response status="STATUS_SUCCESS"><check field="DialectRevision" is="3.0"/></response>
    </steps>
  </scenario>
</scenarios>
)";
  const Ended run =
      smbspec({"run", "--memory", "--cases", path("cases"), "--junit", path("run.xml"), "--json",
               path("run.json"), "negotiate/impossible", "negotiate/dialect-selection"});
  EXPECT_EQ(run.code, 1) << run;
  // Requirement, level, step, line, expected, got, bytes decoded, and how to run it again.
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("NEG-037"), HasSubstr("MUST"), HasSubstr("3.3.5.4"), HasSubstr("3 of 3"),
                    HasSubstr("cases/negotiate/impossible.xml:7"), HasSubstr("0x0300"), HasSubstr("0x0210"),
                    HasSubstr("DialectRevision"), HasSubstr("smbspec run 'negotiate/impossible'")));
  EXPECT_EQ(Junit(path("run.xml")).failures(), 1U);
  const auto record = record_at(path("run.json"));
  EXPECT_EQ(count(record, Outcome::fail), 1U);
  EXPECT_EQ(count(record, Outcome::no_verdict), 0U);

  std::ofstream(path("baseline")) << "# smbspec baseline v1\nnegotiate/impossible  fail  it is impossible\n";
  const Ended excused = smbspec({"run", "--memory", "--cases", path("cases"), "--baseline", path("baseline"),
                                 "negotiate/impossible", "negotiate/dialect-selection"});
  EXPECT_EQ(excused.code, 0) << excused;
  std::ofstream(path("baseline"), std::ios::app)
      << "negotiate/dialect-selection[offered=2.1]  fail  it was mended\n";
  const Ended stale = smbspec({"run", "--memory", "--cases", path("cases"), "--baseline", path("baseline"),
                               "negotiate/impossible", "negotiate/dialect-selection"});
  EXPECT_EQ(stale.code, 1) << stale;
  EXPECT_THAT(stale.out, HasSubstr(path("baseline") + ":3"));
}

TEST(Show, TellsTheRequirementAndTheTable) {
  const Ended show = smbspec({"show", "negotiate/dialect-selection[offered=2.1]"});
  EXPECT_EQ(show.code, 0) << show;
  EXPECT_THAT(show.out, AllOf(HasSubstr("NEG-037"), HasSubstr("MUST"),
                              HasSubstr("cases/negotiate/dialects.xml:"), HasSubstr("$offered = 2.1")));
}

TEST(Coverage, EndsWithWhatIsCitedAndProven) {
  const Ended coverage = smbspec({"coverage"}, {}, std::chrono::seconds(110));
  EXPECT_EQ(coverage.code, 0) << coverage;
  EXPECT_THAT(coverage.out,
              testing::ContainsRegex("\ncited [0-9]+ %  proven [0-9]+ %, of the MUST [0-9]+ %\n$"));
}

TEST(Probe, TellsWhatAServerNegotiates) {
  const ServedReference server({"--setting", "maximum-dialect=3.0"});
  const Ended probe = smbspec({"probe", "--target", server.url()});
  EXPECT_EQ(probe.code, 0) << probe;
  EXPECT_THAT(probe.out, testing::ContainsRegex("dialects +2.0.2 2.1 3.0\n"));
}

// ---- settings

class Setting : public EmbeddedRun, public testing::WithParamInterface<Arguments> {};

TEST_P(Setting, IsHeldAgainstNobody) {
  Arguments arguments = {"--memory", "--strict"};
  for (const std::string& setting : GetParam()) arguments.insert(arguments.end(), {"--setting", setting});
  const auto record = good_run(arguments);
  EXPECT_EQ(count(record, Outcome::fail), 0U);
  EXPECT_GT(count(record, Outcome::pass), 300U);
}

std::vector<std::vector<std::string>> dialect_ranges() {
  const std::vector<std::string> dialects = {"2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"};
  std::vector<std::vector<std::string>> ranges;
  for (std::size_t least = 0; least < dialects.size(); ++least) {
    for (std::size_t greatest = least; greatest < dialects.size(); ++greatest)
      ranges.push_back({"minimum-dialect=" + dialects[least], "maximum-dialect=" + dialects[greatest]});
  }
  return ranges;
}

std::string name_of(const testing::TestParamInfo<std::vector<std::string>>& info) {
  std::string name;
  for (const std::string& setting : info.param) name += setting + "_";
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

// Each of `names` alone, where there is a list of them by preference, with `further`.
std::vector<std::vector<std::string>> each_alone(const std::string& setting,
                                                 const std::vector<std::string>& names,
                                                 const std::vector<std::string>& further = {}) {
  std::vector<std::vector<std::string>> result;
  for (const std::string& name : names) {
    result.push_back({setting + "=" + name});
    result.back().insert(result.back().end(), further.begin(), further.end());
  }
  return result;
}

const std::vector<std::string> ciphers = {"AES-128-GCM", "AES-128-CCM", "AES-256-GCM", "AES-256-CCM"};
const std::vector<std::string> signing_algorithms = {"AES-GMAC", "AES-CMAC", "HMAC-SHA256"};

INSTANTIATE_TEST_SUITE_P(Dialects, Setting, testing::ValuesIn(dialect_ranges()), name_of);
INSTANTIATE_TEST_SUITE_P(Sealed, Setting,
                         testing::ValuesIn(each_alone("maximum-dialect", {"2.1", "3.0", "3.0.2"},
                                                      {"encrypt-data=yes"})),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Ciphers, Setting, testing::ValuesIn(each_alone("ciphers", ciphers)), name_of);
INSTANTIATE_TEST_SUITE_P(SealedCiphers, Setting,
                         testing::ValuesIn(each_alone("ciphers", ciphers, {"encrypt-data=yes"})), name_of);
INSTANTIATE_TEST_SUITE_P(SigningAlgorithms, Setting,
                         testing::ValuesIn(each_alone("signing-algorithms", signing_algorithms)), name_of);
INSTANTIATE_TEST_SUITE_P(
    Policies, Setting,
    testing::Values(std::vector<std::string>{"require-signing=yes"},
                    std::vector<std::string>{"encrypt-data=yes"},
                    std::vector<std::string>{"reject-unencrypted-access=no"},
                    std::vector<std::string>{"encrypt-data=yes", "reject-unencrypted-access=no"},
                    std::vector<std::string>{"encrypt-data=yes", "require-signing=yes"},
                    std::vector<std::string>{"guests=yes"},
                    std::vector<std::string>{"guests=yes", "encrypt-data=yes"},
                    std::vector<std::string>{"guests=yes", "require-signing=yes"},
                    std::vector<std::string>{"allow-anonymous-access=no"},
                    std::vector<std::string>{"allow-anonymous-access=no", "encrypt-data=yes"},
                    std::vector<std::string>{"share=vault:encrypt-data"}),
    name_of);
INSTANTIATE_TEST_SUITE_P(
    Others, Setting,
    testing::Values(std::vector<std::string>{"ciphers="}, std::vector<std::string>{"signing-algorithms="},
                    std::vector<std::string>{"compression-algorithms="},
                    std::vector<std::string>{"compression-algorithms=LZ77", "chained-compression=no"},
                    std::vector<std::string>{"rdma-transforms="},
                    std::vector<std::string>{"transport-capabilities=no"},
                    std::vector<std::string>{"capabilities="}, std::vector<std::string>{"capabilities=DFS"},
                    std::vector<std::string>{"ciphers=", "signing-algorithms=", "compression-algorithms=",
                                             "rdma-transforms=", "transport-capabilities=no",
                                             "capabilities="}),
    name_of);

}  // namespace
}  // namespace cli::end_to_end
