// smb://[[domain;]user[:password]@]host[:port][/share]
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace target {

// A user as people write one: "name", "DOMAIN;name" or "DOMAIN\name".
struct UserName {
  std::string domain;
  std::string name;
};
UserName parse_user(std::string_view text);

struct Address {
  std::string domain;
  std::string user;
  std::string password;
  std::string host;  // IPv6 addresses without their brackets
  std::uint16_t port = 445;
  std::string share;

  // As given, without the password.
  std::string text() const;

  // By its name or number; names are not looked up.
  bool is_loopback() const;
};

// Errors say what is wrong and what a right address looks like.
std::expected<Address, std::string> parse_address(std::string_view text);

}  // namespace target
