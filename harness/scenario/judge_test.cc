#include "harness/scenario/judge.h"

#include <gmock/gmock.h>

#include "harness/scenario/sample_table.h"
#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"

namespace scenario {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

smb2::Message response() {
  smb2::NegotiateResponse body{
      .security_mode = smb2::SecurityMode::signing_enabled,
      .dialect_revision = smb2::Dialect::smb_3_1_1,
      .capabilities = smb2::Capabilities::dfs | smb2::Capabilities::leasing,
      .max_transact_size = 5,
      .max_read_size = 0x100000,
      .buffer = {0x60, 0x01},
      .negotiate_contexts = {
          {.type = smb2::ContextType::preauth_integrity,
           .data = smb2::PreauthIntegrityCapabilities{.hash_algorithms = {smb2::HashAlgorithm::sha_512},
                                                      .salt = wire::Bytes(32, 0xaa)}},
          {.type = smb2::ContextType::signing,
           .data = smb2::SigningCapabilities{
               .signing_algorithms = {smb2::SigningAlgorithm::aes_gmac, smb2::SigningAlgorithm::aes_cmac}}}}};
  return {.header = {.credits = 1, .flags = smb2::HeaderFlags::server_to_redir, .reserved = 0xfeff},
          .body = body};
}

Arrived arrived(const smb2::Message& message) {
  return {Arrived::Message{smb2::decode(smb2::encode(message))}};
}

// Judged by the step of a table, which stands on line 7 with its checks from line 8 on.
std::optional<Mismatch> judged(std::string_view step, Arrived what, std::string_view head = "") {
  const Library library = library_of(fmt::format(
      "{}<steps>\n<connect as=\"c\"/>\n<request command=\"NEGOTIATE\"/>\n{}</steps>", head, step));
  const TargetFacts facts;
  const Environment environment(library.cases[0], facts, 0);
  const auto& expect = std::get<Expect>(library.scenarios[0]->steps[2].action);
  return judge(expect.alternatives[0], what, environment);
}

std::optional<Mismatch> checked(std::string_view check, const smb2::Message& message = response()) {
  return judged(fmt::format("<response>\n<check {}/></response>", check), arrived(message));
}

TEST(Judge, ARightSealIsAsGoodAsASignature) {
  using transport::Protection;
  const auto is_signed = [](Protection signature, Protection seal) {
    Arrived what = arrived(response());
    std::get<Arrived::Message>(what.what).signature = signature;
    std::get<Arrived::Message>(what.what).seal = seal;
    return !judged("<response signed=\"yes\"/>", std::move(what));
  };
  EXPECT_TRUE(is_signed(Protection::right, Protection::none));
  EXPECT_TRUE(is_signed(Protection::none, Protection::right));
  EXPECT_FALSE(is_signed(Protection::none, Protection::none));
  EXPECT_FALSE(is_signed(Protection::wrong, Protection::none));
}

// What a failing check says, in its three forms.
struct Says {
  std::string message, expected, got, field;
};
void expect_says(std::string_view check, const Says& says, const smb2::Message& message = response()) {
  const auto mismatch = checked(check, message);
  ASSERT_TRUE(mismatch) << check << " holds";
  EXPECT_EQ(mismatch->message, says.message);
  EXPECT_EQ(mismatch->expected, says.expected);
  EXPECT_EQ(mismatch->got, says.got);
  EXPECT_EQ(mismatch->field, says.field);
  EXPECT_EQ(mismatch->line, 8U);
  EXPECT_FALSE(mismatch->harness_fault);
}

std::string fault(std::string_view check) {
  const auto mismatch = checked(check);
  return mismatch && mismatch->harness_fault ? mismatch->message : "no fault";
}

TEST(Check, Is) {
  EXPECT_FALSE(checked(R"(field="DialectRevision" is="3.1.1")"));
  EXPECT_FALSE(checked(R"(field="Capabilities" is="DFS|LEASING")"));
  EXPECT_FALSE(
      checked(R"(field="NegotiateContextList[type=SIGNING].SigningAlgorithms" is="AES-GMAC AES-CMAC")"));
  EXPECT_FALSE(checked(R"(field="Buffer" is="6001")"));
  expect_says(R"(field="DialectRevision" is="2.1")",
              {"DialectRevision is 3.1.1 (0x0311), not 2.1 (0x0210)", "DialectRevision 2.1 (0x0210)",
               "DialectRevision 3.1.1 (0x0311)", "DialectRevision"});
  expect_says(
      R"(field="NegotiateContextList[type=SIGNING].SigningAlgorithms" is="AES-GMAC")",
      {"NegotiateContextList[type=SIGNING].SigningAlgorithms is [AES-GMAC (0x0002), AES-CMAC (0x0001)], not "
       "[AES-GMAC (0x0002)]",
       "NegotiateContextList[type=SIGNING].SigningAlgorithms [AES-GMAC (0x0002)]",
       "NegotiateContextList[type=SIGNING].SigningAlgorithms [AES-GMAC (0x0002), AES-CMAC (0x0001)]",
       "NegotiateContextList[type=SIGNING].SigningAlgorithms"});
}

TEST(Check, IsNot) {
  EXPECT_FALSE(checked(R"(field="DialectRevision" is-not="2.1")"));
  expect_says(R"(field="MaxTransactSize" is-not="5")",
              {"MaxTransactSize is 5, which it must not be", "MaxTransactSize anything but 5",
               "MaxTransactSize 5", "MaxTransactSize"});
}

TEST(Check, In) {
  EXPECT_FALSE(checked(R"(field="DialectRevision" in="3.0 3.1.1")"));
  expect_says(
      R"(field="DialectRevision" in="2.1 3.0")",
      {"DialectRevision is 3.1.1 (0x0311), none of 2.1 (0x0210), 3.0 (0x0300)",
       "DialectRevision 2.1 (0x0210) or 3.0 (0x0300)", "DialectRevision 3.1.1 (0x0311)", "DialectRevision"});
}

TEST(Check, InAsksForEveryElementOfAList) {
  const std::string field = "NegotiateContextList[type=SIGNING].SigningAlgorithms";
  EXPECT_FALSE(checked("field=\"" + field + "\" in=\"HMAC-SHA256 AES-CMAC AES-GMAC\""));
  expect_says("field=\"" + field + "\" in=\"HMAC-SHA256 AES-CMAC\"",
              {field + " is [AES-GMAC (0x0002), AES-CMAC (0x0001)], which has AES-GMAC (0x0002)",
               field + " made of HMAC-SHA256 (0x0000), AES-CMAC (0x0001)",
               field + " [AES-GMAC (0x0002), AES-CMAC (0x0001)]", field});
}

TEST(Check, HasNamesTheBitsThatAreMissing) {
  EXPECT_FALSE(checked(R"(field="Capabilities" has="DFS")"));
  EXPECT_FALSE(checked(R"(field="Capabilities" has="0")"));
  expect_says(
      R"(field="Capabilities" has="DFS|LARGE_MTU")",
      {"Capabilities is SMB2_GLOBAL_CAP_DFS|SMB2_GLOBAL_CAP_LEASING, which lacks SMB2_GLOBAL_CAP_LARGE_MTU",
       "Capabilities with SMB2_GLOBAL_CAP_DFS|SMB2_GLOBAL_CAP_LARGE_MTU",
       "Capabilities SMB2_GLOBAL_CAP_DFS|SMB2_GLOBAL_CAP_LEASING", "Capabilities"});
}

TEST(Check, LacksNamesTheBitsThatAreThere) {
  EXPECT_FALSE(checked(R"(field="Capabilities" lacks="LARGE_MTU|ENCRYPTION")"));
  expect_says(
      R"(field="Capabilities" lacks="LEASING|LARGE_MTU")",
      {"Capabilities is SMB2_GLOBAL_CAP_DFS|SMB2_GLOBAL_CAP_LEASING, which has SMB2_GLOBAL_CAP_LEASING",
       "Capabilities without SMB2_GLOBAL_CAP_LEASING|SMB2_GLOBAL_CAP_LARGE_MTU",
       "Capabilities SMB2_GLOBAL_CAP_DFS|SMB2_GLOBAL_CAP_LEASING", "Capabilities"});
}

TEST(Check, Bounds) {
  EXPECT_FALSE(checked(R"(field="MaxTransactSize" at-least="5")"));
  EXPECT_FALSE(checked(R"(field="MaxTransactSize" at-most="5")"));
  expect_says(R"(field="MaxTransactSize" at-least="8")",
              {"MaxTransactSize is 5, below 8", "MaxTransactSize at least 8", "MaxTransactSize 5",
               "MaxTransactSize"});
  expect_says(
      R"(field="MaxTransactSize" at-most="4")",
      {"MaxTransactSize is 5, above 4", "MaxTransactSize at most 4", "MaxTransactSize 5", "MaxTransactSize"});
}

TEST(Check, Size) {
  EXPECT_FALSE(checked(R"(field="Buffer" size="2")"));
  EXPECT_FALSE(checked(R"(field="NegotiateContextList[type=SIGNING].SigningAlgorithms" size="2")"));
  expect_says(R"(field="Buffer" size="0")",
              {"Buffer is 6001, 2 bytes long, not 0", "Buffer 0 bytes long", "Buffer 6001", "Buffer"});
  expect_says(
      R"(field="NegotiateContextList[1].SigningAlgorithms" size="1")",
      {"NegotiateContextList[1].SigningAlgorithms is [AES-GMAC (0x0002), AES-CMAC (0x0001)], 2 elements "
       "long, not 1",
       "NegotiateContextList[1].SigningAlgorithms 1 elements long",
       "NegotiateContextList[1].SigningAlgorithms [AES-GMAC (0x0002), AES-CMAC (0x0001)]",
       "NegotiateContextList[1].SigningAlgorithms"});
}

TEST(Check, Exists) {
  EXPECT_FALSE(checked(R"(field="ServerStartTime" exists="yes")"));
  EXPECT_FALSE(checked(R"(field="NegotiateContextList[type=ENCRYPTION].Ciphers" exists="no")"));
  expect_says(R"(field="NegotiateContextList[type=ENCRYPTION].Ciphers" exists="yes")",
              {"NegotiateContextList[type=ENCRYPTION].Ciphers is absent",
               "NegotiateContextList[type=ENCRYPTION].Ciphers present",
               "NegotiateContextList[type=ENCRYPTION].Ciphers absent",
               "NegotiateContextList[type=ENCRYPTION].Ciphers"});
  expect_says(R"(field="MaxTransactSize" exists="no")",
              {"MaxTransactSize is 5, and should be absent", "MaxTransactSize absent", "MaxTransactSize 5",
               "MaxTransactSize"});
}

// What a relation denies does not hold of a field that is not there either.
TEST(Check, NothingButExistsHoldsOfAnAbsentField) {
  for (const std::string_view relation : {"is=\"1\"", "is-not=\"1\"", "in=\"1 2\"", "has=\"1\"",
                                          "lacks=\"1\"", "at-least=\"0\"", "at-most=\"9\"", "size=\"0\""}) {
    const auto mismatch =
        checked(fmt::format("field=\"NegotiateContextList[type=COMPRESSION].Flags\" {}", relation));
    ASSERT_TRUE(mismatch) << relation;
    EXPECT_EQ(mismatch->message, "NegotiateContextList[type=COMPRESSION].Flags is absent") << relation;
    EXPECT_FALSE(mismatch->harness_fault);
  }
}

TEST(Check, WhatLiesPastTheEndIsAbsent) {
  wire::Bytes bytes = smb2::encode(response());
  bytes.resize(64 + 36);  // MaxReadSize ends there
  Arrived cut{Arrived::Message{smb2::decode(bytes)}};
  EXPECT_FALSE(judged(R"(<response><check field="MaxReadSize" is="0x100000"/></response>)", cut));
  EXPECT_FALSE(judged(R"(<response><check field="MaxWriteSize" exists="no"/></response>)", cut));
  EXPECT_EQ(judged(R"(<response><check field="MaxWriteSize" is="0"/></response>)", cut)->message,
            "MaxWriteSize is absent");
  auto& decoded = std::get<Arrived::Message>(cut.what).decoded;
  EXPECT_TRUE(
      find_arrived(decoded, Part::field, *wire::Path::parse("MaxReadSize"), [](const wire::Field&) {}));
  EXPECT_FALSE(
      find_arrived(decoded, Part::field, *wire::Path::parse("SystemTime"), [](const wire::Field&) {}));
}

TEST(Check, Count) {
  EXPECT_FALSE(checked(R"(count="NegotiateContextList" is="2")"));
  EXPECT_FALSE(checked(R"(count="NegotiateContextList[type=SIGNING]" is="1")"));
  EXPECT_FALSE(checked(R"(count="NegotiateContextList[type=SMB2_SIGNING_CAPABILITIES]" is="1")"));
  EXPECT_FALSE(checked(R"(count="NegotiateContextList[type=ENCRYPTION]" in="0 1")"));
  expect_says(R"(count="NegotiateContextList[type=SIGNING]" is="0")",
              {"the number of NegotiateContextList[type=SIGNING] is 1, not 0",
               "the number of NegotiateContextList[type=SIGNING] 0",
               "the number of NegotiateContextList[type=SIGNING] 1", ""});
  expect_says(R"(count="NegotiateContextList" at-least="12")",
              {"the number of NegotiateContextList is 2, below 12",
               "the number of NegotiateContextList at least 12", "the number of NegotiateContextList 2", ""});
}

TEST(Check, AHeadersFieldIsNamedAsSuch) {
  EXPECT_FALSE(checked(R"(header="Flags" has="SERVER_TO_REDIR")"));
  EXPECT_FALSE(checked(R"(header="Reserved" is="0xfeff")"));
  expect_says(R"(header="Reserved" is="0")", {"Header.Reserved is 0x0000feff, not 0", "Header.Reserved 0",
                                              "Header.Reserved 0x0000feff", "Header.Reserved"});
}

TEST(Check, AConditionPassesItOver) {
  const std::string_view row = R"(<row id="a" x="1"/>)";
  const auto with = [&](std::string_view condition) {
    return judged(
        fmt::format(R"(<response><check if="{}" field="DialectRevision" is="2.1"/></response>)", condition),
        arrived(response()), row);
  };
  EXPECT_FALSE(with("$x == 2"));
  EXPECT_TRUE(with("$x == 1"));
}

TEST(Check, TheFirstThatDoesNotHoldSpeaks) {
  const auto mismatch = judged(
      "<response>\n<check field=\"DialectRevision\" is=\"3.1.1\"/>\n"
      "<check field=\"MaxReadSize\" is=\"1\"/>\n<check field=\"Buffer\" size=\"0\"/></response>",
      arrived(response()));
  EXPECT_EQ(mismatch->field, "MaxReadSize");
  EXPECT_EQ(mismatch->line, 9U);
}

TEST(Check, FaultsOfTheTable) {
  EXPECT_THAT(fault(R"(field="Capabilities" has="DFSS")"), HasSubstr("\"DFSS\" is no value"));
  EXPECT_THAT(fault(R"(field="Buffer" has="6001")"), HasSubstr("only numbers have bits and bounds"));
  EXPECT_THAT(fault(R"(field="Buffer" at-least="6001")"), HasSubstr("only numbers have bits and bounds"));
  EXPECT_THAT(fault(R"(field="Capabilities" size="4")"), HasSubstr("only bytes, text and lists have a size"));
  EXPECT_THAT(fault(R"(field="Buffer" size="big")"), HasSubstr("\"big\" is no size"));
  EXPECT_THAT(fault("field=\"Capabilities\" is=\"greatest(x)\""), HasSubstr("\"x\" is no number"));
}

TEST(Check, ALongValueIsShortenedInTheMessageAlone) {
  smb2::Message message = response();
  std::get<smb2::NegotiateResponse>(message.body).buffer = wire::Bytes(300, 0xab);
  const auto mismatch = checked(R"(field="Buffer" size="0")", message);
  EXPECT_LT(mismatch->message.size(), 200U);
  EXPECT_THAT(mismatch->message, HasSubstr("..., 300 bytes long, not 0"));
  EXPECT_GT(mismatch->got.size(), 600U);
}

TEST(Judge, AStatusOrOneOfSeveral) {
  smb2::Message refused = response();
  refused.header.status = smb2::NtStatus::not_supported;
  refused.body = smb2::ErrorResponse{};
  EXPECT_FALSE(judged("<response/>", arrived(response())));
  EXPECT_FALSE(judged("<response status=\"STATUS_NOT_SUPPORTED\"/>", arrived(refused)));
  EXPECT_FALSE(judged("<response status=\"STATUS_INVALID_PARAMETER|0xc00000bb\"/>", arrived(refused)));
  const auto mismatch =
      judged("<response status=\"STATUS_SUCCESS|STATUS_INVALID_PARAMETER\"/>", arrived(refused));
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->message,
            "Status is STATUS_NOT_SUPPORTED (0xc00000bb), not STATUS_SUCCESS (0x00000000) or "
            "STATUS_INVALID_PARAMETER (0xc000000d)");
  EXPECT_EQ(mismatch->expected,
            "Status STATUS_SUCCESS (0x00000000) or STATUS_INVALID_PARAMETER (0xc000000d)");
  EXPECT_EQ(mismatch->got, "Status STATUS_NOT_SUPPORTED (0xc00000bb)");
  EXPECT_EQ(mismatch->field, "Status");
  EXPECT_EQ(mismatch->line, 7U);
}

TEST(Judge, AStatusFromARow) {
  const std::string_view step = "<response status=\"$status\"/>";
  EXPECT_FALSE(
      judged(step, arrived(response()), R"(<row id="a" status="STATUS_NOT_SUPPORTED|STATUS_SUCCESS"/>)"));
  EXPECT_FALSE(
      judged(step, arrived(response()), R"(<row id="a" status="STATUS_NOT_SUPPORTED STATUS_SUCCESS"/>)"));
  const auto wrong = judged(step, arrived(response()), R"(<row id="a" status="STATUS_FINE"/>)");
  EXPECT_TRUE(wrong->harness_fault);
  EXPECT_EQ(wrong->message, "no status \"STATUS_FINE\"");
  EXPECT_TRUE(judged(step, arrived(response()), R"(<row id="a" status=""/>)")->harness_fault);
}

TEST(Judge, TheChecksOfAnErrorResponse) {
  smb2::Message refused = response();
  refused.header.status = smb2::NtStatus::invalid_parameter;
  refused.body = smb2::ErrorResponse{};
  EXPECT_FALSE(
      judged(R"(<response status="STATUS_INVALID_PARAMETER"><check field="ByteCount" is="0"/></response>)",
             arrived(refused)));
  EXPECT_EQ(
      judged(
          R"(<response status="STATUS_INVALID_PARAMETER"><check field="DialectRevision" is="2.1"/></response>)",
          arrived(refused))
          ->message,
      "DialectRevision is absent");
}

// 2.2.44
TEST(Judge, ANotificationIsWhatNobodyAskedFor) {
  const std::string_view step =
      R"(<notification><check field="NotificationType" is="SmbNotifySessionClosed"/></notification>)";
  Arrived told = arrived(smb2::response(smb2::Command::server_to_client_notification));
  auto& message = std::get<Arrived::Message>(told.what);
  EXPECT_TRUE(judged(step, told)) << "it answers a request";
  message.solicited = false;
  EXPECT_FALSE(judged(step, told));
  EXPECT_TRUE(judged("<response/>", told));
  std::get<smb2::ServerToClientNotification>(message.decoded.message.body).notification_type =
      smb2::NotificationType{1};
  EXPECT_EQ(judged(step, told)->field, "NotificationType");
  Arrived other = arrived(response());
  std::get<Arrived::Message>(other.what).solicited = false;
  EXPECT_TRUE(judged("<notification/>", other)) << "another command";
}

TEST(Judge, WhatCameInsteadOfAResponse) {
  const std::string wanted = " instead of a response with STATUS_SUCCESS (0x00000000)";
  const auto says = [](Arrived what) {
    const auto mismatch = judged("<response/>", std::move(what));
    EXPECT_TRUE(mismatch);
    EXPECT_EQ(mismatch->field, "");
    EXPECT_FALSE(mismatch->harness_fault);
    return mismatch->message;
  };
  EXPECT_EQ(says({Arrived::Closed{"closed the connection"}}), "the server closed the connection" + wanted);
  EXPECT_EQ(says({Arrived::Closed{"reset the connection"}}), "the server reset the connection" + wanted);
  EXPECT_EQ(says({Arrived::Nothing{std::chrono::seconds(2)}}), "no answer within 2000 ms" + wanted);
  EXPECT_EQ(says({Arrived::Foreign{"a frame of 3 bytes that is no SMB2 message"}}),
            "a frame of 3 bytes that is no SMB2 message" + wanted);
  smb2::Message request = response();
  request.header.flags = {};
  request.body = smb2::NegotiateRequest{};
  EXPECT_THAT(says(arrived(request)), StartsWith("NEGOTIATE Request with STATUS_SUCCESS"));
}

TEST(Judge, AClosedConnection) {
  const std::string_view step = "<closed latitude=\"drops\"/>";
  EXPECT_FALSE(judged(step, {Arrived::Closed{"reset the connection"}}));
  const auto mismatch = judged(step, arrived(response()));
  EXPECT_EQ(
      mismatch->message,
      "NEGOTIATE Response with STATUS_SUCCESS (0x00000000) instead of a closed connection (latitude drops)");
  EXPECT_EQ(mismatch->expected, "a closed connection (latitude drops)");
  EXPECT_EQ(mismatch->got, "NEGOTIATE Response with STATUS_SUCCESS (0x00000000)");
  EXPECT_TRUE(judged(step, {Arrived::Nothing{}}));
  EXPECT_TRUE(judged(step, {Arrived::Foreign{"x"}}));
}

TEST(Judge, Silence) {
  const std::string_view step = "<silence for=\"200ms\"/>";
  EXPECT_FALSE(judged(step, {Arrived::Nothing{std::chrono::milliseconds(200)}}));
  EXPECT_EQ(judged(step, {Arrived::Closed{"closed the connection"}})->message,
            "the server closed the connection instead of nothing for 200 ms");
  EXPECT_TRUE(judged(step, arrived(response())));
}

// A SESSION_SETUP response with a challenge in SPNEGO.
smb2::Message challenge() {
  security::ChallengeMessage ntlm{.negotiate_flags = security::NegotiateFlags::unicode};
  ntlm.target_info = security::TargetInfo{.av_pairs = {{.id = security::AvId::eol}}, .trailing = {}};
  security::NegTokenResp resp;
  resp.neg_state.emplace().value = security::NegState::accept_incomplete;
  resp.response_token.emplace().value = wire::encode(ntlm);
  const security::Token token{.body = resp, .trailing = {}};
  return {.header = {.status = smb2::NtStatus::success,
                     .command = smb2::Command::session_setup,
                     .flags = smb2::HeaderFlags::server_to_redir},
          .body = smb2::SessionSetupResponse{.buffer = wire::encode(token)}};
}

TEST(Judge, FieldsOfATokenCanBeChecked) {
  EXPECT_FALSE(checked(R"(ntlm="NegotiateFlags" has="UNICODE")", challenge()));
  EXPECT_FALSE(checked(R"(ntlm="MessageType" is="2")", challenge()));
  EXPECT_FALSE(checked(R"(ntlm="TargetInfo.AvPairs[type=MsvAvEOL].AvId" exists="yes")", challenge()));
  EXPECT_FALSE(checked(R"(ntlm="TargetInfo.AvPairs[type=MsvAvTimestamp].Value" exists="no")", challenge()));
  EXPECT_FALSE(checked(R"(spnego="negState" is="accept-incomplete")", challenge()));
  expect_says(R"(ntlm="NegotiateFlags" has="EXTENDED_SESSIONSECURITY")",
              {.message = "NTLMSSP NegotiateFlags is NTLMSSP_NEGOTIATE_UNICODE, which lacks "
                          "NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY",
               .expected = "NTLMSSP NegotiateFlags with NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY",
               .got = "NTLMSSP NegotiateFlags NTLMSSP_NEGOTIATE_UNICODE",
               .field = "Buffer"},
              challenge());
}

TEST(Judge, ATokenThatIsNotThereHasNoFields) {
  for (const char* check : {R"(ntlm="MessageType" is="2")", R"(spnego="negState" is="accept-incomplete")"}) {
    const auto mismatch = checked(check);
    ASSERT_TRUE(mismatch) << check;
    EXPECT_THAT(mismatch->message, HasSubstr("is absent"));
  }
}

}  // namespace
}  // namespace scenario
