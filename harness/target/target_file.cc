#include "harness/target/target_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "harness/target/log_watch.h"
#include "harness/transport/time.h"
#include "harness/wire/names.h"
#include "harness/xml/grammar.h"

namespace target {
namespace {

namespace fs = std::filesystem;

constexpr xml::Element elements[] = {
    {"target", "!address", "account kerberos share server accepts start stop health pid log crash"},
    {"account", "!user domain password-env password-file", ""},
    {"kerberos", "!service", ""},
    {"share", "!kind !name", ""},
    {"server", "!settings !address", ""},
    {"accepts", "!latitude", ""},
    {"start", "!command within", ""},
    {"stop", "!command", ""},
    {"health", "!command", ""},
    {"pid", "!file", ""},
    {"log", "!file", ""},
    {"crash", "!text", ""},
};

// How often an element may stand in a file.
struct Bound {
  const char* element;
  std::size_t most;
};
constexpr Bound bounds[] = {{"account", 2}, {"kerberos", 1}, {"share", 1}, {"start", 1},
                            {"stop", 1},    {"health", 1},   {"pid", 1}};

constexpr std::string_view share_kinds[] = {"disk"};

std::vector<std::string> sorted_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::ranges::sort(words);
  return words;
}

std::expected<std::string, std::string> text_of(const fs::path& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || fs::is_directory(path, ignored))
    return std::unexpected(fmt::format("{} cannot be read", path.string()));
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Reader {
 public:
  Reader(const xml::Document& document, const Vocabulary* vocabulary, std::vector<std::string>& errors)
      : document_(document), root_(document.root()), vocabulary_(vocabulary), errors_(errors) {}

  TargetFile read() {
    file_.path = document_.path();
    check_bounds();
    file_.address = address(root_);
    accounts();
    file_.kerberos_service = given(root_.child("kerberos"), "service");
    for (const pugi::xml_node node : root_.children("share")) share(node);
    for (const pugi::xml_node node : root_.children("server")) port(node);
    for (const pugi::xml_node node : root_.children("accepts")) latitude(node);
    commands();
    file_.pid = path(root_.child("pid"));
    for (const pugi::xml_node node : root_.children("log")) file_.logs.push_back(path(node));
    for (const pugi::xml_node node : root_.children("crash")) {
      if (const std::string text = given(node, "text"); !text.empty()) file_.crash_signs.push_back(text);
    }
    if (file_.crash_signs.empty()) file_.crash_signs.assign(crash_signs.begin(), crash_signs.end());
    return std::move(file_);
  }

 private:
  void error(pugi::xml_node node, std::string_view what) { errors_.push_back(document_.error(node, what)); }

  // An attribute that is there must hold something.
  std::string given(pugi::xml_node node, const char* attribute) {
    const std::string text = node.attribute(attribute).value();
    if (text.empty() && node.attribute(attribute)) error(node, fmt::format("{} is empty", attribute));
    return text;
  }

  void check_bounds() {
    for (const auto& [element, most] : bounds) {
      std::size_t count = 0;
      for (const pugi::xml_node node : root_.children(element)) {
        if (++count > most) error(node, fmt::format("there may be {} of these", most == 1 ? "one" : "two"));
      }
    }
  }

  Address address(pugi::xml_node node) {
    if (!node.attribute("address")) return {};
    // Which is not repeated: there may be a password in it.
    const auto wrong = [&](std::string_view what) {
      errors_.push_back(
          fmt::format("{}:{}: <{} address>: {}", document_.path(), document_.line(node), node.name(), what));
    };
    const auto parsed = parse_address(node.attribute("address").value());
    if (!parsed) {
      wrong(parsed.error());
      return {};
    }
    if (!parsed->user.empty() || !parsed->password.empty())
      wrong("users stand in <account>, not in an address");
    if (!parsed->share.empty()) wrong("the share stands in <share kind=\"disk\">, not in an address");
    return *parsed;
  }

  void accounts() {
    const pugi::xml_node first = root_.child("account");
    if (!first) return;
    const Account account = this->account(first);
    file_.address.user = account.user;
    file_.address.domain = account.domain;
    file_.address.password = account.password;
    const pugi::xml_node second = first.next_sibling("account");
    if (!second) return;
    file_.second = this->account(second);
    if (file_.second->user == account.user && file_.second->domain == account.domain)
      error(second, "the second account has to be another than the first");
    if (!second.attribute("password-env") && !second.attribute("password-file"))
      error(second, "its password is given by password-env or password-file");
  }

  Account account(pugi::xml_node node) {
    return {
        .user = given(node, "user"), .domain = node.attribute("domain").value(), .password = password(node)};
  }

  std::string password(pugi::xml_node node) {
    const std::string variable = given(node, "password-env");
    const std::string file = given(node, "password-file");
    if (!variable.empty() && !file.empty()) {
      error(node, "password-env or password-file, not both");
    } else if (!variable.empty()) {
      if (const char* value = std::getenv(variable.c_str())) return value;
      error(node, fmt::format("the environment variable {} is not set", variable));
    } else if (!file.empty()) {
      const auto text = text_of(resolved(file));
      if (text) return text->substr(0, text->find_first_of("\r\n"));
      error(node, text.error());
    }
    return {};
  }

  void share(pugi::xml_node node) {
    const std::string_view kind = node.attribute("kind").value();
    const std::string name = given(node, "name");
    if (node.attribute("kind") && std::ranges::find(share_kinds, kind) == std::end(share_kinds))
      error(node, fmt::format("no kind \"{}\"{}", kind, wire::suggestion(kind, share_kinds)));
    if (kind == "disk") file_.address.share = name;
  }

  void port(pugi::xml_node node) {
    Port port{.settings = sorted_words(node.attribute("settings").value()), .address = address(node)};
    const auto same = [&](const std::vector<std::string>& settings) { return settings == port.settings; };
    if (node.attribute("settings") && port.settings.empty()) error(node, "settings is empty");
    if (std::ranges::any_of(file_.ports, same, &Port::settings))
      error(node, "there is another <server> with these settings");
    if (vocabulary_ != nullptr && !port.settings.empty() &&
        std::ranges::none_of(vocabulary_->settings, same)) {
      std::vector<std::string> asked;
      for (const auto& settings : vocabulary_->settings)
        asked.push_back(fmt::format("{}", fmt::join(settings, " ")));
      unknown(node, "case asks for", fmt::format("{}", fmt::join(port.settings, " ")), asked);
    }
    file_.ports.push_back(std::move(port));
  }

  void latitude(pugi::xml_node node) {
    const std::string name = given(node, "latitude");
    if (name.empty()) return;
    if (vocabulary_ != nullptr &&
        std::ranges::find(vocabulary_->latitudes, name) == vocabulary_->latitudes.end())
      unknown(node, "case has the latitude", name, vocabulary_->latitudes);
    file_.latitudes.push_back(name);
  }

  void unknown(pugi::xml_node node, std::string_view what, const std::string& word,
               std::span<const std::string> known) {
    const std::vector<std::string_view> words(known.begin(), known.end());
    error(node, fmt::format("no {} \"{}\"{}", what, word, wire::suggestion(word, words)));
  }

  void commands() {
    const pugi::xml_node start = root_.child("start");
    file_.start = given(start, "command");
    file_.stop = given(root_.child("stop"), "command");
    file_.health = given(root_.child("health"), "command");
    for (const char* name : {"stop", "health"}) {
      if (root_.child(name) && !start) error(root_.child(name), "means nothing without <start>");
    }
    if (!start.attribute("within")) return;
    const auto within = transport::parse_duration(start.attribute("within").value());
    if (!within) return error(start, "within: " + within.error());
    file_.time_to_start = *within;
  }

  fs::path path(pugi::xml_node node) {
    const std::string file = given(node, "file");
    return file.empty() ? fs::path() : resolved(file);
  }

  fs::path resolved(const std::string& file) const { return file_.folder() / file; }

  const xml::Document& document_;
  pugi::xml_node root_;
  const Vocabulary* vocabulary_;
  std::vector<std::string>& errors_;
  TargetFile file_;
};

}  // namespace

fs::path TargetFile::folder() const {
  std::error_code ignored;
  return fs::absolute(path, ignored).parent_path();
}

std::string TargetFile::name() const {
  return path.empty() ? address.text() : fmt::format("{} ({})", address.text(), path.filename().string());
}

std::expected<TargetFile, std::string> load_target_file(const fs::path& path, const Vocabulary* vocabulary) {
  const auto text = text_of(path);
  if (!text)
    return std::unexpected(
        fmt::format("{}; a target is smb://host[:port] or a target file that exists", text.error()));
  std::vector<std::string> errors;
  const xml::Document document(path.string(), *text, errors);
  if (errors.empty()) xml::check(document, elements, errors);
  std::optional<TargetFile> file;
  if (document.root().name() == elements[0].name) file = Reader(document, vocabulary, errors).read();
  if (!errors.empty()) return std::unexpected(fmt::format("{}", fmt::join(errors, "\n")));
  return *std::move(file);
}

}  // namespace target
