#include "harness/cli/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>
#include <ranges>

#include "harness/scenario/grammar.h"
#include "harness/scenario/term.h"
#include "harness/wire/value.h"
#include "reference-server/model/sessions.h"
#include "reference-server/quirks/personalities.h"

namespace cli {
namespace {

using reference::Settings;
using Applied = std::expected<void, std::string>;

template <class E>
std::expected<E, std::string> value(std::string_view text) {
  const wire::Names known = names(E{});
  if (const auto number = wire::value_of(known, text)) return static_cast<E>(*number);
  std::vector<std::string_view> words;
  for (const wire::Name& name : known) words.push_back(name.alias.empty() ? name.text : name.alias);
  return std::unexpected(fmt::format("\"{}\" is none{}", text, scenario::suggestion(text, words)));
}

// "A,B"; nothing between them for an empty list.
template <class E>
std::expected<std::vector<E>, std::string> list(std::string_view text) {
  std::vector<E> values;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto one = value<E>(text.substr(0, end));
    if (!one) return std::unexpected(one.error());
    values.push_back(*one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

template <auto member>
Applied assign(Settings& settings, std::string_view text) {
  using T = std::remove_reference_t<decltype(settings.*member)>;
  if constexpr (std::is_same_v<T, bool>) {
    if (text != "yes" && text != "no")
      return std::unexpected(fmt::format("\"{}\" is neither yes nor no", text));
    settings.*member = text == "yes";
  } else if constexpr (std::is_same_v<T, std::chrono::seconds>) {
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size())
      return std::unexpected(fmt::format("\"{}\" is no number of seconds", text));
    settings.*member = std::chrono::seconds(seconds);
  } else if constexpr (std::is_enum_v<T> && !wire::FlagEnum<T>) {
    const auto one = value<T>(text);
    if (!one) return std::unexpected(one.error());
    settings.*member = *one;
  } else if constexpr (wire::FlagEnum<T>) {
    const auto bits = list<T>(text);
    if (!bits) return std::unexpected(bits.error());
    settings.*member = T{};
    for (const T bit : *bits) settings.*member = wire::operator|(settings.*member, bit);
  } else {
    auto values = list<typename T::value_type>(text);
    if (!values) return std::unexpected(values.error());
    settings.*member = *std::move(values);
  }
  return {};
}

bool is_utf8(std::string_view text) { return wire::Utf16::from_utf8(text).to_utf8() == text; }

// "name:password".
Applied add_user(Settings& settings, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos) {
    return std::unexpected("a user is written name:password");  // what was given may be a password
  }
  if (!is_utf8(text)) return std::unexpected("a user and the password are written in UTF-8");
  const std::string name(text.substr(0, colon));
  if (name.find_first_of("\\/;") != std::string::npos)
    return std::unexpected(fmt::format("the user \"{}\" has a domain; users here have a name alone", name));
  const auto same = [&](const security::NtlmUser& user) {
    return reference::share_key(user.name) == reference::share_key(name);
  };
  if (std::ranges::any_of(settings.users, same))
    return std::unexpected(fmt::format("there are two users {}", name));
  settings.users.push_back({.name = name, .password = std::string(text.substr(colon + 1))});
  return {};
}

// A file of such lines, empty ones and ones that begin with # apart. Editors may begin it with a byte order
// mark.
Applied add_users(Settings& settings, std::string_view path) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  std::ifstream file{std::string(path)};
  if (!file) return std::unexpected(fmt::format("{} cannot be read", path));
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (number == 1 && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
    if (line.empty() || line.starts_with('#')) continue;
    if (auto added = add_user(settings, line); !added)
      return std::unexpected(fmt::format("{}:{}: {}", path, number, added.error()));
  }
  if (file.bad()) return std::unexpected(fmt::format("{} cannot be read", path));
  return {};
}

struct AccountState {
  std::string_view name;
  smb2::NtStatus status;
};
constexpr AccountState account_states[] = {
    {"disabled", smb2::NtStatus{0xc0000072}},              // STATUS_ACCOUNT_DISABLED
    {"locked-out", smb2::NtStatus{0xc0000234}},            // STATUS_ACCOUNT_LOCKED_OUT
    {"expired", smb2::NtStatus{0xc0000193}},               // STATUS_ACCOUNT_EXPIRED
    {"password-expired", smb2::NtStatus{0xc0000071}},      // STATUS_PASSWORD_EXPIRED
    {"password-must-change", smb2::NtStatus{0xc0000224}},  // STATUS_PASSWORD_MUST_CHANGE
};

// "name:state".
Applied close_account(Settings& settings, std::string_view text) {
  const std::size_t colon = std::min(text.rfind(':'), text.size());
  const std::string_view state = text.substr(std::min(colon + 1, text.size()));
  const auto* known = std::ranges::find(account_states, state, &AccountState::name);
  if (colon == 0 || known == std::end(account_states)) {
    return std::unexpected(
        fmt::format("\"{}\" is not a user's name, a colon and one of {}", text,
                    fmt::join(std::views::transform(account_states, &AccountState::name), ", ")));
  }
  settings.refused_accounts[reference::share_key(text.substr(0, colon))] = known->status;
  return {};
}

Applied add_administrator(Settings& settings, std::string_view name) {
  if (name.empty()) return std::unexpected("an administrator has a user's name");
  settings.administrators.insert(reference::share_key(name));
  return {};
}

// A case that says so meets only servers that say so too.
Applied forgo_smb1(Settings&, std::string_view text) {
  if (text == "no") return {};
  return std::unexpected("\"no\" is all there is: SMB1 is not spoken");
}

struct ShareProperty {
  std::string_view name;
  bool reference::Share::* property;
};
constexpr ShareProperty share_properties[] = {
    {"encrypt-data", &reference::Share::encrypt_data},
    {"dfs", &reference::Share::is_dfs},
    {"continuously-available", &reference::Share::is_ca},
    {"namespace-caching", &reference::Share::allow_namespace_caching},
    {"forced-shared-delete", &reference::Share::force_shared_delete},
    {"restricted-exclusive-opens", &reference::Share::restrict_exclusive_opens},
    {"forced-level2-oplocks", &reference::Share::force_level2_oplock},
    {"special", &reference::Share::is_special},
    {"asymmetric", &reference::Share::is_asymmetric},
    {"identity-remoting", &reference::Share::supports_identity_remoting},
};

// Those that choose one of several.
struct ShareKind {
  std::string_view name;
  void (*choose)(reference::Share&);
};
constexpr ShareKind share_kinds[] = {
    {"printer", [](reference::Share& share) { share.type = smb2::ShareType::print; }},
    {"clustered", [](reference::Share& share) { share.clustering = reference::Clustering::clustered; }},
    {"scale-out", [](reference::Share& share) { share.clustering = reference::Clustering::scale_out; }},
};

// "10.0.0.7".
std::optional<std::array<std::uint8_t, 4>> ipv4(std::string_view text) {
  std::array<std::uint8_t, 4> address{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return {};
    const auto [next, error] = std::from_chars(at, end, address[i]);
    if (error != std::errc()) return {};
    at = next;
  }
  return at == end ? std::optional(address) : std::nullopt;
}

// A property or kind, "user=NAME", "max-uses=N" or "owner=ADDRESS".
Applied add_option(reference::Share& share, std::string_view option) {
  const std::size_t equals = std::min(option.find('='), option.size());
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = option.substr(std::min(equals + 1, option.size()));
  const auto* property = std::ranges::find(share_properties, option, &ShareProperty::name);
  const auto* kind = std::ranges::find(share_kinds, option, &ShareKind::name);
  if (property != std::end(share_properties)) {
    share.*property->property = true;
  } else if (kind != std::end(share_kinds)) {
    kind->choose(share);
  } else if (name == "owner" && ipv4(value)) {
    share.owner = ipv4(value);
  } else if (name == "user" && !value.empty()) {
    share.connect_security.users.emplace_back(value);
    share.connect_security.guests = false;
  } else if (const auto uses = scenario::parse_number(value);
             name == "max-uses" && uses && *uses <= UINT32_MAX) {
    share.max_uses = static_cast<std::uint32_t>(*uses);
  } else {
    std::string names;
    for (const ShareProperty& known : share_properties) names += fmt::format("{}, ", known.name);
    for (const ShareKind& known : share_kinds) names += fmt::format("{}, ", known.name);
    return std::unexpected(
        fmt::format("\"{}\" is none of {}user=NAME, max-uses=N and owner=ADDRESS", option, names));
  }
  return {};
}

// "name", "name:encrypt-data:max-uses=2".
Applied add_share(Settings& settings, std::string_view text) {
  constexpr std::size_t longest_name = 80;
  std::size_t colon = std::min(text.find(':'), text.size());
  reference::Share share{.name = std::string(text.substr(0, colon))};
  while (colon < text.size()) {
    const std::size_t next = std::min(text.find(':', colon + 1), text.size());
    if (auto added = add_option(share, text.substr(colon + 1, next - colon - 1)); !added) return added;
    colon = next;
  }
  const std::size_t length = wire::Utf16::from_utf8(share.name).raw.size() / 2;
  if (length == 0 || length > longest_name || share.name.find_first_of("\\/") != std::string::npos)
    return std::unexpected(fmt::format("\"{}\" is no name of a share", share.name));
  const std::string key = reference::share_key(share.name);
  const auto same = [&](const reference::Share& other) { return reference::share_key(other.name) == key; };
  if (key == reference::share_key("IPC$") || std::ranges::any_of(settings.shares, same))
    return std::unexpected(fmt::format("there are two shares {}", share.name));
  settings.shares.push_back(std::move(share));
  return {};
}

Applied add_quirk(Settings& settings, std::string_view name) {
  if (const auto quirk = reference::quirk_of(name)) {
    settings.quirks.add(*quirk);
    return {};
  }
  std::vector<std::string_view> known;
  for (const reference::QuirkEntry& entry : reference::quirks()) known.push_back(entry.name);
  return std::unexpected(fmt::format("\"{}\" is none{}", name, scenario::suggestion(name, known)));
}

Applied take_on_personality(Settings& settings, std::string_view name) {
  if (const auto* personality = reference::find_personality(name)) {
    reference::take_on(*personality, settings);
    return {};
  }
  std::vector<std::string_view> known;
  for (const reference::Personality& one : reference::personalities()) known.push_back(one.name);
  return std::unexpected(fmt::format("\"{}\" is none{}", name, scenario::suggestion(name, known)));
}

Applied add_keytab(Settings& settings, std::string_view path) {
  auto keytab = security::KerberosKeytab::load(std::string(path));
  if (!keytab) return std::unexpected(keytab.error());
  settings.keytab = *std::move(keytab);
  return {};
}

constexpr Setting table[] = {
    {"minimum-dialect", "the least dialect it agrees to: 2.0.2", assign<&Settings::minimum_dialect>},
    {"maximum-dialect", "the greatest dialect it agrees to: 3.1.1", assign<&Settings::maximum_dialect>},
    {"ciphers", "by preference, AES-128-GCM,AES-128-CCM,…; empty: no encryption", assign<&Settings::ciphers>},
    {"signing-algorithms", "by preference, AES-GMAC,AES-CMAC,HMAC-SHA256; empty: none negotiated",
     assign<&Settings::signing_algorithms>},
    {"compression-algorithms", "LZ77,LZNT1,…; empty: no compression",
     assign<&Settings::compression_algorithms>},
    {"chained-compression", "yes or no", assign<&Settings::chained_compression>},
    {"rdma-transforms", "SMB2_RDMA_TRANSFORM_ENCRYPTION,SMB2_RDMA_TRANSFORM_SIGNING; empty: none",
     assign<&Settings::rdma_transforms>},
    {"transport-capabilities", "yes or no: whether the context is understood",
     assign<&Settings::transport_capabilities>},
    {"user", "name:password, somebody more who may log in", add_user},
    {"users", "a file of lines name:password", add_users},
    {"account", "NAME:disabled, locked-out, expired, password-expired or password-must-change",
     close_account},
    {"administrator", "NAME, a user whom special shares let in", add_administrator},
    {"keytab", "a file with the keys of a service, for which Kerberos is offered", add_keytab},
    {"guests", "yes or no: users that are unknown become guests", assign<&Settings::guests>},
    {"allow-anonymous-access", "yes or no", assign<&Settings::allow_anonymous_access>},
    {"share", "NAME or NAME:encrypt-data:user=WHO:max-uses=N:…, one disk share more", add_share},
    {"require-signing", "yes or no", assign<&Settings::require_signing>},
    {"encrypt-data", "yes or no: whether all sessions are encrypted", assign<&Settings::encrypt_data>},
    {"reject-unencrypted-access", "yes or no: whether encryption that is asked for is insisted on",
     assign<&Settings::reject_unencrypted_access>},
    {"session-lifetime", "seconds until a session has to authenticate again; 0: for ever",
     assign<&Settings::session_lifetime>},
    {"session-closed-after", "seconds until an administrator closes a session; 0: never",
     assign<&Settings::session_closed_after>},
    {"max-cluster-dialect", "the greatest dialect in which clustered shares are served: 3.1.1",
     assign<&Settings::max_cluster_dialect>},
    {"tree-connect-extension", "yes or no: whether contexts of a TREE_CONNECT are processed",
     assign<&Settings::tree_connect_extension>},
    {"smb1", "no: SMB1 is not spoken, which cannot be changed", forgo_smb1},
    {"connection-timeout", "seconds that a connection lives without a session: 45",
     assign<&Settings::connection_timeout>},
    {"personality", "a server that people meet; `smbspec quirks` lists them", take_on_personality},
    {"quirk", "one departure from the specification more; `smbspec quirks` lists them", add_quirk},
    {"capabilities", "DFS,LEASING,LARGE_MTU,…", assign<&Settings::capabilities>},
};

}  // namespace

std::span<const Setting> settings() { return table; }

std::expected<Settings, std::string> parse_settings(std::span<const std::string> assignments,
                                                    Settings start) {
  Settings result = std::move(start);
  for (const std::string& assignment : assignments) {
    const std::string_view text = assignment;
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const auto setting = std::ranges::find(table, name, &Setting::name);
    if (setting == std::end(table) || equals == std::string_view::npos) {
      std::vector<std::string_view> known;
      for (const Setting& one : table) known.push_back(one.name);
      return std::unexpected(
          fmt::format("\"{}\" is no setting NAME=VALUE{}", text, scenario::suggestion(name, known)));
    }
    if (auto applied = setting->apply(result, text.substr(equals + 1)); !applied) {
      return std::unexpected(fmt::format("{}: {}", name, applied.error()));
    }
  }
  if (result.minimum_dialect > result.maximum_dialect)
    return std::unexpected("minimum-dialect is above maximum-dialect");
  return result;
}

}  // namespace cli
