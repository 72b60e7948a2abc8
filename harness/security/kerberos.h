// Kerberos V5 through MIT's GSS-API, RFC 4121: what is inside of SPNEGO, on both sides. A KDC is asked for a
// ticket and for nothing else; with ticket and keytab at hand no step does any I/O. The library takes the
// time from the machine's clock and its subkeys from the machine's randomness, so that no two runs have the
// same bytes. A copy of an exchange that has begun shares it with the original.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "harness/wire/bytes.h"

namespace security {

// A user's ticket for a service, in this process's memory alone.
class KerberosTicket {
 public:
  struct Wanted {
    std::string principal;  // "alice@REALM"; of the default realm where none is given
    std::string password;
    std::string service;               // "cifs/host@REALM"
    std::chrono::seconds lifetime{0};  // 0: as long as the KDC likes
    std::chrono::seconds ahead{0};     // how far the clock of who uses it is ahead
  };
  // Asks the KDC that krb5.conf, or $KRB5_CONFIG, names, and waits for it as long as the library does. The
  // error is for people.
  static std::expected<KerberosTicket, std::string> obtain(const Wanted& wanted);

 private:
  friend class KerberosInitiator;
  struct Held;
  std::shared_ptr<const Held> held_;
};

enum class TicketKind : std::uint8_t {
  valid,
  brief,          // for brief_lifetime
  skewed,         // used by a clock that is an hour ahead
  other_service,  // the ticket-granting ticket, which no server of SMB has the key of
};
inline constexpr std::chrono::seconds brief_lifetime{6};

// A user's tickets for one service: asked for when one is wanted first, and kept, but for brief ones. For any
// number of threads.
class KerberosAccount {
 public:
  // The service with its realm, which is the user's too.
  KerberosAccount(const std::string& user, std::string password, std::string service);
  std::expected<KerberosTicket, std::string> ticket(TicketKind kind);

 private:
  std::string realm_;
  KerberosTicket::Wanted wanted_;
  std::mutex mutex_;
  std::map<TicketKind, KerberosTicket> kept_;
};

// The keys of a service.
class KerberosKeytab {
 public:
  // Reads the file once; it is not looked at again.
  static std::expected<KerberosKeytab, std::string> load(const std::string& file);

 private:
  friend class KerberosAcceptor;
  struct Held;
  std::shared_ptr<const Held> held_;
};

// What both sides have in common once established.
class KerberosContext {
 public:
  bool established() const { return !session_key_.empty(); }
  // The subkey, whole: 32 bytes where the ticket is of AES-256.
  const wire::Bytes& session_key() const { return session_key_; }
  wire::Bytes sign(wire::View message) const;  // GSS_GetMIC
  bool verifies(wire::View mic, wire::View message) const;

 protected:
  struct Held;
  Held& held();
  void settle();

  std::shared_ptr<Held> held_;
  wire::Bytes session_key_;
};

class KerberosInitiator : public KerberosContext {
 public:
  explicit KerberosInitiator(KerberosTicket ticket) : ticket_(std::move(ticket)) {}

  // The token for what the acceptor sent, the first for nothing. Empty once there is nothing left to say.
  std::expected<wire::Bytes, std::string> step(wire::View received);

 private:
  KerberosTicket ticket_;
};

// It keeps no record of what it has seen, which would be a file: whoever accepts has to tell replays.
class KerberosAcceptor : public KerberosContext {
 public:
  // The token to be sent back. What keeps the client out is told for people.
  std::expected<wire::Bytes, std::string> accept(const KerberosKeytab& keytab, wire::View token);

  // Once established.
  const std::string& principal() const { return principal_; }
  // As GSS_Accept_sec_context tells it: until the ticket ends, and the clock skew that is allowed for.
  std::chrono::seconds lifetime() const { return lifetime_; }

 private:
  std::string principal_;
  std::chrono::seconds lifetime_{0};
};

}  // namespace security
