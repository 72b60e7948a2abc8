#include "harness/scenario/vocabulary.h"

#include <algorithm>

#include "harness/scenario/defaults.h"
#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"
#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/transform_header.h"

namespace scenario {
namespace {

class Collector : public wire::Observer {
 public:
  void enter(std::string_view list, std::size_t, std::string_view kind) override {
    add(names.lists, list);
    if (!kind.empty()) add(names.kinds, kind);
  }
  void leave() override {}
  void field(const wire::Field& field) override { add(names.fields, field.name()); }

  Vocabulary names;

 private:
  static void add(std::vector<std::string>& list, std::string_view name) {
    if (std::ranges::find(list, name) == list.end()) list.emplace_back(name);
  }
};

// A full message and a bare one, since some fields stand where others could.
void collect(smb2::Message message, Collector& collector) {
  std::visit(
      [&](auto& body) {
        using Body = std::remove_reference_t<decltype(body)>;
        if constexpr (!std::is_same_v<Body, wire::Bytes>) {
          wire::walk(body, collector);
          Body bare;
          wire::walk(bare, collector);
        }
      },
      message.body);
}

template <class M>
Vocabulary vocabulary_of(M message) {
  Collector collector;
  wire::walk(message, collector);
  return std::move(collector.names);
}

}  // namespace

Vocabulary vocabulary_of_request(smb2::Command command) {
  Collector collector;
  collect(specimen(command, false), collector);
  return std::move(collector.names);
}

Vocabulary vocabulary_of_response(smb2::Command command) {
  Collector collector;
  collect(specimen(command, true), collector);
  const smb2::ErrorContext redirect{.error_id = smb2::ErrorId::share_redirect,
                                    .data = smb2::ShareRedirect{.ip_addr_move_list = {{}}}};
  collect({.header = {}, .body = smb2::ErrorResponse{.error_contexts = {{}, redirect}}}, collector);
  return std::move(collector.names);
}

Vocabulary vocabulary_of_header() {
  Collector collector;
  smb2::Header request;
  smb2::Header response{.flags = smb2::HeaderFlags::server_to_redir | smb2::HeaderFlags::async_command};
  wire::walk(request, collector);
  wire::walk(response, collector);
  return std::move(collector.names);
}

Vocabulary vocabulary_of_frame() {
  Vocabulary names = vocabulary_of(smb2::DirectTcp{});
  std::erase(names.fields, "SMB2Message");  // what a request has already said
  return names;
}

Vocabulary vocabulary_of_transform() {
  Vocabulary names = vocabulary_of(smb2::TransformHeader{});
  std::erase(names.fields, "EncryptedMessage");  // what requests have already said
  std::erase(names.fields, "Signature");         // which comes last
  return names;
}

Vocabulary vocabulary_of_smb1() { return vocabulary_of(smb1::NegotiateRequest{}); }

Vocabulary vocabulary_of_ntlm() {
  Collector collector;
  security::NegotiateMessage negotiate{.version = security::Version{}};
  wire::walk(negotiate, collector);
  security::AuthenticateMessage authenticate{.version = security::Version{}, .mic = security::Mic{}};
  authenticate.nt_challenge_response = security::NtlmV2Response{.av_pairs = {security::AvPair{}}};
  wire::walk(authenticate, collector);
  return std::move(collector.names);
}

Vocabulary vocabulary_of_challenge() {
  security::ChallengeMessage challenge{.version = security::Version{}};
  security::TargetInfo info;
  for (const wire::Name& name : security::av_id_names)
    info.av_pairs.push_back({.id = security::AvId{static_cast<std::uint16_t>(name.value)}});
  challenge.target_info = std::move(info);
  return vocabulary_of(std::move(challenge));
}

Vocabulary vocabulary_of_spnego() {
  using Octets = wire::Tagged<wire::Bytes>;
  Collector collector;
  security::NegTokenInit init = security::neg_token_init(std::span(&security::ntlmssp, 1));
  init.req_flags = init.mech_token = init.mech_list_mic = Octets{};
  security::Token first{.body = init, .trailing = {}};
  wire::walk(first, collector);
  security::NegTokenResp resp;
  resp.neg_state = wire::Tagged<security::NegState>{};
  resp.supported_mech = wire::Tagged<security::ObjectIdentifier>{};
  resp.response_token = resp.mech_list_mic = Octets{};
  security::Token later{.body = resp, .trailing = {}};
  wire::walk(later, collector);
  return std::move(collector.names);
}

}  // namespace scenario
