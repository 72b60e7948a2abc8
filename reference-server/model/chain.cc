#include "reference-server/model/chain.h"

#include <algorithm>
#include <utility>

#include "harness/smb2/compound.h"
#include "reference-server/model/command_needs.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::HeaderFlags;
using smb2::NtStatus;

// 3.3.5.2.7: one message's requests are all unrelated, or all related but the first.
Style style_of(const std::vector<Request>& chain) {
  const auto is_related = [](const Request& r) {
    return smb2::has(r.header().flags, HeaderFlags::related_operations);
  };
  if (chain.size() == 1 || std::ranges::none_of(chain, is_related)) return Style::unrelated;
  return !is_related(chain.front()) && std::all_of(chain.begin() + 1, chain.end(), is_related)
             ? Style::related
             : Style::mixed;
}

// Nothing where the request is too short to have one; it is malformed then.
smb2::FileId file_id_in(const Request& request) {
  const std::size_t offset = file_id_offset(request.command());
  smb2::FileId id{};
  if (offset + id.size() <= request.bytes.size())
    std::ranges::copy(request.bytes.subspan(offset, id.size()), id.begin());
  return id;
}

}  // namespace

Chain chain_of(wire::View message, std::uint64_t sealed_by) {
  Chain chain;
  for (const smb2::Element& element : smb2::split(message)) {
    if (element.bytes.size() < smb2::header_size) {
      chain.disconnect = true;
      break;
    }
    auto decoded = smb2::decode(element.bytes);
    chain.requests.push_back({.message = std::move(decoded.message),
                              .issues = std::move(decoded.issues),
                              .bytes = element.bytes,
                              .is_encrypted = sealed_by != 0,
                              .sealed_by = sealed_by,
                              .first = chain.requests.empty(),
                              .last = false});
  }
  if (chain.requests.empty()) {
    chain.disconnect = true;
    return chain;
  }
  chain.requests.back().last = !chain.disconnect;
  const Style style = style_of(chain.requests);
  for (Request& request : chain.requests) {
    request.style = style;
    request.session_id = request.header().session_id;
    request.tree_id = request.header().tree_id;
    request.file_id = file_id_in(request);
  }
  return chain;
}

void Inheritance::pass_to(Request& request) {
  if (!request.inherits()) return;
  request.session_id = session_id_;
  request.tree_id = tree_id_;
  if (has_file_id_) request.file_id = file_id_;
  const bool treeless = tree_id_ == 0 && !quirks_.has(Quirk::tree_of_header_inherited);
  const bool unidentified =
      (needs_session(request) && session_id_ == 0) || (needs_tree_connect(request) && treeless);
  if (!broken_ && unidentified) broken_ = NtStatus::invalid_parameter;
  const bool fileless = !has_file_id_ && !quirks_.has(Quirk::tree_of_header_inherited);
  if (!broken_ && needs_file_id(request) && fileless) broken_ = NtStatus::invalid_handle;
  request.refused = broken_;
  if (!broken_ && needs_file_id(request) && failed(status_)) request.refused = status_;
}

void Inheritance::take_from(const Request& request, const Reply& reply) {
  const bool makes_tree = request.command() == Command::tree_connect;
  session_id_ = reply.session_id.value_or(request.session_id);
  tree_id_ = reply.tree_id.value_or(makes_tree ? 0 : request.tree_id);
  has_file_id_ = request.command() == Command::create || needs_file_id(request);
  const auto* created = std::get_if<smb2::CreateResponse>(&reply.body);
  file_id_ = created != nullptr ? created->file_id : request.file_id;
  status_ = reply.status;
}

}  // namespace reference
