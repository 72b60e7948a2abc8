// [MS-SMB2] 2.2.2 SMB2 ERROR Response
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/smb2/share_redirect.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

// 2.2.2.1 ErrorId
enum class ErrorId : std::uint32_t { default_id = 0x00000000, share_redirect = 0x72645253 };

inline constexpr Name error_id_names[] = {{0x00000000, "SMB2_ERROR_ID_DEFAULT"},
                                          {0x72645253, "SMB2_ERROR_ID_SHARE_REDIRECT"}};
constexpr Names names(ErrorId) { return error_id_names; }

// 2.2.2.1 SMB2 ERROR Context Response
struct ErrorContext {
  static constexpr std::size_t minimum_size = 8;

  wire::Derived<std::uint32_t> error_data_length;
  ErrorId error_id{};
  std::variant<ShareRedirect, wire::Bytes> data = wire::Bytes{};
  std::optional<std::uint32_t> placed;  // from the start of the ERROR body

  std::string_view kind() const {
    return wire::name_of(error_id_names, static_cast<std::uint64_t>(error_id));
  }
};

struct ErrorResponse {
  wire::Derived<std::uint16_t> structure_size;
  wire::Derived<std::uint8_t> error_context_count;
  std::uint8_t reserved = 0;
  wire::Derived<std::uint32_t> byte_count;
  wire::Bytes error_data;                    // when ErrorContextCount is 0
  std::vector<ErrorContext> error_contexts;  // else
  wire::Bytes padding;  // the byte that servers append where ByteCount is 0, and whatever else follows
};

template <class V>
void describe(V& v, ErrorResponse& m);

}  // namespace smb2
