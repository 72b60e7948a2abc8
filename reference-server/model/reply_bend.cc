#include "reference-server/model/reply_bend.h"

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"
#include "harness/smb2/find_field.h"

namespace reference {
namespace {

using security::NtlmMessage;
using security::Token;

template <class M>
void set_field(const ReplyBend& bend, M& message) {
  wire::find(message, bend.path, [&](const wire::Field& field) { field.set(bend.value); });
}

template <class M>
wire::Bytes changed(const ReplyBend& bend, wire::View bytes) {
  auto message = wire::decode<M>(bytes).message;
  set_field(bend, message);
  return wire::encode(message);
}

wire::Bytes with_changed_mechanism(const ReplyBend& bend, wire::View bytes) {
  auto token = wire::decode<Token>(bytes).message;
  wire::Bytes message = changed<NtlmMessage>(bend, security::mechanism_token(token));
  auto* response = std::get_if<security::NegTokenResp>(&token.body);
  if (response == nullptr) return message;
  response->response_token->value = std::move(message);
  return wire::encode(token);
}

wire::Bytes* buffer_of(smb2::Message& reply) {
  if (auto* body = std::get_if<smb2::NegotiateResponse>(&reply.body)) return &body->buffer;
  if (auto* body = std::get_if<smb2::SessionSetupResponse>(&reply.body)) return &body->buffer;
  return nullptr;
}

// A derived number has its value only in bytes, so the change is made to what they decode to.
void set_field_of(smb2::Part part, const ReplyBend& bend, smb2::Message& reply) {
  smb2::Message sent = smb2::decode(smb2::encode(reply)).message;
  const bool found =
      smb2::find_field(sent, part, bend.path, [&](const wire::Field& field) { field.set(bend.value); });
  if (found) reply = std::move(sent);
}

}  // namespace

void bend(const ReplyBend& bend, smb2::Message& reply) {
  wire::Bytes* buffer = buffer_of(reply);
  switch (bend.layer) {
    case Layer::header:
      return set_field_of(smb2::Part::header, bend, reply);
    case Layer::body:
      return set_field_of(smb2::Part::body, bend, reply);
    case Layer::token:
      if (buffer != nullptr) *buffer = changed<Token>(bend, *buffer);
      return;
    case Layer::mechanism:
      if (buffer != nullptr) *buffer = with_changed_mechanism(bend, *buffer);
      return;
    case Layer::transform:
    case Layer::frame:
      return;
  }
}

void bend(const ReplyBend& bend, smb2::TransformHeader& header) {
  if (bend.layer == Layer::transform) set_field(bend, header);
}

void bend(const ReplyBend& bend, smb2::DirectTcp& frame) {
  if (bend.layer == Layer::frame) set_field(bend, frame);
}

}  // namespace reference
