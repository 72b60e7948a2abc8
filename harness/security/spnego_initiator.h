// The client's side of SPNEGO around NTLMSSP or Kerberos. A value without I/O. What goes out can be bent at
// every stage.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/security/initiator_mechanism.h"
#include "harness/security/spnego.h"
#include "harness/security/spnego_acceptor.h"

namespace security {

class SpnegoInitiator {
 public:
  struct Settings {
    NtlmClient::Settings ntlm;
    std::vector<ObjectIdentifier> mech_types = {ntlmssp};
    bool bare = false;          // the mechanism without SPNEGO
    bool optimistic = true;     // the first token has the mechanism's first message
    bool mech_list_mic = true;  // sent with the AUTHENTICATE_MESSAGE; else only when asked for
  };

  struct Step {
    Progress progress = Progress::failed;
    wire::Bytes token;   // to be sent when there is `more`
    std::string reason;  // of a failure
  };

  explicit SpnegoInitiator(Credentials credentials) : SpnegoInitiator(std::move(credentials), Settings{}) {}
  SpnegoInitiator(Credentials credentials, Settings settings)
      : settings_(std::move(settings)),
        mechanism_(NtlmInitiator(NtlmClient(std::move(credentials), settings_.ntlm))) {}
  // Under both names of Kerberos, as Windows does.
  explicit SpnegoInitiator(KerberosTicket ticket)
      : SpnegoInitiator(std::move(ticket), {.mech_types = {microsoft_kerberos, kerberos}}) {}
  SpnegoInitiator(KerberosTicket ticket, Settings settings)
      : settings_(std::move(settings)), mechanism_(KerberosExchange(std::move(ticket))) {}

  // The next token for what the server sent. The first call begins, whatever it is given: nothing, or the
  // server's NegTokenInit2. After the server's last token: done. `now` is a FILETIME.
  Step step(wire::View received, const Random& random, std::uint64_t now, const Bends& bends = {});

  // The server's last token, for a mechanism that has no key before. The error says what is wrong with it.
  std::expected<void, std::string> finish(wire::View received);

  // Whole: of NTLM 16 bytes, from the step that gives the AUTHENTICATE_MESSAGE on.
  wire::View session_key() const;

  // What a mechListMIC of the server has to be, from then on; "" where nobody can tell.
  wire::Bytes server_mic() const;

 private:
  Step fail(std::string reason);
  Step begin(const Bends& bends);
  Step answer(wire::View message, wire::View received, const Random& random, std::uint64_t now,
              const Bends& bends);
  Step conclude(wire::View received, const Bends& bends);
  Step send_mechanism_token(wire::Bytes message, bool mic, const Bends& bends);
  Step send_first(const Bends& bends);
  bool established() const;
  bool speaks(const ObjectIdentifier& mechanism) const;
  wire::Bytes mech_type_list() const;

  Settings settings_;
  std::variant<NtlmInitiator, KerberosExchange> mechanism_;
  bool begun_ = false;
  bool over_ = false;
  bool first_sent_ = false;  // the mechanism's first message has gone out
  bool mic_sent_ = false;
};

}  // namespace security
