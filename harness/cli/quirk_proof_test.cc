#include "harness/cli/quirk_proof.h"

#include <gmock/gmock.h>

#include "harness/cli/cases.h"

namespace cli {
namespace {

using scenario::CaseResult;
using scenario::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr reference::QuirkEntry quirk{reference::Quirk::count, "departs", "SES-001", "SES-002 TRE-", "", ""};

TEST(QuirkProof, TakesWhatItBreaksForKilledAndAnythingElseForAccused) {
  const CaseResult results[] = {
      {.id = "for-it", .requirements = {"NEG-001", "SES-001"}, .outcome = Outcome::fail},
      {.id = "for-more", .requirements = {"TRE-009"}, .outcome = Outcome::crash},
      {.id = "wrongly", .requirements = {"NEG-001"}, .outcome = Outcome::fail, .message = "Status"},
      {.id = "green", .requirements = {"SES-002"}, .outcome = Outcome::pass, .expected = true},
      {.id = "blocked", .requirements = {"NEG-001"}, .outcome = Outcome::blocked},
  };
  const QuirkVerdict verdict = cli::verdict(quirk, results);
  EXPECT_TRUE(verdict.killed());
  EXPECT_THAT(verdict.killers, ElementsAre("for-it", "for-more"));
  EXPECT_THAT(verdict.accused, ElementsAre("wrongly: fail Status"));
  EXPECT_THAT(verdict.requirements, ElementsAre("SES-001", "TRE-009"));
}

TEST(QuirkProof, SurvivesWhatIsRedOnlyForRowsBeside) {
  const CaseResult results[] = {{.id = "beside", .requirements = {"SES-002"}, .outcome = Outcome::fail}};
  EXPECT_FALSE(verdict(quirk, results).killed());
}

TEST(QuirkProof, RunsTheCasesWithTheQuirkOn) {
  const auto library = load_cases({});
  ASSERT_TRUE(library) << library.error();
  CaseArguments wanted;
  wanted.select = {"negotiate/preauth-twice"};
  const auto selection = select(*library, wanted);
  ASSERT_TRUE(selection) << selection.error();
  const auto verdicts = prove(*library, *selection, reference::quirks(), Depth::thorough);
  for (const QuirkVerdict& verdict : verdicts) {
    EXPECT_EQ(verdict.killed(), verdict.quirk->quirk == reference::Quirk::contexts_twice)
        << verdict.quirk->name;
    EXPECT_THAT(verdict.accused, IsEmpty()) << verdict.quirk->name;
  }
}

}  // namespace
}  // namespace cli
