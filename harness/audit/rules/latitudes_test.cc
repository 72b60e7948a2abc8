#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <ostream>

#include "harness/audit/talk.h"
#include "harness/security/ntlmssp.h"

namespace audit {
namespace {

using smb2::Capabilities;
using smb2::Command;
using smb2::CompressionAlgorithm;
using smb2::CompressionCapabilities;
using smb2::ContextType;
using smb2::Dialect;
using smb2::EncryptionCapabilities;
using smb2::HeaderFlags;
using smb2::Message;
using smb2::NtStatus;
using smb2::PreauthIntegrityCapabilities;
using smb2::RdmaTransformCapabilities;
using smb2::SecurityMode;
using smb2::SigningCapabilities;
using smb2::TransportCapabilities;
using transport::Event;

// What the specification or its product behaviours allow, and what follows from odd things that the client
// sent: nobody is accused.
struct Latitude {
  std::string_view name;
  std::function<Talk()> talk;
  std::function<void(Talk&)> bend;
};
void PrintTo(const Latitude& l, std::ostream* out) { *out << l.name; }

wire::Bytes joined(wire::Bytes a, const wire::Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Latitude latitudes[] = {
    {"OneByteBehindAnEmptyError", refused, [](Talk& t) { failure(t, 3).padding = {0x21}; }},
    {"AnErrorPaddedInItsCompound", compound,
     [](Talk& t) {
       auto& m = t.steps[3].messages[1];
       m.header.status = NtStatus::access_denied;
       m.body = smb2::ErrorResponse{.padding = wire::Bytes(8, 0)};
     }},
    {"MirroredProcessId", success,
     [](Talk& t) {
       t[2].header.reserved = 0xfeff;
       t[3].header.reserved = 0xfeff;
     }},
    {"ProcessIdLeftOut", success, [](Talk& t) { t[2].header.reserved = 0xfeff; }},
    {"NegotiateMirrorsIds", at_2_1,
     [](Talk& t) {
       for (std::size_t i : {0U, 1U}) {
         t[i].header.tree_id = 7;
         t[i].header.session_id = 8;
       }
     }},
    {"NegotiateDropsIds", at_2_1,
     [](Talk& t) {
       t[0].header.tree_id = 7;
       t[0].header.session_id = 8;
     }},
    {"SignedFlagAndSignatureMirrored", at_2_1,
     [](Talk& t) {
       for (std::size_t i : {0U, 1U}) {
         t[i].header.flags = t[i].header.flags | HeaderFlags::signed_message;
         t[i].header.signature[3] = 1;
       }
     }},
    {"UnsignedBytesOfSignatureMirrored", success,
     [](Talk& t) {
       t[2].header.signature[3] = 1;
       t[3].header.signature[3] = 1;
     }},
    {"TreeConnectAssignsATree", tree_connect, [](Talk& t) { t[7].header.tree_id = 99; }},
    {"LogoffDropsTheTree", success,
     [](Talk& t) {
       t[2].header.command = t[3].header.command = Command::logoff;
       t[3].header.tree_id = 0;
     }},
    {"RelatedRequestTakesIdsOfTheOneBefore", compound,
     [](Talk& t) {
       auto& second = t.steps[2].messages[1].header;
       second.flags = HeaderFlags::related_operations;
       second.session_id = ~0ULL;
       second.tree_id = ~0U;
       t.steps[3].messages[1].header.flags = HeaderFlags::server_to_redir | HeaderFlags::related_operations;
     }},
    {"CreditsOfACompoundInItsLastResponse", compound,
     [](Talk& t) {
       t[3].header.credits = 0;
       t.steps[3].messages[1].header.credits = 2;
     }},
    {"ResponsesOfACompoundInFramesOfTheirOwn", compound,
     [](Talk& t) {
       auto second = t.steps[3].messages[1];
       t.steps[3].messages.pop_back();
       add(t, Event::received, {second});
     }},
    {"NextCommandBehindAnUnfinishedCompound", compound,
     [](Talk& t) {
       t.steps[3].messages.pop_back();
       t[3].header.next_command = 68;
     }},
    {"AnOplockBreak", success,
     [](Talk& t) {
       Message b = response_to(request(Command::oplock_break, ~0ULL));
       b.header.credits = 0;
       b.header.session_id = 0;
       add(t, Event::received, {b});
     }},
    {"MalformedCancelIsRefused", cancelled,
     [](Talk& t) {
       t[3].body = wire::Bytes{5, 0, 0, 0};
       auto refusal = t[4];
       refusal.header.command = Command::cancel;
       add(t, Event::received, {refusal});
     }},
    {"AnEmptySecurityBufferAtOffsetZero", at_2_1,
     [](Talk& t) {
       answer(t).buffer.clear();
       answer(t).security_buffer_offset.forced = true;
     }},
    {"AnEmptySecurityBufferAtItsPlace", at_2_1, [](Talk& t) { answer(t).buffer.clear(); }},
    {"AGapBeforeTheContexts", at_3_1_1, [](Talk& t) { answer(t).negotiate_context_offset.placed = 216; }},
    {"BytesBehindTheContexts", at_3_1_1,
     [](Talk& t) {
       t.steps[1].bend = [](wire::Bytes& b) {
         b.insert(b.end(), 12, 0);
         b[3] = static_cast<std::uint8_t>(b[3] + 12);
       };
     }},
    {"NoCommonCipher", at_3_1_1,
     [](Talk& t) { context<EncryptionCapabilities>(t, 1).ciphers = {smb2::Cipher::none}; }},
    {"NoCommonCompression", at_3_1_1,
     [](Talk& t) {
       context<CompressionCapabilities>(t, 2).compression_algorithms = {CompressionAlgorithm::none};
     }},
    {"CompressionListLeftEmpty", at_3_1_1,
     [](Talk& t) { context<CompressionCapabilities>(t, 2).compression_algorithms.clear(); }},
    {"SigningFallsBackToCmac", at_3_1_1,
     [](Talk& t) {
       context<SigningCapabilities>(t, 3).signing_algorithms = {smb2::SigningAlgorithm::aes_cmac};
     }},
    {"NoRdmaTransformInCommon", at_3_1_1,
     [](Talk& t) {
       context<RdmaTransformCapabilities>(t, 4).rdma_transform_ids = {smb2::RdmaTransformId::none};
     }},
    {"ContextsInAnotherOrder", at_3_1_1, [](Talk& t) { std::ranges::reverse(answer(t).negotiate_contexts); }},
    {"ContextsOfTheClientSentTwice", at_3_1_1,
     [](Talk& t) {
       auto& list = question(t).negotiate_contexts;
       list.push_back(list[1]);
       std::get<EncryptionCapabilities>(list.back().data).ciphers = {smb2::Cipher::aes_128_ccm};
       context<EncryptionCapabilities>(t, 1).ciphers = {smb2::Cipher::aes_128_ccm};
     }},
    {"AnOfferThatCannotBeReadForSure", at_3_1_1,
     [](Talk& t) {
       question(t).negotiate_context_count = wire::Derived<std::uint16_t>::force(9);
       question(t).negotiate_contexts.resize(1);
     }},
    {"Smb2002AloneTakesItsDialect", multi_protocol,
     [](Talk& t) {
       answer(t).dialect_revision = Dialect::smb_2_0_2;
       answer(t).capabilities = Capabilities::dfs;
       answer(t).max_read_size = 4096;
     }},
    {"AnotherProtocolAfterAnSmb1Start", multi_protocol,
     [](Talk& t) { t.steps[1].bend = [](wire::Bytes& b) { b[4] = 0xff; }; }},
    {"WildcardThenDialect", multi_protocol,
     [](Talk& t) {
       for (auto& step : at_2_1().steps) {
         step.messages.front().header.message_id = 1;
         t.steps.push_back(step);
       }
     }},
    {"AnEncryptedAnswerAt3", success, [](Talk& t) { t.steps[3].bend = [](wire::Bytes& b) { b[4] = 0xfd; }; }},
    {"RequestInSingleBytes", at_2_1,
     [](Talk& t) {
       const wire::Bytes whole = Talk::frame(t.steps[0]);
       const Talk::Step response = t.steps[1];
       t.steps.clear();
       for (const std::uint8_t byte : whole)
         t.steps.push_back({.event = Event::sent, .messages = {}, .raw = {byte}});
       t.steps.push_back(response);
     }},
    {"TwoRequestsInOneSend", success,
     [](Talk& t) {
       t.steps[0].raw = joined(Talk::frame(t.steps[0]), Talk::frame(t.steps[2]));
       t.steps.erase(t.steps.begin() + 2);
     }},
    {"AnswerToAHeaderCutShort", refused,
     [](Talk& t) {
       t.steps[2].bend = [](wire::Bytes& b) {
         b.resize(40);
         b[3] = 36;
       };
     }},
    {"AnswerToBytesWithoutFraming", refused,
     [](Talk& t) { t.steps[2].bend = [](wire::Bytes& b) { b.erase(b.begin(), b.begin() + 4); }; }},
    {"AnswerToAnUnknownProtocol", refused,
     [](Talk& t) { t.steps[2].bend = [](wire::Bytes& b) { b[4] = 0xfa; }; }},
    {"MessageIdOutsideTheWindowAnswered", refused,
     [](Talk& t) {
       t[2].header.message_id = t[3].header.message_id = 1000;
       t[3].header.credits = 0;
       t[2].header.credits = 0;
       t[1].header.credits = 1;
     }},
    {"AMessageIdUsedTwiceAnsweredTwice", success,
     [](Talk& t) {
       t.steps.push_back(t.steps[2]);
       t.steps.push_back(t.steps[3]);
     }},
    {"AnswersInAnotherOrder", success,
     [](Talk& t) {
       auto asked = t.steps[2];
       auto answered = t.steps[3];
       asked.messages[0].header.message_id = answered.messages[0].header.message_id = 2;
       t.steps.insert(t.steps.begin() + 3, {asked, answered});
     }},
    {"TheAsyncFlagOfTheRequestMirrored", success,
     [](Talk& t) {
       t[2].header.flags = HeaderFlags::async_command;
       t[3].header.flags = HeaderFlags::server_to_redir | HeaderFlags::async_command;
     }},
    {"MultiCreditRequestsLeaveEnough", asynchronous,
     [](Talk& t) {
       t[2].header.credit_charge = t[3].header.credit_charge = t[4].header.credit_charge = 8;
       t[3].header.credits = 8;
     }},
    {"ReservedValuesBelow311ByAServerWithout311", at_2_1,
     [](Talk& t) {
       answer(t).negotiate_context_offset.value = 0x20202020;
       answer(t).negotiate_context_offset.forced = true;
     }},
    {"IoctlFailsWithItsOwnBody", refused,
     [](Talk& t) {
       t[2].header.command = t[3].header.command = Command::ioctl;
       failure(t, 3).structure_size = wire::Derived<std::uint16_t>::force(49);
     }},
    {"SealedWithoutAKeyToOpenIt", sealed_echo,
     [](Talk& t) {
       t.steps[7].seal = transport::Protection::unknown;
       t[7].header.command = Command::flush;
     }},
    {"PlainAnswerToASealerThatDidNotAnnounceIt", sealed_echo,
     [](Talk& t) {
       question(t).capabilities = Capabilities::dfs;
       answer(t).capabilities = Capabilities::dfs;
       t.steps[7].sealed.reset();
     }},
    {"ASignatureThatNobodyCanJudge", echo,
     [](Talk& t) { t.steps[7].signatures = {transport::Protection::unknown}; }},
    {"AnUnsignedAnswerToAWrongSignature", echo,
     [](Talk& t) {
       t.steps[6].signatures = {transport::Protection::wrong};
       t[7].header.flags = HeaderFlags::server_to_redir;
       t[7].header.signature = {};
     }},
    {"AGuestIsNotSigned", signed_in,
     [](Talk& t) {
       body<smb2::SessionSetupResponse>(t[5]).session_flags = smb2::SessionFlags::is_guest;
       t[5].header.flags = HeaderFlags::server_to_redir;
       t[5].header.signature = {};
     }},
    {"AnonymousIsNotSignedWhateverTheFlagsSay", signed_in,
     [](Talk& t) {
       body<smb2::SessionSetupRequest>(t[4]).buffer = wire::encode(security::AuthenticateMessage{});
       t[5].header.flags = HeaderFlags::server_to_redir;
       t[5].header.signature = {};
     }},
    {"AGuestStaysOneWithoutBeingToldAgain", signed_in,
     [](Talk& t) {
       body<smb2::SessionSetupResponse>(t[5]).session_flags = smb2::SessionFlags::is_guest;
       t[5].header.flags = HeaderFlags::server_to_redir;
       t[5].header.signature = {};
       for (const std::size_t step : {2U, 3U, 4U, 5U}) {
         Talk::Step again = t.steps[step];
         again.messages[0].header.message_id += 2;
         again.messages[0].header.session_id = t[5].header.session_id;
         t.steps.push_back(again);
       }
       body<smb2::SessionSetupResponse>(t[9]).session_flags = smb2::SessionFlags::none;
     }},
    {"NetBiosIsAnsweredWithNetBios", at_2_1,
     [](Talk& t) {
       t.steps[0].bend = [](wire::Bytes& b) { b[0] = 0x81; };
       t.steps[1].raw = {0x83, 0, 0, 1, 0x82};
     }},
    {"AResponseToCancelMirrorsItsSignature", echo,
     [](Talk& t) {
       for (const std::size_t step : {6U, 7U}) {
         t.steps[step].messages[0].header.command = Command::cancel;
         t.steps[step].messages[0].body = wire::Bytes{5, 0, 0, 0};
         t.steps[step].signatures = {transport::Protection::wrong};
       }
       t[7].header.status = NtStatus::access_denied;
       t[7].body = smb2::ErrorResponse{};
     }},
    {"AnotherUserMayHaveOtherRights", tree_connects,
     [](Talk& t) {
       std::vector<Talk::Step> again;
       for (const std::size_t step : {2U, 3U, 4U, 5U}) {
         again.push_back(t.steps[step]);
         again.back().messages[0].header.message_id += 3;
         again.back().messages[0].header.session_id = t[5].header.session_id;
       }
       for (const std::size_t step : {8U, 9U}) t[step].header.message_id = 6;
       t.steps.insert(t.steps.begin() + 8, again.begin(), again.end());
       body<smb2::TreeConnectResponse>(t[13]).maximal_access = smb2::AccessMask::generic_all;
     }},
    {"FileSystemsReturnInput", ioctl,
     [](Talk& t) {
       auto& answered = body<smb2::IoctlResponse>(t[7]);
       answered.ctl_code = smb2::CtlCode::query_allocated_ranges;
       body<smb2::IoctlRequest>(t[6]).ctl_code = answered.ctl_code;
       answered.input = wire::Bytes(5, 1);
       answered.output_offset.placed = 120;
     }},
    {"NoOutputAtThePlaceOfOne", ioctl_without_output,
     [](Talk& t) {
       auto& offset = body<smb2::IoctlResponse>(t[7]).output_offset;
       offset.value = 112;
       offset.forced = true;
     }},
    {"AnEmptyTokenAtOffsetZero", signed_in,
     [](Talk& t) {
       auto& final = body<smb2::SessionSetupResponse>(t[5]);
       final.buffer.clear();
       final.security_buffer_offset.forced = true;
     }},
    {"AnsweredLateWhatWasAskedBeforeLogoff", after_logoff,
     [](Talk& t) {
       std::swap(t.steps[7], t.steps[8]);
       Talk other = tree_connect();
       t[9].header.status = NtStatus::success;
       t[9].body = other[7].body;
       t[9].header.flags = other[7].header.flags;
       t[9].header.signature = {1};
     }},
    {"AnInterimResponseMirrorsASignature", asynchronous_in_session,
     [](Talk& t) {
       t[7].header.flags = t[7].header.flags | HeaderFlags::signed_message;
       t[7].header.signature = t[6].header.signature;
       t.steps[7].signatures = {transport::Protection::wrong};
     }},
    {"ASessionIdUsedAgainAfterLogoff", logoff,
     [](Talk& t) {
       const Talk again = tree_connect();
       for (std::size_t i = 2; i < 8; ++i) {
         Talk::Step step = again.steps[i];
         step.messages[0].header.message_id += 3;
         t.steps.push_back(step);
       }
     }},
    {"AShortSaltTwice", two_3_1_1,
     [](Talk& t) {
       for (std::size_t i : {1U, 3U})
         std::get<PreauthIntegrityCapabilities>(answer(t, i).negotiate_contexts[0].data).salt = {1};
     }},
};

class LatitudeTest : public testing::TestWithParam<Latitude> {};

TEST_P(LatitudeTest, IsNotAccused) {
  Talk talk = GetParam().talk();
  GetParam().bend(talk);
  EXPECT_EQ(text(audit(talk.recording())), "");
}

INSTANTIATE_TEST_SUITE_P(Lawful, LatitudeTest, testing::ValuesIn(latitudes),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace audit
