#include "harness/cli/end_to_end/records.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "reports/journal.h"

namespace cli::end_to_end {

scenario::RunRecord record_at(const std::filesystem::path& path) {
  auto record = report::read_run(path);
  if (record) return *std::move(record);
  ADD_FAILURE() << record.error();
  return {};
}

std::vector<std::string> ids(const scenario::RunRecord& record) {
  std::vector<std::string> result;
  for (const auto& result_of_case : record.cases) result.push_back(result_of_case.id);
  return result;
}

std::size_t count(const scenario::RunRecord& record, scenario::Outcome outcome) {
  return static_cast<std::size_t>(std::ranges::count(record.cases, outcome, &scenario::CaseResult::outcome));
}

std::string unwrapped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank || !result.ends_with(' ')) result += blank ? ' ' : c;
  }
  return result;
}

std::map<std::string, std::string> verdicts(const scenario::RunRecord& record) {
  std::map<std::string, std::string> result;
  for (const auto& one : record.cases) {
    result[one.id] = fmt::format("{} {} {} {} {}", name(one.outcome), one.expected, one.message, one.observed,
                                 fmt::join(one.latitudes, ","));
  }
  return result;
}

std::vector<std::string> differences(const std::map<std::string, std::string>& left,
                                     const std::map<std::string, std::string>& right) {
  const auto said = [](const auto& verdicts, const std::string& id) {
    const auto found = verdicts.find(id);
    return found == verdicts.end() ? std::string("nothing") : found->second;
  };
  auto both = left;
  both.insert(right.begin(), right.end());
  std::vector<std::string> result;
  for (const auto& [id, verdict] : both) {
    if (said(left, id) != said(right, id))
      result.push_back(fmt::format("{}: {} | {}", id, said(left, id), said(right, id)));
  }
  return result;
}

Junit::Junit(const std::filesystem::path& path) {
  const auto parsed = document_.load_file(path.c_str());
  EXPECT_TRUE(parsed) << path << ": " << parsed.description();
  EXPECT_TRUE(document_.child("testsuites")) << path;
}

}  // namespace cli::end_to_end
