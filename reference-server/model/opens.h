// The tables of Opens: looking them up, and what their end brings with it.
#pragma once

#include <cstdint>

#include "reference-server/model/global.h"

namespace reference {

// In Session.OpenTable, by both halves of its FileId; nullptr when there is none.
Open* find_open(Global& global, const Session& session, const smb2::FileId& file_id);

// 3.3.5.9, into both tables; fills in what names it.
Open& insert_open(Global& global, Session& session, Open open);

// 3.3.4.17. `durable_file_id` has to be in GlobalOpenTable.
void close_open(Global& global, std::uint64_t durable_file_id);

// All of a tree connect.
void close_opens(Global& global, const Session& session, std::uint32_t tree_id);

// What an Open is of.
Volume& volume_of(Global& global, const Open& open);
File& file_of(Global& global, const Open& open);

}  // namespace reference
