// [MS-SMB2] 2.2.10, 3.3.5.7: TREE_CONNECT responses
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Dialect;
using smb2::ShareCapabilities;
using smb2::ShareFlags;

using TreeCheck = void (*)(const smb2::TreeConnectResponse&, const Exchange&, Judge&);
template <TreeCheck check>
void on_tree(const Exchange& x, Judge& judge) {
  if (const auto* body = std::get_if<smb2::TreeConnectResponse>(&x.response.body)) check(*body, x, judge);
}

bool is_below(const Exchange& x, Dialect dialect) {
  return x.connection.is_negotiated() && x.connection.dialect < dialect;
}

void layout(const smb2::TreeConnectResponse& body, const Exchange& x, Judge& judge) {
  constexpr std::size_t size = smb2::header_size + 16;
  if (x.bytes.size() < size) {
    return judge.fail("", fmt::format("{} bytes of TREE_CONNECT response", size),
                      fmt::format("{} bytes", x.bytes.size()));
  }
  judge.equal("StructureSize[1]", body.structure_size.value, std::uint16_t{16});
  // An asynchronous header has no Reserved of its own.
  judge.equal(x.header().is_async() ? "Reserved" : "Reserved[1]", body.reserved, std::uint8_t{0});
}

void tree_id(const smb2::TreeConnectResponse&, const Exchange& x, Judge& judge) {
  if (x.header().is_async()) return;
  judge.applies();
  if (x.header().tree_id == ~std::uint32_t{0})
    judge.fail("TreeId", "not all ones", Judge::text(x.header().tree_id));
}

void below_3_0(const smb2::TreeConnectResponse& body, const Exchange& x, Judge& judge) {
  if (!is_below(x, Dialect::smb_3_0)) return;
  judge.lacks_bits("ShareFlags", body.share_flags, ShareFlags::encrypt_data);
  judge.lacks_bits(
      "Capabilities", body.capabilities,
      ShareCapabilities::continuous_availability | ShareCapabilities::scaleout | ShareCapabilities::cluster);
}

void below_3_0_2(const smb2::TreeConnectResponse& body, const Exchange& x, Judge& judge) {
  if (is_below(x, Dialect::smb_3_0_2))
    judge.lacks_bits("Capabilities", body.capabilities, ShareCapabilities::asymmetric);
}

void below_3_1_1(const smb2::TreeConnectResponse& body, const Exchange& x, Judge& judge) {
  if (!is_below(x, Dialect::smb_3_1_1)) return;
  judge.lacks_bits("ShareFlags", body.share_flags, ShareFlags::compress_data);
  judge.lacks_bits("Capabilities", body.capabilities, ShareCapabilities::redirect_to_owner);
}

const Entry<ResponseCheck> table[] = {
    {{"tree-connect-body", "A TREE_CONNECT response has StructureSize 16 and Reserved 0", Strength::must,
      "TRE-022"},
     on_tree<layout>},
    {{"tree-id-new", "A TreeId is not all ones", Strength::must, "TRE-020"}, on_tree<tree_id>},
    {{"share-below-3.0", "Below 3.0 no share encrypts, is continuously available, scaled out or clustered",
      Strength::must, "TRE-027"},
     on_tree<below_3_0>},
    {{"share-below-3.0.2", "Below 3.0.2 no share is asymmetric", Strength::must, "TRE-028"},
     on_tree<below_3_0_2>},
    {{"share-below-3.1.1", "Below 3.1.1 no share compresses or redirects to its owner", Strength::must,
      "TRE-029"},
     on_tree<below_3_1_1>},
};

}  // namespace

ResponseEntries tree_rules() { return table; }

}  // namespace audit
