// [MS-SMB2] 3.3.1.8 Per Session, 3.3.1.14 Per Channel
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/crypto/preauth.h"
#include "harness/wire/bytes.h"
#include "reference-server/model/time.h"
#include "reference-server/model/tree_connect.h"

namespace reference {

// What authentication tells of whoever it was.
struct SecurityContext {
  std::string user_name;  // in capitals; of guests "GUEST", empty for anonymous
  bool is_anonymous = false;
  bool is_guest = false;

  bool operator==(const SecurityContext&) const = default;
};

struct Channel {
  wire::Bytes signing_key;  // empty: NULL, as all keys
  std::uint64_t connection = 0;
};

struct Session {
  enum class State : std::uint8_t { in_progress, valid, expired };

  std::uint64_t session_id = 0;
  State state = State::in_progress;
  std::optional<SecurityContext> security_context;
  bool is_anonymous = false;
  bool is_guest = false;
  wire::Bytes session_key;
  bool signing_required = false;
  std::map<std::uint64_t, std::uint64_t> open_table;  // by Open.FileId: keys of GlobalOpenTable
  std::map<std::uint32_t, TreeConnect> tree_connect_table;
  std::optional<Time> expiration_time;  // none: infinity
  std::uint64_t connection = 0;
  Time creation_time{};
  Time idle_time{};
  std::string user_name;

  // 3.x
  std::vector<Channel> channel_list;
  bool encrypt_data = false;
  wire::Bytes encryption_key;
  wire::Bytes decryption_key;
  wire::Bytes signing_key;
  wire::Bytes application_key;

  // 3.1.1
  crypto::PreauthIntegrity preauth_integrity_hash_value;
  wire::Bytes full_session_key;
  bool supports_notifications = false;

  std::uint32_t next_tree_id = 1;
  std::uint64_t next_file_id = 1;
};

}  // namespace reference
