// [MS-SMB2] 3.3.1.5 Global: all that the server is, as one value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/security/acceptor_mechanism.h"
#include "harness/smb2/dialect.h"
#include "harness/smb2/guid.h"
#include "reference-server/filesystem/volume.h"
#include "reference-server/model/connection.h"
#include "reference-server/model/open.h"
#include "reference-server/model/random.h"
#include "reference-server/model/reply_bend.h"
#include "reference-server/model/session.h"
#include "reference-server/model/settings.h"
#include "reference-server/model/share.h"
#include "reference-server/model/time.h"

namespace reference {

struct Global {
  Settings settings;
  Random random;
  std::uint64_t wall_clock;  // FILETIME at Time 0
  Time now{};
  smb2::Guid server_guid{};
  std::map<std::string, Share> share_list;         // by share_key()
  std::map<std::string, Volume> volumes;           // of the disk shares, by the same keys
  std::map<std::uint64_t, Session> session_table;  // GlobalSessionTable
  std::map<std::uint64_t, Open> open_table;        // GlobalOpenTable, by Open.DurableFileId
  std::map<std::uint64_t, Connection> connection_list;
  std::map<smb2::Guid, smb2::Dialect> client_table;  // 3.3.1.16
  std::set<std::uint64_t> sessions_in_progress;      // new ones: SessionIds
  security::AcceptorSettings gss;
  // Of Kerberos, what was accepted, and how long that is remembered. RFC 4120 3.2.3
  std::map<wire::Bytes, Time> authenticators;
  std::uint64_t next_session_id = 1;
  std::uint64_t next_durable_file_id = 1;
  std::vector<Completion> completions;
  std::uint64_t nonces = 0;  // used; none serves twice under any key
  std::optional<ReplyBend> reply_bend;
  std::uint64_t replies = 0;  // sent so far

  // FILETIME: 100 ns since 1601, UTC.
  std::uint64_t system_time() const { return wall_clock + static_cast<std::uint64_t>(now.count() / 100); }
};

}  // namespace reference
