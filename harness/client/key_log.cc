#include "harness/client/key_log.h"

#include <fmt/format.h>

namespace client {

std::string key_log_line(const Session& session) {
  if (session.session_key.empty()) return {};
  wire::Bytes id;
  for (unsigned i = 0; i < 8; ++i) id.push_back(static_cast<std::uint8_t>(session.id >> (8 * i)));
  return fmt::format("{},{},{},{}", wire::to_hex(id), wire::to_hex(session.session_key),
                     wire::to_hex(session.keys.decryption), wire::to_hex(session.keys.encryption));
}

}  // namespace client
