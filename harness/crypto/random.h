// Bytes nobody can foretell: nonces, challenges, keys.
#pragma once

#include <cstdint>
#include <span>

namespace crypto {

void random_bytes(std::span<std::uint8_t> out);

}  // namespace crypto
