// The client's side of NTLMv2, [MS-NLMP] 3.1, without I/O. Every message is handed out as a value before it
// is encoded, at each stage, so that a caller can bend it: what is bent before prove() is proved, what is
// bent before protect() is under the MIC.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "harness/security/kerberos.h"
#include "harness/security/ntlm_keys.h"

namespace security {

// UTF-8. Without a user the sign-in is anonymous.
struct Credentials {
  std::string user;
  std::string domain;
  std::string password;
  std::string workstation;
  std::shared_ptr<KerberosAccount> kerberos;  // where there is one

  bool anonymous() const { return user.empty(); }
};

class NtlmClient {
 public:
  struct Settings {
    NegotiateFlags flags = NegotiateFlags::unicode | NegotiateFlags::request_target | NegotiateFlags::sign |
                           NegotiateFlags::ntlm | NegotiateFlags::always_sign |
                           NegotiateFlags::extended_session_security | NegotiateFlags::target_info |
                           NegotiateFlags::version | NegotiateFlags::key_128 | NegotiateFlags::key_exchange |
                           NegotiateFlags::key_56;
    std::string target_name;   // "cifs/host", for MsvAvTargetName; none when empty
    bool provides_mic = true;  // where the server's MsvAvTimestamp allows it
  };

  explicit NtlmClient(Credentials credentials) : NtlmClient(std::move(credentials), Settings{}) {}
  NtlmClient(Credentials credentials, Settings settings)
      : credentials_(std::move(credentials)), settings_(std::move(settings)) {}

  NegotiateMessage negotiate() const;

  // The bytes that went out, bent or not: the MIC covers them.
  void sent_negotiate(wire::View bytes) { negotiate_.assign(bytes.begin(), bytes.end()); }

  // All of the AUTHENTICATE_MESSAGE but proof, keys and MIC. The error says why the bytes cannot be answered.
  // `now` is a FILETIME, for a server that tells none.
  std::expected<AuthenticateMessage, std::string> answer(wire::View challenge, const Random& random,
                                                         std::uint64_t now);

  // Fills in NTProofStr and EncryptedRandomSessionKey, and settles the session key.
  void prove(AuthenticateMessage& message);

  // Fills in the MIC, where one is promised in MsvAvFlags.
  void protect(AuthenticateMessage& message) const;

  // After prove().
  const Key& exported_session_key() const { return exported_session_key_; }
  NegotiateFlags flags() const { return flags_; }

  const Credentials& credentials() const { return credentials_; }

 private:
  NtlmV2Response response_to(const std::vector<AvPair>& target_info, const Random& random,
                             std::uint64_t now) const;

  Credentials credentials_;
  Settings settings_;
  wire::Bytes negotiate_;
  wire::Bytes challenge_;
  std::array<std::uint8_t, 8> server_challenge_{};
  NegotiateFlags flags_{};  // of the AUTHENTICATE_MESSAGE
  Key random_session_key_{};
  Key exported_session_key_{};
};

}  // namespace security
