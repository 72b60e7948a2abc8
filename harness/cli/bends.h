// For tests: the reference server with what it says changed on its way out, which makes the hostile servers
// that only show themselves once a sign-in is under way.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "harness/cli/embedded_server.h"
#include "harness/transport/memory.h"
#include "reference-server/model/server.h"

namespace cli {

// What is said instead of one frame.
struct Said {
  std::vector<wire::Bytes> frames;  // or pieces of frames
  bool leaves = false;              // then
};

using FrameBend = std::function<Said(wire::Bytes frame)>;
// `reply` counts the frames of a connection. Where a dialect is negotiated and a session begun, 0 is the
// answer to NEGOTIATE, 1 the challenge, 2 the end of the sign-in, 3 what comes then.
using Bend = std::function<Said(std::size_t reply, wire::Bytes frame)>;

Bend at(std::size_t reply, FrameBend bend);
Bend everywhere(FrameBend bend);

// Places in a frame, in bytes; below 0 from its end.
inline constexpr std::ptrdiff_t command = 4 + 12;
inline constexpr std::ptrdiff_t flags = 4 + 16;
inline constexpr std::ptrdiff_t message_id = 4 + 24;
inline constexpr std::ptrdiff_t session_id = 4 + 40;
inline constexpr std::ptrdiff_t signature = 4 + 48;
inline constexpr std::ptrdiff_t transform_signature = 4 + 4;
inline constexpr std::ptrdiff_t transform_session_id = 4 + 44;
inline constexpr std::ptrdiff_t last_byte = -1;

FrameBend as_it_is();
FrameBend flipped(std::ptrdiff_t place);  // its lowest bit
FrameBend without_signature();
FrameBend twice();
FrameBend behind_a_stray();  // an answer to a request that there never was
FrameBend leave();
FrameBend silence();
FrameBend cut();  // in the middle, and then the connection ends
FrameBend byte_by_byte();
FrameBend refused(smb2::NtStatus status);
FrameBend interims(unsigned number);         // and nothing else
FrameBend behind_interims(unsigned number);  // the answer as it was
FrameBend after_an_interim();                // the answer as 3.3.4.2 has it
// Of a challenge:
FrameBend large_challenge(std::size_t target_info);  // bytes, about
FrameBend challenge_that_points_outside();
FrameBend token_outside();
FrameBend noise_as_token();

// The reference server behind a bend.
class BentPeer : public transport::Peer {
 public:
  BentPeer(reference::Server server, Bend bend)
      : peer_(memory_peer(std::move(server))), bend_(std::move(bend)) {}

  std::uint64_t connected() override { return peer_->connected(); }
  Effects receive(std::uint64_t connection, wire::View bytes) override {
    return gone_.contains(connection) ? Effects() : bent(peer_->receive(connection, bytes));
  }
  Effects closed(std::uint64_t connection) override { return bent(peer_->closed(connection)); }
  Effects advance(transport::Time now) override { return bent(peer_->advance(now)); }
  std::optional<transport::Time> next_deadline() const override { return peer_->next_deadline(); }

 private:
  Effects bent(Effects effects);

  std::unique_ptr<transport::Peer> peer_;
  Bend bend_;
  std::map<std::uint64_t, std::size_t> replies_;
  std::set<std::uint64_t> gone_;
};

}  // namespace cli
