// A client with a tree connect to a disk share, for the tests of what works with Opens.
#pragma once

#include <string_view>

#include "reference-server/model/session_client.h"

namespace reference {

// Shares all access and wants nothing special.
inline smb2::CreateRequest create_body(std::string_view name) {
  return {.desired_access = smb2::AccessMask{0x001f01ff},
          .share_access = smb2::ShareAccess{7},
          .create_disposition = smb2::CreateDisposition::open_if,
          .name = wire::Utf16::from_utf8(name)};
}

inline smb2::Message message_of(smb2::Command command, smb2::Body body) {
  return {.header = {.command = command}, .body = std::move(body)};
}

inline smb2::Message close_of(const smb2::FileId& id, smb2::CloseFlags flags = {}) {
  return message_of(smb2::Command::close, smb2::CloseRequest{.flags = flags, .file_id = id});
}

class OpenClient {
 public:
  OpenClient(Server& server, smb2::Dialect dialect, ClientOptions options = {})
      : client(server, dialect, options) {}

  Seen create(const smb2::CreateRequest& body) { return send(message_of(smb2::Command::create, body)); }
  smb2::CreateResponse opened(const smb2::CreateRequest& body) {
    const smb2::Message answer = create(body).message();
    const auto* response = std::get_if<smb2::CreateResponse>(&answer.body);
    EXPECT_NE(response, nullptr) << smb2::to_text(answer.header.status);
    return response == nullptr ? smb2::CreateResponse{} : *response;
  }
  smb2::FileId open(std::string_view name) { return opened(create_body(name)).file_id; }
  smb2::NtStatus close(const smb2::FileId& id) { return send(close_of(id)).status(); }
  Seen send(const smb2::Message& message) { return client.with_signature(session, message, tree); }

  SessionClient client;
  ClientSession session = client.log_in(alice);
  std::uint32_t tree = client.connect_tree(session, "data");
};

}  // namespace reference
