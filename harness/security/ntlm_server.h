// The server's side of NTLMv2, [MS-NLMP] 3.2, without I/O. A value: a copy goes on from where the original
// stood.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/security/ntlm_keys.h"

namespace security {

// UTF-8. Names are compared without regard to case.
struct NtlmUser {
  std::string name;
  std::string password;
  std::optional<std::string> domain = std::nullopt;  // any when not given
};

struct NtlmServerSettings {
  std::string nb_computer_name = "SMBSPEC";
  std::string nb_domain_name = "SMBSPEC";
  std::string dns_computer_name = "smbspec";
  std::string dns_domain_name;
  bool tells_time = true;  // MsvAvTimestamp, upon which clients provide a MIC
  std::vector<NtlmUser> users;
  bool compares_max_lengths = false;  // a field whose MaxLen is not its Len is malformed
};

// What an AUTHENTICATE_MESSAGE came to. Whether anonymous is welcome and whether an unknown user may be a
// guest is for the caller to decide.
enum class NtlmVerdict : std::uint8_t {
  user,
  anonymous,
  no_such_user,
  wrong_password,  // or no NTLMv2 response at all
  altered,         // the MIC is wrong, or promised and absent
  malformed,       // no such message, or not now
};

struct NtlmOutcome {
  NtlmVerdict verdict = NtlmVerdict::malformed;
  std::string user;  // as the client sent it, as the next two
  std::string domain;
  std::string workstation;
  NegotiateFlags flags{};
  // Of the user; for all others what comes of a KeyExchangeKey of zeros, 3.2.5.1.2.
  Key exported_session_key{};
};

class NtlmServer {
 public:
  // The answer to a NEGOTIATE_MESSAGE; nothing when the bytes are none. `now` is a FILETIME.
  std::optional<ChallengeMessage> challenge(const NtlmServerSettings& settings, wire::View negotiate,
                                            const Random& random, std::uint64_t now);

  // The bytes that went out, bent or not: the client's MIC covers them.
  void sent_challenge(wire::View bytes) { challenge_.assign(bytes.begin(), bytes.end()); }

  NtlmOutcome authenticate(const NtlmServerSettings& settings, wire::View authenticate) const;

 private:
  wire::Bytes negotiate_;
  wire::Bytes challenge_;  // empty until sent
  std::array<std::uint8_t, 8> server_challenge_{};
};

}  // namespace security
