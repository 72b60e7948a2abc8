// The records of shards as one: what a single run of the whole selection would have recorded.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "harness/scenario/record.h"

namespace report {

// Of one record that record. Every case comes once, audit rules last; a rule fails where a shard has it fail.
// A shard that is missing makes the run incomplete. Baseline problems are of the shards: apply the baseline
// anew. The error says which record does not belong to the others.
std::expected<scenario::RunRecord, std::string> merge(std::vector<scenario::RunRecord> shards);

}  // namespace report
