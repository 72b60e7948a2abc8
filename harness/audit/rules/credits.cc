// [MS-SMB2] 3.3.1.2, 3.3.4.1.2: granting credits
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

void negotiate_grants(const Exchange& x, Judge& judge) {
  if (x.header().command != smb2::Command::negotiate || x.request == nullptr || x.request->compounded) return;
  judge.at_least("CreditRequest", x.header().credits, std::uint16_t{1});
}

// What NEGOTIATE grants has the rule above.
void some_are_left(const Exchange& x, Judge& judge) {
  if (!x.credits_left || x.header().command == smb2::Command::negotiate) return;
  judge.applies();
  if (*x.credits_left < 1) {
    judge.fail("CreditRequest", "a grant that leaves the client at least 1 credit",
               fmt::format("{} granted, {} left", x.header().credits, *x.credits_left));
  }
}

// In a compound one response may grant for all (product behaviour 237); final asynchronous ones grant none.
void asked_for_are_granted(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->compounded || x.request->multi_protocol || x.request->async_id)
    return;
  if (x.request->header.credits != 0) judge.at_least("CreditRequest", x.header().credits, std::uint16_t{1});
}

// 3.3.1.2: more only where the client would be left with none. A compound's responses may share their grants.
void no_more_than_asked_for(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->compounded || x.request->multi_protocol || x.request->async_id)
    return;
  judge.applies();
  const smb2::Header& asked = x.request->header;
  // What a request used up beyond one credit some servers return on top.
  const int most = std::max(1, asked.credits + std::max(1, int{asked.credit_charge}) - 1);
  if (x.header().credits > most)
    judge.fail("CreditRequest", fmt::format("at most {}", most), fmt::format("{}", x.header().credits));
}

const Entry<ResponseCheck> table[] = {
    {{"negotiate-credits", "A NEGOTIATE response grants at least one credit", Strength::must, "CRD-012"},
     negotiate_grants},
    {{"credits-left",
      "An idle client is never left without credits",
      Strength::must,
      "CRD-010",
      {"CRD-009", "CRD-014"}},
     some_are_left},
    {{"credits-granted", "A request for credits is granted some", Strength::should, "CRD-011"},
     asked_for_are_granted},
    {{"credits-asked", "No more credits are granted than were asked for", Strength::should, "CRD-035"},
     no_more_than_asked_for},
};

}  // namespace

ResponseEntries credit_rules() { return table; }

}  // namespace audit
