// [MS-SMB2] 3.3.1.13 Per Request, while it is being processed
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "harness/smb2/message.h"
#include "harness/wire/bytes.h"
#include "reference-server/model/open.h"
#include "reference-server/model/session.h"

namespace reference {

// 3.3.5.2.7: how the requests of one message belong together.
enum class Style : std::uint8_t { unrelated, related, mixed };

struct Request {
  smb2::Message message;
  std::vector<wire::Issue> issues;
  wire::View bytes;  // decrypted; up to the next request of the chain
  bool is_encrypted = false;
  std::uint64_t sealed_by = 0;  // SessionId of the TRANSFORM_HEADER around it
  bool first = true;            // of its chain, and so on
  bool last = true;
  Style style = Style::unrelated;
  // 3.3.5.2.7.2: a related request's are those of the one before.
  std::uint64_t session_id = 0;
  std::uint32_t tree_id = 0;
  smb2::FileId file_id{};                 // where the request has one
  std::optional<smb2::NtStatus> refused;  // by what the one before had to hand on

  Session* session = nullptr;           // once 3.3.5.2.9 has verified it
  TreeConnect* tree_connect = nullptr;  // once 3.3.5.2.11 has
  Open* open = nullptr;                 // once its FileId has led to one

  const smb2::Header& header() const { return message.header; }
  smb2::Command command() const { return message.header.command; }
  bool is_signed() const { return smb2::has(message.header.flags, smb2::HeaderFlags::signed_message); }
  bool inherits() const { return style == Style::related && !first; }
  template <class Body>
  const Body& body() const {
    return std::get<Body>(message.body);
  }
};

}  // namespace reference
