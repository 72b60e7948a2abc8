#include "harness/cli/profile.h"

#include <gmock/gmock.h>

#include <fstream>

namespace cli {
namespace {

using testing::HasSubstr;

TEST(Profile, ThoseThatShipAreRead) {
  for (const char* name : {"gate", "full", "nightly"}) {
    const auto options = load_profile(name, std::nullopt);
    ASSERT_TRUE(options) << options.error();
    EXPECT_FALSE(options->empty()) << name;
  }
}

TEST(Profile, AnUnknownNameNamesTheKnown) {
  const auto options = load_profile("gat", std::nullopt);
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error(), HasSubstr("did you mean \"gate\"?"));
}

TEST(Profile, APathIsAFile) {
  const std::filesystem::path file = testing::TempDir() + "smbspec-mine.profile";
  std::ofstream(file) << "# why\n\n  rows   3 \nexclude a b\nshuffle\r\n";
  const auto options = load_profile(file, std::nullopt);
  std::filesystem::remove(file);
  ASSERT_TRUE(options) << options.error();
  ASSERT_EQ(options->size(), 3U);
  EXPECT_EQ((*options)[0].name, "rows");
  EXPECT_EQ((*options)[0].value, "3");
  EXPECT_EQ((*options)[0].place, file.string() + ":3");
  EXPECT_EQ((*options)[1].value, "a b");
  EXPECT_EQ((*options)[2].name, "shuffle");
  EXPECT_EQ((*options)[2].value, "");
  EXPECT_FALSE(load_profile("./nonexistent.profile", std::nullopt));
}

}  // namespace
}  // namespace cli
