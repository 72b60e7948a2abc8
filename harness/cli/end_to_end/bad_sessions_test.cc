// Accounts that cannot be used and servers that go wrong where somebody signs in: the right exit code, one
// try of an account, no hang.
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>

#include "harness/cli/bends.h"
#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/scenario/conversation.h"
#include "harness/target/peers/scripted_server.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using scenario::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A reference server with a bend for each connection, which speaks when it is spoken to.
Script bent(std::function<Bend(std::size_t connection)> bend) {
  return [bend = std::move(bend)](Visit& visit) {
    BentPeer peer(make_server(full_settings(), visit.number()), bend(visit.number()));
    const std::uint64_t connection = peer.connected();
    while (const auto bytes = visit.receive()) {
      for (const auto& effect : peer.receive(connection, *bytes)) {
        const auto* send = std::get_if<transport::Peer::Send>(&effect);
        if (send == nullptr || !visit.send(send->bytes)) return;
      }
    }
  };
}

// With an account, in bounded time.
class BadSession : public testing::Test {
 protected:
  std::string path(const char* name) const { return folder_.path() / name; }

  Ended judge(const ScriptedServer& server, const Arguments& further,
              const std::string& user = "alice:Alice's password") const {
    Arguments arguments = {
        "run",    "--target",      "smb://" + user + "@" + server.address(), "--timeout-step", "300ms",
        "--json", path("run.json")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return smbspec(arguments, {}, std::chrono::seconds(60));
  }

  void expect_nothing_judged(const Ended& run, std::string_view seen) const {
    EXPECT_EQ(run.code, 3) << run;
    EXPECT_THAT(unwrapped(run.out), AllOf(HasSubstr(seen), Not(HasSubstr("GREEN"))));
    const auto record = record_at(path("run.json"));
    EXPECT_FALSE(record.cases.empty());
    EXPECT_EQ(count(record, Outcome::no_verdict), record.cases.size());
  }

  Folder folder_;
};

// Counts how often somebody was let in or refused.
struct Tries {
  std::atomic<unsigned> number = 0;

  Bend counted(Bend bend = everywhere(as_it_is())) {
    return [this, bend = std::move(bend)](std::size_t reply, wire::Bytes frame) {
      if (reply == 2) ++number;
      return bend(reply, std::move(frame));
    };
  }
};

TEST_F(BadSession, AWrongPasswordIsTriedOnce) {
  Tries tries;
  ScriptedServer server(bent([&](std::size_t) { return tries.counted(); }));
  expect_nothing_judged(judge(server, {"logoff"}, "alice:wrong"), "alice cannot sign in");
  EXPECT_EQ(tries.number, 1U);
}

TEST_F(BadSession, ALockedAccountIsTriedOnce) {
  Tries tries;
  ScriptedServer server(
      bent([&](std::size_t) { return tries.counted(at(2, refused(scenario::account_locked_out))); }));
  const Ended run = judge(server, {"logoff"});
  expect_nothing_judged(run, "STATUS_ACCOUNT_LOCKED_OUT");
  EXPECT_THAT(unwrapped(run.out), HasSubstr("it was tried once and is not tried again"));
  EXPECT_EQ(tries.number, 1U);
}

TEST_F(BadSession, AUserWithoutAPasswordIsToldWhereItMayStand) {
  ScriptedServer server(bent([](std::size_t) { return everywhere(as_it_is()); }));
  expect_nothing_judged(judge(server, {"logoff"}, "alice"), "$SMBSPEC_PASSWORD");
}

TEST_F(BadSession, AWrongSecondUserIsTriedOnce) {
  Tries tries;
  ScriptedServer server(bent([&](std::size_t) { return tries.counted(); }));
  expect_nothing_judged(judge(server, {"--second-user", "bob:wrong", "logoff"}), "bob cannot sign in");
  EXPECT_EQ(tries.number, 2U) << "alice's and bob's";
}

TEST_F(BadSession, ADomainIsNoPartOfTheName) {
  ScriptedServer server(bent([](std::size_t) { return everywhere(byte_by_byte()); }));
  for (const char* user : {"CORP;alice:Alice's password", "CORP\\alice:Alice's password"}) {
    const Ended run = judge(server, {"--second-user", "CORP\\bob:Bob's password", "logoff/logoff"}, user);
    EXPECT_EQ(run.code, 0) << run;
    EXPECT_THAT(run.out, AllOf(HasSubstr("GREEN"), HasSubstr("smb://CORP;alice@")));
  }
}

// What a server does wrong from the control of the account on.
struct Behaviour {
  const char* name;
  Bend bend;
  const char* seen;
};
void PrintTo(const Behaviour& behaviour, std::ostream* out) { *out << behaviour.name; }

class NobodySignsIn : public BadSession, public testing::WithParamInterface<Behaviour> {};

TEST_P(NobodySignsIn, AndNothingIsJudged) {
  ScriptedServer server(bent([](std::size_t) { return GetParam().bend; }));
  expect_nothing_judged(judge(server, {"logoff"}), GetParam().seen);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, NobodySignsIn,
    testing::Values(Behaviour{"IsSilentAtTheChallenge", at(1, silence()), "no answer within 300 ms"},
                    Behaviour{"IsSilentAtTheEnd", at(2, silence()), "no answer within 300 ms"},
                    Behaviour{"LeavesAtTheChallenge", at(1, leave()), "the server closed the connection"},
                    Behaviour{"LeavesAtTheEnd", at(2, leave()), "the server closed the connection"},
                    Behaviour{"LeavesInTheMiddleOfTheEnd", at(2, cut()), "the server closed the connection"},
                    Behaviour{"InterimForEver", at(1, interims(100000)), "64 interim responses"},
                    Behaviour{"AChallengeOf64KiB", at(1, large_challenge(65400)),
                              "that a SESSION_SETUP holds"},
                    Behaviour{"AChallengeThatPointsOutside", at(1, challenge_that_points_outside()),
                              "points outside itself"},
                    Behaviour{"AnotherSession", at(2, flipped(session_id)), "but it is for session 0x"}),
    [](const auto& info) { return std::string(info.param.name); });

// Somebody signs in, and something is wrong with it: cases say so.
class SignsInWrongly : public BadSession, public testing::WithParamInterface<Behaviour> {};

TEST_P(SignsInWrongly, AndCasesAreRed) {
  ScriptedServer server(bent([](std::size_t) { return GetParam().bend; }));
  const Ended run = judge(server, {"logoff/logoff", "audit"});
  EXPECT_EQ(run.code, 1) << run;
  EXPECT_THAT(unwrapped(run.out), AllOf(HasSubstr(GetParam().seen), Not(HasSubstr("GREEN"))));
}

INSTANTIATE_TEST_SUITE_P(
    Servers, SignsInWrongly,
    testing::Values(Behaviour{"WrongSignatureAtTheEnd", at(2, flipped(signature)),
                              "but its signature is wrong"},
                    Behaviour{"WrongSignatureOfTheLogoff", at(3, flipped(signature)),
                              "the response's signature is wrong, not right"},
                    Behaviour{"NoSignatureOfTheLogoff", at(3, without_signature()),
                              "the response's signature is absent, not right"},
                    Behaviour{"TwoAnswersToTheEnd", at(2, twice()), "which answers no request (MessageId 2)"},
                    Behaviour{"AnAnswerToNothing", at(3, behind_a_stray()), "which answers no request"},
                    Behaviour{"IsSilentAtTheLogoff", at(3, silence()), "no answer within 300 ms"},
                    Behaviour{"LeavesAtTheLogoff", at(3, leave()), "the server closed the connection"}),
    [](const auto& info) { return std::string(info.param.name); });

// Locked by what a run itself does, it ends the run.
TEST_F(BadSession, AnAccountThatIsLockedMeanwhileEndsTheRun) {
  ScriptedServer counter(bent([](std::size_t) { return everywhere(as_it_is()); }));
  EXPECT_EQ(judge(counter, {"negotiate/dialect-order"}).code, 0);
  const std::size_t friendly = counter.accepted();
  Tries tries;
  ScriptedServer server(bent([&](std::size_t connection) {
    return connection <= friendly ? everywhere(as_it_is())
                                  : tries.counted(at(2, refused(scenario::account_locked_out)));
  }));
  const Ended run = judge(server, {"logoff"});
  EXPECT_THAT(run.code, testing::AnyOf(1, 4)) << run;
  EXPECT_THAT(unwrapped(run.out),
              AllOf(HasSubstr("the target has locked out an account at logoff/"), Not(HasSubstr("GREEN"))));
  EXPECT_EQ(tries.number, 1U);
  const auto record = record_at(path("run.json"));
  EXPECT_GT(count(record, Outcome::no_verdict), 20U);
}

class UsersFile : public BadSession {
 protected:
  void expect_refused(std::string_view text, const testing::Matcher<const std::string&>& complaint) const {
    std::ofstream(path("users")) << text;
    const std::string setting = "users=" + path("users");
    for (const Arguments& verb :
         std::vector<Arguments>{{"serve", "--setting", setting}, {"run", "--memory", "--setting", setting}}) {
      const Ended ended = smbspec(verb);
      EXPECT_EQ(ended.code, 2) << ended;
      EXPECT_EQ(ended.out, "");
      EXPECT_THAT(ended.err, complaint);
    }
  }
};

TEST_F(UsersFile, WithMistakesNamesTheLineAndWhatBelongsThere) {
  expect_refused("carol:x\ncarol-without-password\n",
                 AllOf(HasSubstr(path("users") + ":2: "), HasSubstr("name:password")));
  expect_refused("# users\n\n:secret\n",
                 AllOf(HasSubstr(":3: "), HasSubstr("name:password"), Not(HasSubstr("secret"))));
  expect_refused("carol:x\nCAROL:y\n", AllOf(HasSubstr(":2: "), HasSubstr("two users")));
  expect_refused("CORP\\carol:x\n", AllOf(HasSubstr(":1: "), HasSubstr("has a domain")));
  expect_refused(std::string("carol:\xff\xfe\n"), AllOf(HasSubstr(":1: "), HasSubstr("UTF-8")));
}

TEST_F(UsersFile, ThatIsAFolderOrMissing) {
  for (const std::string& file : {path(""), path("none")}) {
    const Ended ended = smbspec({"serve", "--setting", "users=" + file});
    EXPECT_EQ(ended.code, 2) << ended;
    EXPECT_THAT(ended.err, HasSubstr(file + " cannot be read"));
  }
}

TEST(SecondUser, ThatIsNone) {
  const std::string target = "smb://alice:x@127.0.0.1:1";
  for (const Arguments& wrong :
       std::vector<Arguments>{{"--target", target, "--second-user", "bob"},
                              {"--target", target, "--second-user", ":secret"},
                              {"--target", target, "--second-user", "CORP\\:secret"},
                              {"--target", target, "--second-user", "alice:secret"},
                              {"--target", "smb://127.0.0.1:1", "--second-user", "bob:secret"}}) {
    Arguments arguments = {"run"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    const Ended run = smbspec(arguments);
    EXPECT_EQ(run.code, 2) << run;
    EXPECT_THAT(run.err, AllOf(HasSubstr("--second-user"), Not(HasSubstr("secret"))));
  }
}

}  // namespace
}  // namespace cli::end_to_end
