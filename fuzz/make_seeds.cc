// Writes the seeds of corpora/ anew, from our own encoder: make_seeds CORPORA. Run by hand when a message
// changes; the files are committed.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string_view>

#include "harness/security/spnego_initiator.h"
#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"

namespace {

namespace fs = std::filesystem;
using wire::Bytes;

smb2::Header request_header() {
  return {.credit_charge = 1, .command = smb2::Command::negotiate, .credits = 1};
}

smb2::Header response_header() {
  smb2::Header header = request_header();
  header.flags = smb2::HeaderFlags::server_to_redir;
  return header;
}

smb2::Header error_header(smb2::NtStatus status) {
  smb2::Header header = response_header();
  header.status = status;
  return header;
}

std::vector<smb2::NegotiateContext> four_contexts() {
  return {
      {.type = smb2::ContextType::preauth_integrity,
       .data = smb2::PreauthIntegrityCapabilities{.hash_algorithms = {smb2::HashAlgorithm::sha_512},
                                                  .salt = Bytes(32, 0x5a)}},
      {.type = smb2::ContextType::encryption,
       .data =
           smb2::EncryptionCapabilities{.ciphers = {smb2::Cipher::aes_128_gcm, smb2::Cipher::aes_128_ccm}}},
      {.type = smb2::ContextType::compression,
       .data = smb2::CompressionCapabilities{.compression_algorithms = {smb2::CompressionAlgorithm::lznt1,
                                                                        smb2::CompressionAlgorithm::lz77}}},
      {.type = smb2::ContextType::signing,
       .data = smb2::SigningCapabilities{.signing_algorithms = {smb2::SigningAlgorithm::aes_gmac,
                                                                smb2::SigningAlgorithm::aes_cmac}}},
  };
}

std::vector<smb2::NegotiateContext> other_contexts() {
  return {
      {.type = smb2::ContextType::netname,
       .data = smb2::NetnameNegotiateContextId{.net_name = wire::Utf16::from_utf8("server")}},
      {.type = smb2::ContextType::transport,
       .data = smb2::TransportCapabilities{.flags = smb2::TransportFlags::accept_transport_level_security}},
      {.type = smb2::ContextType::rdma_transform,
       .data = smb2::RdmaTransformCapabilities{.rdma_transform_ids = {smb2::RdmaTransformId::encryption,
                                                                      smb2::RdmaTransformId::signing}}},
      {.type = smb2::ContextType{0x7fff}, .data = Bytes{0xde, 0xad}},
  };
}

smb2::NegotiateRequest negotiate_request(std::vector<smb2::NegotiateContext> contexts) {
  return {.security_mode = smb2::SecurityMode::signing_enabled,
          .capabilities = smb2::Capabilities::encryption,
          .client_guid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
          .dialects = {smb2::Dialect::smb_2_0_2, smb2::Dialect::smb_2_1, smb2::Dialect::smb_3_0,
                       smb2::Dialect::smb_3_0_2, smb2::Dialect::smb_3_1_1},
          .negotiate_contexts = std::move(contexts)};
}

smb2::NegotiateResponse negotiate_response(smb2::Dialect dialect,
                                           std::vector<smb2::NegotiateContext> contexts) {
  return {.security_mode = smb2::SecurityMode::signing_enabled,
          .dialect_revision = dialect,
          .server_guid = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1},
          .capabilities = smb2::Capabilities::large_mtu,
          .max_transact_size = 1 << 20,
          .max_read_size = 1 << 20,
          .max_write_size = 1 << 20,
          .system_time = 0x01d0'0000'0000'0000,
          .buffer = {0x60, 0x03, 0x06, 0x01, 0x2b},
          .negotiate_contexts = std::move(contexts)};
}

class Seeds {
 public:
  explicit Seeds(fs::path corpora) : corpora_(std::move(corpora)) {}

  void write(std::string_view fuzzer, std::string_view seed, const Bytes& bytes) const {
    fs::create_directories(corpora_ / fuzzer);
    std::ofstream file(corpora_ / fuzzer / seed, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file) throw fs::filesystem_error("cannot write", corpora_ / fuzzer / seed, std::error_code());
  }

  // For the fuzzer of its body, for that of whole messages, and framed for those of streams.
  void write(std::string_view fuzzer, std::string_view seed, const smb2::Message& message) const {
    const Bytes bytes = smb2::encode(message);
    write(fuzzer, seed, bytes);
    write("message", fmt::format("{}-{}", fuzzer, seed), bytes);
  }

 private:
  fs::path corpora_;
};

void write_messages(const Seeds& seeds) {
  seeds.write("header", "request", wire::encode(request_header()));
  smb2::Header async = error_header(smb2::NtStatus::pending);
  async.flags = async.flags | smb2::HeaderFlags::async_command;
  async.async_id = 7;
  seeds.write("header", "async", wire::encode(async));

  smb2::NegotiateRequest old = negotiate_request({});
  old.dialects = {smb2::Dialect::smb_2_0_2, smb2::Dialect::smb_2_1};
  seeds.write("negotiate_request", "no-contexts", {request_header(), old});
  seeds.write("negotiate_request", "four-contexts", {request_header(), negotiate_request(four_contexts())});
  seeds.write("negotiate_request", "other-contexts", {request_header(), negotiate_request(other_contexts())});

  seeds.write("negotiate_response", "2.1",
              {response_header(), negotiate_response(smb2::Dialect::smb_2_1, {})});
  seeds.write("negotiate_response", "four-contexts",
              {response_header(), negotiate_response(smb2::Dialect::smb_3_1_1, four_contexts())});
  seeds.write("negotiate_response", "other-contexts",
              {response_header(), negotiate_response(smb2::Dialect::smb_3_1_1, other_contexts())});

  const smb2::Header refused = error_header(smb2::NtStatus::not_supported);
  seeds.write("error_response", "9-bytes", {refused, smb2::ErrorResponse{.padding = {0}}});
  seeds.write("error_response", "8-bytes", {refused, smb2::ErrorResponse{}});
  seeds.write("error_response", "data", {refused, smb2::ErrorResponse{.error_data = {0x34, 0x12, 0, 0}}});
  seeds.write(
      "error_response", "contexts",
      {refused, smb2::ErrorResponse{.error_contexts = {{.data = Bytes{1, 2, 3}},
                                                       {.error_id = smb2::ErrorId::share_redirect}}}});

  constexpr std::string_view dialects[] = {"NT LM 0.12", smb1::smb_2_002, smb1::smb_2_wildcard};
  const Bytes multi_protocol =
      wire::encode(smb1::NegotiateRequest{.dialects = smb1::dialect_bytes(dialects)});
  seeds.write("smb1_negotiate", "multi-protocol", multi_protocol);

  const Bytes request = smb2::encode({request_header(), negotiate_request(four_contexts())});
  seeds.write("direct_tcp", "empty", smb2::frame({}));
  seeds.write("direct_tcp", "multi-protocol", smb2::frame(multi_protocol));
  seeds.write("direct_tcp", "negotiate", smb2::frame(request));
}

// A sign-in, each of its tokens and the messages in them.
void write_security(const Seeds& seeds) {
  const auto zeros = [](std::span<std::uint8_t> bytes) { std::ranges::fill(bytes, std::uint8_t{0}); };
  const security::AcceptorSettings settings{.ntlm = {.users = {{.name = "u", .password = "p"}}}};
  security::SpnegoInitiator client({.user = "u", .domain = "d", .password = "p"});
  security::SpnegoAcceptor server;
  const auto write = [&](std::string_view seed, const Bytes& token) {
    seeds.write("spnego_token", seed, token);
    const auto decoded = wire::decode<security::Token>(token);
    const wire::View message = security::mechanism_token(decoded.message);
    if (!message.empty()) seeds.write("ntlm_message", seed, Bytes(message.begin(), message.end()));
  };
  write("hints", server.accept(settings, {}, zeros, 0).token);
  Bytes received;
  for (const std::string_view leg : {"negotiate", "authenticate"}) {
    const Bytes sent = client.step(received, zeros, 0).token;
    write(leg, sent);
    received = server.accept(settings, sent, zeros, 0).token;
    write(leg == "negotiate" ? "challenge" : "completed", received);
  }
}

smb2::Message request(smb2::Command command, smb2::Body body) {
  return {smb2::request(command).header, std::move(body)};
}

smb2::Message response(smb2::Command command, smb2::Body body) {
  return {smb2::response(command).header, std::move(body)};
}

void write_session_setup(const Seeds& seeds) {
  constexpr auto command = smb2::Command::session_setup;
  const Bytes token = {0x60, 0x03, 0x06, 0x01, 0x2b};
  seeds.write("session_setup_request", "token", request(command, smb2::SessionSetupRequest{.buffer = token}));
  seeds.write("session_setup_request", "binding",
              request(command, smb2::SessionSetupRequest{.flags = smb2::SessionSetupFlags::binding,
                                                         .previous_session_id = 0x40000000001,
                                                         .buffer = token}));
  smb2::Message more = response(command, smb2::SessionSetupResponse{.buffer = token});
  more.header.status = smb2::NtStatus::more_processing_required;
  seeds.write("session_setup_response", "more", more);
  seeds.write("session_setup_response", "guest",
              response(command, smb2::SessionSetupResponse{.session_flags = smb2::SessionFlags::is_guest}));
}

void write_tree_connect(const Seeds& seeds) {
  constexpr auto command = smb2::Command::tree_connect;
  const auto path = wire::Utf16::from_utf8(R"(\\server\share)");
  seeds.write("tree_connect_request", "path", request(command, smb2::TreeConnectRequest{.path = path}));
  seeds.write("tree_connect_request", "extension",
              request(command, smb2::TreeConnectRequest{
                                   .flags = smb2::TreeConnectFlags::extension_present,
                                   .path = path,
                                   .tree_connect_contexts = {
                                       {.type = smb2::TreeConnectContextType::remoted_identity,
                                        .data = smb2::RemotedIdentity{.user = 28, .ticket_info = {1, 2, 3}}},
                                       {.type = smb2::TreeConnectContextType{0x7fff}, .data = Bytes{4}}}}));
  seeds.write("tree_connect_response", "disk",
              response(command, smb2::TreeConnectResponse{.share_type = smb2::ShareType::disk,
                                                          .share_flags = smb2::ShareFlags::no_caching,
                                                          .maximal_access = smb2::AccessMask{0x001f01ff}}));
}

void write_ioctl(const Seeds& seeds) {
  constexpr auto command = smb2::Command::ioctl;
  constexpr auto validate = smb2::CtlCode::validate_negotiate_info;
  seeds.write("ioctl_request", "validate-negotiate-info",
              request(command,
                      smb2::IoctlRequest{.ctl_code = validate,
                                         .file_id = smb2::no_file_id,
                                         .max_output_response = 24,
                                         .input = smb2::ValidateNegotiateInfoRequest{
                                             .dialects = {smb2::Dialect::smb_2_1, smb2::Dialect::smb_3_0}}}));
  seeds.write("ioctl_request", "pipe-transceive",
              request(command, smb2::IoctlRequest{.ctl_code = smb2::CtlCode::pipe_transceive,
                                                  .input = Bytes{5, 0, 11},
                                                  .output = {1, 2}}));
  seeds.write("ioctl_response", "validate-negotiate-info",
              response(command, smb2::IoctlResponse{.ctl_code = validate,
                                                    .file_id = smb2::no_file_id,
                                                    .output = smb2::ValidateNegotiateInfoResponse{
                                                        .dialect = smb2::Dialect::smb_3_0}}));
  smb2::Message copy = response(
      command, smb2::IoctlResponse{.ctl_code = smb2::CtlCode::srv_copychunk, .output = Bytes(12, 1)});
  copy.header.status = smb2::NtStatus::invalid_parameter;
  seeds.write("ioctl_response", "copy-limits", copy);
}

void write_opens(const Seeds& seeds) {
  constexpr smb2::FileId id = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  using enum smb2::Command;
  seeds.write("create_request", "contexts",
              request(create, smb2::CreateRequest{
                                  .desired_access = smb2::AccessMask::file_read_data,
                                  .create_disposition = smb2::CreateDisposition::open_if,
                                  .name = wire::Utf16::from_utf8("a"),
                                  .create_contexts = {{.name = {'D', 'H', 'n', 'Q'}, .data = Bytes(16)},
                                                      {.name = {'M', 'x', 'A', 'c'}}}}));
  seeds.write("create_response", "context",
              response(create, smb2::CreateResponse{
                                   .create_action = smb2::CreateAction::created,
                                   .file_id = id,
                                   .create_contexts = {{.name = {'M', 'x', 'A', 'c'}, .data = Bytes(8)}}}));
  seeds.write("close_request", "file",
              request(close, smb2::CloseRequest{.flags = smb2::CloseFlags::postquery_attrib, .file_id = id}));
  seeds.write("close_response", "file",
              response(close, smb2::CloseResponse{.flags = smb2::CloseFlags::postquery_attrib}));
  seeds.write("flush_request", "file", request(flush, smb2::FlushRequest{.file_id = id}));
  seeds.write("read_request", "bytes", request(read, smb2::ReadRequest{.length = 2, .file_id = id}));
  seeds.write("read_response", "bytes", response(read, smb2::ReadResponse{.buffer = {1, 2}}));
  seeds.write("write_request", "bytes", request(write, smb2::WriteRequest{.file_id = id, .buffer = {1, 2}}));
  seeds.write("write_response", "count", response(write, smb2::WriteResponse{.count = 2}));
  seeds.write("query_info_request", "position",
              request(query_info, smb2::QueryInfoRequest{.file_info_class = smb2::FileInfoClass::position,
                                                         .output_buffer_length = 8,
                                                         .file_id = id,
                                                         .buffer = {1, 2}}));
  seeds.write("query_info_response", "position",
              response(query_info, smb2::QueryInfoResponse{.buffer = Bytes(8)}));
  seeds.write("change_notify_request", "tree",
              request(change_notify, smb2::ChangeNotifyRequest{.flags = smb2::ChangeNotifyFlags::watch_tree,
                                                               .output_buffer_length = 1000,
                                                               .file_id = id}));
  seeds.write("change_notify_response", "change",
              response(change_notify, smb2::ChangeNotifyResponse{.buffer = {1, 2, 3}}));
}

void write_session(const Seeds& seeds) {
  write_session_setup(seeds);
  write_tree_connect(seeds);
  write_ioctl(seeds);
  seeds.write("bare_body", "logoff", smb2::request(smb2::Command::logoff));
  seeds.write("bare_body", "tree-disconnect", smb2::response(smb2::Command::tree_disconnect));
  seeds.write("bare_body", "echo", smb2::request(smb2::Command::echo));
  smb2::Message cancel = smb2::request(smb2::Command::cancel);
  cancel.header.flags = smb2::HeaderFlags::async_command;
  seeds.write("bare_body", "cancel", cancel);
  seeds.write("transform_header", "encrypted",
              wire::encode(smb2::TransformHeader{.nonce = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                                                 .session_id = 0x40000000001,
                                                 .encrypted_message = Bytes(16, 0x5a)}));
}

// The server fuzzer's steps, see there: one framed message of less than 256 bytes on the first
// connection.
void append_talk(Bytes& steps, const Bytes& message) {
  steps.insert(steps.end(), {4, 0, static_cast<std::uint8_t>(message.size())});
  steps.insert(steps.end(), message.begin(), message.end());
}

void write_server(const Seeds& seeds) {
  const smb2::Message first{request_header(), negotiate_request(four_contexts())};
  smb2::Message second = first;
  second.header.message_id = 1;
  constexpr std::string_view dialects[] = {smb1::smb_2_wildcard};

  Bytes twice = {0, 0, 0};
  append_talk(twice, smb2::encode(first));
  append_talk(twice, smb2::encode(second));
  seeds.write("server", "negotiate-twice", twice);

  Bytes multi_protocol = {0, 0, 0};
  append_talk(multi_protocol,
              wire::encode(smb1::NegotiateRequest{.dialects = smb1::dialect_bytes(dialects)}));
  append_talk(multi_protocol, smb2::encode(second));
  seeds.write("server", "multi-protocol", multi_protocol);

  Bytes in_pieces = {0, 0, 0};
  const Bytes frame = smb2::frame(smb2::encode(first));
  wire::View stream = frame;
  for (; !stream.empty(); stream = stream.subspan(std::min<std::size_t>(stream.size(), 50))) {
    const wire::View piece = stream.first(std::min<std::size_t>(stream.size(), 50));
    in_pieces.insert(in_pieces.end(), {3, 0, static_cast<std::uint8_t>(piece.size())});
    in_pieces.insert(in_pieces.end(), piece.begin(), piece.end());
    in_pieces.insert(in_pieces.end(), {2, 10});
  }
  in_pieces.insert(in_pieces.end(), {2, 23, 1, 0});
  seeds.write("server", "in-pieces", in_pieces);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "make_seeds CORPORA\n");
    return 2;
  }
  write_messages(Seeds(argv[1]));
  write_session(Seeds(argv[1]));
  write_opens(Seeds(argv[1]));
  write_security(Seeds(argv[1]));
  write_server(Seeds(argv[1]));
  return 0;
}
