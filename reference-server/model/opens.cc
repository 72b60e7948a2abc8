#include "reference-server/model/opens.h"

#include <algorithm>
#include <vector>

#include "reference-server/model/async.h"

namespace reference {
namespace {

void put(smb2::FileId& id, std::size_t at, std::uint64_t half) {
  for (std::size_t i = 0; i < 8; ++i) id[at + i] = static_cast<std::uint8_t>(half >> (8 * i));
}

std::uint64_t half_of(const smb2::FileId& id, std::size_t at) {
  std::uint64_t half = 0;
  for (std::size_t i = 0; i < 8; ++i) half |= std::uint64_t{id[at + i]} << (8 * i);
  return half;
}

// [MS-FSA] 2.1.5.4: what is to be deleted goes with the last Open of it.
void close_local(Global& global, const Open& open) {
  Volume& volume = volume_of(global, open);
  File& file = volume.at(open.local_open);
  if (smb2::has(open.create_options, smb2::CreateOptions::delete_on_close)) file.delete_pending = true;
  const bool in_use = std::ranges::any_of(global.open_table, [&](const auto& entry) {
    return entry.second.share == open.share && entry.second.local_open == open.local_open;
  });
  if (file.delete_pending && !in_use && file.children.empty()) volume.remove(file.id);
}

}  // namespace

smb2::FileId file_id_of(const Open& open) {
  smb2::FileId id{};
  put(id, 0, open.durable_file_id);
  put(id, 8, open.file_id);
  return id;
}

Open* find_open(Global& global, const Session& session, const smb2::FileId& file_id) {
  const auto found = session.open_table.find(half_of(file_id, 8));
  if (found == session.open_table.end() || found->second != half_of(file_id, 0)) return nullptr;
  return &global.open_table.at(found->second);
}

Open& insert_open(Global& global, Session& session, Open open) {
  open.file_id = session.next_file_id++;
  open.durable_file_id = global.next_durable_file_id++;
  open.session = session.session_id;
  session.open_table[open.file_id] = open.durable_file_id;
  return global.open_table[open.durable_file_id] = std::move(open);
}

void close_open(Global& global, std::uint64_t durable_file_id) {
  const auto node = global.open_table.extract(durable_file_id);
  const Open& open = node.mapped();
  if (!global.settings.quirks.has(Quirk::close_leaves_waiting))
    complete_requests_of(global, durable_file_id, smb2::NtStatus::notify_cleanup);
  close_local(global, open);
  global.session_table.at(open.session).open_table.erase(open.file_id);
}

void close_opens(Global& global, const Session& session, std::uint32_t tree_id) {
  std::vector<std::uint64_t> closing;
  for (const auto& [file_id, durable_file_id] : session.open_table) {
    if (global.open_table.at(durable_file_id).tree_connect == tree_id) closing.push_back(durable_file_id);
  }
  for (const std::uint64_t id : closing) close_open(global, id);
}

Volume& volume_of(Global& global, const Open& open) { return global.volumes.at(open.share); }

File& file_of(Global& global, const Open& open) { return volume_of(global, open).at(open.local_open); }

}  // namespace reference
