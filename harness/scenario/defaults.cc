#include "harness/scenario/defaults.h"

#include <fmt/format.h>

#include <array>
#include <map>

namespace scenario {
namespace {

using smb2::ContextType;

constexpr auto every_capability = smb2::Capabilities{0x7f};
// Of a file that is deleted when it is closed.
constexpr auto every_use = smb2::AccessMask::file_read_data | smb2::AccessMask::file_write_data |
                           smb2::AccessMask::file_append_data | smb2::AccessMask::file_read_attributes |
                           smb2::AccessMask::delete_access;
constexpr std::size_t salt_size = 32;  // bytes, as Windows sends

// The golden-ratio step and the two multipliers of SplitMix64.
std::uint64_t mix(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

smb2::ContextData default_data(ContextType type, Entropy& entropy) {
  using namespace smb2;
  switch (type) {
    case ContextType::preauth_integrity: {
      PreauthIntegrityCapabilities preauth{.hash_algorithms = {HashAlgorithm::sha_512},
                                           .salt = wire::Bytes(salt_size)};
      entropy.fill(preauth.salt);
      return preauth;
    }
    case ContextType::encryption:
      return EncryptionCapabilities{
          .ciphers = {Cipher::aes_128_gcm, Cipher::aes_128_ccm, Cipher::aes_256_gcm, Cipher::aes_256_ccm}};
    case ContextType::compression:
      return CompressionCapabilities{
          .compression_algorithms = {CompressionAlgorithm::pattern_v1, CompressionAlgorithm::lz77,
                                     CompressionAlgorithm::lz77_huffman, CompressionAlgorithm::lznt1}};
    case ContextType::netname:
      return NetnameNegotiateContextId{.net_name = wire::Utf16::from_utf8("smbspec")};
    case ContextType::transport:
      return TransportCapabilities{};
    case ContextType::rdma_transform:
      return RdmaTransformCapabilities{
          .rdma_transform_ids = {RdmaTransformId::encryption, RdmaTransformId::signing}};
    case ContextType::signing:
      return SigningCapabilities{.signing_algorithms = {SigningAlgorithm::aes_gmac,
                                                        SigningAlgorithm::aes_cmac,
                                                        SigningAlgorithm::hmac_sha256}};
    default:
      return wire::Bytes{};
  }
}

std::vector<smb2::NegotiateContext> every_context() {
  Entropy entropy(0);
  std::vector<smb2::NegotiateContext> contexts;
  for (const wire::Name& type : smb2::context_type_names) {
    contexts.push_back(default_context(static_cast<ContextType>(type.value), entropy));
  }
  return contexts;
}

// Puts into a bare body whatever may be in it.
struct Fill {
  void operator()(smb2::NegotiateRequest& body) const {
    body.dialects = {smb2::Dialect::smb_3_1_1};
    body.negotiate_contexts = every_context();
  }
  void operator()(smb2::NegotiateResponse& body) const {
    body.dialect_revision = smb2::Dialect::smb_3_1_1;
    body.negotiate_contexts = every_context();
  }
  void operator()(smb2::TreeConnectRequest& body) const {
    body.flags = smb2::TreeConnectFlags::extension_present;
    body.tree_connect_contexts = {
        {.type = smb2::TreeConnectContextType::remoted_identity, .data = smb2::RemotedIdentity{}},
        {.type = smb2::TreeConnectContextType::reserved, .data = wire::Bytes{}}};
  }
  void operator()(smb2::CreateRequest& body) const { body.create_contexts = {{}}; }
  void operator()(smb2::CreateResponse& body) const { body.create_contexts = {{}}; }
  void operator()(smb2::IoctlRequest& body) const {
    body.ctl_code = smb2::CtlCode::validate_negotiate_info;
    body.input = smb2::ValidateNegotiateInfoRequest{};
  }
  void operator()(smb2::IoctlResponse& body) const {
    body.ctl_code = smb2::CtlCode::validate_negotiate_info;
    body.output = smb2::ValidateNegotiateInfoResponse{};
  }
  void operator()(auto& /*the rest is full as it is*/) const {}
};

}  // namespace

void Entropy::fill(std::span<std::uint8_t> bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 8 == 0) word = mix(state_);
    bytes[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
  }
}

std::uint64_t case_seed(std::uint64_t run_seed, std::string_view case_id) {
  std::uint64_t state = run_seed;
  for (const char c : case_id) {
    state ^= static_cast<std::uint8_t>(c);
    state = mix(state);
  }
  return state;
}

smb2::Message default_request(smb2::Command command, Entropy& entropy) {
  smb2::Message message = smb2::request(command);
  message.header.credits = 1;
  if (auto* negotiate = std::get_if<smb2::NegotiateRequest>(&message.body)) {
    negotiate->security_mode = smb2::SecurityMode::signing_enabled;
    negotiate->capabilities = every_capability;
    entropy.fill(negotiate->client_guid);
    negotiate->dialects.assign(std::begin(smb2::all_dialects), std::end(smb2::all_dialects));
    negotiate->negotiate_contexts = default_contexts(entropy);
  }
  if (auto* create = std::get_if<smb2::CreateRequest>(&message.body)) {
    create->desired_access = every_use;
    create->share_access = smb2::ShareAccess{7};
    create->create_disposition = smb2::CreateDisposition::open_if;
    create->create_options = smb2::CreateOptions::delete_on_close;
    std::array<std::uint8_t, 8> unique{};
    entropy.fill(unique);
    create->name = wire::Utf16::from_utf8("smbspec-" + wire::to_hex(unique));
  }
  if (auto* query = std::get_if<smb2::QueryInfoRequest>(&message.body)) {
    query->file_info_class = smb2::FileInfoClass::position;
    query->output_buffer_length = 8;
  }
  if (auto* notify = std::get_if<smb2::ChangeNotifyRequest>(&message.body)) {
    notify->output_buffer_length = 1024;
    // Of what nothing else in a run does, so that it waits.
    notify->completion_filter = smb2::CompletionFilter::stream_name;
  }
  if (auto* tree_connect = std::get_if<smb2::TreeConnectRequest>(&message.body))
    tree_connect->path = wire::Utf16::from_utf8(share_path("IPC$"));
  return message;
}

std::string share_path(std::string_view share) { return fmt::format(R"(\\127.0.0.1\{})", share); }

smb2::NegotiateContext default_context(ContextType type, Entropy& entropy) {
  return {.type = type, .data = default_data(type, entropy)};
}

std::vector<smb2::NegotiateContext> default_contexts(Entropy& entropy) {
  std::vector<smb2::NegotiateContext> contexts;
  for (const ContextType type :
       {ContextType::preauth_integrity, ContextType::encryption, ContextType::signing}) {
    contexts.push_back(default_context(type, entropy));
  }
  return contexts;
}

const smb2::Message& specimen(smb2::Command command, bool response) {
  static std::map<std::pair<smb2::Command, bool>, smb2::Message> specimens;
  const auto [at, added] = specimens.try_emplace({command, response});
  if (added) {
    at->second = response ? smb2::response(command) : smb2::request(command);
    std::visit(Fill{}, at->second.body);
  }
  return at->second;
}

}  // namespace scenario
