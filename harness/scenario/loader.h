// Tables into scenarios, scenarios into cases. Strict: what the grammar, the messages, the statuses or the
// requirements do not know is an error with its place and the nearest right name.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/model.h"
#include "harness/scenario/requirements.h"

namespace scenario {

struct File {
  std::string path;  // relative to the folder of cases
  std::string_view text;
};

struct Library {
  Requirements requirements;
  std::vector<std::unique_ptr<Scenario>> scenarios;  // cases point at them
  std::vector<Case> cases;                           // sorted by file, then as in the file
};

using Errors = std::vector<std::string>;  // one line each

// `files`: the .xml tables and requirements/requirements.tsv. A scenario of less than this strength gets it,
// up to all combinations.
std::expected<Library, Errors> load(std::span<const File> files, std::size_t strength = 0);

// Adds a file's scenarios; reports all that is wrong with it.
void load_table(const File& file, const Requirements& requirements,
                std::vector<std::unique_ptr<Scenario>>& scenarios, Errors& errors);

// A scenario's cases, in the order of rows and factors.
std::expected<std::vector<Case>, std::string> expand(const Scenario& scenario);

}  // namespace scenario
