#include "harness/audit/rules/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <sstream>

#include "harness/audit/talk.h"

namespace audit {
namespace {

using smb2::Capabilities;
using smb2::Command;
using smb2::CompressionAlgorithm;
using smb2::CompressionCapabilities;
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
using transport::Protection;

struct Case {
  std::string_view rule;
  std::function<Talk()> sound;
  std::function<void(Talk&)> bend;
  std::string_view field;
  std::string_view expected;
  std::string_view got;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.rule << ", " << c.field; }

smb2::SessionSetupResponse& setup(Talk& t, std::size_t step) {
  return body<smb2::SessionSetupResponse>(t[step]);
}
smb2::TreeConnectResponse& tree(Talk& t) { return body<smb2::TreeConnectResponse>(t[7]); }
// Changes the token in a response's buffer, and the CHALLENGE_MESSAGE in that of one.
void bend_token(wire::Bytes& buffer, const std::function<void(security::Token&)>& change) {
  security::Token token = wire::decode<security::Token>(buffer).message;
  change(token);
  buffer = wire::encode(token);
}
security::NegTokenResp& response_in(security::Token& token) {
  return std::get<security::NegTokenResp>(token.body);
}
void bend_challenge(Talk& t, std::size_t step,
                    const std::function<void(security::ChallengeMessage&)>& change) {
  bend_token(setup(t, step).buffer, [&](security::Token& token) {
    wire::Bytes& bytes = response_in(token).response_token->value;
    security::NtlmMessage message = wire::decode<security::NtlmMessage>(bytes).message;
    change(std::get<security::ChallengeMessage>(message.body));
    bytes = wire::encode(message);
  });
}
std::vector<security::AvPair>& av_pairs(security::ChallengeMessage& challenge) {
  return std::get<security::TargetInfo>(challenge.target_info).av_pairs;
}

smb2::IoctlResponse& output(Talk& t) { return body<smb2::IoctlResponse>(t[7]); }

const Case cases[] = {
    // Framing and what starts a message
    {"frame-zero-byte", at_2_1, [](Talk& t) { t.steps[1].bend = [](wire::Bytes& b) { b[0] = 0x85; }; },
     "Zero", "0x00", "0x85"},
    {"frame-length", at_2_1, [](Talk& t) { t.steps[1].bend = [](wire::Bytes& b) { b.resize(80); }; },
     "StreamProtocolLength", "202 bytes of message", "76 bytes"},
    {"frame-length", at_2_1, [](Talk& t) { t.steps[1].bend = [](wire::Bytes& b) { b.resize(2); }; },
     "StreamProtocolLength", "4 bytes of framing", "2 bytes"},
    {"protocol-id", at_2_1, [](Talk& t) { t.steps[1].bend = [](wire::Bytes& b) { b[4] = 0xfa; }; },
     "ProtocolId", "fe534d42", "fa534d42"},
    {"protocol-id", at_2_1, [](Talk& t) { t.steps[1].bend = [](wire::Bytes& b) { b[4] = 0xfd; }; },
     "ProtocolId", "fe534d42", "fd534d42"},
    {"protocol-id", at_2_1, [](Talk& t) { t.steps[1].bend = [](wire::Bytes& b) { b = {0, 0, 0, 0}; }; },
     "ProtocolId", "fe534d42", "no bytes"},

    // The header
    {"header-structure-size", at_2_1,
     [](Talk& t) { t[1].header.structure_size = wire::Derived<std::uint16_t>::force(65); }, "StructureSize",
     "0x0040", "0x0041"},
    {"server-to-redir", success, [](Talk& t) { t[3].header.flags = HeaderFlags::none; }, "Flags",
     "SMB2_FLAGS_SERVER_TO_REDIR set", "0"},
    {"message-id", success, [](Talk& t) { t[3].header.message_id = 2; }, "MessageId", "1", "2"},
    {"message-id", at_2_1, [](Talk& t) { t.steps.erase(t.steps.begin()); }, "MessageId",
     "no response, nothing is outstanding", "0"},
    {"one-final-response", success, [](Talk& t) { t.steps.push_back(t.steps[3]); }, "MessageId",
     "no response, this request has had its final one", "1"},
    {"command", success, [](Talk& t) { t[3].header.command = Command::flush; }, "Command",
     "SMB2 CLOSE (0x0006)", "SMB2 FLUSH (0x0007)"},
    {"cancel-not-answered", cancelled,
     [](Talk& t) {
       t.steps.push_back(t.steps[4]);
       t[5].header.command = Command::cancel;
     },
     "Command", "no response to SMB2 CANCEL", "SMB2 CANCEL (0x000c)"},
    {"no-notifications", refused_2_1,
     [](Talk& t) {
       t.steps.push_back(t.steps[3]);
       t[4].header.command = Command::server_to_client_notification;
       t[4].header.message_id = ~std::uint64_t{0};
     },
     "Command", "no notification", "SMB2 SERVER_TO_CLIENT_NOTIFICATION (0x0013)"},
    {"session-id", success, [](Talk& t) { t[3].header.session_id = 78; }, "SessionId", "0x000000000000004d",
     "0x000000000000004e"},
    {"negotiate-session-id", at_2_1, [](Talk& t) { t[1].header.session_id = 1; }, "SessionId", "0", "1"},
    {"tree-id", success, [](Talk& t) { t[3].header.tree_id = 6; }, "TreeId", "5", "6"},
    {"tree-id", at_2_1,
     [](Talk& t) {
       t[0].header.tree_id = 7;
       t[1].header.tree_id = 6;
     },
     "TreeId", "0 or 7", "6"},
    {"header-reserved", success,
     [](Talk& t) {
       t[2].header.reserved = 0xfeff;
       t[3].header.reserved = 1;
     },
     "Reserved", "0 or 0x0000feff", "1"},
    {"credit-charge", success, [](Talk& t) { t[3].header.credit_charge = 0; }, "CreditCharge", "1", "0"},
    {"flags", success, [](Talk& t) { t[3].header.flags = t[3].header.flags | HeaderFlags::replay_operation; },
     "Flags", "SMB2_FLAGS_REPLAY_OPERATION clear", "SMB2_FLAGS_SERVER_TO_REDIR|SMB2_FLAGS_REPLAY_OPERATION"},
    {"next-command-alone", success, [](Talk& t) { t[3].header.next_command = 68; }, "NextCommand", "0",
     "0x00000044"},
    {"next-command-aligned", compound,
     [](Talk& t) {
       t.steps[3].bend = [](wire::Bytes& b) {
         b.erase(b.begin() + 4 + 68, b.begin() + 4 + 72);
         b[3] = static_cast<std::uint8_t>(b.size() - 4);
         b[4 + 20] = 68;
       };
     },
     "NextCommand", "a multiple of 8", "68"},
    {"next-command-aligned", compound,
     [](Talk& t) { t.steps[3].bend = [](wire::Bytes& b) { b[4 + 72] = 0; }; }, "NextCommand",
     "the place of another header", "72"},
    {"compound-padding", compound,
     [](Talk& t) {
       t.steps[3].bend = [](wire::Bytes& b) {
         b.resize(b.size() - 4);
         b[3] = static_cast<std::uint8_t>(b.size() - 4);
       };
     },
     "", "4 bytes of padding behind the last response", "a response of 68 bytes"},
    {"unsigned-signature", success, [](Talk& t) { t[3].header.signature[0] = 0xaa; }, "Signature",
     "zero, the message is not signed", "aa000000000000000000000000000000"},
    {"negotiate-first", success,
     [](Talk& t) {
       t.steps.erase(t.steps.begin(), t.steps.begin() + 2);
       t[0].header.message_id = 0;
       t[1].header.message_id = 0;
     },
     "Command", "no response before a dialect is negotiated", "SMB2 CLOSE (0x0006)"},
    {"negotiate-once", at_2_1,
     [](Talk& t) {
       t.steps.push_back(t.steps[0]);
       t.steps.push_back(t.steps[1]);
       t[2].header.message_id = 1;
       t[3].header.message_id = 1;
     },
     "Command", "no response, the connection has its dialect", "SMB2 NEGOTIATE (0x0000)"},

    // Asynchronous responses
    {"interim-flag", asynchronous,
     [](Talk& t) {
       t[3].header.flags = HeaderFlags::server_to_redir;
       t.steps.pop_back();
     },
     "Flags", "SMB2_FLAGS_ASYNC_COMMAND set", "SMB2_FLAGS_SERVER_TO_REDIR"},
    {"interim-async-id", asynchronous,
     [](Talk& t) {
       t[3].header.async_id = 0;
       t[4].header.async_id = 0;
     },
     "AsyncId", "not 0", "0x0"},
    {"interim-body", asynchronous, [](Talk& t) { failure(t, 3).error_data = {1, 2}; }, "ByteCount", "0", "2"},
    {"synchronous-flag", success,
     [](Talk& t) { t[3].header.flags = t[3].header.flags | HeaderFlags::async_command; }, "Flags",
     "SMB2_FLAGS_ASYNC_COMMAND clear", "SMB2_FLAGS_SERVER_TO_REDIR|SMB2_FLAGS_ASYNC_COMMAND"},
    {"final-async-id", asynchronous, [](Talk& t) { t[4].header.async_id = 10; }, "AsyncId", "9",
     "0x000000000000000a"},
    {"final-async-id", asynchronous, [](Talk& t) { t[4].header.flags = HeaderFlags::server_to_redir; },
     "Flags", "SMB2_FLAGS_ASYNC_COMMAND set", "SMB2_FLAGS_SERVER_TO_REDIR"},
    {"final-credits", asynchronous, [](Talk& t) { t[4].header.credits = 1; }, "CreditRequest", "0", "1"},

    // Credits
    {"negotiate-credits", success,
     [](Talk& t) {
       t[0].header.credits = 0;
       t[1].header.credits = 0;
       t.steps.resize(2);
     },
     "CreditRequest", "at least 1", "0"},
    {"credits-left", success,
     [](Talk& t) {
       t[1].header.credits = 1;
       t[2].header.credits = 0;
       t[3].header.credits = 0;
     },
     "CreditRequest", "a grant that leaves the client at least 1 credit", "0 granted, 0 left"},
    {"credits-granted", success, [](Talk& t) { t[3].header.credits = 0; }, "CreditRequest", "at least 1",
     "0"},

    {"credits-asked", success, [](Talk& t) { t[3].header.credits = 2; }, "CreditRequest", "at most 1", "2"},

    // ERROR responses
    {"error-body", refused,
     [](Talk& t) { failure(t, 3).structure_size = wire::Derived<std::uint16_t>::force(8); },
     "StructureSize[1]", "9", "8"},
    {"error-body", refused, [](Talk& t) { t[3].body = wire::Bytes{9, 0}; }, "",
     "8 bytes of ERROR response and more", "2 bytes"},
    {"error-reserved", refused, [](Talk& t) { failure(t, 3).reserved = 1; }, "Reserved[1]", "0x00", "0x01"},
    {"error-byte-count", refused,
     [](Talk& t) { failure(t, 3).byte_count = wire::Derived<std::uint32_t>::force(5); }, "ByteCount",
     "0, the bytes that follow", "5"},
    {"error-byte-count", refused, [](Talk& t) { failure(t, 3).padding = {0, 0}; }, "ByteCount",
     "2, the bytes that follow", "0"},
    {"error-context-count", refused_2_1,
     [](Talk& t) { failure(t, 3).error_contexts = {{.data = wire::Bytes{1, 2, 3, 4}}}; },
     "ErrorContextCount", "0x00", "0x01"},
    {"error-contexts", refused_with_contexts,
     [](Talk& t) { failure(t, 3).error_context_count = wire::Derived<std::uint8_t>::force(3); },
     "ErrorContextCount", "0x02", "0x03"},
    {"error-id", refused_with_contexts,
     [](Talk& t) { failure(t, 3).error_contexts[1].error_id = smb2::ErrorId{1}; },
     "ErrorContextList[1].ErrorId",
     "SMB2_ERROR_ID_DEFAULT (0x00000000) or SMB2_ERROR_ID_SHARE_REDIRECT (0x72645253)", "0x00000001"},

    // The fixed part of NEGOTIATE
    {"negotiate-structure-size", at_2_1,
     [](Talk& t) { answer(t).structure_size = wire::Derived<std::uint16_t>::force(64); }, "StructureSize[1]",
     "0x0041", "0x0040"},
    {"signing-enabled", at_2_1, [](Talk& t) { answer(t).security_mode = SecurityMode::none; }, "SecurityMode",
     "SMB2_NEGOTIATE_SIGNING_ENABLED set", "0"},
    {"security-mode-bits", at_2_1, [](Talk& t) { answer(t).security_mode = SecurityMode{0x11}; },
     "SecurityMode", "0x10 clear", "SMB2_NEGOTIATE_SIGNING_ENABLED|0x10"},
    {"dialect-offered", at_2_1, [](Talk& t) { answer(t).dialect_revision = Dialect::smb_3_0; },
     "DialectRevision", "2.1 (0x0210)", "3.0 (0x0300)"},
    {"dialect-offered", at_2_1, [](Talk& t) { question(t).dialects = {Dialect{0x0222}}; }, "DialectRevision",
     "none", "2.1 (0x0210)"},
    {"dialect-wildcard", at_2_1, [](Talk& t) { answer(t).dialect_revision = Dialect::wildcard; },
     "DialectRevision", "a dialect, 0x02ff answers SMB_COM_NEGOTIATE alone", "2.\?\?\? (0x02ff)"},
    {"server-guid", two_connections, [](Talk& t) { answer(t, 3).server_guid = {9}; }, "ServerGuid",
     "01020300000000000000000000000000, as in an earlier response", "09000000000000000000000000000000"},
    {"maximum-sizes", at_2_1, [](Talk& t) { answer(t).max_read_size = 65535; }, "MaxReadSize",
     "at least 65536", "65535"},
    {"server-start-time", at_2_1, [](Talk& t) { answer(t).server_start_time = 1; }, "ServerStartTime", "0",
     "1"},
    {"security-buffer", at_2_1, [](Talk& t) { answer(t).security_buffer_offset.placed = 136; },
     "SecurityBufferOffset", "0x0080", "0x0088"},
    {"security-buffer", at_2_1,
     [](Talk& t) { answer(t).security_buffer_length = wire::Derived<std::uint16_t>::force(75); },
     "SecurityBufferLength", "at most 74, the bytes that follow", "75"},
    {"negotiate-reserved", at_2_1,
     [](Talk& t) { answer(t).negotiate_context_count = wire::Derived<std::uint16_t>::force(3); },
     "NegotiateContextCount", "0", "3"},
    {"negotiate-reserved2", two_connections,
     [](Talk& t) {
       auto& offset = answer(t, 3).negotiate_context_offset;
       offset.value = 3;
       offset.forced = true;
     },
     "NegotiateContextOffset", "0", "3"},

    // Capabilities
    {"capabilities-defined", at_3_1_1, [](Talk& t) { answer(t).capabilities = Capabilities{0x1bf}; },
     "Capabilities", "0x100 clear",
     "SMB2_GLOBAL_CAP_DFS|SMB2_GLOBAL_CAP_LEASING|SMB2_GLOBAL_CAP_LARGE_MTU|SMB2_GLOBAL_CAP_MULTI_CHANNEL|"
     "SMB2_GLOBAL_CAP_PERSISTENT_HANDLES|SMB2_GLOBAL_CAP_DIRECTORY_LEASING|SMB2_GLOBAL_CAP_NOTIFICATIONS|"
     "0x100"},
    {"capabilities-2.0.2", at_2_0_2, [](Talk& t) { answer(t).capabilities = Capabilities::leasing; },
     "Capabilities", "SMB2_GLOBAL_CAP_LEASING clear", "SMB2_GLOBAL_CAP_LEASING"},
    {"capabilities-2.1", at_2_1, [](Talk& t) { answer(t).capabilities = Capabilities::multi_channel; },
     "Capabilities", "SMB2_GLOBAL_CAP_MULTI_CHANNEL clear", "SMB2_GLOBAL_CAP_MULTI_CHANNEL"},
    {"capabilities-wildcard", multi_protocol,
     [](Talk& t) { answer(t).capabilities = Capabilities::encryption; }, "Capabilities",
     "SMB2_GLOBAL_CAP_ENCRYPTION clear", "SMB2_GLOBAL_CAP_ENCRYPTION"},
    {"capability-multi-channel", unannounced_3_0,
     [](Talk& t) { answer(t).capabilities = Capabilities::multi_channel; }, "Capabilities",
     "SMB2_GLOBAL_CAP_MULTI_CHANNEL clear", "SMB2_GLOBAL_CAP_MULTI_CHANNEL"},
    {"capability-directory-leasing", unannounced_3_1_1,
     [](Talk& t) { answer(t).capabilities = Capabilities::directory_leasing; }, "Capabilities",
     "SMB2_GLOBAL_CAP_DIRECTORY_LEASING clear", "SMB2_GLOBAL_CAP_DIRECTORY_LEASING"},
    {"capability-persistent-handles", unannounced_3_0,
     [](Talk& t) { answer(t).capabilities = Capabilities::persistent_handles; }, "Capabilities",
     "SMB2_GLOBAL_CAP_PERSISTENT_HANDLES clear", "SMB2_GLOBAL_CAP_PERSISTENT_HANDLES"},
    {"capability-encryption", unannounced_3_0,
     [](Talk& t) { answer(t).capabilities = Capabilities::encryption; }, "Capabilities",
     "SMB2_GLOBAL_CAP_ENCRYPTION clear", "SMB2_GLOBAL_CAP_ENCRYPTION"},
    {"capability-encryption-3.1.1", at_3_1_1,
     [](Talk& t) { answer(t).capabilities = Capabilities::encryption; }, "Capabilities",
     "SMB2_GLOBAL_CAP_ENCRYPTION clear", "SMB2_GLOBAL_CAP_ENCRYPTION"},
    {"capability-notifications", unannounced_3_1_1,
     [](Talk& t) { answer(t).capabilities = Capabilities::notifications; }, "Capabilities",
     "SMB2_GLOBAL_CAP_NOTIFICATIONS clear", "SMB2_GLOBAL_CAP_NOTIFICATIONS"},
    {"capability-notifications-dialect", at_3_0,
     [](Talk& t) { answer(t).capabilities = Capabilities::notifications; }, "Capabilities",
     "SMB2_GLOBAL_CAP_NOTIFICATIONS clear", "SMB2_GLOBAL_CAP_NOTIFICATIONS"},

    // Negotiate contexts
    {"context-offset", at_3_1_1, [](Talk& t) { answer(t).negotiate_context_offset.placed = 204; },
     "NegotiateContextOffset", "a multiple of 8 from 202 to 348", "204"},
    {"context-count", at_3_1_1,
     [](Talk& t) { answer(t).negotiate_context_count = wire::Derived<std::uint16_t>::force(7); },
     "NegotiateContextCount", "6", "7"},
    {"context-count", at_3_1_1,
     [](Talk& t) { answer(t).negotiate_context_count = wire::Derived<std::uint16_t>::force(5); },
     "NegotiateContextCount", "6", "5"},
    {"context-alignment", at_3_1_1, [](Talk& t) { answer(t).negotiate_contexts[1].placed = 208 + 46; },
     "NegotiateContextList[1].ContextType", "each context at the next 8-byte boundary", "one at byte 254"},
    {"context-types", at_3_1_1,
     [](Talk& t) {
       auto& asked = question(t).negotiate_contexts;
       asked.erase(asked.begin() + 3);
     },
     "NegotiateContextList[3].ContextType", "a type that the client sent",
     "SMB2_SIGNING_CAPABILITIES (0x0008)"},
    {"context-reserved", at_3_1_1, [](Talk& t) { answer(t).negotiate_contexts[2].reserved = 1; },
     "NegotiateContextList[2].Reserved", "0", "1"},
    {"context-netname", at_3_1_1,
     [](Talk& t) { answer(t).negotiate_contexts.push_back(question(t).negotiate_contexts.back()); },
     "NegotiateContextList[6].ContextType", "no such context in a response",
     "SMB2_NETNAME_NEGOTIATE_CONTEXT_ID (0x0005)"},
    {"context-preauth", at_3_1_1,
     [](Talk& t) {
       auto& list = answer(t).negotiate_contexts;
       list.erase(list.begin());
     },
     "NegotiateContextCount", "one SMB2_PREAUTH_INTEGRITY_CAPABILITIES", "0"},
    {"context-once", at_3_1_1,
     [](Talk& t) {
       auto& list = answer(t).negotiate_contexts;
       list.push_back(list[1]);
     },
     "NegotiateContextList[6].ContextType", "at most one SMB2_ENCRYPTION_CAPABILITIES (0x0002)", "2"},
    {"preauth-hash", at_3_1_1,
     [](Talk& t) { context<PreauthIntegrityCapabilities>(t, 0).hash_algorithms = {smb2::HashAlgorithm{2}}; },
     "NegotiateContextList[0].HashAlgorithms", "SHA-512 (0x0001)", "0x0002"},
    {"preauth-hash", at_3_1_1,
     [](Talk& t) {
       auto& list = context<PreauthIntegrityCapabilities>(t, 0).hash_algorithms;
       list.push_back(list[0]);
     },
     "NegotiateContextList[0].HashAlgorithmCount", "1", "2"},
    {"preauth-salt", two_3_1_1,
     [](Talk& t) { answer(t, 3).negotiate_contexts[0] = answer(t).negotiate_contexts[0]; },
     "NegotiateContextList[0].Salt", "a salt unlike those of earlier responses",
     "2222222222222222222222222222222222222222222222222222222222222222"},
    {"cipher", at_3_1_1,
     [](Talk& t) { context<EncryptionCapabilities>(t, 1).ciphers = {smb2::Cipher::aes_256_ccm}; },
     "NegotiateContextList[1].Ciphers", "AES-128-GCM (0x0002) or 0x0000", "AES-256-CCM (0x0003)"},
    {"compression-algorithms", at_3_1_1,
     [](Talk& t) {
       context<CompressionCapabilities>(t, 2).compression_algorithms = {CompressionAlgorithm::lznt1};
     },
     "NegotiateContextList[2].CompressionAlgorithms", "LZ77 (0x0002) or NONE (0x0000)", "LZNT1 (0x0001)"},
    {"compression-chained", at_3_1_1,
     [](Talk& t) { context<CompressionCapabilities>(t, 2).flags = smb2::CompressionFlags::chained; },
     "NegotiateContextList[2].Flags", "SMB2_COMPRESSION_CAPABILITIES_FLAG_CHAINED clear",
     "SMB2_COMPRESSION_CAPABILITIES_FLAG_CHAINED"},
    {"signing-algorithm", at_3_1_1,
     [](Talk& t) {
       context<SigningCapabilities>(t, 3).signing_algorithms = {smb2::SigningAlgorithm::hmac_sha256};
     },
     "NegotiateContextList[3].SigningAlgorithms", "AES-GMAC (0x0002) or AES-CMAC (0x0001)",
     "HMAC-SHA256 (0x0000)"},
    {"rdma-transforms", at_3_1_1,
     [](Talk& t) {
       context<RdmaTransformCapabilities>(t, 4).rdma_transform_ids = {smb2::RdmaTransformId::encryption};
     },
     "NegotiateContextList[4].RDMATransformIds",
     "SMB2_RDMA_TRANSFORM_SIGNING (0x0002) or SMB2_RDMA_TRANSFORM_NONE (0x0000)",
     "SMB2_RDMA_TRANSFORM_ENCRYPTION (0x0001)"},
    {"transport-security", at_3_1_1,
     [](Talk& t) {
       context<TransportCapabilities>(t, 5).flags = smb2::TransportFlags::accept_transport_level_security;
     },
     "NegotiateContextList[5].Flags", "0", "SMB2_ACCEPT_TRANSPORT_LEVEL_SECURITY"},

    // Sealed messages
    {"transform-fields", sealed_echo, [](Talk& t) { t.steps[7].sealed->flags = smb2::TransformFlags{3}; },
     "Flags", "Encrypted", "Encrypted|0x2"},
    {"transform-fields", sealed_echo,
     [](Talk& t) {
       t.steps[7].sealed->original_message_size = wire::Derived<std::uint32_t>::force(67);
     },
     "OriginalMessageSize", "0x00000044", "0x00000043"},
    {"transform-reserved", sealed_echo, [](Talk& t) { t.steps[7].sealed->reserved = 1; }, "Reserved", "0",
     "1"},
    {"seal", sealed_echo, [](Talk& t) { t.steps[7].seal = Protection::wrong; }, "Signature",
     "the tag of what was sealed with the session's key", "00000000000000000000000000000000"},
    {"nonce-once", sealed_echoes, [](Talk& t) { t.steps[9].sealed->nonce = t.steps[7].sealed->nonce; },
     "Nonce", "one that the session has not had", "07000000000000000000000000000000"},
    {"nonce-gcm", sealed_echo, [](Talk& t) { t.steps[7].sealed->nonce[12] = 1; }, "Nonce",
     "zeros behind the first 12 bytes", "07000000000000000000000001000000"},
    {"nonce-ccm", sealed_echo_with_ccm, [](Talk& t) { t.steps[7].sealed->nonce[11] = 1; }, "Nonce",
     "zeros behind the first 11 bytes", "07000000000000000000000100000000"},
    {"sealed-as-asked", sealed_echo, [](Talk& t) { t.steps[7].sealed.reset(); }, "ProtocolId",
     "a sealed response to a sealed request", "an open one"},
    {"sealed-session", sealed_echo, [](Talk& t) { t.steps[7].sealed->session_id = 78; }, "SessionId",
     "0x000000000000004d", "0x000000000000004e"},
    {"sealed-signature", sealed_echo, [](Talk& t) { t[7].header.signature[0] = 1; }, "Signature",
     "zero, the message is sealed", "01000000000000000000000000000000"},
    {"command", sealed_echo, [](Talk& t) { t[7].header.command = Command::flush; }, "Command",
     "SMB2 ECHO (0x000d)", "SMB2 FLUSH (0x0007)"},

    // Signatures
    {"signed-flag", echo, [](Talk& t) { t[7].header.signature = {}; }, "Signature",
     "a signature, the flag is set", "zero"},
    {"signature", echo, [](Talk& t) { t.steps[7].signatures = {Protection::wrong}; }, "Signature",
     "the signature of these bytes with the session's key", "51000000000000000000000000000000"},
    {"session-setup-signed", signed_in,
     [](Talk& t) {
       t[5].header.flags = HeaderFlags::server_to_redir;
       t[5].header.signature = {};
     },
     "Flags", "SMB2_FLAGS_SIGNED set", "SMB2_FLAGS_SERVER_TO_REDIR"},
    {"signed-as-asked", echo,
     [](Talk& t) {
       t[7].header.flags = HeaderFlags::server_to_redir;
       t[7].header.signature = {};
     },
     "Flags", "SMB2_FLAGS_SIGNED set", "SMB2_FLAGS_SERVER_TO_REDIR"},
    {"interim-unsigned", asynchronous_in_session,
     [](Talk& t) {
       t[7].header.flags = t[7].header.flags | HeaderFlags::signed_message;
       t[7].header.signature = {1};
       t.steps[7].signatures = {Protection::right};
     },
     "Flags", "SMB2_FLAGS_SIGNED clear",
     "SMB2_FLAGS_SERVER_TO_REDIR|SMB2_FLAGS_ASYNC_COMMAND|SMB2_FLAGS_SIGNED"},

    // Tokens
    {"token-der", signed_in_with_tokens, [](Talk& t) { setup(t, 5).buffer.push_back(0); }, "Buffer",
     "nothing behind the token", "1 bytes"},
    {"token-announcement", at_2_1, [](Talk& t) { answer(t).buffer = wire::Bytes(74, 0x11); }, "Buffer",
     "a NegTokenInit2", "another token"},
    {"token-announcement", at_2_1,
     [](Talk& t) {
       bend_token(answer(t).buffer, [](security::Token& token) {
         std::get<security::NegTokenInit>(token.body).this_mech = security::negoex;
       });
     },
     "Buffer", "thisMech of SPNEGO", "2b06010401823702021e"},
    {"token-answer", signed_in_with_tokens, [](Talk& t) { setup(t, 3).buffer = wire::Bytes(40, 0x11); },
     "Buffer", "a NegTokenResp, as the request was SPNEGO", "another token"},
    {"token-answer", signed_in_with_tokens,
     [](Talk& t) { body<smb2::SessionSetupRequest>(t[2]).buffer = wire::Bytes{}; }, "Buffer",
     "a NegTokenInit2", "another token"},
    {"token-hint", at_2_1,
     [](Talk& t) {
       bend_token(answer(t).buffer, [](security::Token& token) {
         std::get<security::NegTokenInit>(token.body).neg_hints->hint_name->value = {0x41};
       });
     },
     "Buffer", "hintName \"not_defined_in_RFC4178@please_ignore\"", "41"},
    {"token-mechanisms", at_2_1,
     [](Talk& t) {
       bend_token(answer(t).buffer, [](security::Token& token) {
         std::get<security::NegTokenInit>(token.body).mech_types->list.mech_types.clear();
       });
     },
     "Buffer", "mechTypes with a mechanism", "none"},
    {"token-hint-address", at_2_1,
     [](Talk& t) {
       bend_token(answer(t).buffer, [](security::Token& token) {
         std::get<security::NegTokenInit>(token.body).neg_hints->hint_address = {.value = {0x41}};
       });
     },
     "Buffer", "no hintAddress", "41"},
    {"token-flags", at_2_1,
     [](Talk& t) {
       bend_token(answer(t).buffer, [](security::Token& token) {
         std::get<security::NegTokenInit>(token.body).req_flags = {.value = {1, 2}};
       });
     },
     "Buffer", "no reqFlags", "0102"},
    {"token-mechanism", signed_in_with_tokens,
     [](Talk& t) {
       bend_token(setup(t, 3).buffer,
                  [](security::Token& token) { response_in(token).supported_mech->value = {0x2b}; });
     },
     "Buffer", "supportedMech of the client's mechTypes", "2b"},
    {"token-state", signed_in_with_tokens,
     [](Talk& t) {
       bend_token(setup(t, 3).buffer, [](security::Token& token) {
         response_in(token).neg_state->value = security::NegState::accept_completed;
       });
     },
     "Buffer", "accept-incomplete (0x01) or request-mic (0x03)", "accept-completed (0x00)"},
    {"token-state", signed_in_with_tokens,
     [](Talk& t) {
       bend_token(setup(t, 5).buffer, [](security::Token& token) {
         response_in(token).neg_state->value = security::NegState::reject;
       });
     },
     "Buffer", "accept-completed (0x00)", "reject (0x02)"},
    {"token-after-ntlm", signed_in_with_tokens,
     [](Talk& t) {
       bend_token(setup(t, 5).buffer, [](security::Token& token) {
         response_in(token).response_token.emplace().value = {0x2b};
       });
     },
     "Buffer", "no responseToken", "2b"},
    {"challenge-reserved", signed_in_with_tokens,
     [](Talk& t) { bend_challenge(t, 3, [](security::ChallengeMessage& m) { m.reserved[7] = 1; }); }, "Buffer",
     "Reserved 0", "0000000000000001"},
    {"challenge-max-lengths", signed_in_with_tokens,
     [](Talk& t) {
       bend_challenge(t, 3, [](security::ChallengeMessage& m) {
         m.fields[0].max_length = wire::Derived<std::uint16_t>::force(13);
       });
     },
     "Buffer", "MaxLen 12, as Len", "13"},
    {"challenge-layout", signed_in_with_tokens,
     [](Talk& t) {
       bend_challenge(t, 3, [](security::ChallengeMessage& m) {
         m.fields[0].length = wire::Derived<std::uint16_t>::force(0x7ffe);
         m.fields[0].max_length = wire::Derived<std::uint16_t>::force(0x7ffe);
       });
     },
     "Buffer", "a CHALLENGE_MESSAGE with its payloads inside",
     "TargetName at byte 56: reaches to byte 32822 of 116"},
    {"challenge-target-info", signed_in_with_tokens,
     [](Talk& t) {
       bend_challenge(t, 3, [](security::ChallengeMessage& m) { av_pairs(m).erase(av_pairs(m).begin() + 1); });
     },
     "Buffer", "MsvAvNbComputerName (0x0001)", "none"},
    {"challenge-target-info", signed_in_with_tokens,
     [](Talk& t) { bend_challenge(t, 3, [](security::ChallengeMessage& m) { av_pairs(m).pop_back(); }); },
     "Buffer", "TargetInfo that ends with an empty MsvAvEOL", "another end"},
    {"challenge-version", signed_in_with_tokens,
     [](Talk& t) {
       bend_challenge(t, 3, [](security::ChallengeMessage& m) { m.version->ntlm_revision_current = 10; });
     },
     "Buffer", "NTLMRevisionCurrent 15", "10"},
    {"challenge-same", signed_in_twice,
     [](Talk& t) {
       bend_challenge(t, 7, [](security::ChallengeMessage& m) { m.target_name = wire::Utf16::from_utf8("OTHERS"); });
     },
     "Buffer", "44004f00 at byte 56, as in an earlier one", "4f005400"},
    {"challenge-time", signed_in_with_tokens,
     [](Talk& t) {
       bend_challenge(t, 3, [](security::ChallengeMessage& m) {
         std::get<security::AvTime>(av_pairs(m)[2].value).value = 132000000000000000;
       });
     },
     "Buffer", "MsvAvTimestamp near SystemTime 0x1d882cb9b208000", "0x1d4f54cf65a0000"},

    // Sessions
    {"session-setup-structure-size", signed_in,
     [](Talk& t) { setup(t, 5).structure_size = wire::Derived<std::uint16_t>::force(8); }, "StructureSize[1]",
     "9", "8"},
    {"session-flags", signed_in, [](Talk& t) { setup(t, 5).session_flags = smb2::SessionFlags{0x8}; },
     "SessionFlags", "0x8 clear", "0x8"},
    {"session-flags", signed_in, [](Talk& t) { setup(t, 5).session_flags = smb2::SessionFlags{3}; },
     "SessionFlags", "IS_GUEST or IS_NULL, not both",
     "SMB2_SESSION_FLAG_IS_GUEST|SMB2_SESSION_FLAG_IS_NULL"},
    {"session-flags-2.x", signed_in_at_2_1,
     [](Talk& t) { setup(t, 5).session_flags = smb2::SessionFlags::encrypt_data; }, "SessionFlags",
     "SMB2_SESSION_FLAG_ENCRYPT_DATA clear", "SMB2_SESSION_FLAG_ENCRYPT_DATA"},
    {"session-setup-buffer", signed_in, [](Talk& t) { setup(t, 3).security_buffer_offset.placed = 70; },
     "SecurityBufferOffset", "at least 72", "70"},
    {"session-setup-buffer", signed_in,
     [](Talk& t) { setup(t, 3).security_buffer_length = wire::Derived<std::uint16_t>::force(41); },
     "SecurityBufferLength", "a token that ends in the message of 112 bytes", "41 bytes from 72 on"},
    {"session-id-new", signed_in,
     [](Talk& t) {
       t[3].header.session_id = 0;
       t.steps.resize(4);
     },
     "SessionId", "neither 0 nor all ones", "0"},
    {"session-id-same", signed_in, [](Talk& t) { t[5].header.session_id = 78; }, "SessionId",
     "0x000000000000004d", "0x000000000000004e"},
    {"logoff-body", logoff, [](Talk& t) { body<smb2::LogoffResponse>(t[7]).reserved = 1; }, "Reserved[1]",
     "0", "1"},
    {"echo-body", echo, [](Talk& t) { body<smb2::EchoResponse>(t[7]).reserved = 1; }, "Reserved[1]", "0",
     "1"},
    {"tree-disconnect-body", tree_disconnect,
     [](Talk& t) {
       body<smb2::TreeDisconnectResponse>(t[7]).structure_size = wire::Derived<std::uint16_t>::force(5);
     },
     "StructureSize[1]", "4", "5"},
    {"dead-session", after_logoff,
     [](Talk& t) {
       Talk other = tree_connect();
       t[9].header.status = NtStatus::success;
       t[9].header.flags = other[7].header.flags;
       t[9].header.signature = {1};
       t[9].body = other[7].body;
     },
     "Status", "a failure, the session is logged off", "STATUS_SUCCESS (0x00000000)"},

    // TreeConnects
    {"tree-connect-body", tree_connect, [](Talk& t) { tree(t).reserved = 1; }, "Reserved[1]", "0x00", "0x01"},
    {"tree-id-new", tree_connect, [](Talk& t) { t[7].header.tree_id = ~0U; }, "TreeId", "not all ones",
     "0xffffffff"},
    {"share-type", tree_connect, [](Talk& t) { tree(t).share_type = smb2::ShareType{0}; }, "ShareType",
     "SMB2_SHARE_TYPE_DISK (0x01) or SMB2_SHARE_TYPE_PIPE (0x02) or SMB2_SHARE_TYPE_PRINT (0x03)", "0x00"},
    {"share-bits", tree_connect, [](Talk& t) { tree(t).share_flags = smb2::ShareFlags{0x84}; }, "ShareFlags",
     "0x84 clear", "0x84"},
    {"share-bits", tree_connect, [](Talk& t) { tree(t).capabilities = smb2::ShareCapabilities{0x200}; },
     "Capabilities", "0x200 clear", "0x200"},
    {"share-same", tree_connects,
     [](Talk& t) { tree(t).maximal_access = smb2::AccessMask::delete_access; }, "MaximalAccess", "DELETE", "0"},
    {"share-same", tree_connects, [](Talk& t) { tree(t).share_type = smb2::ShareType::print; }, "ShareType",
     "SMB2_SHARE_TYPE_PRINT (0x03)", "SMB2_SHARE_TYPE_DISK (0x01)"},
    {"share-hash", tree_connect_at_2_1,
     [](Talk& t) { tree(t).share_flags = smb2::ShareFlags::enable_hash_v2; }, "ShareFlags",
     "SMB2_SHAREFLAG_ENABLE_HASH_V2 clear", "SMB2_SHAREFLAG_ENABLE_HASH_V2"},
    {"share-below-3.0", tree_connect_at_2_1,
     [](Talk& t) { tree(t).share_flags = smb2::ShareFlags::encrypt_data; }, "ShareFlags",
     "SMB2_SHAREFLAG_ENCRYPT_DATA clear", "SMB2_SHAREFLAG_ENCRYPT_DATA"},
    {"share-below-3.0", tree_connect_at_2_1,
     [](Talk& t) { tree(t).capabilities = smb2::ShareCapabilities::cluster; }, "Capabilities",
     "SMB2_SHARE_CAP_CLUSTER clear", "SMB2_SHARE_CAP_CLUSTER"},
    {"share-below-3.0.2", tree_connect_at_2_1,
     [](Talk& t) { tree(t).capabilities = smb2::ShareCapabilities::asymmetric; }, "Capabilities",
     "SMB2_SHARE_CAP_ASYMMETRIC clear", "SMB2_SHARE_CAP_ASYMMETRIC"},
    {"share-below-3.1.1", tree_connect_at_2_1,
     [](Talk& t) { tree(t).share_flags = smb2::ShareFlags::compress_data; }, "ShareFlags",
     "SMB2_SHAREFLAG_COMPRESS_DATA clear", "SMB2_SHAREFLAG_COMPRESS_DATA"},

    // IOCTL
    {"ioctl-body", ioctl, [](Talk& t) { output(t).structure_size = wire::Derived<std::uint16_t>::force(48); },
     "StructureSize[1]", "0x0031", "0x0030"},
    {"ioctl-body", ioctl, [](Talk& t) { output(t).reserved2 = 1; }, "Reserved2", "0", "1"},
    {"ioctl-flags", ioctl, [](Talk& t) { output(t).flags = 1; }, "Flags[1]", "0", "1"},
    {"ioctl-ctl-code", ioctl, [](Talk& t) { output(t).ctl_code = smb2::CtlCode::pipe_transceive; }, "CtlCode",
     "FSCTL_PIPE_PEEK (0x0011400c)", "FSCTL_PIPE_TRANSCEIVE (0x0011c017)"},
    {"ioctl-file-id", ioctl, [](Talk& t) { output(t).file_id = {8}; }, "FileId",
     "07000000000000000000000000000000", "08000000000000000000000000000000"},
    {"ioctl-file-id", ioctl,
     [](Talk& t) { body<smb2::IoctlRequest>(t[6]).ctl_code = output(t).ctl_code = smb2::CtlCode::pipe_wait; },
     "FileId", "ffffffffffffffffffffffffffffffff", "07000000000000000000000000000000"},
    {"ioctl-input-offset", ioctl,
     [](Talk& t) {
       output(t).input_offset.value = 105;
       output(t).input_offset.forced = true;
     },
     "InputOffset", "0x00000070", "0x00000069"},
    {"ioctl-input-count", ioctl, [](Talk& t) { output(t).input = wire::Bytes(8, 0x22); }, "InputCount", "0",
     "8"},
    {"ioctl-output-offset", ioctl, [](Talk& t) { output(t).output_offset.placed = 120; }, "OutputOffset",
     "0x0000000000000070", "0x0000000000000078"},
    {"ioctl-no-output", ioctl_without_output,
     [](Talk& t) {
       output(t).output_offset.value = 96;
       output(t).output_offset.forced = true;
     },
     "OutputOffset", "0 or 0x0000000000000070", "0x0000000000000060"},
    {"ioctl-output", ioctl,
     [](Talk& t) {
       output(t).output = wire::Bytes(4, 0x11);
       output(t).output_count = wire::Derived<std::uint32_t>::force(8);
     },
     "OutputCount", "output that ends in the message of 116 bytes", "8 bytes from 112 on"},
    {"ioctl-output-count", ioctl, [](Talk& t) { body<smb2::IoctlRequest>(t[6]).max_output_response = 7; },
     "OutputCount", "at most 7, MaxOutputResponse", "8"},
};

class RuleTest : public testing::TestWithParam<Case> {};

TEST_P(RuleTest, HoldsForASoundExchangeAndFiresForABentOne) {
  const Case& c = GetParam();
  const std::size_t rule = index_of(c.rule);
  Talk talk = c.sound();
  const Findings sound = audit(talk.recording());
  EXPECT_GT(sound.applied[rule], 0U);
  EXPECT_EQ(text(sound), "");

  c.bend(talk);
  const Findings bent = audit(talk.recording());
  EXPECT_EQ(text(bent), std::string(c.rule) + " " + std::string(c.field) + ": expected " +
                            std::string(c.expected) + ", got " + std::string(c.got) + "\n");
  EXPECT_GT(bent.applied[rule], 0U);
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleTest, testing::ValuesIn(cases));

TEST(Rules, EachHasATestInWhichItFires) {
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(std::ranges::any_of(cases, [&](const Case& c) { return c.rule == rule.id; })) << rule.id;
  }
}

TEST(Rules, HaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Rule& rule : rules()) EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
}

TEST(Rules, RestOnRequirementsThatExistAndAreAsStrong) {
  std::map<std::string, std::string> strengths;
  std::ifstream file(SMBSPEC_SOURCE_DIR "/cases/requirements/requirements.tsv");
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> columns;
    std::istringstream row(line);
    for (std::string column; std::getline(row, column, '\t');) columns.push_back(column);
    ASSERT_GE(columns.size(), 7U) << line;
    strengths[columns[0]] = columns[6];
  }
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(strengths[std::string(rule.requirement)].starts_with(
        rule.strength == Strength::must ? "MUST" : "SHOULD"))
        << rule.id << " " << rule.requirement;
    for (const std::string_view also : rule.also)
      EXPECT_TRUE(strengths.contains(std::string(also))) << rule.id << " " << also;
  }
}

TEST(Audit, NamesTheEventAndAFieldThatIsInItsMessage) {
  for (const Case& c : cases) {
    Talk talk = c.sound();
    c.bend(talk);
    const auto recording = talk.recording();
    for (const Violation& violation : audit(recording).violations) {
      ASSERT_EQ(recording[violation.event].event, transport::Event::received);
      if (violation.field.empty() || violation.field == "Zero" || violation.field == "StreamProtocolLength")
        continue;
      const auto path = wire::Path::parse(violation.field);
      ASSERT_TRUE(path.has_value()) << violation.field;
      const transport::Recorded& recorded = recording[violation.event];
      const wire::View message = wire::View(recorded.bytes).subspan(4);
      auto decoded = smb2::decode(recorded.opened.empty() ? message : recorded.opened);
      auto transform = wire::decode<smb2::TransformHeader>(message).message;
      const auto ignore = [](const wire::Field&) {};
      EXPECT_TRUE(wire::find(decoded.message, *path, ignore) ||
                  (recorded.seal != Protection::none && wire::find(transform, *path, ignore)))
          << c.rule << " " << violation.field;
    }
  }
}

}  // namespace
}  // namespace audit
