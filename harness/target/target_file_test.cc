#include "harness/target/target_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>

#include "harness/target/log_watch.h"
#include "harness/target/peers/server_process.h"

namespace target {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class TargetFileTest : public testing::Test {
 protected:
  TargetFileTest() {
    setenv("ALICES_PASSWORD", "secret of Alice", 1);
    setenv("BOBS_PASSWORD", "secret of Bob", 1);
    unsetenv("NOBODYS_PASSWORD");
  }

  std::expected<TargetFile, std::string> load(std::string_view text,
                                              const Vocabulary* vocabulary = nullptr) const {
    std::ofstream(path_) << text;
    return load_target_file(path_, vocabulary);
  }
  std::string error_of(std::string_view text, const Vocabulary* vocabulary = nullptr) const {
    const auto file = load(text, vocabulary);
    return file ? "no error" : file.error();
  }
  // Of an element in a file that is right else.
  std::string error_in(std::string_view element) const {
    return error_of(fmt::format("<target address=\"smb://127.0.0.1:4450\">\n{}\n</target>", element));
  }

  peers::Folder folder_;
  std::filesystem::path path_ = folder_.path() / "server.xml";
};

TEST_F(TargetFileTest, AnAddressIsEnough) {
  const auto file = load(R"(<target address="smb://[::1]:4450"/>)");
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(file->address.host, "::1");
  EXPECT_EQ(file->address.port, 4450);
  EXPECT_EQ(file->name(), "smb://[::1]:4450 (server.xml)");
  EXPECT_EQ(file->folder(), folder_.path());
  EXPECT_EQ(file->start, "");
  EXPECT_EQ(file->crash_signs.size(), crash_signs.size());
}

TEST_F(TargetFileTest, HoldsAllThereIsToSay) {
  std::ofstream(folder_.path() / "bob.txt") << "Bob's own\nnot this";
  const auto file = load(R"(<?xml version="1.0"?>
<!-- ours -->
<target address="smb://127.0.0.1:4450">
  <account user="alice" domain="CORP" password-env="ALICES_PASSWORD"/>
  <account user="bob" password-file="bob.txt"/>
  <kerberos service="cifs/nas@CORP.TEST"/>
  <share kind="disk" name="data"/>
  <server settings="require-signing=yes  guests=yes" address="smb://127.0.0.1:4451"/>
  <accepts latitude="drops"/><accepts latitude="refuses"/>
  <start command="./server &lt; /dev/null" within="500ms"/>
  <stop command="./stop"/>
  <health command="./health"/>
  <pid file="run/server.pid"/>
  <log file="server.log"/>
  <crash text="assertion"/>
</target>)");
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(file->address.text(), "smb://CORP;alice@127.0.0.1:4450/data");
  EXPECT_EQ(file->address.password, "secret of Alice");
  ASSERT_TRUE(file->second);
  EXPECT_EQ(file->second->user, "bob");
  EXPECT_EQ(file->second->password, "Bob's own");
  EXPECT_EQ(file->kerberos_service, "cifs/nas@CORP.TEST");
  ASSERT_EQ(file->ports.size(), 1U);
  EXPECT_THAT(file->ports[0].settings, ElementsAre("guests=yes", "require-signing=yes"));
  EXPECT_EQ(file->ports[0].address.port, 4451);
  EXPECT_THAT(file->latitudes, ElementsAre("drops", "refuses"));
  EXPECT_EQ(file->start, "./server < /dev/null");
  EXPECT_EQ(file->time_to_start, std::chrono::milliseconds(500));
  EXPECT_EQ(file->stop, "./stop");
  EXPECT_EQ(file->health, "./health");
  EXPECT_EQ(file->pid, folder_.path() / "run/server.pid");
  EXPECT_THAT(file->logs, ElementsAre(folder_.path() / "server.log"));
  EXPECT_THAT(file->crash_signs, ElementsAre("assertion"));
}

TEST_F(TargetFileTest, TheExamplesAreTargetFiles) {
  setenv("ALICE_PASSWORD", "x", 1);
  setenv("BOB_PASSWORD", "y", 1);
  for (const char* name : {"server.xml", "smbd.xml"}) {
    const auto file =
        load_target_file(std::filesystem::path(SMBSPEC_SOURCE_DIR) / "harness/target/examples" / name);
    EXPECT_TRUE(file) << file.error();
  }
}

TEST_F(TargetFileTest, AllErrorsAreToldAtOnceWithTheirPlace) {
  EXPECT_THAT(error_of(R"(<target adress="smb://127.0.0.1">
  <acount user="alice"/>
  <account usr="alice"/>
  <share kind="disc" name="data"/>
</target>)"),
              AllOf(HasSubstr(path_.string() + ":1: "), HasSubstr("did you mean \"address\"?"),
                    HasSubstr(path_.string() + ":2: "), HasSubstr("did you mean \"account\"?"),
                    HasSubstr(path_.string() + ":3: "), HasSubstr("did you mean \"user\"?"),
                    HasSubstr(path_.string() + ":4: "), HasSubstr("did you mean \"disk\"?")));
}

TEST_F(TargetFileTest, WhatIsNoTargetFileIsRefused) {
  EXPECT_THAT(error_of(""), HasSubstr("server.xml:1: "));
  EXPECT_THAT(error_of("<target address='smb://h'>"), HasSubstr("server.xml:1: "));
  EXPECT_THAT(error_of("<targets/>"), HasSubstr("the outermost element has to be <target>"));
  EXPECT_THAT(error_of("\x7f"
                       "ELF\x01\x02"),
              HasSubstr("server.xml:1: "));
  const auto absent = load_target_file(folder_.path() / "absent.xml");
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error(), AllOf(HasSubstr("absent.xml cannot be read"), HasSubstr("smb://host")));
  EXPECT_FALSE(load_target_file(folder_.path()));
}

TEST_F(TargetFileTest, APasswordComesFromOutsideAndTheErrorSaysWhatIsMissing) {
  EXPECT_THAT(
      error_in(R"(<account user="n" password-env="NOBODYS_PASSWORD"/>)"),
      HasSubstr("server.xml:2: <account user=\"n\">: the environment variable NOBODYS_PASSWORD is not set"));
  EXPECT_THAT(error_in(R"(<account user="n" password-file="absent.txt"/>)"),
              HasSubstr("absent.txt cannot be read"));
  EXPECT_THAT(error_in(R"(<account user="n" password-env="ALICES_PASSWORD" password-file="x"/>)"),
              HasSubstr("not both"));
  EXPECT_THAT(error_in(R"(<account user="a" password-env="ALICES_PASSWORD"/><account user="b"/>)"),
              HasSubstr("given by password-env or password-file"));
  EXPECT_TRUE(load(R"(<target address="smb://h"><account user="a"/></target>)"))
      << "the command line may have the password of the first";
  EXPECT_THAT(error_of(R"(<target address="smb://alice:secret@127.0.0.1"/>)"),
              AllOf(HasSubstr("users stand in <account>"), Not(HasSubstr("secret"))));
  EXPECT_THAT(error_of(R"(<target address="smb://alice:secret@127.0.0.1:x"/>)"),
              Not(HasSubstr("secret@127")));
}

TEST_F(TargetFileTest, WhatContradictsItselfIsRefused) {
  EXPECT_THAT(error_in(R"(<stop command="x"/>)"), HasSubstr("means nothing without <start>"));
  EXPECT_THAT(error_in(R"(<health command="x"/>)"), HasSubstr("means nothing without <start>"));
  EXPECT_THAT(error_in(R"(<start command="x" within="soon"/>)"), HasSubstr("\"soon\" is no time"));
  EXPECT_THAT(error_in(R"(<start command=""/>)"), HasSubstr("command is empty"));
  EXPECT_THAT(error_in(R"(<start command="a"/><start command="b"/>)"), HasSubstr("there may be one"));
  EXPECT_THAT(
      error_in(
          R"(<account user="a" password-env="BOBS_PASSWORD"/><account user="a" password-env="BOBS_PASSWORD"/>)"),
      HasSubstr("another than the first"));
  EXPECT_THAT(
      error_in(R"(<server settings="a=b" address="smb://h:1"/><server settings="a=b" address="smb://h:2"/>)"),
      HasSubstr("another <server> with these settings"));
  EXPECT_THAT(error_in(R"(<server settings="a=b" address="h:1"/>)"),
              HasSubstr("a target starts with smb://"));
}

TEST_F(TargetFileTest, WordsThatNoCaseKnowsAreErrors) {
  const std::vector<std::string> latitudes = {"drops", "refuses"};
  const std::vector<std::vector<std::string>> settings = {{"guests=yes", "require-signing=yes"}};
  const Vocabulary vocabulary{latitudes, settings};
  EXPECT_THAT(
      error_of(R"(<target address="smb://h"><accepts latitude="dropps"/>
<server settings="require-signing=yes" address="smb://h:1"/></target>)",
               &vocabulary),
      AllOf(HasSubstr(":1: <accepts latitude=\"dropps\">: no case has the latitude \"dropps\"; did you mean "
                      "\"drops\"?"),
            HasSubstr(
                ":2: <server settings=\"require-signing=yes\">: no case asks for \"require-signing=yes\"")));
  EXPECT_TRUE(load(R"(<target address="smb://h"><accepts latitude="drops"/>
<server settings="require-signing=yes guests=yes" address="smb://h:1"/></target>)",
                   &vocabulary));
}

}  // namespace
}  // namespace target
