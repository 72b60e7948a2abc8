// The client's side of SPNEGO around NTLMSSP. A value without I/O. What goes out can be bent at every stage.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/security/ntlm_client.h"
#include "harness/security/spnego.h"
#include "harness/security/spnego_acceptor.h"

namespace security {

// What a case changes on the way out; each is called where that message is due, and may be empty.
struct Bends {
  std::function<void(NegotiateMessage&)> negotiate;
  std::function<void(AuthenticateMessage&)> before_proof;
  std::function<void(AuthenticateMessage&)> before_mic;
  std::function<void(AuthenticateMessage&)> after_mic;
  std::function<void(Token&)>
      token;  // the SPNEGO token around it, with its mechListMIC; not where there is none
};

class SpnegoInitiator {
 public:
  struct Settings {
    NtlmClient::Settings ntlm;
    std::vector<ObjectIdentifier> mech_types = {ntlmssp};
    bool bare = false;          // NTLMSSP without SPNEGO
    bool optimistic = true;     // the first token has a NEGOTIATE_MESSAGE
    bool mech_list_mic = true;  // sent with the AUTHENTICATE_MESSAGE; else only when asked for
  };

  struct Step {
    Progress progress = Progress::failed;
    wire::Bytes token;   // to be sent when there is `more`
    std::string reason;  // of a failure
  };

  explicit SpnegoInitiator(Credentials credentials) : SpnegoInitiator(std::move(credentials), Settings{}) {}
  SpnegoInitiator(Credentials credentials, Settings settings)
      : settings_(std::move(settings)), ntlm_(std::move(credentials), settings_.ntlm) {}

  // The next token for what the server sent. The first call begins, whatever it is given: nothing, or the
  // server's NegTokenInit2. After the server's last token: done. `now` is a FILETIME.
  Step step(wire::View received, const Random& random, std::uint64_t now, const Bends& bends = {});

  // 16 bytes, from the step that gives the AUTHENTICATE_MESSAGE on.
  const Key& session_key() const { return ntlm_.exported_session_key(); }

  // What a mechListMIC of the server has to be, from then on; "" where the messages cannot be signed.
  wire::Bytes server_mic() const;

  // The leg that the last step() gave.
  enum class Leg : std::uint8_t { none, negotiate, authenticate, mech_list_mic };
  Leg leg() const { return leg_; }

 private:
  Step fail(std::string reason);
  Step begin(const Bends& bends);
  Step answer(wire::View challenge, const Random& random, std::uint64_t now, const Bends& bends);
  Step conclude(wire::View received, const Bends& bends);
  Step send_mechanism_token(wire::Bytes message, bool mic, const Bends& bends);
  wire::Bytes negotiate_message(const Bends& bends);
  wire::Bytes mic(Direction direction) const;

  Settings settings_;
  NtlmClient ntlm_;
  Leg leg_ = Leg::none;
  bool over_ = false;
  bool negotiated_ = false;  // the NEGOTIATE_MESSAGE has gone out
  bool mic_sent_ = false;
};

}  // namespace security
