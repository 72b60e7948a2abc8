#include "harness/cli/evidence.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"

namespace cli {
namespace {

using testing::EndsWith;
using testing::MatchesRegex;
namespace fs = std::filesystem;

TEST(EvidenceFolder, HasANameThatFileSystemsAndArtefactsTake) {
  EXPECT_EQ(EvidenceFolder::folder_of("negotiate/dialects"), "negotiate/dialects");
  EXPECT_EQ(EvidenceFolder::folder_of("negotiate/dialects[only-2.0.2]"), "negotiate/dialects/only-2.0.2");
  EXPECT_THAT(EvidenceFolder::folder_of("a/b[x=\"y\":*]"), MatchesRegex("a/b/x=_y___-[0-9a-f]+"));
  EXPECT_NE(EvidenceFolder::folder_of("a/b[x=*]"), EvidenceFolder::folder_of("a/b[x=?]"));
  EXPECT_LT(EvidenceFolder::folder_of("a/b[" + std::string(1000, 'x') + "]").size(), 200U);
  EXPECT_THAT(EvidenceFolder::folder_of("a/b[../../c]"), MatchesRegex("a/b/.._.._c-[0-9a-f]+"));
}

class Kept : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(out_);
    run_.result = {.id = "negotiate/dialects[a]", .title = "A case"};
    const smb2::Message request{.header = {.command = smb2::Command::negotiate},
                                .body = smb2::NegotiateRequest()};
    run_.result.recording = {{transport::Event::connected, 0, {}, {}, ""},
                             {transport::Event::sent, 0, {}, smb2::frame(smb2::encode(request)), ""}};
  }
  void TearDown() override { fs::remove_all(out_); }

  // Which files there are, by name.
  std::vector<std::string> files(EvidenceFolder& folder, bool unexpected) {
    folder.add(run_, std::chrono::system_clock::now());
    const auto kept = folder.keep(run_.result, unexpected, record_);
    EXPECT_TRUE(kept) << kept.error();
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(out_ / "evidence/negotiate/dialects/a", none))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  // Of each test its own: tests run side by side.
  fs::path out_ = fmt::format("{}smbspec-evidence-{}-{}", testing::TempDir(), getpid(),
                              testing::UnitTest::GetInstance()->current_test_info()->name());
  scenario::CaseRun run_;
  scenario::RunRecord record_;
};

TEST_F(Kept, OfWhatIsUnexpected) {
  EvidenceFolder folder(out_, Evidence::failed, false);
  EXPECT_THAT(files(folder, false), testing::IsEmpty());
  EXPECT_THAT(files(folder, true), testing::ElementsAre("case.json", "case.pcapng", "case.txt", "open.sh"));
  EXPECT_EQ(run_.result.evidence, "evidence/negotiate/dialects/a");
  EXPECT_NE(fs::status(out_ / run_.result.evidence / "open.sh").permissions() & fs::perms::owner_exec,
            fs::perms::none);
}

TEST_F(Kept, OfAllOrOfNone) {
  EvidenceFolder none(out_, Evidence::none, false);
  EXPECT_THAT(files(none, true), testing::IsEmpty());
  EvidenceFolder all(out_, Evidence::all, false);
  EXPECT_THAT(files(all, false), testing::SizeIs(4));
}

TEST_F(Kept, WithoutWhatSecretsCanBeReadFrom) {
  EvidenceFolder folder(out_, Evidence::failed, true);
  EXPECT_THAT(files(folder, true), testing::ElementsAre("case.json", "case.txt"));
}

TEST(WithholdSecrets, TakesOutTheBytesOfAnAuthenticateMessage) {
  const std::string_view token("....NTLMSSP\0\3\0\0\0....", 20);
  transport::Recording recording = {
      {transport::Event::sent, 0, {}, wire::Bytes(token.begin(), token.end()), ""},
      {transport::Event::sent, 0, {}, wire::Bytes(20, 0x4e), ""}};
  withhold_secrets(recording);
  EXPECT_TRUE(recording[0].bytes.empty());
  EXPECT_THAT(recording[0].note, EndsWith("--no-secrets"));
  EXPECT_EQ(recording[1].bytes.size(), 20U);
}

}  // namespace
}  // namespace cli
