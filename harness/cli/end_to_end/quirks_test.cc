// A quirk of the reference server turns the suite red with what it breaks, and with nothing else; and what a
// team does about such a server from day to day.
#include "reference-server/quirks/quirks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <random>
#include <sstream>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/cli/quirk_proof.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using scenario::Outcome;
using target::peers::Folder;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;

std::string quirk_name(const testing::TestParamInfo<reference::QuirkEntry>& info) {
  std::string name(info.param.name);
  std::ranges::replace_if(name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

class EveryQuirk : public testing::TestWithParam<reference::QuirkEntry> {};

TEST_P(EveryQuirk, TurnsWhatItBreaksRedAndNothingElse) {
  const reference::QuirkEntry& quirk = GetParam();
  const Folder folder;
  const std::string json = folder.path() / "run.json";
  const Ended run =
      smbspec({"run", "--memory", "--strict", "--quirk", std::string(quirk.name), "--json", json});
  EXPECT_EQ(run.code, 1);
  const QuirkVerdict said = verdict(quirk, record_at(json).cases);
  EXPECT_TRUE(said.killed()) << "no red case names " << quirk.requirement;
  EXPECT_THAT(said.accused, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Quirks, EveryQuirk,
                         testing::ValuesIn(reference::quirks().begin(), reference::quirks().end()),
                         quirk_name);

TEST(Quirks, AreListedAndAnUnknownOneNamesTheNearest) {
  EXPECT_THAT(smbspec({"quirks"}).out, AllOf(HasSubstr("contexts-twice\n"), HasSubstr("breaks NEG-098")));
  const Ended unknown = smbspec({"run", "--memory", "--quirk", "context-twice"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"contexts-twice\"?"));
}

// What a merge goes through whose server departs, is excused, and is mended.
TEST(Drill, ADepartureIsRedIsExcusedAndWhenMendedItsExcuseIsRed) {
  const Folder folder;
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  const ServedReference departing({"--quirk", "contexts-twice"});
  const ServedReference mended;
  const auto run = [&](const ServedReference& server, const Arguments& further) {
    Arguments arguments = {"run", "--target", server.url()};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return smbspec(arguments);
  };
  const Ended red = run(departing, {"negotiate", "--json", path("red.json")});
  EXPECT_EQ(red.code, 1) << red;
  EXPECT_THAT(red.out, HasSubstr("UNEXPECTED FAIL  negotiate/preauth-twice"));

  EXPECT_EQ(run(departing, {"--repeat", "3", "--json", path("runs.json")}).code, 1);
  const Ended update = smbspec({"baseline", "update", path("expected.baseline"), path("runs.json")});
  EXPECT_EQ(update.code, 0) << update;
  EXPECT_THAT(update.out, HasSubstr("negotiate/preauth-twice"));

  const Ended green = run(departing, {"--baseline", path("expected.baseline")});
  EXPECT_EQ(green.code, 0) << green;
  const Ended stale = run(mended, {"--baseline", path("expected.baseline")});
  EXPECT_EQ(stale.code, 1) << stale;
  EXPECT_THAT(unwrapped(stale.out), HasSubstr("passes now"));
}

// Whenever a run is interrupted: what it found stands in a record that can be read, and nothing is green that
// was not judged.
TEST(Drill, ARunMayBeInterruptedAtAnyMoment) {
  constexpr int times = 100;
  constexpr std::uint64_t seed = 4;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937_64 random(seed);
  const Folder folder;
  const std::string json = folder.path() / "run.json";
  int finished = 0;
  for (int i = 0; i < times; ++i) {
    std::filesystem::remove(json);
    SmbspecProcess process({"run", "negotiate/dialect-selection", "negotiate/preauth*", "--json", json});
    // From before the record is there to after the end: so many microseconds, once there is something to
    // read.
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(json); }));
    const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 150'000);
    eventually([&] { return std::chrono::steady_clock::now() >= moment; });
    process.signal(i % 2 == 0 ? SIGINT : SIGTERM);
    const Ended ended = process.wait();
    const scenario::RunRecord record = record_at(json);
    ASSERT_FALSE(record.cases.empty());
    if (ended.code == 0) {
      ++finished;
      EXPECT_EQ(count(record, Outcome::no_verdict), 0U);
      continue;
    }
    EXPECT_EQ(ended.code, 4) << ended;
    EXPECT_FALSE(record.stopped.empty());
    EXPECT_EQ(scenario::exit_code(record), 4);
  }
  EXPECT_LT(finished, times) << "no run was interrupted before its end";
}

}  // namespace
}  // namespace cli::end_to_end
