#include "harness/audit/talk.h"

#include <algorithm>
#include <set>

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"
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

constexpr std::uint64_t session_id = 77;

// A request and its response; signed unless told, with a signature that is right.
Talk& exchange(Talk& talk, Command command, std::uint64_t message_id, NtStatus status = NtStatus::success) {
  Message asked = smb2::request(command);
  Message answered = smb2::response(command);
  for (Message* message : {&asked, &answered}) {
    smb2::Header& header = message->header;
    header.command = command;
    header.message_id = message_id;
    header.session_id = session_id;
    header.credits = 1;
    header.credit_charge = 1;
    header.flags = header.flags | HeaderFlags::signed_message;
    header.signature = {0x51};
  }
  answered.header.flags = answered.header.flags | HeaderFlags::server_to_redir;
  answered.header.status = status;
  if (auto* tree = std::get_if<smb2::TreeConnectResponse>(&answered.body))
    tree->share_type = smb2::ShareType::disk;
  if (status != NtStatus::success) answered.body = smb2::ErrorResponse{};
  talk.steps.push_back(
      {.event = Event::sent, .messages = {asked}, .signatures = {transport::Protection::right}});
  talk.steps.push_back(
      {.event = Event::received, .messages = {answered}, .signatures = {transport::Protection::right}});
  return talk;
}

void unsign(Talk::Step& step) {
  smb2::Header& header = step.messages.front().header;
  header.flags = header.flags & ~HeaderFlags::signed_message;
  header.signature = {};
  step.signatures = {transport::Protection::none};
}

Talk sign_in(Talk talk) {
  exchange(talk, Command::session_setup, 1);
  exchange(talk, Command::session_setup, 2);
  for (const std::size_t step : {2U, 3U, 4U}) unsign(talk.steps[step]);
  talk[2].header.session_id = 0;
  talk[3].header.status = NtStatus::more_processing_required;
  // Nobody's mechanism, so that no rule about tokens has anything to say.
  for (const std::size_t step : {2U, 4U})
    body<smb2::SessionSetupRequest>(talk[step]).buffer = wire::Bytes(8, 0x11);
  body<smb2::SessionSetupResponse>(talk[3]).buffer = wire::Bytes(40, 0x11);
  body<smb2::SessionSetupResponse>(talk[5]).buffer = wire::Bytes(9, 0x11);
  return talk;
}

security::AvPair name_of(security::AvId id, std::string_view name) {
  return {.id = id, .value = security::AvName{wire::Utf16::from_utf8(name)}};
}

security::ChallengeMessage challenge() {
  using enum security::NegotiateFlags;
  security::TargetInfo info;
  info.av_pairs = {name_of(security::AvId::nb_domain_name, "DOMAIN"),
                   name_of(security::AvId::nb_computer_name, "SERVER"),
                   {.id = security::AvId::timestamp, .value = security::AvTime{133000000000000000}},
                   {.id = security::AvId::eol}};
  return {.negotiate_flags = unicode | request_target | ntlm | target_info | version,
          .server_challenge = {1, 2, 3},
          .version = security::Version{},
          .target_name = wire::Utf16::from_utf8("DOMAIN"),
          .target_info = std::move(info)};
}

// Steps `first` to `first` + 3, two legs, get tokens of NTLMSSP in SPNEGO.
void give_tokens(Talk& talk, std::size_t first) {
  security::NegotiateMessage hello{.negotiate_flags = security::NegotiateFlags::unicode};
  security::NegTokenInit offer = security::neg_token_init({{security::ntlmssp}});
  offer.mech_token = {.value = wire::encode(security::NtlmMessage{hello})};
  security::NegTokenResp leg;
  leg.neg_state = {.value = security::NegState::accept_incomplete};
  leg.supported_mech = {.value = security::ntlmssp};
  leg.response_token = {.value = wire::encode(security::NtlmMessage{challenge()})};
  security::NegTokenResp proof;
  proof.response_token = {.value = wire::encode(security::NtlmMessage{security::AuthenticateMessage()})};
  security::NegTokenResp end;
  end.neg_state = {.value = security::NegState::accept_completed};
  body<smb2::SessionSetupRequest>(talk[first]).buffer = wire::encode(security::Token{offer, {}});
  body<smb2::SessionSetupResponse>(talk[first + 1]).buffer = wire::encode(security::Token{leg, {}});
  body<smb2::SessionSetupRequest>(talk[first + 2]).buffer = wire::encode(security::Token{proof, {}});
  body<smb2::SessionSetupResponse>(talk[first + 3]).buffer = wire::encode(security::Token{end, {}});
}

void seal(Talk::Step& step, std::uint8_t nonce) {
  unsign(step);
  step.sealed = smb2::TransformHeader{.nonce = {nonce}, .session_id = session_id};
}

Talk sealed(Talk talk) {
  for (std::size_t step = 6; step < talk.steps.size(); ++step) {
    seal(talk.steps[step], static_cast<std::uint8_t>(step));
  }
  return talk;
}

Talk in_session(Command command, Talk talk = signed_in()) { return exchange(talk, command, 3); }

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
    const bool padded = !last || (i != 0 && message.header.is_response());  // 3.3.4.1.3
    if (padded) one.resize((one.size() + 7) / 8 * 8);
    if (!last) {
      if (message.header.next_command == 0)
        message.header.next_command = static_cast<std::uint32_t>(one.size());
      const wire::Bytes again = smb2::encode(message);
      std::ranges::copy(again, one.begin());
    }
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  if (step.sealed) {
    smb2::TransformHeader header = *step.sealed;
    header.encrypted_message = std::move(bytes);
    bytes = wire::encode(header);
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
    transport::Recorded& recorded = recording.back();
    recorded.signatures = step.signatures;
    if (!step.sealed) continue;
    recorded.seal = step.seal;
    if (step.seal != transport::Protection::right) continue;
    Step opened = step;
    opened.sealed.reset();
    opened.bend = nullptr;
    const wire::Bytes chain = frame(opened);
    recorded.opened.assign(chain.begin() + smb2::direct_tcp_header_size, chain.end());
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
                                   .buffer = security::neg_token_init2({{security::ntlmssp}})};
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
  failure(talk, 3).error_contexts = {{.error_id = {}, .data = wire::Bytes{1, 2, 3, 4}},
                                     {.error_id = smb2::ErrorId::share_redirect, .data = wire::Bytes{5}}};
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

Talk signed_in() { return sign_in(at_3_1_1()); }
Talk signed_in_at_2_1() { return sign_in(at_2_1()); }

Talk signed_in_with_tokens() {
  Talk talk = signed_in();
  give_tokens(talk, 2);
  return talk;
}
Talk signed_in_twice() {
  Talk talk = signed_in_with_tokens();
  for (std::size_t step = 2; step < 6; ++step) {
    talk.steps.push_back(talk.steps[step]);
    talk.steps.back().messages.front().header.message_id += 2;
  }
  return talk;
}

Talk echo() { return in_session(Command::echo); }
Talk logoff() { return in_session(Command::logoff); }
Talk tree_disconnect() { return in_session(Command::tree_disconnect); }
Talk tree_connect() { return in_session(Command::tree_connect); }
Talk tree_connect_at_2_1() { return in_session(Command::tree_connect, signed_in_at_2_1()); }

Talk ioctl() {
  Talk talk = in_session(Command::ioctl);
  auto& asked = body<smb2::IoctlRequest>(talk[6]);
  auto& answered = body<smb2::IoctlResponse>(talk[7]);
  asked.ctl_code = answered.ctl_code = smb2::CtlCode::pipe_peek;
  asked.file_id = answered.file_id = {7};
  asked.max_output_response = 8;
  answered.output = wire::Bytes(8, 0x11);
  return talk;
}

Talk ioctl_without_output() {
  Talk talk = ioctl();
  body<smb2::IoctlResponse>(talk[7]).output = wire::Bytes{};
  return talk;
}

Talk tree_connects() {
  Talk talk = tree_connect();
  return exchange(talk, Command::tree_connect, 4);
}

Talk after_logoff() {
  Talk talk = logoff();
  exchange(talk, Command::tree_connect, 4, NtStatus::user_session_deleted);
  unsign(talk.steps[9]);
  return talk;
}

Talk sealed_echo() { return sealed(echo()); }
Talk sealed_echo_with_ccm() {
  Talk talk = sealed_echo();
  context<smb2::EncryptionCapabilities>(talk, 1).ciphers = {smb2::Cipher::aes_128_ccm};
  auto& offer = std::get<smb2::EncryptionCapabilities>(question(talk).negotiate_contexts[1].data);
  offer.ciphers = {smb2::Cipher::aes_128_ccm};
  return talk;
}
Talk sealed_echoes() {
  Talk talk = echo();
  exchange(talk, Command::echo, 4);
  return sealed(std::move(talk));
}

Talk asynchronous_in_session() {
  Talk talk = in_session(Command::change_notify);
  talk[6].body = wire::Bytes{4, 0, 0, 0};
  talk[7].body = wire::Bytes{4, 0, 0, 0};
  talk[7].header.flags = talk[7].header.flags | HeaderFlags::async_command;
  talk[7].header.async_id = 9;
  Talk::Step interim = talk.steps[7];
  interim.messages[0].header.status = NtStatus::pending;
  interim.messages[0].body = smb2::ErrorResponse{};
  unsign(interim);
  talk[7].header.credits = 0;
  talk.steps.insert(talk.steps.begin() + 7, interim);
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
