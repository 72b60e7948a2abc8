// A run record as JSON: the one file that every other report is drawn from. Keys stand in a fixed order, a
// case takes one line. Text is kept byte by byte as far as it is well-formed UTF-8; what is not stands as
// \xNN.
#pragma once

#include <expected>
#include <iosfwd>
#include <string>
#include <string_view>

#include "harness/scenario/record.h"

namespace report {

inline constexpr int json_version = 2;  // of the schema: raised when a reader of the last one would go wrong

void write_json(std::ostream& out, const scenario::RunRecord& record);

// Strict: a key that is missing, unknown or of another type is an error that says where it stands.
std::expected<scenario::RunRecord, std::string> read_json(std::string_view text);

// What came of case `index`, on one line without the line's end. The rest of a case is known before it runs.
std::string verdict_line(std::size_t index, const scenario::CaseResult& result);

// Puts a line of verdict_line() into the record that it belongs to.
std::expected<void, std::string> take_verdict(std::string_view line, scenario::RunRecord& record);

}  // namespace report
