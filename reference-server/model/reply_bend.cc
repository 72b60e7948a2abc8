#include "reference-server/model/reply_bend.h"

namespace reference {
namespace {

struct Changed {
  Change change;
  unsigned width;  // bytes of one number

  std::uint64_t number(std::uint64_t value) const {
    const unsigned bit = change == Change::lowest_bit ? 0 : 8 * (width == 0 ? 1 : width) - 1;
    return value ^ std::uint64_t{1} << bit;
  }

  bool operator()(std::uint64_t& value) const {
    if (change == Change::shorter) return false;
    value = number(value);
    return true;
  }
  bool operator()(wire::Numbers& values) const {
    if (values.empty()) return false;
    if (change == Change::shorter) {
      values.pop_back();
    } else {
      for (std::uint64_t& value : values) value = number(value);
    }
    return true;
  }
  bool operator()(wire::Bytes& bytes) const {
    if (bytes.empty()) return false;
    switch (change) {
      case Change::lowest_bit:
        bytes.front() ^= 1;
        break;
      case Change::highest_bit:
        bytes.back() ^= 0x80;
        break;
      case Change::shorter:
        bytes.pop_back();
        break;
    }
    return true;
  }
  bool operator()(wire::Utf16& text) const { return (*this)(text.raw); }
};

}  // namespace

bool bend(const ReplyBend& bend, smb2::Message& reply) {
  bool changed = false;
  // A derived number has its value only in bytes, so the change is made to what they decode to.
  smb2::Message sent = smb2::decode(smb2::encode(reply)).message;
  smb2::find_field(sent, bend.part, bend.path, [&](const wire::Field& field) {
    wire::Value value = field.get();
    changed = std::visit(Changed{bend.change, field.width()}, value) && field.set(value);
  });
  if (changed) reply = std::move(sent);
  return changed;
}

}  // namespace reference
