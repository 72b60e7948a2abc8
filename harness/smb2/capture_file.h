// SMB messages out of a packet capture: pcap and pcapng files, Ethernet to TCP, streams put in order by their
// sequence numbers, and cut into Direct TCP frames. Any file is survived; what could not be followed is told.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/wire/bytes.h"

namespace smb2 {

struct CapturedMessage {
  std::size_t connection;  // counted from 0 in the order of their first packets
  bool from_client;
  wire::Bytes bytes;  // of one frame, without the Direct TCP header
};

struct Capture {
  std::vector<CapturedMessage> messages;  // as they were complete
  std::size_t connections = 0;
  std::vector<std::string> oddities;  // a line each: lost segments, packets cut short
};

// An error when the bytes are no capture at all.
std::expected<Capture, std::string> read_capture(wire::View file);
std::expected<Capture, std::string> read_capture(const std::filesystem::path& path);

}  // namespace smb2
