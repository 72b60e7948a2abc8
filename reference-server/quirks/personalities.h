// Servers that people meet, as lists of quirks and what their administrators leave as it is.
#pragma once

#include <span>
#include <string_view>

#include "reference-server/model/settings.h"

namespace reference {

struct Personality {
  std::string_view name;  // "samba-4.17"
  std::string_view what;
  std::span<const Quirk> quirks;
  void (*settle)(Settings&);  // what it implements, by default
};

std::span<const Personality> personalities();

// Nothing by another name.
const Personality* find_personality(std::string_view name);

void take_on(const Personality& personality, Settings& settings);

}  // namespace reference
