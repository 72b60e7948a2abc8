// Messages with something in every field, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include "harness/smb2/message.h"

namespace smb2::sample {

inline std::vector<NegotiateContext> every_context() {
  return {
      {.type = ContextType::preauth_integrity,
       .data = PreauthIntegrityCapabilities{.hash_algorithms = {HashAlgorithm::sha_512}, .salt = {1, 2, 3}}},
      {.type = ContextType::encryption,
       .data = EncryptionCapabilities{.ciphers = {Cipher::aes_128_gcm, Cipher::aes_128_ccm}}},
      {.type = ContextType::compression,
       .data = CompressionCapabilities{.flags = CompressionFlags::chained,
                                       .compression_algorithms = {CompressionAlgorithm::lznt1,
                                                                  CompressionAlgorithm::pattern_v1}}},
      {.type = ContextType::netname,
       .data = NetnameNegotiateContextId{.net_name = wire::Utf16::from_utf8("server")}},
      {.type = ContextType::transport,
       .data = TransportCapabilities{.flags = TransportFlags::accept_transport_level_security}},
      {.type = ContextType::rdma_transform,
       .data = RdmaTransformCapabilities{.rdma_transform_ids = {RdmaTransformId::encryption,
                                                                RdmaTransformId::signing}}},
      {.type = ContextType::signing,
       .data = SigningCapabilities{.signing_algorithms = {SigningAlgorithm::aes_gmac,
                                                          SigningAlgorithm::aes_cmac}}},
      {.type = ContextType{0x7fff}, .data = wire::Bytes{0xde, 0xad}},
  };
}

inline Message negotiate_request() {
  return {.header = {.credit_charge = 1, .command = Command::negotiate, .credits = 31, .message_id = 5},
          .body = NegotiateRequest{.security_mode = SecurityMode::signing_enabled,
                                   .capabilities = Capabilities::dfs | Capabilities::encryption,
                                   .client_guid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
                                   .dialects = {Dialect::smb_2_0_2, Dialect::smb_3_0, Dialect::smb_3_1_1},
                                   .negotiate_contexts = every_context()}};
}

inline Message negotiate_response() {
  return {.header = {.command = Command::negotiate,
                     .credits = 1,
                     .flags = HeaderFlags::server_to_redir,
                     .message_id = 5},
          .body = NegotiateResponse{.security_mode = SecurityMode::signing_required,
                                    .dialect_revision = Dialect::smb_3_1_1,
                                    .server_guid = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1},
                                    .capabilities = Capabilities::leasing | Capabilities::large_mtu,
                                    .max_transact_size = 0x10000,
                                    .max_read_size = 0x20000,
                                    .max_write_size = 0x30000,
                                    .system_time = 0x01d9'0000'0000'0000,
                                    .server_start_time = 0,
                                    .buffer = {},
                                    .negotiate_contexts = every_context()}};
}

// The bytes of commented hexadecimal.
inline wire::Bytes bytes(std::string_view hex) { return wire::from_hex(hex).value(); }

// Decodes, and holds the codec to its promise for the whole and for every prefix of it: the same bytes come
// back. The whole has no issues.
template <class M>
M read(wire::View bytes) {
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto decoded = wire::decode<M>(bytes.first(size));
    EXPECT_EQ(wire::to_hex(wire::encode(decoded.message, decoded.residue)), wire::to_hex(bytes.first(size)))
        << size;
    (void)wire::print(decoded.message);
  }
  auto whole = wire::decode<M>(bytes);
  for (const wire::Issue& issue : whole.issues) ADD_FAILURE() << issue.text();
  EXPECT_EQ(wire::to_hex(wire::encode(whole.message)), wire::to_hex(bytes)) << "without residue";
  return whole.message;
}

}  // namespace smb2::sample
