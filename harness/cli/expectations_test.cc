#include "harness/cli/expectations.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "harness/cli/cases.h"
#include "harness/target/baseline_fold.h"

namespace cli {
namespace {

using testing::HasSubstr;

TEST(Aliases, LeadFromNamesThatAreGoneToNamesThatAreThere) {
  const auto library = load_cases(std::nullopt);
  const auto aliases = aliases_of(std::nullopt);
  ASSERT_TRUE(library) << library.error();
  ASSERT_TRUE(aliases) << aliases.error();
  std::set<std::string, std::less<>> names;
  for (const auto& c : library->cases) {
    names.insert(c.id);
    names.emplace(target::scenario_of(c.id));
  }
  for (const auto& [old, now] : *aliases) {
    EXPECT_FALSE(names.contains(old)) << old;
    EXPECT_TRUE(names.contains(now)) << now;
  }
}

TEST(Aliases, AFolderNeedNotHaveAny) {
  const auto aliases = aliases_of(testing::TempDir());
  ASSERT_TRUE(aliases) << aliases.error();
  EXPECT_TRUE(aliases->empty());
}

TEST(Expectations, OfTheUserGoBeforeWhatIsKnown) {
  const std::string path = testing::TempDir() + "smbspec-expectations-test";
  std::ofstream(path) << "# smbspec baseline v1\na/b  fail  mine\n";
  const std::string known[] = {"samba-4.17"};
  const auto baseline = expectations(path, known, std::nullopt);
  std::filesystem::remove(path);
  ASSERT_TRUE(baseline) << baseline.error();
  ASSERT_GT(baseline->size(), 10U);
  EXPECT_EQ(baseline->front().reason, "mine");
  EXPECT_EQ((*baseline)[1].source.file, "known/samba-4.17.baseline");
}

TEST(Expectations, OfAServerThatNobodyKnowsAreAnError) {
  const std::string known[] = {"samba-4.71"};
  const auto baseline = expectations("", known, std::nullopt);
  ASSERT_FALSE(baseline);
  EXPECT_THAT(baseline.error(), HasSubstr("samba-4.17"));
}

}  // namespace
}  // namespace cli
