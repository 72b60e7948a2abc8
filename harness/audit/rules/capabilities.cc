// [MS-SMB2] 2.2.4, 3.3.5.3, 3.3.5.4: Capabilities of a NEGOTIATE response
#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Capabilities;
using smb2::Dialect;
using smb2::NegotiateRequest;
using smb2::NegotiateResponse;

constexpr Capabilities defined = Capabilities{0xff};
constexpr Capabilities of_2_1 = Capabilities::dfs | Capabilities::leasing | Capabilities::large_mtu;

void are_defined(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  judge.lacks_bits("Capabilities", body.capabilities, ~defined);
}

// What a dialect has no meaning for. NOTIFICATIONS has its own rule, undefined bits too.
template <Dialect dialect, Capabilities lawful>
void at(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  if (body.dialect_revision != dialect) return;
  judge.lacks_bits("Capabilities", body.capabilities, defined & ~Capabilities::notifications & ~lawful);
}

// What the server may say where the dialect has it and the client said it first. SMB_COM_NEGOTIATE says
// nothing and leads to dialects without these.
template <Capabilities bit, Dialect from, Dialect to>
void if_announced(const NegotiateResponse& body, const NegotiateRequest& offer, Judge& judge) {
  if (body.dialect_revision < from || body.dialect_revision > to || has(offer.capabilities, bit)) return;
  judge.lacks_bits("Capabilities", body.capabilities, bit);
}

void notifications_below_3_1_1(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  if (body.dialect_revision < Dialect::smb_3_1_1) {
    judge.lacks_bits("Capabilities", body.capabilities, Capabilities::notifications);
  }
}

void encryption_at_3_1_1(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  if (body.dialect_revision == Dialect::smb_3_1_1) {
    judge.lacks_bits("Capabilities", body.capabilities, Capabilities::encryption);
  }
}

template <Capabilities bit>
constexpr OfferCheck in_3x = if_announced<bit, Dialect::smb_3_0, Dialect::smb_3_1_1>;

const Entry<ResponseCheck> table[] = {
    {{"capabilities-defined", "Capabilities has no undefined bits", Strength::must, "NEG-071"},
     on_negotiate<are_defined>},
    {{"capabilities-2.0.2",
      "2.0.2 has no capability but DFS",
      Strength::must,
      "NEG-054",
      {"NEG-022", "NEG-058", "NEG-061", "NEG-064"}},
     on_negotiate<at<Dialect::smb_2_0_2, Capabilities::dfs>>},
    {{"capabilities-2.1",
      "2.1 has no capabilities but DFS, LEASING and LARGE_MTU",
      Strength::must,
      "NEG-058",
      {"NEG-061", "NEG-064"}},
     on_negotiate<at<Dialect::smb_2_1, of_2_1>>},
    {{"capabilities-wildcard", "0x02FF has no capabilities but DFS, LEASING and LARGE_MTU", Strength::must,
      "NEG-008"},
     on_negotiate<at<Dialect::wildcard, of_2_1>>},
    {{"capability-multi-channel", "MULTI_CHANNEL only if the client announced it", Strength::must, "NEG-057"},
     on_offer<in_3x<Capabilities::multi_channel>>},
    {{"capability-directory-leasing", "DIRECTORY_LEASING only if the client announced it", Strength::must,
      "NEG-060"},
     on_offer<in_3x<Capabilities::directory_leasing>>},
    {{"capability-persistent-handles", "PERSISTENT_HANDLES only if the client announced it", Strength::must,
      "NEG-063"},
     on_offer<in_3x<Capabilities::persistent_handles>>},
    {{"capability-encryption", "ENCRYPTION at 3.0 and 3.0.2 only if the client announced it", Strength::must,
      "NEG-066"},
     on_offer<if_announced<Capabilities::encryption, Dialect::smb_3_0, Dialect::smb_3_0_2>>},
    {{"capability-encryption-3.1.1", "3.1.1 tells encryption by context, not by capability", Strength::must,
      "NEG-067"},
     on_negotiate<encryption_at_3_1_1>},
    {{"capability-notifications", "NOTIFICATIONS only if the client announced it", Strength::must, "NEG-070"},
     on_offer<if_announced<Capabilities::notifications, Dialect::smb_3_1_1, Dialect::smb_3_1_1>>},
    {{"capability-notifications-dialect", "No NOTIFICATIONS below 3.1.1", Strength::must, "NEG-069"},
     on_negotiate<notifications_below_3_1_1>},
};

}  // namespace

ResponseEntries capability_rules() { return table; }

}  // namespace audit
