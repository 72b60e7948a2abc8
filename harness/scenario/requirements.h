// The rows of cases/requirements/requirements.tsv: what [MS-SMB2] asks of a server.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace scenario {

struct Requirement {
  std::string id;       // "NEG-037"
  std::string section;  // "3.3.5.4"
  std::string condition;
  std::string result;    // what the server has to do
  std::string strength;  // MUST, SHOULD, MAY, MUST NOT, SHOULD NOT
  std::string testable;  // blackbox, needs-config, not-observable

  // "section" with its document: "[MS-SMB2] 3.3.5.4".
  std::string citation() const;
};

class Requirements {
 public:
  // `text` is tab-separated with a header line; errors name the line.
  static std::expected<Requirements, std::string> parse(std::string_view text);

  const Requirement* find(std::string_view id) const;
  const std::vector<Requirement>& rows() const { return rows_; }

 private:
  std::vector<Requirement> rows_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace scenario
