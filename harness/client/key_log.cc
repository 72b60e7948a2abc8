#include "harness/client/key_log.h"

#include <fmt/format.h>

namespace client {

std::string key_log_line(const Session& session) {
  if (session.session_key.empty()) return {};
  wire::Bytes id;
  for (unsigned i = 0; i < 8; ++i) id.push_back(static_cast<std::uint8_t>(session.id >> (8 * i)));
  // A file takes nothing for nothing only in quotes.
  const auto field = [](wire::View bytes) {
    return bytes.empty() ? std::string(R"("")") : wire::to_hex(bytes);
  };
  return fmt::format("{},{},{},{}", field(id), field(session.session_key), field(session.keys.decryption),
                     field(session.keys.encryption));
}

std::string key_log(std::span<const Session> sessions) {
  std::string lines;
  for (const Session& session : sessions) {
    const std::string line = key_log_line(session);
    if (!line.empty()) lines += line + '\n';
  }
  return lines;
}

}  // namespace client
