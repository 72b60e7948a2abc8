#include "harness/scenario/conversation.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/smb2/compound.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/transform_header.h"

namespace scenario {
namespace {

using transport::Awaitable;
using transport::Fault;
using transport::Protection;
using transport::Time;

// To one request. A server announces once that it will take time; some do so again while it lasts.
constexpr unsigned most_interims = 64;
// Messages that no step has asked for; a server that floods must not fill the memory.
constexpr std::size_t most_kept = 1024;

Arrived arrived(const transport::Error& error, Time patience, unsigned interims) {
  switch (error.fault) {
    case Fault::timeout:
      return {Arrived::Nothing{patience, interims}};
    case Fault::not_a_frame:
      return {Arrived::Foreign{error.text}};
    case Fault::reset:
      return {Arrived::Closed{"reset the connection"}};
    default:
      return {Arrived::Closed{"closed the connection"}};
  }
}

}  // namespace

Awaitable<transport::Result<void>> Conversation::connect(const std::string& name, Time deadline) {
  transport::Result<std::unique_ptr<transport::Stream>> stream = co_await network_.connect(deadline);
  if (!stream) co_return std::unexpected(stream.error());
  const auto number = static_cast<unsigned>(links_.size());
  Link& link = links_[name];
  link =
      Link{.name = name,
           .framed = std::make_unique<transport::Framed>(std::move(*stream), number, network_, recording_)};
  last_ = &link;
  co_return transport::Result<void>();
}

Link* Conversation::link(const std::string& name) {
  if (name.empty()) return last_;
  const auto found = links_.find(name);
  return found == links_.end() ? nullptr : &found->second;
}

Awaitable<transport::Result<void>> Conversation::send(Link& link, wire::View frame, wire::Bytes opened,
                                                      Time deadline) {
  transport::Result<void> sent = co_await link.framed->send(frame, deadline);
  recording_.back().signatures = signatures_of(link, frame);
  if (!opened.empty()) recording_.back().opened = std::move(opened);
  co_return sent;
}

Awaitable<Arrived> Conversation::receive(Link& link, Awaited awaited, Time patience) {
  const Time end = network_.now() + patience;
  while (true) {
    std::optional<Arrived> found = take(link, awaited);
    if (found) co_return *std::move(found);
    if (link.arrived.size() >= most_kept) {
      if (std::optional<Arrived> stray = take_stray(link)) co_return *std::move(stray);
    }
    if (const Pending* busy = endlessly_pending(link)) {
      co_return Arrived{Arrived::Foreign{
          fmt::format("{} interim responses to {} and no final one", busy->interims,
                      wire::name_of(smb2::command_names, static_cast<std::uint64_t>(busy->command)))}};
    }
    transport::Result<transport::Frame> frame = co_await link.framed->receive(end);
    if (!frame) {
      if (std::optional<Arrived> stray = take_stray(link)) co_return *std::move(stray);
      co_return arrived(frame.error(), patience, interims(link));
    }
    const client::Sessions sessions = [&](std::uint64_t id) { return session_of(link, id); };
    client::Incoming incoming = client::disassemble(link.state, sessions, frame->message());
    if (incoming.seal != Protection::none) {
      const auto header = wire::decode<smb2::TransformHeader>(frame->message()).message;
      recording_.back().seal = beyond_doubt(link, header.session_id, incoming.seal);
    }
    if (!incoming.problem.empty()) {
      co_return Arrived{Arrived::Foreign{
          fmt::format("a frame of {} bytes that {}", frame->message().size(), incoming.problem)}};
    }
    take_in(link, std::move(incoming));
  }
}

// From what has arrived. An answer takes the interim responses before it along.
std::optional<Arrived> Conversation::take(Link& link, const Awaited& awaited) {
  const auto message_id = [](const Arrived::Message& m) { return m.decoded.message.header.message_id; };
  const auto wanted = std::ranges::find_if(link.arrived, [&](const Arrived::Message& m) {
    return (awaited.request.empty() || m.answers == awaited.request) &&
           (!awaited.message_id || (m.solicited && message_id(m) == *awaited.message_id)) &&
           (awaited.interim || !m.interim) && (!awaited.unsolicited || !m.solicited);
  });
  if (wanted == link.arrived.end()) return std::nullopt;
  Arrived::Message found = std::move(*wanted);
  link.arrived.erase(wanted);
  std::erase_if(link.arrived, [&](const Arrived::Message& m) {
    return m.interim && !found.interim && message_id(m) == message_id(found);
  });
  return Arrived{std::move(found)};
}

// Where no answer comes, what came instead explains it best.
std::optional<Arrived> Conversation::take_stray(Link& link) {
  const auto stray = std::ranges::find(link.arrived, false, &Arrived::Message::solicited);
  if (stray == link.arrived.end()) return std::nullopt;
  Arrived::Message found = std::move(*stray);
  link.arrived.erase(stray);
  return Arrived{std::move(found)};
}

void Conversation::take_in(Link& link, client::Incoming incoming) {
  transport::Recorded& recorded = recording_.back();
  if (!incoming.chain.empty()) recorded.opened = incoming.chain;
  for (client::Incoming::Element& element : incoming.elements) {
    const smb2::Header header = element.decoded.message.header;
    const auto pending = link.pending.find(header.message_id);
    const bool known = pending != link.pending.end();
    Arrived::Message message{.decoded = {},
                             .answers = known ? pending->second.name : std::string(),
                             .seal = incoming.seal,
                             .solicited = known || link.sent_raw,
                             // 3.3.4.2: it announces the one that is waited for
                             .interim = header.is_async() && header.status == smb2::NtStatus::pending};
    if (known && message.interim) {
      Pending& request = pending->second;
      if (request.interims++ == 0) request.async_id = header.async_id;
    } else if (known) {
      conclude(link, pending->second, element);
      message.objection = objection(link, pending->second, element);
      link.pending.erase(pending);
    }
    recorded.signatures.push_back(beyond_doubt(link, header.session_id, element.signature));
    message.signature = element.signature;
    message.decoded = std::move(element.decoded);
    link.arrived.push_back(std::move(message));
  }
}

// What keeps a client from going on with a final response, but for its status.
std::string Conversation::objection(const Link& link, const Pending& pending,
                                    const client::Incoming::Element& element) {
  const smb2::Header& response = element.decoded.message.header;
  if (!response.is_response()) return "it is a request";
  if (response.command != pending.command) {
    return fmt::format("it answers {}",
                       wire::name_of(smb2::command_names, static_cast<std::uint64_t>(pending.command)));
  }
  if (pending.interims > 0 && (!response.is_async() || response.async_id != pending.async_id)) {
    return fmt::format("its interim response had AsyncId 0x{:x}, and it has {}", pending.async_id,
                       response.is_async() ? fmt::format("0x{:x}", response.async_id) : "none");
  }
  if (beyond_doubt(link, response.session_id, element.signature) == Protection::wrong)
    return "its signature is wrong";
  const Authentication* leg = authentication(pending.authentication);
  if (leg == nullptr) return {};
  if (!leg->login.objection().empty()) return leg->login.objection();
  const client::Session& session = leg->login.session();
  if (session.id != 0 && response.session_id != session.id)
    return fmt::format("it is for session 0x{:x}, not 0x{:x}", response.session_id, session.id);
  // 3.2.5.3.1; nobody has keys for guests and anonymous users.
  const bool is_signed = smb2::has(response.flags, smb2::HeaderFlags::signed_message);
  if (link.state.dialect() == smb2::Dialect::smb_3_1_1 && response.status == smb2::NtStatus::success &&
      leg->login.purpose() != client::Login::Purpose::reauthentication && !session.guest &&
      !session.anonymous && !is_signed) {
    return "it is not signed, which 3.1.1 wants";
  }
  return {};
}

const Pending* Conversation::endlessly_pending(const Link& link) {
  const auto found = std::ranges::find_if(
      link.pending, [](const auto& entry) { return entry.second.interims >= most_interims; });
  return found == link.pending.end() ? nullptr : &found->second;
}

unsigned Conversation::interims(const Link& link) {
  unsigned most = 0;
  for (const auto& [id, pending] : link.pending) most = std::max(most, pending.interims);
  return most;
}

// What an answer changes for all that comes later.
void Conversation::conclude(Link& link, const Pending& pending, client::Incoming::Element& element) {
  const smb2::Message& response = element.decoded.message;
  if (response.header.command != pending.command) return;
  if (pending.command == smb2::Command::negotiate) link.state.negotiated(pending.message, element.bytes);
  if (auto* authentication = this->authentication(pending.authentication)) {
    locked_out_ = locked_out_ || response.header.status == account_locked_out;
    authentication->login.received(link.state, response, element.bytes);
    const client::Session& session = authentication->login.session();
    environment_.save(pending.authentication + ".id", Term{session.id});
    // The last response is signed with keys that only it completes.
    if (session.established && smb2::has(response.header.flags, smb2::HeaderFlags::signed_message) &&
        session.can_sign()) {
      const bool right = link.state.verify(element.bytes, session.channel_signing_key);
      element.signature = right ? Protection::right : Protection::wrong;
    }
    if (const auto* body = std::get_if<smb2::SessionSetupResponse>(&response.body)) {
      environment_.save(pending.authentication + ".flags",
                        Term{static_cast<std::uint64_t>(body->session_flags)});
      if (session.established)
        environment_.save(pending.authentication + ".mic", Term{authentication->login.server_mic()});
    }
  }
  const auto* connected = std::get_if<smb2::TreeConnectResponse>(&response.body);
  if (connected != nullptr && !pending.tree.empty()) {
    Tree& tree = trees_[pending.tree];
    tree.id = response.header.tree_id;
    tree.encrypts = smb2::has(connected->share_flags, smb2::ShareFlags::encrypt_data);
    environment_.save(pending.tree + ".id", Term{std::uint64_t{tree.id}});
  }
}

void Conversation::begin(const std::string& name, Authentication authentication) {
  environment_.save(name + ".id", Term{authentication.login.session().id});
  authentications_.emplace_back(name, std::move(authentication));
}

Authentication* Conversation::authentication(const std::string& name) {
  for (auto& [known, authentication] : authentications_) {
    if (known == name) return &authentication;
  }
  return nullptr;
}

const client::Session* Conversation::session(const std::string& name) {
  const Authentication* found = authentication(name);
  return found == nullptr ? nullptr : &found->login.session();
}

const Tree* Conversation::tree(const std::string& name) const {
  const auto found = trees_.find(name);
  return found == trees_.end() ? nullptr : &found->second;
}

const Authentication* Conversation::authentication_of(const Link& link, std::uint64_t id) const {
  for (auto at = authentications_.rbegin(); at != authentications_.rend(); ++at) {
    const auto& [name, authentication] = *at;
    if (authentication.on == link.name && authentication.login.session().id == id) return &authentication;
  }
  return nullptr;
}

const client::Session* Conversation::session_of(const Link& link, std::uint64_t id) const {
  const Authentication* found = authentication_of(link, id);
  return found == nullptr ? nullptr : &found->login.session();
}

// Of a frame as sent; empty when it is sealed or not a frame of its own.
std::vector<Protection> Conversation::signatures_of(const Link& link, wire::View frame) const {
  constexpr std::size_t framing = smb2::direct_tcp_header_size;
  if (frame.size() < framing + smb2::header_size || frame.front() != 0 ||
      smb2::frame_header(frame.first<framing>()).length != frame.size() - framing)
    return {};
  std::vector<Protection> signatures;
  for (const smb2::Element& element : smb2::split(frame.subspan(framing))) {
    const wire::View start = element.bytes.first(std::min(element.bytes.size(), smb2::header_size));
    const auto header = wire::decode<smb2::Header>(start).message;
    if (header.protocol_id.forced) return {};
    Protection verdict = Protection::none;
    if (smb2::has(header.flags, smb2::HeaderFlags::signed_message)) {
      const client::Session* session = session_of(link, header.session_id);
      const bool known = session != nullptr && session->can_sign();
      verdict = !known                                                           ? Protection::unknown
                : link.state.verify(element.bytes, session->channel_signing_key) ? Protection::right
                                                                                 : Protection::wrong;
    }
    signatures.push_back(verdict);
  }
  return signatures;
}

// A server that takes a changed leg, or a guest, may rightly have other keys.
Protection Conversation::beyond_doubt(const Link& link, std::uint64_t session_id, Protection verdict) const {
  const Authentication* found = authentication_of(link, session_id);
  const bool doubtful = found == nullptr || found->doubtful || found->login.session().guest;
  return verdict == Protection::wrong && doubtful ? Protection::unknown : verdict;
}

std::vector<client::Session> Conversation::sessions() const {
  std::vector<client::Session> sessions;
  for (const auto& [name, authentication] : authentications_) {
    const client::Session& session = authentication.login.session();
    if (!session.session_key.empty()) sessions.push_back(session);
  }
  return sessions;
}

void Conversation::close() {
  for (auto& [name, link] : links_) link.framed->close();
}

}  // namespace scenario
