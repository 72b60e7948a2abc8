// The messages that tables start from; cases/README.md tells their content.
#pragma once

#include <cstdint>
#include <span>

#include "harness/smb2/message.h"

namespace scenario {

// Bytes that differ from case to case and are the same in every run with the same seed.
class Entropy {
 public:
  explicit Entropy(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes);

 private:
  std::uint64_t state_;
};

// The seed of one case: of the run's seed and the case's id.
std::uint64_t case_seed(std::uint64_t run_seed, std::string_view case_id);

smb2::Message default_request(smb2::Command command, Entropy& entropy);

// The Buffer of a TREE_CONNECT.
std::string share_path(std::string_view share);

// What a context of this type holds unless a table says otherwise; no bytes for types that are not known.
smb2::NegotiateContext default_context(smb2::ContextType type, Entropy& entropy);

// PREAUTH, ENCRYPTION and SIGNING, for a request that offers 3.1.1.
std::vector<smb2::NegotiateContext> default_contexts(Entropy& entropy);

// A message with everything in it that a path may name.
const smb2::Message& specimen(smb2::Command command, bool response);

}  // namespace scenario
