#include "harness/audit/auditor.h"

#include <algorithm>

#include "harness/audit/exchange.h"
#include "harness/audit/judge.h"
#include "harness/audit/rules/rules.h"
#include "harness/security/ntlmssp.h"
#include "harness/smb1/negotiate.h"
#include "harness/smb2/compound.h"
#include "harness/smb2/direct_tcp.h"

namespace audit {
namespace {

using smb2::Command;
using smb2::Dialect;
using transport::Protection;
using transport::Recorded;

constexpr std::size_t framing = smb2::direct_tcp_header_size;

std::vector<ResponseEntries> response_tables() {
  return {header_rules(),
          async_rules(),
          credit_rules(),
          error_rules(),
          negotiate_rules(),
          capability_rules(),
          negotiate_context_rules(),
          protection_rules(),
          session_rules(),
          tree_rules(),
          ioctl_rules(),
          token_rules()};
}

std::vector<Rule> all_rules() {
  std::vector<Rule> list;
  for (const auto& entry : framing_rules()) list.push_back(entry.rule);
  for (const auto& entry : sealed_rules()) list.push_back(entry.rule);
  for (const ResponseEntries& table : response_tables()) {
    for (const auto& entry : table) list.push_back(entry.rule);
  }
  return list;
}

std::size_t next_command(wire::View message) {
  return wire::decode<smb2::Header>(message.first(std::min(message.size(), smb2::header_size)))
      .message.next_command;
}

Protection signature_of(const Recorded& recorded, std::size_t element, std::size_t elements) {
  return recorded.signatures.size() == elements ? recorded.signatures[element] : Protection::unknown;
}

// A reserved field with something in it leaves no doubt about the others.
bool is_well_formed(const std::vector<wire::Issue>& issues) {
  return std::ranges::all_of(issues,
                             [](const wire::Issue& i) { return i.rule == wire::Rule::nonzero_reserved; });
}

// [MS-NLMP] 3.2.5.1.2: whose token names no user logs on as nobody.
bool names_nobody(wire::View token) {
  constexpr std::string_view signature{"NTLMSSP", 8};
  const auto found = std::ranges::search(token, signature);
  const auto decoded = wire::decode<security::NtlmMessage>(wire::View(found.begin(), token.end()));
  const auto* message = std::get_if<security::AuthenticateMessage>(&decoded.message.body);
  return message != nullptr && message->user_name == wire::Utf16{};
}

Request request_of(std::size_t event, wire::Decoded<smb2::Message> decoded, bool compounded) {
  Request request{.event = event, .header = decoded.message.header, .async_id = {}};
  request.well_formed = is_well_formed(decoded.issues);
  request.compounded = compounded;
  request.body = std::move(decoded.message.body);
  if (const auto* body = std::get_if<smb2::SessionSetupRequest>(&request.body))
    request.anonymous = names_nobody(body->buffer);
  return request;
}

Request request_of(std::size_t event, const wire::Decoded<smb1::NegotiateRequest>& decoded) {
  smb2::NegotiateRequest negotiate;
  for (const std::string_view dialect : smb1::dialect_strings(decoded.message)) {
    if (dialect == smb1::smb_2_wildcard) negotiate.dialects.push_back(Dialect::wildcard);
    if (dialect == smb1::smb_2_002) negotiate.dialects.push_back(Dialect::smb_2_0_2);
  }
  Request request{.event = event, .header = {}, .body = std::move(negotiate), .async_id = {}};
  request.well_formed = is_well_formed(decoded.issues);
  request.multi_protocol = true;
  return request;
}

// 3.3.5.2.3, as the client should have kept to it.
void consume(Connection& connection, const smb2::Header& header) {
  const std::uint64_t first = header.message_id;
  const std::uint64_t charge = connection.multi_credit ? std::max<std::uint64_t>(1, header.credit_charge) : 1;
  if (first >= connection.window_end || charge > connection.window_end - first) {
    connection.credits_known = false;
    return;
  }
  for (std::uint64_t id = first; id < first + charge; ++id) {
    if (!connection.consumed.insert(id).second) connection.credits_known = false;
  }
  connection.credits -= static_cast<std::int64_t>(charge);
}

void grant(Connection& connection, std::uint16_t credits) {
  connection.window_end += credits;
  connection.credits += credits;
}

// A message as it stood in a frame.
struct Placed {
  std::size_t event;
  wire::View bytes;
  bool alone;
  bool last;
  bool followed = true;  // where it is not the last: by an SMB2 header
  Protection signature;

  bool is_message() const { return smb2::protocol_of(bytes) == smb2::protocol_id; }
};

std::vector<Placed> placed(std::size_t event, const Recorded& recorded, wire::View chain) {
  const std::vector<smb2::Element> elements = smb2::split(chain);
  std::vector<Placed> list;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    list.push_back({.event = event,
                    .bytes = elements[i].bytes,
                    .alone = elements.size() == 1,
                    .last = i + 1 == elements.size(),
                    .signature = signature_of(recorded, i, elements.size())});
    if (i > 0) list[i - 1].followed = list[i].is_message();
  }
  return list;
}

void sent_message(Connection& connection, const Placed& placed, std::optional<std::uint64_t> sealed_for) {
  const wire::View message = placed.bytes;
  if (message.size() < smb2::header_size || !placed.is_message()) {
    connection.in_doubt = true;
    return;
  }
  auto decoded = smb2::decode(message);
  if (decoded.message.header.command == Command::cancel) {
    connection.sent_cancel = true;
    connection.sent_malformed_cancel |= !is_well_formed(decoded.issues);
    return;
  }
  consume(connection, decoded.message.header);
  Request request = request_of(placed.event, std::move(decoded), !placed.alone);
  request.sealed_for = sealed_for;
  request.signature = sealed_for ? Protection::none : placed.signature;
  connection.outstanding.push_back(std::move(request));
}

void sent_chain(Connection& connection, std::size_t event, const Recorded& recorded, wire::View chain,
                std::optional<std::uint64_t> sealed_for) {
  const std::vector<Placed> messages = placed(event, recorded, chain);
  for (const Placed& message : messages) sent_message(connection, message, sealed_for);
  // A server may see more in this frame than is to be seen here.
  if (next_command(messages.back().bytes) != 0) connection.in_doubt = true;
}

smb2::TransformHeader transform_header(wire::View frame) {
  return wire::decode<smb2::TransformHeader>(frame.first(std::min(frame.size(), smb2::transform_header_size)))
      .message;
}

void sent_frame(Connection& connection, std::size_t event, const Recorded& recorded, wire::View frame) {
  switch (smb2::protocol_of(frame)) {
    case smb2::protocol_id:
      return sent_chain(connection, event, recorded, frame, {});
    case smb2::transform_protocol_id:
      if (smb2::protocol_of(recorded.opened) != smb2::protocol_id) break;
      return sent_chain(connection, event, recorded, recorded.opened, transform_header(frame).session_id);
    case smb1::protocol_id: {
      connection.sent_smb1 = true;
      const auto decoded = wire::decode<smb1::NegotiateRequest>(frame);
      if (decoded.message.command.value != smb1::negotiate_command) break;
      connection.outstanding.push_back(request_of(event, decoded));
      return consume(connection, connection.outstanding.back().header);
    }
    default:
      break;
  }
  connection.in_doubt = true;
}

// The client's bytes may come in any pieces; what counts is the frames that the server sees.
void sent(Connection& connection, std::size_t event, const Recorded& recorded) {
  if (connection.out_of_step) return;
  const wire::View bytes = recorded.bytes;
  connection.unframed.insert(connection.unframed.end(), bytes.begin(), bytes.end());
  const wire::View all = connection.unframed;
  std::size_t done = 0;
  while (all.size() - done >= framing) {
    const smb2::FrameHeader header = smb2::frame_header(all.subspan(done).first<framing>());
    connection.out_of_step = header.zero != 0;
    if (connection.out_of_step || all.size() - done - framing < header.length) break;
    sent_frame(connection, event, recorded, all.subspan(done + framing, header.length));
    done += framing + header.length;
  }
  connection.in_doubt |= connection.out_of_step;
  connection.unframed.erase(connection.unframed.begin(),
                            connection.unframed.begin() + static_cast<std::ptrdiff_t>(done));
}

// The request that a response answers. MessageIds may have been sent twice: then the one whose Command fits.
std::list<Request>::iterator answered_request(Connection& connection, const smb2::Header& header) {
  auto& list = connection.outstanding;
  const auto has_id = [&](const Request& r) { return r.header.message_id == header.message_id; };
  const auto fits = [&](const Request& r) { return has_id(r) && r.header.command == header.command; };
  const auto best = std::ranges::find_if(list, fits);
  return best != list.end() ? best : std::ranges::find_if(list, has_id);
}

class Auditor {
 public:
  Findings run(const transport::Recording& recording) {
    findings_.applied.assign(rules().size(), 0);
    for (std::size_t event = 0; event < recording.size(); ++event) {
      const transport::Recorded& recorded = recording[event];
      Connection& connection = connections_[recorded.connection];
      if (recorded.event == transport::Event::connected) connection.in_doubt = false;
      if (recorded.event == transport::Event::sent) sent(connection, event, recorded);
      if (recorded.event == transport::Event::received) received(connection, event, recorded);
    }
    return std::move(findings_);
  }

 private:
  void received(Connection& connection, std::size_t event, const Recorded& recorded) {
    const wire::View bytes = recorded.bytes;
    const wire::View message = bytes.subspan(std::min(framing, bytes.size()));
    judge({.bytes = bytes, .message = message, .connection = connection}, event);
    const bool whole =
        bytes.size() >= framing && smb2::frame_header(bytes.first<framing>()).length == message.size();
    if (!whole || bytes.front() != 0) return;
    const std::optional<std::uint64_t> sealed_for = recorded.seal == Protection::none
                                                        ? std::nullopt
                                                        : std::optional(transform_header(message).session_id);
    if (sealed_for) unseal(connection, event, recorded, message);
    const wire::View chain = sealed_for ? wire::View(recorded.opened) : message;
    if (smb2::protocol_of(chain) != smb2::protocol_id) {
      connection.in_doubt = true;
      return;
    }
    for (const Placed& element : placed(event, recorded, chain)) {
      if (element.is_message()) answer(connection, element, sealed_for);
    }
  }

  void unseal(const Connection& connection, std::size_t event, const Recorded& recorded, wire::View message) {
    if (recorded.seal == Protection::unknown || message.size() < smb2::transform_header_size) return;
    const Sealed sealed{.header = transform_header(message),
                        .size = message.size() - smb2::transform_header_size,
                        .opened = recorded.seal == Protection::right,
                        .connection = connection,
                        .server = server_};
    judge(sealed, event);
    if (sealed.opened) server_.nonces[sealed.header.session_id].insert(sealed.header.nonce);
  }

  void answer(Connection& connection, const Placed& placed, std::optional<std::uint64_t> sealed_for) {
    const std::size_t event = placed.event;
    const bool last = placed.last;
    Exchange exchange{.event = event,
                      .response = smb2::decode(placed.bytes).message,
                      .bytes = placed.bytes,
                      .request = nullptr,
                      .connection = connection,
                      .server = server_,
                      .alone = placed.alone,
                      .last_in_frame = last,
                      .followed = placed.followed,
                      .sealed_for = sealed_for,
                      .signature = placed.signature,
                      .credits_left = {}};
    const auto request = exchange.is_unsolicited() ? connection.outstanding.end()
                                                   : answered_request(connection, exchange.header());
    const bool found = request != connection.outstanding.end();
    if (found) exchange.request = &*request;
    take_tokens(exchange);
    const bool final = found && !exchange.is_interim();

    grant(connection, exchange.header().credits);
    const bool idle = connection.outstanding.size() == (final ? 1 : 0);
    if (idle && last && connection.credits_known && !connection.in_doubt)
      exchange.credits_left = connection.credits;
    judge(exchange);

    if (found) learn(connection, exchange);
    if (found && !final) request->async_id = exchange.header().async_id;
    if (final) {
      connection.answered.insert_or_assign(exchange.header().message_id, event);
      connection.outstanding.erase(request);
    }
  }

  static void take_tokens(Exchange& exchange) {
    const auto* negotiate = exchange.negotiate();
    const auto* setup = exchange.session_setup();
    if (negotiate != nullptr && !negotiate->buffer.empty()) exchange.token = token_in(negotiate->buffer);
    if (setup == nullptr || setup->buffer.empty()) return;
    exchange.token = token_in(setup->buffer);
    if (const auto* asked = exchange.asked<smb2::SessionSetupRequest>())
      exchange.request_token = token_in(asked->buffer);
  }

  void learn(Connection& connection, const Exchange& exchange) {
    learn_session(connection, exchange);
    const auto* challenge = exchange.token ? exchange.token->challenge() : nullptr;
    const auto* client = exchange.request_token ? exchange.request_token->ntlm_negotiate() : nullptr;
    if (challenge != nullptr && client != nullptr && !server_.challenges.contains(client->negotiate_flags))
      server_.challenges.emplace(client->negotiate_flags, without_time(*challenge));
    const auto* body = exchange.negotiate();
    if (body == nullptr) {
      // Without its flag the response can't be told from a request.
      if (!exchange.header().is_response()) connection.in_doubt = true;
      return;
    }
    connection.dialect = body->dialect_revision;
    connection.system_time = body->system_time;
    connection.multi_credit = connection.is_negotiated() && body->dialect_revision != Dialect::smb_2_0_2 &&
                              has(body->capabilities, smb2::Capabilities::large_mtu);
    connection.cipher =
        Dialect::smb_3_1_1 == connection.dialect ? smb2::Cipher::none : smb2::Cipher::aes_128_ccm;
    const auto* offer = exchange.offer();
    connection.announced_encryption =
        offer != nullptr && has(offer->capabilities, smb2::Capabilities::encryption);
    server_.implements_3_1_1 |= body->dialect_revision == Dialect::smb_3_1_1;
    if (!server_.guid) server_.guid = body->server_guid;
    for (const smb2::NegotiateContext& context : body->negotiate_contexts) {
      if (const auto* preauth = std::get_if<smb2::PreauthIntegrityCapabilities>(&context.data)) {
        server_.salts.insert(preauth->salt);
      }
      const auto* encryption = std::get_if<smb2::EncryptionCapabilities>(&context.data);
      if (encryption != nullptr && !encryption->ciphers.empty())
        connection.cipher = encryption->ciphers.front();
    }
  }

  // SessionIds may be used again.
  void learn_session(Connection& connection, const Exchange& exchange) {
    const smb2::Header& asked = exchange.request->header;
    const smb2::Header& header = exchange.header();
    if (const auto* setup = exchange.session_setup()) {
      if (asked.session_id == 0) {
        connection.logged_off.erase(header.session_id);
        connection.not_users.erase(header.session_id);
        server_.nonces.erase(header.session_id);
      }
      if (exchange.request->anonymous || names_no_user(setup->session_flags))
        connection.not_users.insert(header.session_id);
    }
    const bool succeeded = header.is_response() && header.status == smb2::NtStatus::success;
    if (asked.command == Command::session_setup && succeeded)
      std::erase_if(connection.shares, [&](const auto& of) { return of.first.first == header.session_id; });
    const auto* tree = std::get_if<smb2::TreeConnectResponse>(&exchange.response.body);
    if (tree != nullptr && succeeded && exchange.asked_path() != nullptr)
      connection.shares.try_emplace({asked.session_id, exchange.asked_path()->raw}, *tree);
    if (asked.command == Command::logoff && header.command == Command::logoff && succeeded &&
        asked.session_id == header.session_id)
      connection.logged_off.try_emplace(header.session_id, exchange.event);
  }

  void judge(const Frame& frame, std::size_t event) {
    std::size_t rule = 0;
    for (const auto& entry : framing_rules()) {
      Judge judge(rule++, event, findings_);
      entry.check(frame, judge);
    }
  }

  void judge(const Sealed& sealed, std::size_t event) {
    std::size_t rule = framing_rules().size();
    for (const auto& entry : sealed_rules()) {
      Judge judge(rule++, event, findings_);
      entry.check(sealed, judge);
    }
  }

  void judge(const Exchange& exchange) {
    std::size_t rule = framing_rules().size() + sealed_rules().size();
    for (const ResponseEntries& table : tables_) {
      for (const auto& entry : table) {
        Judge judge(rule++, exchange.event, findings_);
        entry.check(exchange, judge);
      }
    }
  }

  const std::vector<ResponseEntries> tables_ = response_tables();
  std::map<unsigned, Connection> connections_;
  Server server_;
  Findings findings_;
};

}  // namespace

std::span<const Rule> rules() {
  static const std::vector<Rule> list = all_rules();
  return list;
}

Findings audit(const transport::Recording& recording) { return Auditor().run(recording); }

}  // namespace audit
