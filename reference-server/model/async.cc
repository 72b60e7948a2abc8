#include "reference-server/model/async.h"

#include <algorithm>

#include "reference-server/model/global.h"

namespace reference {
namespace {

template <class Condition>
void complete_where(Global& global, Connection& connection, smb2::NtStatus status, Condition condition) {
  auto& waiting = connection.async_command_list;
  for (auto at = waiting.begin(); at != waiting.end();) {
    if (!condition(at->first, at->second)) {
      ++at;
      continue;
    }
    global.completions.push_back({.connection = connection.number,
                                  .async_id = at->first,
                                  .command = std::move(at->second),
                                  .status = status});
    at = waiting.erase(at);
  }
}

}  // namespace

void cancel_request(Global& global, Connection& connection, const smb2::Header& cancel) {
  const Quirks& quirks = global.settings.quirks;
  if (cancel.is_async() && quirks.has(Quirk::cancel_by_async_id_ignored)) return;
  if (!cancel.is_async() && quirks.has(Quirk::cancel_by_message_id_ignored)) return;
  if (cancel.is_async() && cancel.message_id != 0 && quirks.has(Quirk::async_cancel_without_message_id))
    return;
  complete_where(global, connection, smb2::NtStatus::cancelled,
                 [&](std::uint64_t async_id, const AsyncCommand& command) {
                   return cancel.is_async() ? async_id == cancel.async_id
                                            : command.header.message_id == cancel.message_id;
                 });
}

void forget_requests(Global& global, std::uint64_t message_id) {
  for (auto& [number, connection] : global.connection_list) {
    std::erase_if(connection.async_command_list,
                  [&](const auto& entry) { return entry.second.header.message_id == message_id; });
  }
}

std::size_t outstanding_pre_requests(const Global& global, const Open& open) {
  std::size_t count = 0;
  for (const auto& [number, connection] : global.connection_list) {
    count +=
        static_cast<std::size_t>(std::ranges::count_if(connection.async_command_list, [&](const auto& entry) {
          const AsyncCommand& command = entry.second;
          return command.open == open.durable_file_id &&
                 command.header.channel_sequence != open.channel_sequence;
        }));
  }
  return count;
}

void complete_requests_of(Global& global, std::uint64_t open, smb2::NtStatus status) {
  for (auto& [number, connection] : global.connection_list) {
    complete_where(global, connection, status,
                   [&](std::uint64_t, const AsyncCommand& command) { return command.open == open; });
  }
}

}  // namespace reference
