// One message, any bytes: decoding survives, and encoding gives the same bytes back. SMBSPEC_MESSAGE names
// the message, see the list in CMakeLists.txt.
#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <string_view>

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"
#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"
#include "harness/wire/codec.h"

// Every input is decoded on a fresh stack: what leaves it is found by the tests, and costs a third here.
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0"; }

namespace {

// A header and one body, whatever the header says: offsets in bodies count from it.
template <class Body>
struct WithHeader {
  smb2::Header header;
  Body body;
};

template <class V, class Body>
void describe(V& v, WithHeader<Body>& m) {
  describe(v, m.header);
  describe(v, m.body);
}

// Text costs many times what decoding does, so one input in 64 pays for it.
bool prints(wire::View bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>{}(text) % 64 == 0;
}

template <class Message>
void check(wire::View bytes) {
  const auto decoded = wire::decode<Message>(bytes);
  const wire::Bytes again = wire::encode(decoded.message, decoded.residue);
  if (!std::ranges::equal(again, bytes)) {
    fmt::print(stderr, "decoded\n{}and encoded\n{}", wire::hex_dump(bytes), wire::hex_dump(again));
    std::abort();
  }
  if (prints(bytes)) {
    std::size_t characters = wire::print(decoded.message).size();
    for (const wire::Issue& issue : decoded.issues) characters += issue.text().size();
    if (characters == 0 && !bytes.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check<SMBSPEC_MESSAGE>({data, size});
  return 0;
}
