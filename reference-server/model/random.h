// Random bytes that a seed decides and a copy repeats. Nothing here protects a secret: salts, challenges and
// identifiers of the reference server must differ, not resist.
#pragma once

#include <cstdint>
#include <span>

namespace reference {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t number();
  void fill(std::span<std::uint8_t> bytes);

 private:
  std::uint64_t state_;
};

}  // namespace reference
