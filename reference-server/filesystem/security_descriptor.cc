#include "reference-server/filesystem/security_descriptor.h"

#include <array>

namespace reference {
namespace {

constexpr std::uint32_t owner_information = 0x1;
constexpr std::uint32_t group_information = 0x2;
constexpr std::uint32_t dacl_information = 0x4;

constexpr std::size_t control = 2;  // places in the descriptor
constexpr std::size_t owner_offset = 4;
constexpr std::size_t group_offset = 8;
constexpr std::size_t dacl_offset = 16;
constexpr std::uint8_t dacl_present = 0x04;   // in the low byte of Control
constexpr std::uint8_t self_relative = 0x80;  // in the high one

constexpr std::array<std::uint8_t, 12> everyone = {1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};  // S-1-1-0

// An ACL of one ACCESS_ALLOWED_ACE with FILE_ALL_ACCESS; its SID follows.
constexpr std::array<std::uint8_t, 16> all_access = {2, 0, 28, 0, 1,    0,    0,    0,
                                                     0, 0, 20, 0, 0xff, 0x01, 0x1f, 0};

void append(wire::Bytes& descriptor, std::size_t offset, std::initializer_list<wire::View> parts) {
  descriptor[offset] = static_cast<std::uint8_t>(descriptor.size());
  for (const wire::View part : parts) descriptor.insert(descriptor.end(), part.begin(), part.end());
}

}  // namespace

wire::Bytes security_descriptor(std::uint32_t security_information) {
  wire::Bytes descriptor(20);
  descriptor[0] = 1;
  descriptor[control + 1] = self_relative;
  if ((security_information & owner_information) != 0) append(descriptor, owner_offset, {everyone});
  if ((security_information & group_information) != 0) append(descriptor, group_offset, {everyone});
  if ((security_information & dacl_information) != 0) {
    descriptor[control] = dacl_present;
    append(descriptor, dacl_offset, {all_access, everyone});
  }
  return descriptor;
}

}  // namespace reference
