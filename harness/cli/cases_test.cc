#include "harness/cli/cases.h"

#include <gtest/gtest.h>

#include <fstream>

namespace cli {
namespace {

TEST(Cases, TheBuiltInOnesLoad) {
  const auto library = load_cases(std::nullopt);
  ASSERT_TRUE(library) << library.error();
  EXPECT_FALSE(library->cases.empty());
}

TEST(Cases, AFolderHoldsTheSameAsTheBinary) {
  const auto built_in = load_cases(std::nullopt);
  const auto folder = load_cases(SMBSPEC_SOURCE_DIR "/cases");
  ASSERT_TRUE(built_in) << built_in.error();
  ASSERT_TRUE(folder) << folder.error();
  ASSERT_EQ(built_in->cases.size(), folder->cases.size());
  for (std::size_t i = 0; i < built_in->cases.size(); ++i)
    EXPECT_EQ(built_in->cases[i].id, folder->cases[i].id);
}

TEST(Cases, NoSuchFolder) { EXPECT_FALSE(load_cases("/nonexistent/cases")); }

TEST(Cases, UnknownDeparturesNameTheKnownOnes) {
  const auto departures = text_of(known_departures, "samba-4.16", std::nullopt);
  ASSERT_FALSE(departures);
  EXPECT_NE(departures.error().find("samba-4.17"), std::string::npos) << departures.error();
}

TEST(Cases, AFolderHasKnownDeparturesOfItsOwn) {
  const std::filesystem::path folder = testing::TempDir() + "smbspec-cases-known";
  std::filesystem::create_directories(folder / "known");
  std::ofstream(folder / "known" / "mine.baseline") << "# smbspec baseline v1\n";
  EXPECT_EQ(text_of(known_departures, "mine", folder).value_or(""), "# smbspec baseline v1\n");
  EXPECT_FALSE(text_of(known_departures, "samba-4.17", folder));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cli
