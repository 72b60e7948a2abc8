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

inline Message with_body(Message message, Body body) {
  message.body = std::move(body);
  return message;
}

inline Message session_setup_request() {
  return with_body(request(Command::session_setup),
                   SessionSetupRequest{.flags = SessionSetupFlags::binding,
                                       .security_mode = SessionSecurityMode::signing_required,
                                       .capabilities = Capabilities::dfs,
                                       .previous_session_id = 0x0102030405060708,
                                       .buffer = {0x60, 1, 2}});
}

inline Message session_setup_response() {
  Message message =
      with_body(response(Command::session_setup),
                SessionSetupResponse{.session_flags = SessionFlags::is_guest | SessionFlags::encrypt_data,
                                     .buffer = {0xa1, 1, 2}});
  message.header.status = NtStatus::more_processing_required;
  return message;
}

inline Message tree_connect_request() {
  return with_body(request(Command::tree_connect),
                   TreeConnectRequest{.path = wire::Utf16::from_utf8(R"(\\s\a)")});
}

inline Message tree_connect_request_with_extension() {
  return with_body(
      request(Command::tree_connect),
      TreeConnectRequest{.flags = TreeConnectFlags::extension_present,
                         .path = wire::Utf16::from_utf8(R"(\\s\a)"),
                         .tree_connect_contexts = {
                             {.type = TreeConnectContextType::remoted_identity,
                              .data = RemotedIdentity{.user = 0x1c, .ticket_info = {0xaa, 0xbb}}},
                             {.type = TreeConnectContextType{0x7fff}, .data = wire::Bytes{0xde, 0xad}}}});
}

inline Message tree_connect_response() {
  return with_body(
      response(Command::tree_connect),
      TreeConnectResponse{.share_type = ShareType::disk,
                          .share_flags = ShareFlags::no_caching | ShareFlags::access_based_directory_enum |
                                         ShareFlags::encrypt_data,
                          .capabilities = ShareCapabilities::continuous_availability,
                          .maximal_access = AccessMask{0x001f01ff}});
}

inline Message ioctl_request() {
  return with_body(request(Command::ioctl),
                   IoctlRequest{.ctl_code = CtlCode::validate_negotiate_info,
                                .file_id = no_file_id,
                                .max_output_response = 24,
                                .input = ValidateNegotiateInfoRequest{
                                    .capabilities = Capabilities{0x7f},
                                    .guid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
                                    .security_mode = SecurityMode::signing_enabled,
                                    .dialects = {Dialect::smb_2_0_2, Dialect::smb_2_1, Dialect::smb_3_0,
                                                 Dialect::smb_3_0_2}}});
}

inline Message ioctl_response() {
  return with_body(
      response(Command::ioctl),
      IoctlResponse{.ctl_code = CtlCode::validate_negotiate_info,
                    .file_id = no_file_id,
                    .output = ValidateNegotiateInfoResponse{
                        .capabilities = Capabilities::dfs | Capabilities::large_mtu,
                        .guid = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1},
                        .security_mode = SecurityMode::signing_enabled | SecurityMode::signing_required,
                        .dialect = Dialect::smb_3_0_2}});
}

inline constexpr FileId file_id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

inline Message create_request() {
  return with_body(
      request(Command::create),
      CreateRequest{.requested_oplock_level = OplockLevel::batch,
                    .desired_access = AccessMask{0x00120089},
                    .file_attributes = FileAttributes::normal,
                    .share_access = ShareAccess{7},
                    .create_disposition = CreateDisposition::open_if,
                    .create_options = CreateOptions::non_directory_file,
                    .name = wire::Utf16::from_utf8("a\\b"),
                    .create_contexts = {{.name = {'D', 'H', 'n', 'Q'}, .data = wire::Bytes(16, 1)},
                                        {.name = {'M', 'x', 'A', 'c'}},
                                        {.name = {'n', 'o', 'n', 'e', '!'}, .data = {0xaa}}}});
}

inline Message create_response() {
  return with_body(response(Command::create),
                   CreateResponse{.oplock_level = OplockLevel::batch,
                                  .flags = CreateFlags::reparse_point,
                                  .create_action = CreateAction::created,
                                  .creation_time = 1,
                                  .last_access_time = 2,
                                  .last_write_time = 3,
                                  .change_time = 4,
                                  .allocation_size = 0x1000,
                                  .end_of_file = 5,
                                  .file_attributes = FileAttributes::archive,
                                  .file_id = file_id,
                                  .create_contexts = {{.name = {'M', 'x', 'A', 'c'},
                                                       .data = {0, 0, 0, 0, 0xff, 0x01, 0x1f, 0x00}}}});
}

inline Message close_request() {
  return with_body(request(Command::close),
                   CloseRequest{.flags = CloseFlags::postquery_attrib, .file_id = file_id});
}

inline Message close_response() {
  return with_body(response(Command::close), CloseResponse{.flags = CloseFlags::postquery_attrib,
                                                           .creation_time = 1,
                                                           .last_access_time = 2,
                                                           .last_write_time = 3,
                                                           .change_time = 4,
                                                           .allocation_size = 0x1000,
                                                           .end_of_file = 5,
                                                           .file_attributes = FileAttributes::archive});
}

inline Message change_notify_request() {
  return with_body(
      request(Command::change_notify),
      ChangeNotifyRequest{.flags = ChangeNotifyFlags::watch_tree,
                          .output_buffer_length = 1000,
                          .file_id = file_id,
                          .completion_filter = CompletionFilter::file_name | CompletionFilter::dir_name});
}

inline Message change_notify_response() {
  return with_body(response(Command::change_notify), ChangeNotifyResponse{.buffer = {1, 2, 3}});
}

inline Message query_info_request() {
  return with_body(request(Command::query_info), QueryInfoRequest{.file_info_class = FileInfoClass{15},
                                                                  .output_buffer_length = 1000,
                                                                  .additional_information = 4,
                                                                  .flags = 1,
                                                                  .file_id = file_id,
                                                                  .buffer = {0xaa, 0xbb}});
}

inline Message query_info_response() {
  return with_body(response(Command::query_info), QueryInfoResponse{.buffer = wire::Bytes(8)});
}

inline Message flush_request() {
  return with_body(request(Command::flush), FlushRequest{.file_id = file_id});
}

inline Message read_request() {
  return with_body(request(Command::read), ReadRequest{.padding = 0x50,
                                                       .flags = 1,
                                                       .length = 2,
                                                       .offset = 3,
                                                       .file_id = file_id,
                                                       .minimum_count = 4,
                                                       .channel = Channel::rdma_v1,
                                                       .remaining_bytes = 5,
                                                       .read_channel_info_offset = 6,
                                                       .read_channel_info_length = 7});
}

inline Message read_response() {
  return with_body(response(Command::read), ReadResponse{.data_remaining = 1, .buffer = {0xaa, 0xbb}});
}

inline Message write_request() {
  return with_body(
      request(Command::write),
      WriteRequest{
          .offset = 3, .file_id = file_id, .remaining_bytes = 5, .flags = 1, .buffer = {0xaa, 0xbb}});
}

inline Message write_response() {
  return with_body(response(Command::write), WriteResponse{.count = 2, .remaining = 3});
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

// `message` is written as its header and these bytes, and read from them.
template <class B>
B read_body(const Message& message, std::string_view body) {
  wire::Bytes whole = wire::encode(message.header);
  const wire::Bytes rest = bytes(body);
  whole.insert(whole.end(), rest.begin(), rest.end());
  EXPECT_EQ(wire::to_hex(encode(message)), wire::to_hex(whole));
  return std::get<B>(read<Message>(whole).body);
}

// Each byte of the message, changed in turn, comes back as it was changed.
inline void expect_rewritten_after_any_change(const Message& message) {
  const wire::Bytes whole = encode(message);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const std::uint8_t byte : bytes("00 01 04 08 10 40 7f 80 ff")) {
      wire::Bytes changed = whole;
      changed[at] = byte;
      const auto decoded = decode(changed);
      ASSERT_EQ(wire::to_hex(wire::encode(decoded.message, decoded.residue)), wire::to_hex(changed)) << at;
    }
  }
}

}  // namespace smb2::sample
