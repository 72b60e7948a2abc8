// [MS-SMB2] 2.2.1 Command
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class Command : std::uint16_t {
  negotiate = 0x0000,
  session_setup = 0x0001,
  logoff = 0x0002,
  tree_connect = 0x0003,
  tree_disconnect = 0x0004,
  create = 0x0005,
  close = 0x0006,
  flush = 0x0007,
  read = 0x0008,
  write = 0x0009,
  lock = 0x000a,
  ioctl = 0x000b,
  cancel = 0x000c,
  echo = 0x000d,
  query_directory = 0x000e,
  change_notify = 0x000f,
  query_info = 0x0010,
  set_info = 0x0011,
  oplock_break = 0x0012,
  server_to_client_notification = 0x0013,
};

inline constexpr Name command_names[] = {
    {0x0000, "SMB2 NEGOTIATE", "NEGOTIATE"},
    {0x0001, "SMB2 SESSION_SETUP", "SESSION_SETUP"},
    {0x0002, "SMB2 LOGOFF", "LOGOFF"},
    {0x0003, "SMB2 TREE_CONNECT", "TREE_CONNECT"},
    {0x0004, "SMB2 TREE_DISCONNECT", "TREE_DISCONNECT"},
    {0x0005, "SMB2 CREATE", "CREATE"},
    {0x0006, "SMB2 CLOSE", "CLOSE"},
    {0x0007, "SMB2 FLUSH", "FLUSH"},
    {0x0008, "SMB2 READ", "READ"},
    {0x0009, "SMB2 WRITE", "WRITE"},
    {0x000a, "SMB2 LOCK", "LOCK"},
    {0x000b, "SMB2 IOCTL", "IOCTL"},
    {0x000c, "SMB2 CANCEL", "CANCEL"},
    {0x000d, "SMB2 ECHO", "ECHO"},
    {0x000e, "SMB2 QUERY_DIRECTORY", "QUERY_DIRECTORY"},
    {0x000f, "SMB2 CHANGE_NOTIFY", "CHANGE_NOTIFY"},
    {0x0010, "SMB2 QUERY_INFO", "QUERY_INFO"},
    {0x0011, "SMB2 SET_INFO", "SET_INFO"},
    {0x0012, "SMB2 OPLOCK_BREAK", "OPLOCK_BREAK"},
    {0x0013, "SMB2 SERVER_TO_CLIENT_NOTIFICATION", "SERVER_TO_CLIENT_NOTIFICATION"},
};
constexpr Names names(Command) { return command_names; }

}  // namespace smb2
