// The suite's proof by changed fields: every field of every reply of the reference server is changed, one at
// a time, and a case or an audit rule has to notice.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/scenario/loader.h"

namespace cli {

// A field of a kind of reply: "NEGOTIATE Response", "NegotiateContextList[PREAUTH].Salt".
struct Pair {
  std::string reply;
  std::string field;
  auto operator<=>(const Pair&) const = default;
};

// Changes by their names: "lowest bit", "zero".
struct Verdict {
  std::map<std::string, std::string> noticed;  // and the first that did: a case's or a rule's id
  std::set<std::string> missed;
  std::string reason;  // why that is right; "" where nobody knows

  bool whole() const { return missed.empty(); }
};

struct Proof {
  std::map<Pair, Verdict> pairs;
  std::set<std::string, std::less<>> requirements;  // rows that a case cites as its first and went red for
  std::size_t runs = 0;
};

// How much is changed: of one case of each scenario the last reply and then the others, until its row is
// proven, which is seconds' work; or everything, until it is noticed or so often not that nobody will.
enum class Depth : std::uint8_t { glance, thorough };

// Over these cases, in memory, each against a fresh server. `reasons`: cases/requirements/unnoticed.tsv.
Proof prove(const scenario::Library& library, std::span<const scenario::Case* const> cases,
            std::string_view reasons, Depth depth);

}  // namespace cli
