#include "harness/audit/talk.h"

#include <algorithm>
#include <set>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"

namespace audit {

using smb2::Capabilities;
using smb2::Command;
using smb2::ContextType;
using smb2::Dialect;
using smb2::HeaderFlags;
using smb2::Message;
using smb2::NtStatus;
using transport::Event;

namespace {

constexpr Capabilities of_2_1 = Capabilities::dfs | Capabilities::leasing | Capabilities::large_mtu;

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

Talk negotiate(Dialect dialect, Capabilities capabilities) {
  return {{{.event = Event::sent, .messages = {negotiate_request({dialect})}},
           {.event = Event::received, .messages = {negotiate_response(dialect, capabilities)}}}};
}

Talk unannounced(Dialect dialect) {
  Talk talk = negotiate(dialect, of_2_1);
  question(talk).capabilities = Capabilities::none;
  return talk;
}

Talk served(NtStatus status, Dialect dialect = Dialect::smb_3_1_1) {
  Talk talk = negotiate(dialect, Capabilities::dfs);
  const Message asked = request(Command::close, 1);
  add(talk, Event::sent, {asked});
  return add(talk, Event::received, {response_to(asked, status)});
}

}  // namespace

wire::Bytes Talk::frame(const Step& step) {
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

transport::Recording Talk::recording() const {
  transport::Recording recording;
  std::set<unsigned> connected;
  const auto record = [&](Event event, unsigned connection, wire::Bytes bytes) {
    recording.push_back(
        {.event = event, .connection = connection, .at = {}, .bytes = std::move(bytes), .note = {}});
  };
  for (const Step& step : steps) {
    if (connected.insert(step.connection).second) record(Event::connected, step.connection, {});
    record(step.event, step.connection, frame(step));
  }
  return recording;
}

Message negotiate_request(std::vector<Dialect> dialects) {
  smb2::NegotiateRequest request{.security_mode = smb2::SecurityMode::signing_enabled,
                                 .capabilities = all_capabilities,
                                 .dialects = std::move(dialects)};
  if (std::ranges::find(request.dialects, Dialect::smb_3_1_1) != request.dialects.end()) {
    request.negotiate_contexts = contexts(0x11);
    request.negotiate_contexts.push_back(
        {.type = ContextType::netname,
         .data = smb2::NetnameNegotiateContextId{wire::Utf16::from_utf8("server")}});
  }
  return {.header = {.command = Command::negotiate, .credits = 8}, .body = std::move(request)};
}

Message negotiate_response(Dialect dialect, Capabilities capabilities, std::uint8_t salt) {
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

Talk at_2_0_2() { return negotiate(Dialect::smb_2_0_2, Capabilities::dfs); }
Talk at_2_1() { return negotiate(Dialect::smb_2_1, of_2_1); }
Talk at_3_0() { return negotiate(Dialect::smb_3_0, Capabilities{0x7f}); }
Talk at_3_1_1() { return negotiate(Dialect::smb_3_1_1, Capabilities{0xbf}); }

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
Message response_to(const Message& request, NtStatus status) {
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

Talk success() { return served(NtStatus::success); }
Talk refused() { return served(NtStatus::access_denied); }
Talk refused_2_1() { return served(NtStatus::access_denied, Dialect::smb_2_1); }
Talk refused_with_contexts() {
  Talk talk = refused();
  failure(talk, 3).error_contexts = {{.error_id = {}, .error_context_data = {1, 2, 3, 4}},
                                     {.error_id = smb2::ErrorId::share_redirect, .error_context_data = {5}}};
  return talk;
}

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

Talk cancelled() {
  Talk talk = at_3_1_1();
  const Message asked = request(Command::read, 1);
  Message cancel = request(Command::cancel, 1);
  add(talk, Event::sent, {asked});
  add(talk, Event::sent, {cancel});
  return add(talk, Event::received, {response_to(asked, NtStatus{0xc0000120})});
}

Talk compound() {
  Talk talk = at_3_1_1();
  const Message first = request(Command::read, 1);
  const Message second = request(Command::close, 2);
  add(talk, Event::sent, {first, second});
  return add(talk, Event::received, {response_to(first), response_to(second)});
}

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

std::size_t index_of(std::string_view rule) {
  const auto found = std::ranges::find(rules(), rule, &Rule::id);
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

}  // namespace audit
