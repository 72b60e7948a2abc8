// Known answers, for tests: words of hexadecimal digits in tests and in the files under testdata.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/wire/bytes.h"

namespace crypto {

inline wire::Bytes hex(std::string_view digits) {
  std::optional<wire::Bytes> bytes = wire::from_hex(digits == "-" ? "" : digits);
  if (!bytes) ADD_FAILURE() << "not hexadecimal: " << digits;
  return bytes.value_or(wire::Bytes{});
}

inline wire::Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

// The words of each line of a file in testdata, without comments.
inline std::vector<std::vector<std::string>> known_answers(const std::string& file) {
  std::ifstream in(SMBSPEC_SOURCE_DIR "/harness/crypto/testdata/" + file);
  EXPECT_TRUE(in) << file;
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words(line);
    std::vector<std::string>& row = lines.emplace_back();
    for (std::string word; words >> word;) row.push_back(word);
  }
  return lines;
}

}  // namespace crypto
