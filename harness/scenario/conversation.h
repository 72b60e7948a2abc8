// The connections, sessions and trees of one case: what has gone out, what answers it, and what follows from
// the answers for everything that goes out later.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/client/assembly.h"
#include "harness/client/login.h"
#include "harness/scenario/environment.h"
#include "harness/scenario/judge.h"
#include "harness/transport/framed.h"

namespace scenario {

inline constexpr smb2::NtStatus account_locked_out{0xc0000234};  // STATUS_ACCOUNT_LOCKED_OUT

// A request that waits for its answer.
struct Pending {
  std::string name;  // of its step; "" for most
  smb2::Command command{};
  wire::Bytes message;         // as sent; only NEGOTIATE and SESSION_SETUP are looked at again
  std::string authentication;  // that it is a leg of
  std::string tree;            // that it connects
  unsigned interims = 0;       // 3.3.4.2
  std::uint64_t async_id = 0;  // of the first of them
};

// Which answer a step waits for; others that arrive before it are kept for later steps.
struct Awaited {
  std::string request = {};                      // by name; empty: whichever comes
  std::optional<std::uint64_t> message_id = {};  // of the request
  bool interim = false;                          // an interim response will do
  bool unsolicited = false;                      // what answers no request, and nothing else
};

struct Link {
  std::string name;
  std::unique_ptr<transport::Framed> framed;
  client::Connection state;
  std::uint64_t next_message_id = 0;
  std::uint64_t last_request = 0;            // the MessageId that went out last
  bool sent_raw = false;                     // bytes went out of which nobody knows what may answer them
  std::map<std::uint64_t, Pending> pending;  // by MessageId
  std::deque<Arrived::Message> arrived;      // and not yet asked for
};

struct Authentication {
  std::string on;  // the link
  client::Login login;
  bool doubtful = false;  // a leg went out changed, after which the server may have other keys
};

struct Tree {
  std::uint32_t id = 0;
  std::string session;
  bool encrypts = false;  // 2.2.10 SMB2_SHAREFLAG_ENCRYPT_DATA
};

class Conversation {
 public:
  // All of them must outlive this.
  Conversation(transport::Network& network, transport::Recording& recording, Environment& environment)
      : network_(network), recording_(recording), environment_(environment) {}

  transport::Awaitable<transport::Result<void>> connect(const std::string& name, transport::Time deadline);
  // The link of that name, or the one connected last; none before the first.
  Link* link(const std::string& name);

  // `opened`: the chain inside, when the frame is sealed.
  transport::Awaitable<transport::Result<void>> send(Link& link, wire::View frame, wire::Bytes opened,
                                                     transport::Time deadline);

  // Interim responses that are not waited for change nothing, but more of them to one request than any
  // server needs end the wait.
  transport::Awaitable<Arrived> receive(Link& link, Awaited awaited, transport::Time patience);

  // In order of beginning, so that a re-authentication hides the session it renews.
  void begin(const std::string& name, Authentication authentication);
  Authentication* authentication(const std::string& name);
  const client::Session* session(const std::string& name);
  const Tree* tree(const std::string& name) const;
  // That a tree is of a session.
  void own(const std::string& tree, const std::string& session) { trees_[tree].session = session; }

  // Those that have keys.
  std::vector<client::Session> sessions() const;

  // A sign-in was answered with STATUS_ACCOUNT_LOCKED_OUT.
  bool locked_out() const { return locked_out_; }

  void close();

 private:
  const Authentication* authentication_of(const Link& link, std::uint64_t id) const;
  const client::Session* session_of(const Link& link, std::uint64_t id) const;
  std::vector<transport::Protection> signatures_of(const Link& link, wire::View frame) const;
  transport::Protection beyond_doubt(const Link& link, std::uint64_t session_id,
                                     transport::Protection verdict) const;
  static std::optional<Arrived> take(Link& link, const Awaited& awaited);
  static std::optional<Arrived> take_stray(Link& link);
  static const Pending* endlessly_pending(const Link& link);
  static unsigned interims(const Link& link);
  void take_in(Link& link, client::Incoming incoming);
  std::string objection(const Link& link, const Pending& pending, const client::Incoming::Element& element);
  void conclude(Link& link, const Pending& pending, client::Incoming::Element& element);

  transport::Network& network_;
  transport::Recording& recording_;
  Environment& environment_;
  std::map<std::string, Link> links_;
  Link* last_ = nullptr;
  std::vector<std::pair<std::string, Authentication>> authentications_;
  std::map<std::string, Tree> trees_;
  bool locked_out_ = false;
};

}  // namespace scenario
