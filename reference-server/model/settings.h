// What an administrator of the reference server chooses.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/security/acceptor_mechanism.h"
#include "harness/smb2/capabilities.h"
#include "harness/smb2/dialect.h"
#include "harness/smb2/negotiate_contexts/negotiate_context.h"
#include "harness/smb2/ntstatus.h"
#include "reference-server/model/share.h"
#include "reference-server/quirks/quirks.h"

namespace reference {

struct Settings {
  smb2::Dialect minimum_dialect = smb2::Dialect::smb_2_0_2;
  smb2::Dialect maximum_dialect = smb2::Dialect::smb_3_1_1;
  std::vector<smb2::Cipher> ciphers = {smb2::Cipher::aes_128_gcm, smb2::Cipher::aes_128_ccm,
                                       smb2::Cipher::aes_256_gcm,
                                       smb2::Cipher::aes_256_ccm};  // by preference; empty: no encryption
  std::vector<smb2::SigningAlgorithm> signing_algorithms = {
      smb2::SigningAlgorithm::aes_gmac, smb2::SigningAlgorithm::aes_cmac,
      smb2::SigningAlgorithm::hmac_sha256};  // by preference; empty: the context is not understood
  std::vector<smb2::CompressionAlgorithm> compression_algorithms;  // empty: the context is not understood
  bool chained_compression = false;
  std::vector<smb2::RdmaTransformId> rdma_transforms;  // empty: the context is not understood
  bool transport_capabilities = false;                 // whether the context is understood
  // What the server is capable of; 3.3.5.4 says which of it a connection sees. ENCRYPTION follows from
  // `ciphers` and is not looked at here; MULTI_CHANNEL is 3.3.1.5 IsMultiChannelCapable.
  smb2::Capabilities capabilities = smb2::Capabilities::dfs | smb2::Capabilities::leasing |
                                    smb2::Capabilities::large_mtu | smb2::Capabilities::multi_channel |
                                    smb2::Capabilities::directory_leasing;
  std::uint32_t max_transact_size = 8 << 20;  // bytes
  std::uint32_t max_read_size = 8 << 20;      // bytes
  std::uint32_t max_write_size = 8 << 20;     // bytes
  std::uint16_t max_credits = 512;            // that a client may hold on a connection

  std::vector<security::NtlmUser> users;                   // who may log in
  std::optional<security::KerberosKeytab> keytab;          // and whoever has a ticket for these keys
  bool guests = false;                                     // users that are unknown are let in as guests
  std::map<std::string, smb2::NtStatus> refused_accounts;  // what is said to users, by share_key()
  std::set<std::string> administrators;                    // by share_key()
  bool allow_anonymous_access = true;                      // 3.3.1.5 AllowAnonymousAccess
  bool require_signing = false;                            // 3.1.1.1 RequireMessageSigning
  bool encrypt_data = false;                               // 3.3.1.5 EncryptData
  bool reject_unencrypted_access = true;                   // 3.3.1.5 RejectUnencryptedAccess
  // After which a session has to authenticate again; 0: never.
  std::chrono::seconds session_lifetime{0};
  // After which an administrator closes a session (3.3.4.12); 0: never.
  std::chrono::seconds session_closed_after{0};
  std::vector<Share> shares;                                     // beside IPC$, which there always is
  smb2::Dialect max_cluster_dialect = smb2::Dialect::smb_3_1_1;  // 3.3.1.5 MaxClusterDialect
  bool tree_connect_extension = false;                           // 3.3.1.5 SupportsTreeConnectExtn

  // 3.3.6.3: how long a connection may live without a session (45 s: note 442 of Appendix A).
  std::chrono::seconds connection_timeout{45};
  // Authentications under way on one connection, beyond which it gets no more.
  std::size_t max_authentications = 64;
  // New sessions under way on all connections, beyond which the oldest gives way.
  std::size_t max_sessions_in_progress = 1024;
  std::size_t max_sessions = 4096;       // on one connection
  std::size_t max_tree_connects = 4096;  // in one session
  std::size_t max_opens = 4096;          // in one session
  std::size_t max_async_commands = 512;  // on one connection

  Quirks quirks;                 // none: the specification
  std::string_view personality;  // the name of the one it has taken on; "" for none
};

constexpr bool implements_3x(const Settings& settings) { return smb2::is_3x(settings.maximum_dialect); }
constexpr bool implements_3_1_1(const Settings& settings) {
  return settings.maximum_dialect == smb2::Dialect::smb_3_1_1;
}

}  // namespace reference
