#include "harness/scenario/sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/smb2/direct_tcp.h"

namespace scenario {
namespace {

using transport::Awaitable;

constexpr std::uint16_t credits_asked_for = 16;  // by all but NEGOTIATE

// As it stands in the message, since tables set it too; SMB_COM_NEGOTIATE counts as 0 (3.3.5.2.3).
std::uint64_t message_id_of(wire::View message) {
  if (message.size() < smb2::header_size) return 0;
  const auto header = wire::decode<smb2::Header>(message.first(smb2::header_size));
  return header.message.protocol_id.forced ? 0 : header.message.message_id;
}

}  // namespace

Mismatch table_fault(std::string why, unsigned line) {
  return {
      .message = std::move(why), .expected = {}, .got = {}, .field = {}, .harness_fault = true, .line = line};
}

Sender::Sender(const transport::Network& network, Conversation& conversation, const Environment& environment,
               Entropy& entropy, transport::Time step_timeout)
    : network_(network),
      conversation_(conversation),
      environment_(environment),
      entropy_(entropy),
      step_timeout_(step_timeout) {
  entropy_.fill(client_guid_);
}

Awaitable<Refusal> Sender::send(Link& link, const Request& request, smb2::Message base, Pending pending) {
  const std::string authentication = pending.authentication;
  auto element = prepare(link, request, std::move(base), std::move(pending));
  if (!element) co_return table_fault(element.error());
  std::vector<client::Outgoing> elements;
  elements.push_back(*std::move(element));
  const client::Session* sealer = this->sealer(request, request.seal);
  co_return co_await deliver(link, request, std::move(elements), sealer, authentication);
}

Awaitable<Refusal> Sender::send(Link& link, const Compound& compound) {
  std::vector<client::Outgoing> elements;
  for (const Request& request : compound.requests) {
    Pending pending{.name = request.as};
    auto element = prepare(link, request, base_of(request, entropy_), std::move(pending));
    if (!element) co_return table_fault(element.error());
    elements.push_back(*std::move(element));
  }
  const Request& first = compound.requests.front();
  const client::Session* sealer = this->sealer(first, compound.seal);
  const std::string no_authentication;
  co_return co_await deliver(link, first, std::move(elements), sealer, no_authentication);
}

Awaitable<Refusal> Sender::send(Link& link, const Send& step) {
  const auto term = environment_.evaluate(step.hex);
  if (!term) co_return table_fault(term.error());
  const auto* given = std::get_if<wire::Bytes>(&term->value);
  const auto parsed = given != nullptr ? std::optional(*given) : wire::from_hex(term->text());
  if (!parsed) co_return table_fault(fmt::format("hex=\"{}\" is not hexadecimal", term->text()));
  if (step.framed && parsed->size() > smb2::largest_frame)
    co_return table_fault("the message is too long for a frame");
  const wire::Bytes bytes = step.framed ? smb2::frame(*parsed) : *parsed;
  std::size_t piece = bytes.size();
  if (step.chunks) {
    const auto size = environment_.evaluate(*step.chunks);
    const auto number = size ? literal(size->text()).number() : std::nullopt;
    if (!number || *number == 0) co_return table_fault("chunks is no positive number");
    piece = static_cast<std::size_t>(*number);
  }
  link.sent_raw = true;
  const wire::View all = bytes;
  for (std::size_t at = 0; at < all.size(); at += piece) {
    wire::Bytes nothing_sealed;
    Refusal refusal =
        co_await deliver(link, all.subspan(at, std::min(piece, all.size() - at)), std::move(nothing_sealed));
    if (refusal) co_return refusal;
  }
  co_return std::nullopt;
}

std::expected<client::Outgoing, std::string> Sender::prepare(Link& link, const Request& request,
                                                             smb2::Message base, Pending pending) {
  smb2::Header& header = base.header;
  header.message_id = link.next_message_id++;
  if (auto* negotiate = std::get_if<smb2::NegotiateRequest>(&base.body))
    negotiate->client_guid = client_guid_;
  if (request.command != smb2::Command::negotiate) header.credits = credits_asked_for;
  if (link.state.multi_credit()) header.credit_charge = 1;
  if (const Tree* tree = conversation_.tree(request.tree)) header.tree_id = tree->id;
  if (const client::Session* session = owner(request)) header.session_id = session->id;
  if (request.related) header.flags = header.flags | smb2::HeaderFlags::related_operations;
  const client::Session* signer = this->signer(request);
  if (signer != nullptr) header.flags = header.flags | smb2::HeaderFlags::signed_message;
  auto bytes = build(request, std::move(base), environment_, entropy_);
  if (!bytes) return std::unexpected(bytes.error());
  auto bends = bends_of(request, environment_);
  if (!bends) return std::unexpected(bends.error());
  pending.command = request.command;
  const bool looked_at_again = request.command == smb2::Command::negotiate || !pending.authentication.empty();
  if (looked_at_again) pending.message = *bytes;
  link.last_request = message_id_of(*bytes);
  // A CANCEL has the MessageId of what it cancels, which is still to be answered.
  if (request.command == smb2::Command::cancel) {
    link.pending.try_emplace(link.last_request, std::move(pending));
  } else {
    link.pending[link.last_request] = std::move(pending);
  }
  return client::Outgoing{.bytes = *std::move(bytes), .signer = signer, .bends = *std::move(bends)};
}

// The session a request belongs to.
const client::Session* Sender::owner(const Request& request) {
  if (!request.session.empty()) return conversation_.session(request.session);
  const Tree* tree = conversation_.tree(request.tree);
  return tree == nullptr ? nullptr : conversation_.session(tree->session);
}

// By whose key a request is signed: as due, that is by an ordinary user's. 3.2.4.1.1: what has to be sealed
// is not signed, whoever would.
const client::Session* Sender::signer(const Request& request) {
  const bool is_sealed = sealer(request, request.seal) != nullptr;
  if (request.seal.by == Guard::By::due && is_sealed) return nullptr;
  const client::Session* session = owner(request);
  switch (request.sign.by) {
    case Guard::By::nobody:
      return nullptr;
    case Guard::By::session:
      if (!request.sign.session.empty()) session = conversation_.session(request.sign.session);
      return session != nullptr && session->can_sign() ? session : nullptr;
    case Guard::By::due:
      break;
  }
  const bool ordinary = session != nullptr && session->established && session->can_sign() &&
                        !session->guest && !session->anonymous;
  return ordinary && !is_sealed ? session : nullptr;
}

const client::Session* Sender::sealer(const Request& request, const Guard& seal) {
  const client::Session* session = owner(request);
  switch (seal.by) {
    case Guard::By::nobody:
      return nullptr;
    case Guard::By::session:
      if (!seal.session.empty()) session = conversation_.session(seal.session);
      return session != nullptr && session->can_seal() ? session : nullptr;
    case Guard::By::due:
      break;
  }
  const Tree* tree = conversation_.tree(request.tree);
  const bool due = session != nullptr && (session->encrypt_data || (tree != nullptr && tree->encrypts));
  return due && session->can_seal() ? session : nullptr;
}

// `request`: whose frame it is. `authentication`: which hashes what goes out.
Awaitable<Refusal> Sender::deliver(Link& link, const Request& request, std::vector<client::Outgoing> elements,
                                   const client::Session* sealer, const std::string& authentication) {
  std::vector<client::Bend> frame_bends;
  for (const client::Outgoing& element : elements) {
    std::ranges::copy_if(element.bends, std::back_inserter(frame_bends),
                         [](const client::Bend& one) { return one.stage == client::Stage::frame; });
  }
  BendFault fault;
  client::Assembled assembled = client::assemble(link.state, std::move(elements), sealer, next_nonce_++,
                                                 transform_of(request, environment_, fault));
  if (!fault.why.empty()) co_return table_fault(fault.why);
  if (auto* leg_of = conversation_.authentication(authentication)) leg_of->login.sent(assembled.message);
  auto framed = frame(request, std::move(assembled.message), environment_);
  if (!framed) co_return table_fault(framed.error());
  for (const client::Bend& one : frame_bends) client::bend(one, *framed);
  co_return co_await deliver(link, *framed, std::move(assembled.chain));
}

// A connection that the server has ended takes no more; what it ended with is for the next step to judge.
Awaitable<Refusal> Sender::deliver(Link& link, wire::View bytes, wire::Bytes opened) {
  const transport::Time deadline = network_.now() + step_timeout_;
  const transport::Result<void> sent = co_await conversation_.send(link, bytes, std::move(opened), deadline);
  if (sent || sent.error().fault != transport::Fault::timeout) co_return std::nullopt;
  co_return Mismatch{.message = "the server does not read",
                     .expected = "that the request can be sent",
                     .got = sent.error().text,
                     .field = {},
                     .lost = true};
}

}  // namespace scenario
