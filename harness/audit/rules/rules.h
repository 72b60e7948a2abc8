// The tables of rules, one a file. A rule is its description and a function that states what it expects of
// what it is shown; it looks at nothing else and keeps no state.
#pragma once

#include <span>

#include "harness/audit/auditor.h"
#include "harness/audit/exchange.h"
#include "harness/audit/judge.h"

namespace audit {

using FrameCheck = void (*)(const Frame&, Judge&);
using SealedCheck = void (*)(const Sealed&, Judge&);
using ResponseCheck = void (*)(const Exchange&, Judge&);

template <class Check>
struct Entry {
  Rule rule;
  Check check;
};
using FrameEntries = std::span<const Entry<FrameCheck>>;
using SealedEntries = std::span<const Entry<SealedCheck>>;
using ResponseEntries = std::span<const Entry<ResponseCheck>>;

FrameEntries framing_rules();
SealedEntries sealed_rules();
ResponseEntries header_rules();
ResponseEntries async_rules();
ResponseEntries credit_rules();
ResponseEntries error_rules();
ResponseEntries negotiate_rules();
ResponseEntries capability_rules();
ResponseEntries negotiate_context_rules();
ResponseEntries protection_rules();
ResponseEntries session_rules();
ResponseEntries tree_rules();
ResponseEntries ioctl_rules();
ResponseEntries token_rules();

// Checks of successful NEGOTIATE responses, as ResponseCheck.
using NegotiateCheck = void (*)(const smb2::NegotiateResponse&, const Exchange&, Judge&);
template <NegotiateCheck check>
void on_negotiate(const Exchange& exchange, Judge& judge) {
  if (const auto* body = exchange.negotiate()) check(*body, exchange, judge);
}

// Those that hold the server to what the client offered.
using OfferCheck = void (*)(const smb2::NegotiateResponse&, const smb2::NegotiateRequest&, Judge&);
template <OfferCheck check>
void on_offer(const Exchange& exchange, Judge& judge) {
  const auto* body = exchange.negotiate();
  const auto* offer = exchange.offer();
  if (body != nullptr && offer != nullptr) check(*body, *offer, judge);
}

}  // namespace audit
