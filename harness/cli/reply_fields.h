// What can be changed in the replies of a recording, one field at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/cli/proof.h"
#include "harness/transport/recording.h"
#include "reference-server/model/reply_bend.h"

namespace cli {

struct Change {
  std::string name;  // "bit 3", "zero", "shorter"
  wire::Value value;
};

// A field where it stands in one reply.
struct ReplyField {
  Pair pair;
  std::uint64_t reply;
  reference::Layer layer;
  std::string path;
  std::vector<Change> changes;  // each to another value, none of them the field's own
};

// In wire order. Replies are counted as reference::ReplyBend counts them.
std::vector<ReplyField> reply_fields(const transport::Recording& recording);

}  // namespace cli
