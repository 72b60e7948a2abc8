// What a rule sees: one response, the request that it answers, and what is known of the connection and the
// server before it.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>

#include "harness/audit/token.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"
#include "harness/transport/recording.h"

namespace audit {

// A request as its bytes stood. SMB_COM_NEGOTIATE is held as the NEGOTIATE request that it amounts to:
// MessageId 0, Dialects 2.??? and 2.0.2 where their strings are listed, no capabilities.
struct Request {
  std::size_t event;
  smb2::Header header;
  smb2::Body body = wire::Bytes{};
  bool well_formed = true;      // header and body could be read without doubt
  bool multi_protocol = false;  // came as SMB_COM_NEGOTIATE
  bool compounded = false;      // shared its frame
  bool anonymous = false;       // SESSION_SETUP with an NTLMSSP AUTHENTICATE_MESSAGE that names no user
  std::optional<std::uint64_t> async_id;         // of its interim response
  std::optional<std::uint64_t> sealed_for = {};  // the SessionId of its transform header
  transport::Protection signature = transport::Protection::unknown;

  bool is_sealed() const { return sealed_for.has_value(); }
  bool is_related() const { return has(header.flags, smb2::HeaderFlags::related_operations); }
};

struct Connection {
  wire::Bytes unframed;      // sent, not yet a whole frame
  bool out_of_step = false;  // something was sent that is no frame: nothing after it can be told apart
  // Until Event::connected, for what went before is not known; and again once something was sent that the
  // server may take for a request and the auditor can't read (a header cut short, another protocol, a sealed
  // message that no key opened), or the server's choice of a dialect could not be read.
  bool in_doubt = true;
  bool sent_smb1 = false;

  std::list<Request> outstanding;                 // in the order sent; CANCEL never is
  std::map<std::uint64_t, std::size_t> answered;  // MessageId to the event of the final response
  bool sent_cancel = false;
  bool sent_malformed_cancel = false;
  smb2::Dialect dialect = smb2::Dialect::none;  // as the last successful NEGOTIATE response says
  smb2::Cipher cipher = smb2::Cipher::none;
  std::optional<std::uint64_t> system_time;         // of the NEGOTIATE response: FILETIME
  bool announced_encryption = false;                // by the client
  std::map<std::uint64_t, std::size_t> logged_off;  // SessionId to the event of LOGOFF's success

  // 3.3.1.1 Connection.CommandSequenceWindow, from the client's side.
  bool multi_credit = false;
  bool credits_known = true;  // until the client oversteps its window
  std::uint64_t window_end = 1;
  std::set<std::uint64_t> consumed;
  std::int64_t credits = 1;  // granted and not consumed

  std::set<std::uint64_t> not_users;  // SessionIds of who is a guest or nobody
  // Answers to TREE_CONNECT, by SessionId and Path, for as long as the session's user is the same.
  std::map<std::pair<std::uint64_t, wire::Bytes>, smb2::TreeConnectResponse> shares;

  bool is_negotiated() const { return dialect != smb2::Dialect::none && dialect != smb2::Dialect::wildcard; }
};

// What stays the same between the connections of a recording.
struct Server {
  std::optional<smb2::Guid> guid;  // of its first NEGOTIATE response
  bool implements_3_1_1 = false;   // has selected it
  std::set<wire::Bytes> salts;
  // Its first CHALLENGE_MESSAGE to each client's flags, without what differs each time.
  std::map<security::NegotiateFlags, wire::Bytes> challenges;
  using Nonce = std::array<std::uint8_t, 16>;
  std::map<std::uint64_t, std::set<Nonce>> nonces;  // of its messages, by SessionId
};

// A frame as received; the four bytes in front of `message` may be all that is there.
struct Frame {
  wire::View bytes;
  wire::View message;
  const Connection& connection;
};

// A sealed frame for whose session there are keys.
struct Sealed {
  smb2::TransformHeader header;
  std::size_t size;  // of what was sealed, in bytes
  bool opened;       // whether the keys open it
  const Connection& connection;
  const Server& server;
};

// IS_GUEST or IS_NULL.
bool names_no_user(smb2::SessionFlags flags);

struct Exchange {
  std::size_t event;
  smb2::Message response;
  wire::View bytes;        // of this response, from its header on
  const Request* request;  // that was waiting for this response; nullptr where none was or none is known
  const Connection& connection;
  const Server& server;
  bool alone;  // in its frame
  bool last_in_frame;
  bool followed;                            // where it is not the last: by an SMB2 header
  std::optional<std::uint64_t> sealed_for;  // the SessionId of its frame's transform header
  transport::Protection signature;
  std::optional<Token> token;          // of a NEGOTIATE or SESSION_SETUP response that holds one
  std::optional<Token> request_token;  // of the SESSION_SETUP request
  // Credits that the client holds after this response, where nothing is outstanding any more.
  std::optional<std::int64_t> credits_left;

  const smb2::Header& header() const { return response.header; }
  bool is_sealed() const { return sealed_for.has_value(); }
  bool is_signed() const { return has(header().flags, smb2::HeaderFlags::signed_message); }
  bool is_failure() const;  // 3.3.4.4, as far as Command and Status tell
  bool is_interim() const;  // 3.3.4.2
  // Answers no request that waits: an oplock or lease break, a notification, a response to CANCEL, which
  // shares its MessageId with the request that it is about.
  bool is_unsolicited() const;
  bool was_answered() const;  // the request with this MessageId has had its final response

  const smb2::NegotiateResponse* negotiate() const;  // a successful one
  const smb2::ErrorResponse* error() const;          // the body of a failure
  // What TREE_CONNECT asked for, where nothing else decides what comes; nullptr for anything else.
  const wire::Utf16* asked_path() const;
  const smb2::TreeConnectResponse* earlier_tree_connect() const;  // to the same path
  // One that goes on or succeeds.
  const smb2::SessionSetupResponse* session_setup() const;
  // What the client asked for, where that is beyond doubt.
  template <class Body>
  const Body* asked() const {
    return request != nullptr && request->well_formed ? std::get_if<Body>(&request->body) : nullptr;
  }
  const smb2::NegotiateRequest* offer() const { return asked<smb2::NegotiateRequest>(); }
};

}  // namespace audit
