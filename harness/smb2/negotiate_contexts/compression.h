// [MS-SMB2] 2.2.3.1.3, 2.2.4.1.3 SMB2_COMPRESSION_CAPABILITIES
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class CompressionAlgorithm : std::uint16_t {
  none = 0x0000,
  lznt1 = 0x0001,
  lz77 = 0x0002,
  lz77_huffman = 0x0003,
  pattern_v1 = 0x0004,
  lz4 = 0x0005,
};

inline constexpr Name compression_algorithm_names[] = {{0x0000, "NONE"},       {0x0001, "LZNT1"},
                                                       {0x0002, "LZ77"},       {0x0003, "LZ77+Huffman"},
                                                       {0x0004, "Pattern_V1"}, {0x0005, "LZ4"}};
constexpr Names names(CompressionAlgorithm) { return compression_algorithm_names; }

enum class CompressionFlags : std::uint32_t { none = 0, chained = 0x00000001 };

inline constexpr Name compression_flag_names[] = {
    {0x00000001, "SMB2_COMPRESSION_CAPABILITIES_FLAG_CHAINED", "CHAINED"}};
constexpr Names names(CompressionFlags) { return compression_flag_names; }
constexpr bool is_flags(CompressionFlags) { return true; }

struct CompressionCapabilities {
  wire::Derived<std::uint16_t> compression_algorithm_count;
  std::uint16_t padding = 0;
  CompressionFlags flags{};
  std::vector<CompressionAlgorithm> compression_algorithms;
};

template <class V>
void describe(V& v, CompressionCapabilities& m) {
  v.value("CompressionAlgorithmCount", m.compression_algorithm_count);
  v.reserved("Padding", m.padding);
  v.value("Flags", m.flags);
  v.array("CompressionAlgorithms", m.compression_algorithms, m.compression_algorithm_count);
}

}  // namespace smb2
