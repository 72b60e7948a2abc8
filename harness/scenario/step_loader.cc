#include "harness/scenario/step_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/smb2/message.h"

namespace scenario {

void StepLoader::load(pugi::xml_node parent, bool setup, std::vector<Step>& into) {
  for (const pugi::xml_node node : parent.children()) {
    Step step{.line = attributes_.line(node), .condition = {}, .setup = setup, .action = {}};
    const std::string_view name = node.name();
    if (name == "connect") {
      connections_.emplace_back(node.attribute("as").value());
      step.action = Connect{connections_.back()};
    } else if (name == "request") {
      step.action = request(node);
    } else if (name == "send") {
      step.action = send(node);
    } else if (name == "compare") {
      step.action = compare(node);
    } else if (name == "response" || name == "closed" || name == "silence" || name == "either") {
      step.action = expect(node);
    } else {
      continue;
    }
    step.condition = attributes_.condition(node);
    into.push_back(std::move(step));
  }
}

std::string StepLoader::on(pugi::xml_node node) {
  const std::string connection = node.attribute("on").value();
  if (connections_.empty()) {
    attributes_.error(node, "stands before any <connect>");
  } else if (!connection.empty() && std::ranges::find(connections_, connection) == connections_.end()) {
    attributes_.error(
        node, fmt::format("no connection \"{}\"{}", connection, suggestion(connection, views(connections_))));
  }
  return connection;
}

Request StepLoader::request(pugi::xml_node node) {
  constexpr std::string_view contexts[] = {"default", "none"};
  Request r;
  r.on = on(node);
  r.as = node.attribute("as").value();
  r.smb1 = std::string_view(node.attribute("command").value()) == "SMB_COM_NEGOTIATE";
  if (!r.smb1) r.command = attributes_.command(node, "command").value_or(smb2::Command::negotiate);
  last_command_ = r.smb1 ? smb2::Command::negotiate : r.command;
  r.default_contexts = attributes_.word(node, "contexts", contexts) == "default";
  r.keep = attributes_.optional_text(node, "keep");
  r.pad = attributes_.optional_text(node, "pad");
  r.strings = attributes_.optional_text(node, "strings");
  if (r.strings && !r.smb1) attributes_.error(node, "only SMB_COM_NEGOTIATE has strings");
  const bool takes_contexts = !r.smb1 && r.command == smb2::Command::negotiate;
  const Vocabulary fields = r.smb1 ? vocabulary_of_smb1() : vocabulary_of_request(r.command);
  for (const pugi::xml_node child : node.children()) {
    const std::string_view name = child.name();
    if (name == "header" && r.smb1) attributes_.error(child, "SMB_COM_NEGOTIATE has no SMB2 header");
    if (name == "context" && !takes_contexts) attributes_.error(child, "only NEGOTIATE has contexts");
    if (name == "set") r.sets.push_back(set(child, Part::field, fields));
    if (name == "header") r.sets.push_back(set(child, Part::header, vocabulary_of_header()));
    if (name == "frame") r.sets.push_back(set(child, Part::frame, vocabulary_of_frame()));
    if (name == "context") r.contexts.push_back(context(child, fields));
  }
  return r;
}

wire::Path StepLoader::path(pugi::xml_node node, const char* attribute, const Vocabulary& known,
                            bool to_list) {
  if (!node.attribute(attribute)) return {};
  const std::string_view text = node.attribute(attribute).value();
  auto parsed = wire::Path::parse(text);
  if (!parsed) {
    attributes_.error(node, fmt::format("\"{}\": {}", text, parsed.error()));
    return {};
  }
  const auto& segments = parsed->segments();
  for (const auto& segment : segments)
    check_segment(node, segment, to_list || &segment != &segments.back(), known);
  return *std::move(parsed);
}

void StepLoader::check_segment(pugi::xml_node node, const wire::Path::Segment& segment, bool is_list,
                               const Vocabulary& known) {
  const std::vector<std::string>& names = is_list ? known.lists : known.fields;
  if (std::ranges::find(names, segment.name) == names.end()) {
    attributes_.error(node, fmt::format("no {} \"{}\"{}", is_list ? "list" : "field", segment.name,
                                        suggestion(segment.name, views(names))));
    return;
  }
  const bool fits = std::ranges::any_of(
      known.kinds, [&](const std::string& kind) { return wire::is_of_kind(kind, segment.kind); });
  if (segment.kind.empty() || fits) return;
  attributes_.error(node, fmt::format("no type \"{}\"{}", segment.kind,
                                      suggestion(segment.kind, names_of(smb2::context_type_names))));
}

Set StepLoader::set(pugi::xml_node node, Part part, const Vocabulary& known) {
  Set set{.line = attributes_.line(node),
          .condition = attributes_.condition(node),
          .part = part,
          .path = path(node, "field", known),
          .to = attributes_.optional_text(node, "to"),
          .place = attributes_.optional_text(node, "place")};
  if (part == Part::field && !set.to && !set.place)
    attributes_.error(node, "needs \"to\", \"place\" or both");
  return set;
}

ContextSpec StepLoader::context(pugi::xml_node node, const Vocabulary& known) {
  ContextSpec c{.line = attributes_.line(node),
                .condition = attributes_.condition(node),
                .type = attributes_.text(node, "type"),
                .raw = attributes_.optional_text(node, "raw"),
                .length = attributes_.optional_text(node, "length"),
                .place = attributes_.optional_text(node, "place"),
                .repeat = attributes_.optional_text(node, "repeat"),
                .sets = {}};
  const bool is_known =
      c.type.expression || wire::value_of(smb2::context_type_names, c.type.raw) || Term{c.type.raw}.number();
  if (node.attribute("type") && !is_known) {
    attributes_.error(node, fmt::format("no context type \"{}\"{}", c.type.raw,
                                        suggestion(c.type.raw, names_of(smb2::context_type_names))));
  }
  for (const pugi::xml_node child : node.children("set")) c.sets.push_back(set(child, Part::field, known));
  return c;
}

Send StepLoader::send(pugi::xml_node node) {
  Send send{.on = on(node),
            .hex = attributes_.text(node, "hex"),
            .framed = attributes_.yes_or_no(node, "framed", true),
            .chunks = attributes_.optional_text(node, "chunks")};
  if (!send.hex.expression && !wire::from_hex(send.hex.raw))
    attributes_.error(node, "hex holds digits in pairs, nothing else");
  return send;
}

Compare StepLoader::compare(pugi::xml_node node) {
  constexpr std::string_view relations[] = {"same", "different"};
  return {attributes_.text(node, "a"), attributes_.text(node, "b"),
          attributes_.word(node, "is", relations) == "same"};
}

Expect StepLoader::expect(pugi::xml_node node) {
  Expect expect{.on = on(node), .alternatives = {}};
  if (std::string_view(node.name()) != "either") {
    expect.alternatives.push_back(expectation(node));
    return expect;
  }
  for (const pugi::xml_node child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    if (child.attribute("on")) attributes_.error(child, "the connection is named at <either>");
    expect.alternatives.push_back(expectation(child));
    expect.alternatives.back().condition = attributes_.condition(child);
  }
  if (expect.alternatives.empty()) attributes_.error(node, "has no alternative");
  return expect;
}

Expectation StepLoader::expectation(pugi::xml_node node) {
  Expectation e;
  e.line = attributes_.line(node);
  e.latitude = node.attribute("latitude").value();
  const std::string_view name = node.name();
  e.kind = name == "closed"    ? Expectation::Kind::closed
           : name == "silence" ? Expectation::Kind::silence
                               : Expectation::Kind::response;
  if (e.kind == Expectation::Kind::silence) e.silence = duration(node);
  if (e.kind != Expectation::Kind::response) return e;
  e.status = attributes_.text(node, "status");
  if (e.status.raw.empty()) e.status.raw = "STATUS_SUCCESS";
  if (!e.status.expression) check_statuses(node, e.status.raw);
  const Vocabulary known = vocabulary_of_response(last_command_);
  for (const pugi::xml_node child : node.children()) {
    const std::string_view tag = child.name();
    if (tag == "check") e.checks.push_back(check(child, known));
    if (tag == "save") e.saves.push_back(save(child, known));
  }
  return e;
}

void StepLoader::check_statuses(pugi::xml_node node, std::string_view list) {
  const wire::Names known = names(smb2::NtStatus{});
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('|'), list.size());
    const std::string_view status = list.substr(0, end);
    const bool is_code = status.starts_with("0x") && Term{std::string(status)}.number();
    if (!is_code && std::ranges::find(known, status, &wire::Name::text) == known.end())
      attributes_.error(node, fmt::format("no status \"{}\"{}", status, suggestion(status, names_of(known))));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

std::chrono::milliseconds StepLoader::duration(pugi::xml_node node) {
  if (!node.attribute("for")) return {};
  const std::string_view text = node.attribute("for").value();
  unsigned number = 0;
  const char* const stop = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), stop, number);
  const std::string_view unit(end, stop);
  if (problem != std::errc() || (unit != "ms" && unit != "s"))
    attributes_.error(node, fmt::format("for=\"{}\" is no time such as 200ms or 2s", text));
  return unit == "s" ? std::chrono::seconds(number) : std::chrono::milliseconds(number);
}

Check StepLoader::check(pugi::xml_node node, const Vocabulary& known) {
  constexpr std::pair<const char*, Relation> relations[] = {
      {"is", Relation::is},           {"is-not", Relation::is_not}, {"in", Relation::in},
      {"has", Relation::has},         {"lacks", Relation::lacks},   {"at-least", Relation::at_least},
      {"at-most", Relation::at_most}, {"size", Relation::size},     {"exists", Relation::exists}};
  Check check{.line = attributes_.line(node),
              .condition = attributes_.condition(node),
              .count = bool(node.attribute("count")),
              .part = node.attribute("header") ? Part::header : Part::field,
              .path = {},
              .relation = {},
              .operand = {}};
  const bool in_body = bool(node.attribute("field"));
  if (int{in_body} + int{check.count} + int{check.part == Part::header} != 1)
    attributes_.error(node, "needs exactly one of field, header and count");
  if (check.part == Part::header) {
    check.path = path(node, "header", vocabulary_of_header());
  } else {
    check.path = path(node, check.count ? "count" : "field", known, check.count);
  }
  unsigned given = 0;
  for (const auto& [name, relation] : relations) {
    if (!node.attribute(name)) continue;
    ++given;
    check.relation = relation;
    check.operand = attributes_.text(node, name);
  }
  if (given != 1)
    attributes_.error(node,
                      "needs exactly one of is, is-not, in, has, lacks, at-least, at-most, size and exists");
  attributes_.yes_or_no(node, "exists", true);
  return check;
}

Save StepLoader::save(pugi::xml_node node, const Vocabulary& known) {
  const bool in_header = bool(node.attribute("header"));
  if (in_header == bool(node.attribute("field")))
    attributes_.error(node, "needs exactly one of field and header");
  Save save{.line = attributes_.line(node),
            .part = in_header ? Part::header : Part::field,
            .path = in_header ? path(node, "header", vocabulary_of_header()) : path(node, "field", known),
            .as = node.attribute("as").value()};
  attributes_.declare(save.as);
  return save;
}

}  // namespace scenario
