// What a run left behind, for tests.
#pragma once

#include <filesystem>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "harness/scenario/record.h"

namespace cli::end_to_end {

// The record of a run, empty and with a failure of the test when it cannot be read.
scenario::RunRecord record_at(const std::filesystem::path& path);

std::vector<std::string> ids(const scenario::RunRecord& record);

std::size_t count(const scenario::RunRecord& record, scenario::Outcome outcome);

// Printed text without its line breaks and indents, which stand where a line was full.
std::string unwrapped(std::string_view text);

// By id all that was found out about a case and does not depend on the clock.
std::map<std::string, std::string> verdicts(const scenario::RunRecord& record);

// What two runs say differently, one line a case.
std::vector<std::string> differences(const std::map<std::string, std::string>& left,
                                     const std::map<std::string, std::string>& right);

// A well-formed JUnit file; what is not fails the test.
class Junit {
 public:
  explicit Junit(const std::filesystem::path& path);
  unsigned tests() const { return counter("tests"); }
  unsigned failures() const { return counter("failures"); }
  unsigned errors() const { return counter("errors"); }

 private:
  unsigned counter(const char* name) const { return document_.child("testsuites").attribute(name).as_uint(); }

  pugi::xml_document document_;
};

}  // namespace cli::end_to_end
