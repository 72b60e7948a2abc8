// Writes the seeds of corpora/ anew, from our own encoder: make_seeds CORPORA. Run by hand when a message
// changes; the files are committed.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string_view>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"

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
      {refused, smb2::ErrorResponse{.error_contexts = {{.error_context_data = {1, 2, 3}},
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
  write_server(Seeds(argv[1]));
  return 0;
}
