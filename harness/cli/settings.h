// Settings of the reference server as command lines spell them: NAME=VALUE.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "reference-server/model/settings.h"

namespace cli {

struct Setting {
  std::string_view name;     // "maximum-dialect"
  std::string_view meaning;  // for the manual
  std::expected<void, std::string> (*apply)(reference::Settings&, std::string_view value);
};

std::span<const Setting> settings();

// Errors name the setting, what is wrong and what there is.
std::expected<reference::Settings, std::string> parse_settings(std::span<const std::string> assignments,
                                                               reference::Settings start = {});

}  // namespace cli
