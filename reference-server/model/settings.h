// What an administrator of the reference server chooses.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "harness/smb2/capabilities.h"
#include "harness/smb2/dialect.h"
#include "harness/smb2/negotiate_contexts/negotiate_context.h"

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
  bool require_signing = false;                        // 3.1.1.1 RequireMessageSigning
  bool allow_anonymous_access = true;                  // 3.3.1.5 AllowAnonymousAccess
  // What the server is capable of; 3.3.5.4 says which of it a connection sees. ENCRYPTION follows from
  // `ciphers` and is not looked at here.
  smb2::Capabilities capabilities = smb2::Capabilities::dfs | smb2::Capabilities::leasing |
                                    smb2::Capabilities::large_mtu | smb2::Capabilities::multi_channel |
                                    smb2::Capabilities::directory_leasing;
  std::uint32_t max_transact_size = 8 << 20;  // bytes
  std::uint32_t max_read_size = 8 << 20;      // bytes
  std::uint32_t max_write_size = 8 << 20;     // bytes
  std::uint16_t max_credits = 512;            // that a client may hold on a connection
  // 3.3.6.3: how long a connection may live without a session (45 s: note 442 of Appendix A).
  std::chrono::seconds connection_timeout{45};
};

}  // namespace reference
