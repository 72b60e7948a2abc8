// [MS-SMB2] 2.2.10, 3.3.5.7: TREE_CONNECT responses
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Dialect;
using smb2::ShareCapabilities;
using smb2::ShareFlags;
using smb2::ShareType;

// Every bit that has a name.
template <wire::FlagEnum T>
T every() {
  T bits{};
  for (const wire::Name& name : names(T{}))
    bits = bits | T{static_cast<std::underlying_type_t<T>>(name.value)};
  return bits;
}

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

// 2.2.10 lists them.
void are_defined(const smb2::TreeConnectResponse& body, const Exchange&, Judge& judge) {
  judge.lacks_bits("ShareFlags", body.share_flags, ~every<ShareFlags>());
  judge.lacks_bits("Capabilities", body.capabilities, ~every<ShareCapabilities>());
}

void share_type(const smb2::TreeConnectResponse& body, const Exchange&, Judge& judge) {
  judge.one_of("ShareType", body.share_type, {ShareType::disk, ShareType::pipe, ShareType::print});
}

// Each of them comes of the share's properties and, the access, of the user's rights.
void same_as_before(const smb2::TreeConnectResponse& body, const Exchange& x, Judge& judge) {
  const smb2::TreeConnectResponse* before = x.earlier_tree_connect();
  if (before == nullptr) return;
  judge.equal("ShareType", body.share_type, before->share_type);
  judge.equal("ShareFlags", body.share_flags, before->share_flags);
  judge.equal("Capabilities", body.capabilities, before->capabilities);
  judge.equal("MaximalAccess", body.maximal_access, before->maximal_access);
}

void below_2_1(const smb2::TreeConnectResponse& body, const Exchange& x, Judge& judge) {
  if (is_below(x, Dialect::smb_2_1))
    judge.lacks_bits("ShareFlags", body.share_flags, ShareFlags::enable_hash_v1);
  if (is_below(x, Dialect::smb_3_0))
    judge.lacks_bits("ShareFlags", body.share_flags, ShareFlags::enable_hash_v2);
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
    {{"share-type", "A share is a disk, a pipe or a printer", Strength::must, "TRE-053"},
     on_tree<share_type>},
    {{"share-bits", "ShareFlags and Capabilities of a share have no undefined bits", Strength::must,
      "TRE-051"},
     on_tree<are_defined>},
    {{"share-same",
      "What a share is and grants to a user stays the same",
      Strength::must,
      "TRE-050",
      {"TRE-039"}},
     on_tree<same_as_before>},
    {{"share-hash", "No hashes of the first kind at 2.0.2, none of the second below 3.0", Strength::must,
      "TRE-052"},
     on_tree<below_2_1>},
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
