// Named departures from the specification, each at one decision point of this server. With one switched on,
// the suite has to turn red with the requirement it breaks; a list of them describes a server that people
// meet (personalities.h).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace reference {

enum class Quirk : std::uint8_t {
  // Framing, the header, credits, compounds.
  // NEGOTIATE.
  contexts_twice,
  encryption_wants_capability,
  validates_any_negotiate,
  // SESSION_SETUP, binding, LOGOFF.
  binding_signature_unchecked,
  logoff_without_session_id,
  logoff_keeps_session,
  // TREE_CONNECT, TREE_DISCONNECT.
  tree_disconnect_keeps_tree,
  // Signing, encryption.
  signature_unchecked,
  count
};

struct QuirkEntry {
  Quirk quirk;
  std::string_view name;         // "contexts-twice"
  std::string_view requirement;  // the row of requirements.tsv it breaks first
  std::string_view also;         // further rows and families ("SIG-") that cases name for the same departure
  std::string_view what;         // the server …
  std::string_view seen;         // where; rows of the collection of wild bugs as "WB-150"
};

std::span<const QuirkEntry> quirks();
// By its name, or by the wild bug it was seen as: "logoff-without-session-id", "WB-150".
std::optional<Quirk> quirk_of(std::string_view name);

// Those that are switched on.
class Quirks {
 public:
  void add(Quirk quirk) { on_.set(static_cast<std::size_t>(quirk)); }
  void add(const Quirks& others) { on_ |= others.on_; }
  bool has(Quirk quirk) const { return on_.test(static_cast<std::size_t>(quirk)); }
  bool operator==(const Quirks&) const = default;

 private:
  std::bitset<static_cast<std::size_t>(Quirk::count)> on_;
};

}  // namespace reference
