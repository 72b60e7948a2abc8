#include "reference-server/model/command_needs.h"

#include "reference-server/handlers/ioctl.h"

namespace reference {

using smb2::Command;

bool needs_session(const Request& request) {
  switch (request.command()) {
    case Command::negotiate:
    case Command::session_setup:
    case Command::cancel:
    case Command::echo:
      return false;
    default:
      return true;
  }
}

bool needs_tree_connect(const Request& request) {
  switch (request.command()) {
    case Command::logoff:
    case Command::tree_connect:
      return false;
    default:
      return needs_session(request);
  }
}

bool needs_file_id(const Request& request) {
  switch (request.command()) {
    case Command::tree_disconnect:
    case Command::create:
    case Command::server_to_client_notification:
      return false;
    case Command::ioctl: {
      const auto* body = std::get_if<smb2::IoctlRequest>(&request.message.body);
      return body == nullptr || !has_no_file_id(body->ctl_code);
    }
    default:
      return needs_tree_connect(request);
  }
}

std::size_t file_id_offset(Command command) {
  switch (command) {
    case Command::read:
    case Command::write:
    case Command::set_info:
      return smb2::header_size + 16;
    case Command::query_info:
      return smb2::header_size + 24;
    default:
      return smb2::header_size + 8;
  }
}

}  // namespace reference
