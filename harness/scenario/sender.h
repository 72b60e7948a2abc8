// Requests of steps on their way out: ids and credits filled in, signed and sealed as due or as a step wants
// it, framed, bent, and noted as waiting for an answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/builder.h"
#include "harness/scenario/conversation.h"

namespace scenario {

// Why a step could not go out; nothing when it has.
using Refusal = std::optional<Mismatch>;

class Sender {
 public:
  // All of them must outlive this. `step_timeout`: how long the server may take to read a frame.
  Sender(const transport::Network& network, Conversation& conversation, const Environment& environment,
         Entropy& entropy, transport::Time step_timeout);

  // `base` as the step changes it; `pending` as far as the caller knows what waits.
  transport::Awaitable<Refusal> send(Link& link, const Request& request, smb2::Message base, Pending pending);
  transport::Awaitable<Refusal> send(Link& link, const Compound& compound);
  transport::Awaitable<Refusal> send(Link& link, const Send& bytes);

  // Of the case's own client.
  const smb2::Guid& client_guid() const { return client_guid_; }

 private:
  std::expected<client::Outgoing, std::string> prepare(Link& link, const Request& request, smb2::Message base,
                                                       Pending pending);
  const client::Session* owner(const Request& request);
  const client::Session* signer(const Request& request);
  const client::Session* sealer(const Request& request, const Guard& seal);
  transport::Awaitable<Refusal> deliver(Link& link, const Request& request,
                                        std::vector<client::Outgoing> elements, const client::Session* sealer,
                                        const std::string& authentication);
  transport::Awaitable<Refusal> deliver(Link& link, wire::View bytes, wire::Bytes opened);

  const transport::Network& network_;
  Conversation& conversation_;
  const Environment& environment_;
  Entropy& entropy_;
  transport::Time step_timeout_;
  smb2::Guid client_guid_{};      // one client, on however many connections: bindings rest on it
  std::uint64_t next_nonce_ = 1;  // of all sessions and connections: channels share keys
};

// A fault of the table; `line` where it is not the step's own.
Mismatch table_fault(std::string why, unsigned line = 0);

}  // namespace scenario
