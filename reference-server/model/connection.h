// [MS-SMB2] 3.3.1.7 Per Transport Connection, under the specification's names.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "harness/crypto/preauth.h"
#include "harness/security/spnego_acceptor.h"
#include "harness/smb2/capabilities.h"
#include "harness/smb2/dialect.h"
#include "harness/smb2/guid.h"
#include "harness/smb2/negotiate_contexts/negotiate_context.h"
#include "harness/smb2/security_mode.h"
#include "harness/wire/bytes.h"
#include "reference-server/model/async.h"
#include "reference-server/model/command_sequence_window.h"
#include "reference-server/model/time.h"

namespace reference {

// As 3.3.5.1 makes it when the transport connection comes up.
struct Connection {
  std::uint64_t number = 0;  // its key in ConnectionList
  CommandSequenceWindow command_sequence_window;
  smb2::Capabilities client_capabilities{};
  smb2::Dialect negotiate_dialect = smb2::Dialect::none;  // 0xFFFF, 0x02FF, or as `dialect`
  smb2::Dialect dialect = smb2::Dialect::none;            // none: "Unknown"
  bool should_sign = false;
  std::uint32_t max_transact_size = 0;  // bytes
  std::uint32_t max_read_size = 0;      // bytes
  std::uint32_t max_write_size = 0;     // bytes
  bool supports_multi_credit = false;
  std::set<std::uint64_t> session_table;                     // SessionIds, keys of GlobalSessionTable
  std::map<std::uint64_t, AsyncCommand> async_command_list;  // by AsyncId
  std::uint64_t next_async_id = 1;
  Time creation_time{};
  Time sessionless_since{};  // where no session of it is Valid or Expired
  // 3.3.1.15, by SessionId
  std::map<std::uint64_t, crypto::PreauthIntegrity> preauth_session_table;

  smb2::Guid client_guid{};
  smb2::Capabilities server_capabilities{};
  smb2::SecurityMode client_security_mode{};
  smb2::SecurityMode server_security_mode{};
  bool constrained_connection = true;

  // 3.1.1
  smb2::HashAlgorithm preauth_integrity_hash_id{};
  crypto::PreauthIntegrity preauth_integrity_hash_value;
  smb2::Cipher cipher_id = smb2::Cipher::none;
  std::vector<smb2::Dialect> client_dialects;
  std::vector<smb2::CompressionAlgorithm> compression_ids;
  bool supports_chained_compression = false;
  std::vector<smb2::RdmaTransformId> rdma_transform_ids;
  smb2::SigningAlgorithm signing_algorithm_id = smb2::SigningAlgorithm::aes_cmac;
  bool signing_in_common = false;  // whether that was among those offered
  bool accept_transport_security = false;
  bool supports_notifications = false;

  // GSS-API exchanges under way, by SessionId: new sessions, reauthentications and bindings.
  std::map<std::uint64_t, security::SpnegoAcceptor> authentications;
  wire::Bytes unfinished_frame;  // received, not yet a whole Direct TCP frame
};

}  // namespace reference
