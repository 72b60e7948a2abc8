// Why a peer of a test is not there. A server that nobody installed skips the test, loudly; one that is
// installed and does not come up fails it.
#pragma once

#include <expected>
#include <string>

namespace target::peers {

struct NotStarted {
  enum class Why {
    absent,     // not installed
    forbidden,  // installed, but this test would have to run as root
    failed,     // did not come up
  } why;
  std::string reason;  // with the peer's log when it failed
};

template <class Peer>
using Started = std::expected<Peer, NotStarted>;

// Ends a test without its peer: `if (!smbd) return cannot_run(smbd.error());`. With SMBSPEC_REQUIRE_PEERS=1
// in the environment an absent peer is a failure too.
void cannot_run(const NotStarted& why);

}  // namespace target::peers
