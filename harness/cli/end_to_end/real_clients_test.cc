// Clients that people use, on the reference server. Where one is not installed its tests are skipped.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/samba_client.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto in_good_time = 30s;

// A sign-in with a connect to one share.
struct Visit {
  const char* name;
  std::vector<const char*> settings;  // of the server
  std::vector<const char*> client;    // further arguments
  const char* user = "alice%secret";
  const char* refused = "";  // the status that smbclient tells of; empty: it is let in
  bool from_3_0 = false;     // earlier dialects lack what it takes
};

const Visit visits[] = {
    {.name = "AsAUser"},
    {.name = "SigningByTheServersWill", .settings = {"require-signing=yes"}},
    {.name = "SigningByTheClientsWill", .client = {"--client-protection=sign"}},
    {.name = "EncryptedByTheServersWill", .settings = {"encrypt-data=yes"}, .from_3_0 = true},
    {.name = "EncryptedByTheClientsWill", .client = {"--client-protection=encrypt"}, .from_3_0 = true},
    {.name = "WithAWrongPassword", .user = "alice%wrong", .refused = "NT_STATUS_LOGON_FAILURE"},
    {.name = "AsNobodyKnown", .user = "mallory%secret", .refused = "NT_STATUS_LOGON_FAILURE"},
    {.name = "AsAGuest", .settings = {"guests=yes"}, .user = "mallory%secret"},
    {.name = "WithAWrongPasswordWhereGuestsAre",
     .settings = {"guests=yes"},
     .user = "alice%wrong",
     .refused = "NT_STATUS_LOGON_FAILURE"},
};

constexpr const char* dialects[] = {"SMB2_02", "SMB2_10", "SMB3_00", "SMB3_02", "SMB3_11"};

Arguments settings_of(const Visit& visit) {
  Arguments result = {"--user", "alice:secret", "--share", "share"};
  for (const char* setting : visit.settings) result.insert(result.end(), {"--setting", setting});
  return result;
}

// No dialect but that one.
Arguments only(std::string_view dialect) {
  return {fmt::format("--option=client min protocol={}", dialect),
          fmt::format("--option=client max protocol={}", dialect)};
}

class Smbclient : public testing::TestWithParam<std::tuple<Visit, const char*, const char*>> {
 protected:
  void SetUp() override {
    auto found = SambaClient::find("smbclient");
    if (!found) return cannot_run(found.error());
    client_.emplace(std::move(*found));
  }
  std::optional<SambaClient> client_;
};

TEST_P(Smbclient, IsServedAsItIsDue) {
  const auto& [visit, dialect, share] = GetParam();
  const ServedReference server(settings_of(visit));
  Arguments arguments = only(dialect);
  arguments.insert(arguments.end(), visit.client.begin(), visit.client.end());
  arguments.insert(arguments.end(), {"-U", visit.user, "-c", "exit"});
  const ProgramEnd end = client_->run(server.port(), share, arguments, in_good_time);
  EXPECT_TRUE(end.in_time);
  const std::string_view needed = dialect;
  const bool possible = !visit.from_3_0 || needed >= "SMB3_00";
  const bool let_in = possible && *visit.refused == '\0';
  EXPECT_EQ(end.code == 0, let_in) << end.output;
  if (possible) EXPECT_THAT(end.output, HasSubstr(visit.refused));
}

std::string name_of(const testing::TestParamInfo<Smbclient::ParamType>& info) {
  const auto& [visit, dialect, share] = info.param;
  return fmt::format("{}_{}_{}", visit.name, dialect, share == std::string_view("share") ? "Disk" : "Ipc");
}

INSTANTIATE_TEST_SUITE_P(Visits, Smbclient,
                         testing::Combine(testing::ValuesIn(visits), testing::ValuesIn(dialects),
                                          testing::Values("share", "IPC$")),
                         name_of);

// Who has no name gets to pipes, and only where the server lets them.
struct Anonymous {
  const char* name;
  const char* setting;
  const char* share;
  const char* refused;
};

class AnonymousSmbclient : public testing::TestWithParam<Anonymous> {};

TEST_P(AnonymousSmbclient, GetsWhereTheServerLetsIt) {
  const auto client = SambaClient::find("smbclient");
  if (!client) return cannot_run(client.error());
  const ServedReference server({"--share", "share", "--setting", GetParam().setting});
  const ProgramEnd end =
      client->run(server.port(), GetParam().share, {"-N", "-U", "", "-c", "exit"}, in_good_time);
  EXPECT_EQ(end.code == 0, *GetParam().refused == '\0') << end.output;
  EXPECT_THAT(end.output, HasSubstr(GetParam().refused));
}

INSTANTIATE_TEST_SUITE_P(
    Shares, AnonymousSmbclient,
    testing::Values(Anonymous{"Ipc", "allow-anonymous-access=yes", "IPC$", ""},
                    Anonymous{"Disk", "allow-anonymous-access=yes", "share", "NT_STATUS_ACCESS_DENIED"},
                    Anonymous{"IpcWhereNoneMay", "allow-anonymous-access=no", "IPC$", "NT_STATUS_"}),
    [](const auto& info) { return info.param.name; });

// impacket as a client: its own reading of the specification beside Samba's. Not with 3.1.1, where version
// 0.10 signs in a way that smbd refuses as well.
constexpr const char* python = "/usr/bin/python3";
constexpr const char* impacket_visit = R"(import sys
from impacket.smbconnection import SMBConnection
port, dialect, password, share = int(sys.argv[1]), int(sys.argv[2], 0), sys.argv[3], sys.argv[4]
connection = SMBConnection('127.0.0.1', '127.0.0.1', sess_port=port, preferredDialect=dialect, timeout=20)
assert connection.getDialect() == dialect
connection.login('alice', password)
connection.disconnectTree(connection.connectTree(share))
connection.logoff()
)";

class ImpacketClient : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!run_program({python, "-c", "import impacket"})) {
      cannot_run(
          {.why = NotStarted::Why::absent, .reason = "impacket is not installed (Debian: python3-impacket)"});
    }
  }
  ProgramEnd visit(const char* password, const char* share) const {
    return run_to_end(
        {python, "-c", impacket_visit, std::to_string(server_.port()), GetParam(), password, share}, "",
        in_good_time);
  }

  ServedReference server_{{"--user", "alice:secret", "--share", "share"}};
};

TEST_P(ImpacketClient, SignsInAndConnects) {
  for (const char* share : {"share", "IPC$"}) {
    const ProgramEnd end = visit("secret", share);
    EXPECT_EQ(end.code, 0) << share << '\n' << end.output;
  }
}

TEST_P(ImpacketClient, IsRefusedWithAWrongPassword) {
  const ProgramEnd end = visit("wrong", "share");
  EXPECT_NE(end.code, 0);
  EXPECT_THAT(end.output, HasSubstr("STATUS_LOGON_FAILURE"));
}

INSTANTIATE_TEST_SUITE_P(Dialects, ImpacketClient, testing::Values("0x0202", "0x0210", "0x0300"));

}  // namespace
}  // namespace cli::end_to_end
