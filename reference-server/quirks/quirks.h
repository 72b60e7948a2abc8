// Named departures from the specification, each at one decision point of this server. With one switched on,
// the suite has to turn red with the requirement it breaks; a list of them describes a server that people
// meet.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace reference {

enum class Quirk : std::uint8_t {
  contexts_twice,
  encryption_wants_capability,
  validates_any_negotiate,
  signature_unchecked,
  binding_signature_unchecked,
  logoff_without_session_id,
  logoff_keeps_session,
  tree_disconnect_keeps_tree,
};

struct QuirkEntry {
  Quirk quirk;
  std::string_view name;         // "contexts-twice"
  std::string_view requirement;  // the row of requirements.tsv it breaks first
  std::string_view also;         // further rows and families ("SIG-") that cases name for the same departure
  std::string_view what;         // the server …
  std::string_view seen;         // where
};

std::span<const QuirkEntry> quirks();
std::optional<Quirk> quirk_of(std::string_view name);

// Those that are switched on.
class Quirks {
 public:
  constexpr void add(Quirk quirk) { bits_ |= bit(quirk); }
  constexpr bool has(Quirk quirk) const { return (bits_ & bit(quirk)) != 0; }
  bool operator==(const Quirks&) const = default;

 private:
  static constexpr std::uint64_t bit(Quirk quirk) { return std::uint64_t{1} << static_cast<unsigned>(quirk); }
  std::uint64_t bits_ = 0;
};

}  // namespace reference
