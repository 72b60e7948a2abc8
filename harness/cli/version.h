// What this binary was built from.
#pragma once

#include <string_view>

namespace cli {

std::string_view version();  // "0.1.0"
std::string_view commit();   // "1f2e3d4c5b6a", "-dirty" behind it when files differ; "" outside a checkout

}  // namespace cli
