#include "harness/target/address.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace target {
namespace {

constexpr std::string_view scheme = "smb://";

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || port == 0)
    return std::nullopt;
  return port;
}

// %41 and so on, so that a password may hold any character.
std::optional<std::string> unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    unsigned code = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
    result += static_cast<char>(code);
    i += 2;
  }
  return result;
}

}  // namespace

UserName parse_user(std::string_view text) {
  const std::size_t separator = text.find_first_of("\\;");
  if (separator == std::string_view::npos) return {.domain = {}, .name = std::string(text)};
  return {.domain = std::string(text.substr(0, separator)), .name = std::string(text.substr(separator + 1))};
}

std::string Address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}{}{}{}{}{}:{}{}{}", scheme, domain, domain.empty() ? "" : ";", user,
                     user.empty() ? "" : "@", v6 ? "[" : "", host, v6 ? "]" : "", port,
                     share.empty() ? "" : "/", share);
}

std::expected<Address, std::string> parse_address(std::string_view text) {
  const auto wrong = [](std::string_view what) {
    return std::unexpected(fmt::format(
        "{}; a target is smb://[[domain;]user[:password]@]host[:port][/share], as in smb://127.0.0.1:4450",
        what));
  };
  Address address;
  std::string_view rest = text;
  if (!rest.starts_with(scheme)) return wrong(fmt::format("a target starts with {}", scheme));
  rest.remove_prefix(scheme.size());
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    if (rest.substr(slash).contains('@') && !rest.substr(0, slash).contains('@'))
      return wrong("a / in user or password is written %2F");
    address.share = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
  }
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = rest.substr(0, at);
    const std::size_t colon = login.find(':');
    const auto user = unescape(login.substr(0, colon));
    const auto password = unescape(colon == std::string_view::npos ? "" : login.substr(colon + 1));
    if (!user || !password) return wrong("a % in user or password is written %25");
    UserName name = parse_user(*user);
    if (name.name.empty() && !user->empty()) return wrong("a domain stands before the user's name");
    address.domain = std::move(name.domain);
    address.user = std::move(name.name);
    address.password = *password;
    rest.remove_prefix(at + 1);
  }
  std::string_view port;
  bool has_port = false;
  if (rest.starts_with('[')) {
    const std::size_t bracket = rest.find(']');
    if (bracket == std::string_view::npos) return wrong("the address lacks its closing bracket");
    address.host = rest.substr(1, bracket - 1);
    rest.remove_prefix(bracket + 1);
    has_port = rest.starts_with(':');
    if (!has_port && !rest.empty())
      return wrong(fmt::format("\"{}\" behind the address means nothing", rest));
    if (has_port) port = rest.substr(1);
  } else {
    const std::size_t colon = rest.find(':');
    has_port = colon != std::string_view::npos;
    address.host = rest.substr(0, colon);
    if (has_port) port = rest.substr(colon + 1);
  }
  if (address.host.empty()) return wrong("the host is missing");
  if (has_port) {
    const auto number = parse_port(port);
    // Not repeated: of smb://user:password without a host it would be the password.
    if (!number) return wrong("the port is no number from 1 to 65535");
    address.port = *number;
  }
  return address;
}

bool Address::is_loopback() const { return host == "localhost" || host == "::1" || host.starts_with("127."); }

}  // namespace target
