// Session keys as Wireshark's table `smb2_seskey_list` takes them, so that a capture opens decrypted.
#pragma once

#include <span>
#include <string>

#include "harness/client/connection.h"

namespace client {

// "session id as on the wire,session key,server-to-client key,client-to-server key" in hexadecimal, without
// the end of the line. "" for a session without a key.
std::string key_log_line(const Session& session);

// The lines of those that have a key, each with its end.
std::string key_log(std::span<const Session> sessions);

}  // namespace client
