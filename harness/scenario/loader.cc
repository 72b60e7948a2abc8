#include "harness/scenario/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "harness/scenario/defaults.h"
#include "harness/scenario/grammar.h"

namespace scenario {
namespace {

constexpr std::size_t largest_domain = 100000;  // values of one factor

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  for (const Term& term : literal(text).elements()) words.push_back(term.text());
  return words;
}

std::vector<std::string_view> views(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

std::vector<std::string_view> names_of(wire::Names names) {
  std::vector<std::string_view> result;
  for (const wire::Name& name : names) result.push_back(name.alias.empty() ? name.text : name.alias);
  return result;
}

// Names of fields and lists that paths of requests or responses are made of: of a full message and of a bare
// one, since some fields stand where others could.
std::vector<std::string> path_names(smb2::Command command, bool response) {
  struct Names : wire::Observer {
    std::vector<std::string> names;
    void add(std::string_view name) {
      if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    }
    void enter(std::string_view list, std::size_t, std::string_view) override { add(list); }
    void leave() override {}
    void field(const wire::Field& field) override { add(field.name()); }
  };
  Names names;
  for (smb2::Message message : {specimen(command, response), smb2::request(command)}) {
    std::visit(
        [&](auto& body) {
          using Body = std::remove_reference_t<decltype(body)>;
          if constexpr (!std::is_same_v<Body, wire::Bytes>) {
            wire::walk(body, names);
            Body bare;  // fields that stand in the place of others
            wire::walk(bare, names);
          }
        },
        message.body);
    if (response) break;
  }
  return names.names;
}

std::vector<std::string> header_names() {
  std::vector<std::string> names;
  smb2::Header request;
  smb2::Header response{.flags = smb2::HeaderFlags::server_to_redir | smb2::HeaderFlags::async_command};
  for (const smb2::Header& header : {request, response}) {
    for (const auto& place : wire::places(header)) {
      if (std::ranges::find(names, place.path) == names.end()) names.push_back(place.path);
    }
  }
  return names;
}

const std::vector<std::string> frame_names = {"Zero", "StreamProtocolLength"};
const std::vector<std::string> smb1_names = {
    "Protocol", "Command", "Status", "Flags", "Flags2",    "PIDHigh",   "SecurityFeatures", "Reserved",
    "TID",      "PIDLow",  "UID",    "MID",   "WordCount", "ByteCount", "Dialects",         "Trailing"};
const std::vector<std::string> error_names = {
    "StructureSize",    "ErrorContextCount", "Reserved", "ByteCount",        "ErrorData",
    "ErrorContextList", "ErrorDataLength",   "ErrorId",  "ErrorContextData", "Padding"};

class TableLoader {
 public:
  TableLoader(const Document& document, const Requirements& requirements, Errors& errors)
      : document_(document), requirements_(requirements), errors_(errors) {}

  void load(std::vector<std::unique_ptr<Scenario>>& scenarios) {
    const pugi::xml_node root = document_.root();
    message_ = root.attribute("message").value();
    if (!document_.path().starts_with(message_ + "/")) {
      error(root, fmt::format("a table of \"{}\" belongs into the folder {}/", message_, message_));
    }
    std::set<std::string> ids;
    for (const pugi::xml_node node : root.children("scenario")) {
      scenarios.push_back(scenario(node));
      if (!ids.insert(scenarios.back()->id).second) error(node, "this id stands twice");
    }
  }

 private:
  void error(pugi::xml_node node, std::string_view what) { errors_.push_back(document_.error(node, what)); }

  std::unique_ptr<Scenario> scenario(pugi::xml_node node) {
    auto s = std::make_unique<Scenario>();
    s->message = message_;
    s->id = node.attribute("id").value();
    check_id(node, s->id);
    s->title = node.child("title").text().get();
    s->why = node.child("why").text().get();
    s->source = {document_.path(), document_.line(node)};
    s->requirements = split(node.attribute("requirement").value());
    if (s->requirements.empty()) error(node, "names no requirement");
    for (const std::string& id : s->requirements) check_requirement(node, id);
    const std::string level = node.attribute("level").value();
    if (const auto known = level_of(level)) {
      s->level = *known;
    } else {
      constexpr std::string_view levels[] = {"MUST", "SHOULD", "MAY", "observe"};
      error(node, fmt::format("no level \"{}\"{}", level, suggestion(level, levels)));
    }
    s->tags = split(node.attribute("tags").value());
    s->dialects = Term{literal(node.attribute("dialects").value()).elements()};
    for (const Term& dialect : s->dialects.elements()) {
      if (!wire::value_of(smb2::dialect_names, dialect.text())) {
        error(node, fmt::format("no dialect \"{}\"{}", dialect.text(),
                                suggestion(dialect.text(), names_of(smb2::dialect_names))));
      }
    }
    variables_ = {"now"};
    for (const pugi::xml_node row : node.children("row")) s->rows.push_back(row_of(row));
    for (const pugi::xml_node factor : node.children("factor")) s->factors.push_back(factor_of(factor));
    s->needs = expression(node, "needs");
    for (const pugi::xml_node forbid : node.children("forbid"))
      s->forbidden.push_back(expression(forbid, "when"));
    for (const pugi::xml_node oracle : node.children("oracle")) s->oracles.push_back(oracle_of(oracle));
    for (const pugi::xml_node setup : node.children("setup")) steps(setup, true, s->steps);
    for (const pugi::xml_node body : node.children("steps")) steps(body, false, s->steps);
    return s;
  }

  void check_id(pugi::xml_node node, std::string_view id) {
    const bool speaking = std::ranges::all_of(id, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '+' || c == '_';
    });
    if (!speaking || id.empty()) error(node, "an id is made of lower-case letters, digits and - . + _");
  }

  void check_requirement(pugi::xml_node node, std::string_view id) {
    if (requirements_.find(id) != nullptr) return;
    std::vector<std::string_view> known;
    for (const Requirement& row : requirements_.rows()) known.push_back(row.id);
    error(node, fmt::format("no requirement \"{}\"{}", id, suggestion(id, known)));
  }

  Row row_of(pugi::xml_node node) {
    Row row{.id = node.attribute("id").value(), .line = document_.line(node), .values = {}};
    check_id(node, row.id);
    for (const pugi::xml_attribute attribute : node.attributes()) {
      if (std::string_view(attribute.name()) == "id") continue;
      row.values.emplace_back(attribute.name(), literal(attribute.value()));
      variables_.insert(attribute.name());
    }
    return row;
  }

  Factor factor_of(pugi::xml_node node) {
    Factor factor{.name = node.attribute("name").value(), .values = {}};
    variables_.insert(factor.name);
    std::size_t domains = 0;
    const auto add = [&](const Term& term) {
      std::string text = term.text();
      std::ranges::replace(text, ' ', '+');
      std::ranges::replace(text, '|', '+');
      factor.values.emplace_back(text, term);
    };
    if (const auto values = node.attribute("values")) {
      ++domains;
      for (const Term& term : literal(values.value()).elements()) add(term);
    }
    if (const auto whole = node.attribute("subsets-of")) {
      ++domains;
      const List elements = literal(whole.value()).elements();
      if (elements.size() > 12) return error(node, "more than twelve elements have too many subsets"), factor;
      for (std::size_t mask = 1; mask < std::size_t{1} << elements.size(); ++mask) {
        List subset;
        for (std::size_t i = 0; i < elements.size(); ++i) {
          if ((mask >> i & 1) != 0) subset.push_back(elements[i]);
        }
        add({subset});
      }
    }
    if (const auto range = node.attribute("range")) {
      ++domains;
      const std::string_view text = range.value();
      const std::size_t dots = text.find("..");
      const auto first = literal(text.substr(0, dots)).number();
      const auto last =
          dots == std::string_view::npos ? std::nullopt : literal(text.substr(dots + 2)).number();
      if (!first || !last || *last < *first || *last - *first >= largest_domain) {
        error(node, fmt::format("\"{}\" is no range such as 0..63", text));
      } else {
        for (std::uint64_t n = *first; n <= *last; ++n)
          factor.values.emplace_back(fmt::format("{}", n), Term{n});
      }
    }
    if (const auto message = node.attribute("every-prefix-of")) {
      ++domains;
      Entropy entropy(0);
      if (const auto command = command_of(node, message.value())) {
        const std::size_t size = smb2::encode(default_request(*command, entropy)).size();
        for (std::uint64_t n = 0; n < size; ++n) factor.values.emplace_back(fmt::format("{}", n), Term{n});
      }
    }
    if (domains != 1)
      error(node, "exactly one of values, subsets-of, range and every-prefix-of gives the domain");
    return factor;
  }

  Oracle oracle_of(pugi::xml_node node) {
    Oracle oracle{.name = node.attribute("name").value(), .rules = {}};
    for (const pugi::xml_node rule : node.children()) {
      oracle.rules.push_back({expression(rule, "when"), text(rule, "then")});
    }
    variables_.insert(oracle.name);
    return oracle;
  }

  Expression expression(pugi::xml_node node, const char* attribute) {
    const std::string source = node.attribute(attribute).value();
    if (source.empty()) return {};
    auto parsed = Expression::parse(source);
    if (!parsed) {
      error(node, fmt::format("{}: {}", attribute, parsed.error()));
      return {};
    }
    check_variables(node, *parsed);
    return *std::move(parsed);
  }

  void check_variables(pugi::xml_node node, const Expression& e) {
    for (const std::string& name : e.variables()) {
      if (name.starts_with("target.") || variables_.contains(name)) continue;
      error(node, fmt::format("no variable ${}{}", name,
                              suggestion(name, views({variables_.begin(), variables_.end()}))));
    }
  }

  Text text(pugi::xml_node node, const char* attribute) {
    Text result{.raw = node.attribute(attribute).value(), .expression = {}};
    const std::string_view raw = result.raw;
    if (raw.find('$') != std::string_view::npos || raw.find('(') != std::string_view::npos) {
      result.expression = expression(node, attribute);
    }
    return result;
  }
  std::optional<Text> optional_text(pugi::xml_node node, const char* attribute) {
    if (!node.attribute(attribute)) return std::nullopt;
    return text(node, attribute);
  }
  Text condition(pugi::xml_node node) {
    return {.raw = node.attribute("if").value(), .expression = expression(node, "if")};
  }

  void steps(pugi::xml_node parent, bool setup, std::vector<Step>& into) {
    for (const pugi::xml_node node : parent.children()) {
      if (node.type() != pugi::node_element) continue;
      Step step{.line = document_.line(node), .condition = condition(node), .setup = setup, .action = {}};
      const std::string_view name = node.name();
      if (name == "connect") {
        connections_.insert(node.attribute("as").value());
        step.action = Connect{node.attribute("as").value()};
      } else if (name == "request") {
        step.action = request_of(node);
      } else if (name == "send") {
        step.action = send_of(node);
      } else if (name == "compare") {
        step.action = compare_of(node);
      } else {
        step.action = expect_of(node);
      }
      into.push_back(std::move(step));
    }
  }

  std::string on(pugi::xml_node node) {
    const std::string connection = node.attribute("on").value();
    if (!connection.empty() && !connections_.contains(connection)) {
      error(node, fmt::format("no connection \"{}\"{}", connection,
                              suggestion(connection, views({connections_.begin(), connections_.end()}))));
    }
    return connection;
  }

  std::optional<smb2::Command> command_of(pugi::xml_node node, std::string_view name) {
    if (const auto value = wire::value_of(smb2::command_names, name))
      return static_cast<smb2::Command>(*value);
    error(node, fmt::format("no command \"{}\"{}", name, suggestion(name, names_of(smb2::command_names))));
    return std::nullopt;
  }

  Request request_of(pugi::xml_node node) {
    Request r;
    r.on = on(node);
    r.as = node.attribute("as").value();
    const std::string command = node.attribute("command").value();
    r.smb1 = command == "SMB_COM_NEGOTIATE";
    if (!r.smb1) r.command = command_of(node, command).value_or(smb2::Command::negotiate);
    last_command_ = r.smb1 ? smb2::Command::negotiate : r.command;
    r.default_contexts = std::string_view(node.attribute("contexts").value()) != "none";
    r.keep = optional_text(node, "keep");
    r.pad = optional_text(node, "pad");
    r.strings = optional_text(node, "strings");
    const std::vector<std::string> fields = r.smb1 ? smb1_names : path_names(r.command, false);
    for (const pugi::xml_node child : node.children()) {
      const std::string_view name = child.name();
      if (name == "set") r.sets.push_back(set_of(child, Part::field, fields));
      if (name == "header") r.sets.push_back(set_of(child, Part::header, header_names()));
      if (name == "frame") r.sets.push_back(set_of(child, Part::frame, frame_names));
      if (name == "context") r.contexts.push_back(context_of(child, fields));
    }
    return r;
  }

  wire::Path path(pugi::xml_node node, std::string_view text, const std::vector<std::string>& known) {
    auto parsed = wire::Path::parse(text);
    if (!parsed) {
      error(node, fmt::format("\"{}\": {}", text, parsed.error()));
      return {};
    }
    for (const auto& segment : parsed->segments()) {
      if (std::ranges::find(known, segment.name) == known.end()) {
        error(node, fmt::format("no field \"{}\"{}", segment.name, suggestion(segment.name, views(known))));
      }
    }
    return *std::move(parsed);
  }

  Set set_of(pugi::xml_node node, Part part, const std::vector<std::string>& known) {
    Set set{.line = document_.line(node),
            .condition = condition(node),
            .part = part,
            .path = {},
            .to = {},
            .place = {}};
    set.path = path(node, node.attribute("field").value(), known);
    set.to = optional_text(node, "to");
    set.place = optional_text(node, "place");
    if (!set.to && !set.place) error(node, "needs \"to\", \"place\" or both");
    return set;
  }

  ContextSpec context_of(pugi::xml_node node, const std::vector<std::string>& known) {
    ContextSpec c{.line = document_.line(node),
                  .condition = condition(node),
                  .type = text(node, "type"),
                  .raw = optional_text(node, "raw"),
                  .length = optional_text(node, "length"),
                  .place = optional_text(node, "place"),
                  .repeat = optional_text(node, "repeat"),
                  .sets = {}};
    if (!c.type.expression && !wire::value_of(smb2::context_type_names, c.type.raw) &&
        !Term{c.type.raw}.number()) {
      error(node, fmt::format("no context type \"{}\"{}", c.type.raw,
                              suggestion(c.type.raw, names_of(smb2::context_type_names))));
    }
    for (const pugi::xml_node set : node.children("set")) c.sets.push_back(set_of(set, Part::field, known));
    return c;
  }

  Send send_of(pugi::xml_node node) {
    Send send{
        .on = on(node), .hex = text(node, "hex"), .framed = true, .chunks = optional_text(node, "chunks")};
    send.framed = std::string_view(node.attribute("framed").value()) != "no";
    if (!send.hex.expression && !wire::from_hex(send.hex.raw))
      error(node, "hex holds digits in pairs, nothing else");
    return send;
  }

  Compare compare_of(pugi::xml_node node) {
    const std::string_view is = node.attribute("is").value();
    if (is != "same" && is != "different")
      error(node, fmt::format("is=\"{}\" is neither same nor different", is));
    return {text(node, "a"), text(node, "b"), is == "same"};
  }

  Expect expect_of(pugi::xml_node node) {
    Expect expect{.on = on(node), .alternatives = {}};
    if (std::string_view(node.name()) == "either") {
      for (const pugi::xml_node child : node.children()) {
        if (child.type() == pugi::node_element) expect.alternatives.push_back(expectation(child));
      }
      if (expect.alternatives.empty()) error(node, "has no alternative");
    } else {
      expect.alternatives.push_back(expectation(node));
      expect.alternatives.back().condition = {};  // the step's own
    }
    return expect;
  }

  Expectation expectation(pugi::xml_node node) {
    Expectation e;
    e.line = document_.line(node);
    e.condition = condition(node);
    e.latitude = node.attribute("latitude").value();
    const std::string_view name = node.name();
    e.kind = name == "closed"    ? Expectation::Kind::closed
             : name == "silence" ? Expectation::Kind::silence
                                 : Expectation::Kind::response;
    if (e.kind == Expectation::Kind::silence) e.silence = duration(node);
    if (e.kind != Expectation::Kind::response) return e;
    e.status = text(node, "status");
    if (e.status.raw.empty()) e.status.raw = "STATUS_SUCCESS";
    if (!e.status.expression) check_statuses(node, e.status.raw);
    std::vector<std::string> fields = path_names(last_command_, true);
    fields.insert(fields.end(), error_names.begin(), error_names.end());
    for (const pugi::xml_node child : node.children()) {
      const std::string_view tag = child.name();
      if (tag == "check") e.checks.push_back(check_of(child, fields));
      if (tag == "save") e.saves.push_back(save_of(child, fields));
    }
    return e;
  }

  void check_statuses(pugi::xml_node node, std::string_view list) {
    while (!list.empty()) {
      const std::size_t end = std::min(list.find('|'), list.size());
      const std::string_view status = list.substr(0, end);
      if (!Term{std::string(status)}.number()) {
        error(node, fmt::format("no status \"{}\"{}", status,
                                suggestion(status, names_of(names(smb2::NtStatus{})))));
      }
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }

  std::chrono::milliseconds duration(pugi::xml_node node) {
    const std::string_view text = node.attribute("for").value();
    unsigned number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (problem != std::errc() || (unit != "ms" && unit != "s")) {
      error(node, fmt::format("for=\"{}\" is no time such as 200ms or 2s", text));
    }
    return std::chrono::milliseconds(unit == "s" ? number * 1000 : number);
  }

  // The part and path that a check or save speaks of.
  std::pair<Part, wire::Path> subject(pugi::xml_node node, const std::vector<std::string>& fields) {
    const auto field = node.attribute("field");
    const auto header = node.attribute("header");
    const auto count = node.attribute("count");
    if ((field ? 1 : 0) + (header ? 1 : 0) + (count ? 1 : 0) != 1)
      error(node, "needs exactly one of field, header and count");
    if (header) return {Part::header, path(node, header.value(), header_names())};
    return {Part::field, path(node, count ? count.value() : field.value(), fields)};
  }

  Check check_of(pugi::xml_node node, const std::vector<std::string>& fields) {
    constexpr std::pair<const char*, Relation> relations[] = {
        {"is", Relation::is},           {"is-not", Relation::is_not}, {"in", Relation::in},
        {"has", Relation::has},         {"lacks", Relation::lacks},   {"at-least", Relation::at_least},
        {"at-most", Relation::at_most}, {"size", Relation::size},     {"exists", Relation::exists}};
    Check check{.line = document_.line(node),
                .condition = condition(node),
                .count = bool(node.attribute("count")),
                .part = {},
                .path = {},
                .relation = {},
                .operand = {}};
    std::tie(check.part, check.path) = subject(node, fields);
    unsigned given = 0;
    for (const auto& [name, relation] : relations) {
      if (!node.attribute(name)) continue;
      ++given;
      check.relation = relation;
      check.operand = text(node, name);
    }
    if (given != 1)
      error(node, "needs exactly one of is, is-not, in, has, lacks, at-least, at-most, size and exists");
    return check;
  }

  Save save_of(pugi::xml_node node, const std::vector<std::string>& fields) {
    Save save{.line = document_.line(node), .part = {}, .path = {}, .as = node.attribute("as").value()};
    std::tie(save.part, save.path) = subject(node, fields);
    variables_.insert(save.as);
    return save;
  }

  const Document& document_;
  const Requirements& requirements_;
  Errors& errors_;
  std::string message_;
  std::set<std::string> variables_;  // of the scenario at hand
  std::set<std::string> connections_;
  smb2::Command last_command_ = smb2::Command::negotiate;
};

}  // namespace

void load_table(const File& file, const Requirements& requirements,
                std::vector<std::unique_ptr<Scenario>>& scenarios, Errors& errors) {
  const std::size_t before = errors.size();
  const Document document(file.path, file.text, errors);
  if (errors.size() != before) return;
  check_grammar(document, errors);
  if (errors.size() != before) return;
  TableLoader(document, requirements, errors).load(scenarios);
}

std::expected<Library, Errors> load(std::span<const File> files) {
  Library library;
  Errors errors;
  const auto table = std::ranges::find(files, "requirements/requirements.tsv", &File::path);
  if (table == files.end()) return std::unexpected(Errors{"requirements/requirements.tsv is missing"});
  auto requirements = Requirements::parse(table->text);
  if (!requirements) return std::unexpected(Errors{requirements.error()});
  library.requirements = *std::move(requirements);
  for (const File& file : files) {
    if (file.path.ends_with(".xml")) load_table(file, library.requirements, library.scenarios, errors);
  }
  if (!errors.empty()) return std::unexpected(errors);
  std::set<std::string_view> ids;
  for (const auto& scenario : library.scenarios) {
    auto cases = expand(*scenario);
    if (!cases) {
      errors.push_back(fmt::format("{}:{}: {}", scenario->source.file, scenario->source.line, cases.error()));
      continue;
    }
    std::ranges::move(*cases, std::back_inserter(library.cases));
  }
  for (const Case& c : library.cases) {
    if (!ids.insert(c.id).second)
      errors.push_back(fmt::format("{}:{}: case {} stands twice", c.source.file, c.source.line, c.id));
  }
  if (!errors.empty()) return std::unexpected(errors);
  return library;
}

}  // namespace scenario
