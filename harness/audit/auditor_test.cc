#include "harness/audit/auditor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <sstream>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"

namespace audit {
namespace {

using smb2::Capabilities;
using smb2::Command;
using smb2::ContextType;
using smb2::Dialect;
using smb2::HeaderFlags;
using smb2::Message;
using smb2::NtStatus;
using transport::Event;

// What goes over a few connections, open to be bent before it becomes a recording.
struct Talk {
  struct Step {
    Event event = Event::sent;
    std::vector<Message> messages;  // several form a compound
    unsigned connection = 0;
    wire::Bytes raw = {};                              // in place of the messages, framing included
    std::function<void(wire::Bytes&)> bend = nullptr;  // of the frame as it would be
  };
  std::vector<Step> steps;

  Message& operator[](std::size_t step) { return steps[step].messages.front(); }

  static wire::Bytes frame(const Step& step) {
    if (!step.raw.empty()) return step.raw;
    wire::Bytes bytes;
    for (std::size_t i = 0; i < step.messages.size(); ++i) {
      Message message = step.messages[i];
      const bool last = i + 1 == step.messages.size();
      wire::Bytes one = smb2::encode(message);
      if (!last) {
        one.resize((one.size() + 7) / 8 * 8);
        if (message.header.next_command == 0)
          message.header.next_command = static_cast<std::uint32_t>(one.size());
        const wire::Bytes again = smb2::encode(message);
        std::ranges::copy(again, one.begin());
      }
      bytes.insert(bytes.end(), one.begin(), one.end());
    }
    wire::Bytes framed = smb2::frame(bytes);
    if (step.bend) step.bend(framed);
    return framed;
  }

  transport::Recording recording() const {
    transport::Recording recording;
    for (const Step& step : steps) {
      recording.push_back(
          {.event = step.event, .connection = step.connection, .at = {}, .bytes = frame(step), .note = {}});
    }
    return recording;
  }
};

template <class Body>
Body& body(Message& message) {
  return std::get<Body>(message.body);
}
smb2::NegotiateResponse& answer(Talk& talk, std::size_t step = 1) {
  return body<smb2::NegotiateResponse>(talk[step]);
}
smb2::NegotiateRequest& question(Talk& talk, std::size_t step = 0) {
  return body<smb2::NegotiateRequest>(talk[step]);
}
smb2::ErrorResponse& failure(Talk& talk, std::size_t step) { return body<smb2::ErrorResponse>(talk[step]); }
template <class Data>
Data& context(Talk& talk, std::size_t index) {
  return std::get<Data>(answer(talk).negotiate_contexts[index].data);
}

constexpr Capabilities all_capabilities = Capabilities{0xff};

std::vector<smb2::NegotiateContext> contexts(std::uint8_t salt) {
  using namespace smb2;
  const auto make = [](ContextType type, ContextData data) {
    return NegotiateContext{.type = type, .data = std::move(data)};
  };
  return {
      make(ContextType::preauth_integrity,
           PreauthIntegrityCapabilities{.hash_algorithms = {HashAlgorithm::sha_512},
                                        .salt = wire::Bytes(32, salt)}),
      make(ContextType::encryption, EncryptionCapabilities{.ciphers = {Cipher::aes_128_gcm}}),
      make(ContextType::compression,
           CompressionCapabilities{.flags = CompressionFlags::none,
                                   .compression_algorithms = {CompressionAlgorithm::lz77}}),
      make(ContextType::signing, SigningCapabilities{.signing_algorithms = {SigningAlgorithm::aes_gmac}}),
      make(ContextType::rdma_transform,
           RdmaTransformCapabilities{.rdma_transform_ids = {RdmaTransformId::signing}}),
      make(ContextType::transport, TransportCapabilities{}),
  };
}

Message negotiate_request(std::vector<Dialect> dialects, Capabilities capabilities = all_capabilities) {
  smb2::NegotiateRequest request{.security_mode = smb2::SecurityMode::signing_enabled,
                                 .capabilities = capabilities,
                                 .dialects = std::move(dialects)};
  if (std::ranges::find(request.dialects, Dialect::smb_3_1_1) != request.dialects.end()) {
    request.negotiate_contexts = contexts(0x11);
    request.negotiate_contexts.push_back(
        {.type = ContextType::netname,
         .data = smb2::NetnameNegotiateContextId{wire::Utf16::from_utf8("server")}});
  }
  return {.header = {.command = Command::negotiate, .credits = 8}, .body = std::move(request)};
}

Message negotiate_response(Dialect dialect, Capabilities capabilities, std::uint8_t salt = 0x22) {
  smb2::NegotiateResponse response{.security_mode = smb2::SecurityMode::signing_enabled,
                                   .dialect_revision = dialect,
                                   .server_guid = {1, 2, 3},
                                   .capabilities = capabilities,
                                   .max_transact_size = 1048576,
                                   .max_read_size = 1048576,
                                   .max_write_size = 1048576,
                                   .system_time = 133000000000000000,
                                   .buffer = wire::Bytes(74, 0x60)};
  if (dialect == Dialect::smb_3_1_1) response.negotiate_contexts = contexts(salt);
  return {.header = {.command = Command::negotiate, .credits = 8, .flags = HeaderFlags::server_to_redir},
          .body = std::move(response)};
}

constexpr Capabilities of_2_1 = Capabilities::dfs | Capabilities::leasing | Capabilities::large_mtu;

Talk negotiate(Dialect dialect, Capabilities capabilities) {
  return {{{.event = Event::sent, .messages = {negotiate_request({dialect})}},
           {.event = Event::received, .messages = {negotiate_response(dialect, capabilities)}}}};
}
Talk at_2_0_2() { return negotiate(Dialect::smb_2_0_2, Capabilities::dfs); }
Talk at_2_1() { return negotiate(Dialect::smb_2_1, of_2_1); }
Talk at_3_0() { return negotiate(Dialect::smb_3_0, Capabilities{0x7f}); }
Talk at_3_1_1() { return negotiate(Dialect::smb_3_1_1, Capabilities{0xbf}); }

// The same, by a client that announces nothing.
Talk unannounced(Dialect dialect) {
  Talk talk = negotiate(dialect, of_2_1);
  question(talk).capabilities = Capabilities::none;
  return talk;
}
Talk unannounced_3_0() { return unannounced(Dialect::smb_3_0); }
Talk unannounced_3_1_1() { return unannounced(Dialect::smb_3_1_1); }

Talk multi_protocol() {
  constexpr std::string_view strings[] = {"NT LM 0.12", smb1::smb_2_002, smb1::smb_2_wildcard};
  const auto request = wire::encode(smb1::NegotiateRequest{.dialects = smb1::dialect_bytes(strings)});
  return {{{.event = Event::sent, .messages = {}, .raw = smb2::frame(request)},
           {.event = Event::received, .messages = {negotiate_response(Dialect::wildcard, of_2_1)}}}};
}

Message request(Command command, std::uint64_t message_id) {
  return {.header = {.credit_charge = 1,
                     .command = command,
                     .credits = 1,
                     .message_id = message_id,
                     .tree_id = 5,
                     .session_id = 77},
          .body = wire::Bytes{4, 0, 0, 0}};
}
Message response_to(const Message& request, NtStatus status = NtStatus::success) {
  Message response{.header = request.header, .body = wire::Bytes{4, 0, 0, 0}};
  response.header.status = status;
  response.header.flags = request.header.flags | HeaderFlags::server_to_redir;
  if (status != NtStatus::success) response.body = smb2::ErrorResponse{};
  return response;
}

Talk& add(Talk& talk, Event event, std::vector<Message> messages) {
  talk.steps.push_back({.event = event, .messages = std::move(messages)});
  return talk;
}

// Steps 2 and 3: a request on a session and a tree, and its response.
Talk served(NtStatus status, Dialect dialect = Dialect::smb_3_1_1) {
  Talk talk = negotiate(dialect, Capabilities::dfs);
  const Message asked = request(Command::close, 1);
  add(talk, Event::sent, {asked});
  return add(talk, Event::received, {response_to(asked, status)});
}
Talk success() { return served(NtStatus::success); }
Talk refused() { return served(NtStatus::access_denied); }
Talk refused_2_1() { return served(NtStatus::access_denied, Dialect::smb_2_1); }
Talk refused_with_contexts() {
  Talk talk = refused();
  failure(talk, 3).error_contexts = {{.error_id = {}, .error_context_data = {1, 2, 3, 4}},
                                     {.error_id = smb2::ErrorId::share_redirect, .error_context_data = {5}}};
  return talk;
}

// Steps 2 to 4: a request, its interim response and its final one.
Talk asynchronous() {
  Talk talk = at_3_1_1();
  const Message asked = request(Command::change_notify, 1);
  Message interim = response_to(asked, NtStatus::pending);
  interim.header.flags = interim.header.flags | HeaderFlags::async_command;
  interim.header.async_id = 9;
  Message final = response_to(asked);
  final.header.flags = interim.header.flags;
  final.header.async_id = 9;
  final.header.credits = 0;
  add(talk, Event::sent, {asked});
  add(talk, Event::received, {interim});
  return add(talk, Event::received, {final});
}

// Steps 2 and 3: a request that is cancelled; step 4 answers it.
Talk cancelled() {
  Talk talk = at_3_1_1();
  const Message asked = request(Command::read, 1);
  Message cancel = request(Command::cancel, 1);
  add(talk, Event::sent, {asked});
  add(talk, Event::sent, {cancel});
  return add(talk, Event::received, {response_to(asked, NtStatus{0xc0000120})});
}

// Steps 2 and 3: two requests in one frame, and their responses.
Talk compound() {
  Talk talk = at_3_1_1();
  const Message first = request(Command::read, 1);
  const Message second = request(Command::close, 2);
  add(talk, Event::sent, {first, second});
  return add(talk, Event::received, {response_to(first), response_to(second)});
}

// Steps 0 and 1 on one connection, 2 and 3 on another, which offers 2.1 alone.
Talk two_connections() {
  Talk talk = at_3_1_1();
  const Talk other = at_2_1();
  for (Talk::Step step : other.steps) {
    step.connection = 1;
    talk.steps.push_back(std::move(step));
  }
  return talk;
}
Talk two_3_1_1() {
  Talk talk = at_3_1_1();
  talk.steps.push_back(
      {.event = Event::sent, .messages = {negotiate_request({Dialect::smb_3_1_1})}, .connection = 1});
  talk.steps.push_back({.event = Event::received,
                        .messages = {negotiate_response(Dialect::smb_3_1_1, Capabilities{0xbf}, 0x33)},
                        .connection = 1});
  return talk;
}

struct Case {
  std::string_view rule;
  std::function<Talk()> sound;
  std::function<void(Talk&)> bend;
  std::string_view field;
  std::string_view expected;
  std::string_view got;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.rule << ", " << c.field; }

using smb2::CompressionAlgorithm;
using smb2::CompressionCapabilities;
using smb2::EncryptionCapabilities;
using smb2::PreauthIntegrityCapabilities;
using smb2::RdmaTransformCapabilities;
using smb2::SecurityMode;
using smb2::SigningCapabilities;
using smb2::TransportCapabilities;

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
     [](Talk& t) { failure(t, 3).error_contexts = {{.error_context_data = {1, 2, 3, 4}}}; },
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
};

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
    {"SessionSetupAssignsASession", success,
     [](Talk& t) {
       t[2].header.command = t[3].header.command = Command::session_setup;
       t[3].header.session_id = 99;
       t[3].header.status = NtStatus::more_processing_required;
       t[3].body = smb2::ErrorResponse{.padding = wire::Bytes(20, 1)};
       t[3].header.tree_id = 0;
     }},
    {"TreeConnectAssignsATree", success,
     [](Talk& t) {
       t[2].header.command = t[3].header.command = Command::tree_connect;
       t[3].header.tree_id = 99;
     }},
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
    {"AShortSaltTwice", two_3_1_1,
     [](Talk& t) {
       for (std::size_t i : {1U, 3U})
         std::get<PreauthIntegrityCapabilities>(answer(t, i).negotiate_contexts[0].data).salt = {1};
     }},
};

std::size_t index_of(std::string_view id) {
  const auto found = std::ranges::find(rules(), id, &Rule::id);
  EXPECT_NE(found, rules().end()) << id;
  return static_cast<std::size_t>(found - rules().begin());
}

std::string text(const Findings& findings) {
  std::string text;
  for (const Violation& v : findings.violations) {
    text += std::string(rules()[v.rule].id) + " " + v.field + ": expected " + v.expected + ", got " + v.got +
            "\n";
  }
  return text;
}

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

class LatitudeTest : public testing::TestWithParam<Latitude> {};

TEST_P(LatitudeTest, IsNotAccused) {
  Talk talk = GetParam().talk();
  GetParam().bend(talk);
  EXPECT_EQ(text(audit(talk.recording())), "");
}

INSTANTIATE_TEST_SUITE_P(Lawful, LatitudeTest, testing::ValuesIn(latitudes),
                         [](const auto& info) { return std::string(info.param.name); });

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
      ASSERT_EQ(recording[violation.event].event, Event::received);
      if (violation.field.empty() || violation.field == "Zero" || violation.field == "StreamProtocolLength")
        continue;
      auto decoded = smb2::decode(wire::View(recording[violation.event].bytes).subspan(4));
      const auto path = wire::Path::parse(violation.field);
      ASSERT_TRUE(path.has_value()) << violation.field;
      EXPECT_TRUE(wire::find(decoded.message, *path, [](const wire::Field&) {}))
          << c.rule << " " << violation.field;
    }
  }
}

// Whatever stands in a response, it is judged without reading outside it; and the sanitizers watch.
TEST(Audit, SurvivesEveryCutAndEveryChangedByte) {
  for (Talk talk : {at_3_1_1(), refused_with_contexts(), asynchronous(), compound(), multi_protocol()}) {
    const auto recording = talk.recording();
    for (std::size_t event = 0; event < recording.size(); ++event) {
      for (std::size_t at = 0; at < recording[event].bytes.size(); ++at) {
        auto bent = recording;
        bent[event].bytes.resize(at);
        audit(bent);
        if (at >= 4) {
          // A shorter message in a frame that fits it.
          wire::Bytes message(bent[event].bytes.begin() + 4, bent[event].bytes.end());
          bent[event].bytes = smb2::frame(message);
          audit(bent);
        }
        for (const std::uint8_t byte : wire::Bytes{0x00, 0x01, 0x7f, 0xff}) {
          bent[event].bytes = recording[event].bytes;
          bent[event].bytes[at] = byte;
          audit(bent);
        }
      }
    }
  }
}

TEST(Audit, CountsMessagesNotExpectations) {
  const Findings findings = audit(compound().recording());
  EXPECT_EQ(findings.applied[index_of("frame-zero-byte")], 2U);
  EXPECT_EQ(findings.applied[index_of("command")], 3U);
  EXPECT_EQ(findings.applied[index_of("maximum-sizes")], 1U);
  EXPECT_EQ(findings.applied[index_of("error-body")], 0U);
}

TEST(Audit, JudgesAnEmptyRecording) {
  const Findings findings = audit({});
  EXPECT_EQ(findings.applied.size(), rules().size());
  EXPECT_TRUE(findings.violations.empty());
}

}  // namespace
}  // namespace audit
