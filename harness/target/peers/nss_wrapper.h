// nss_wrapper, under which a program sees other hosts and accounts than the machine's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/target/peers/not_started.h"

namespace target::peers {

// Why nothing can run under it here.
std::optional<NotStarted> nss_wrapper_missing();

// What stands before a program's path to have it run under nss_wrapper, with variables of its environment.
std::vector<std::string> under_nss_wrapper(const std::vector<std::string>& variables);

}  // namespace target::peers
