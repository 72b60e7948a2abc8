#include "harness/scenario/step_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/smb2/message.h"

namespace scenario {
namespace {

// Of an enumeration in the order of its words.
template <class E>
E nth(std::span<const std::string_view> words, std::string_view word) {
  return static_cast<E>(std::ranges::find(words, word) - words.begin());
}

}  // namespace

void StepLoader::load(pugi::xml_node parent, bool setup, std::vector<Step>& into) {
  for (const pugi::xml_node node : parent.children()) {
    Step step{.line = attributes_.line(node), .condition = {}, .setup = setup, .action = {}};
    const std::string_view name = node.name();
    if (name == "connect") {
      step.action = connect(node);
    } else if (name == "request") {
      step.action = request(node);
    } else if (name == "compound") {
      step.action = compound(node);
    } else if (name == "session") {
      step.action = session(node);
    } else if (name == "leg") {
      step.action = leg(node);
    } else if (name == "tree") {
      step.action = tree(node);
    } else if (name == "barrier") {
      step.action = barrier(node);
    } else if (name == "advance") {
      step.action = Advance{.by = duration(node, "by")};
    } else if (name == "send") {
      step.action = send(node);
    } else if (name == "compare") {
      step.action = compare(node);
    } else if (name == "response" || name == "interim" || name == "notification" || name == "closed" ||
               name == "silence" || name == "either") {
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

std::string StepLoader::known(pugi::xml_node node, const char* attribute,
                              const std::vector<std::string>& names) {
  const std::string name = node.attribute(attribute).value();
  if (node.attribute(attribute) && std::ranges::find(names, name) == names.end())
    attributes_.error(
        node, fmt::format("{}: no \"{}\" stands before{}", attribute, name, suggestion(name, views(names))));
  return name;
}

Connect StepLoader::connect(pugi::xml_node node) {
  connections_.emplace_back(node.attribute("as").value());
  return {.as = connections_.back(),
          .dialect = attributes_.optional_text(node, "dialect"),
          .ciphers = attributes_.optional_text(node, "ciphers"),
          .signing = attributes_.optional_text(node, "signing")};
}

SignIn StepLoader::sign_in(pugi::xml_node node) {
  constexpr std::string_view users[] = {"first",   "first-in-other-case", "second", "anonymous",
                                        "unknown", "wrong-password"};
  // In the order of their enumerations.
  constexpr std::string_view mechanisms[] = {"spnego", "ntlmssp", "kerberos"};
  constexpr std::string_view tickets[] = {"valid", "brief", "skewed", "other-service"};
  SignIn who{.as = node.attribute("as").value(),
             .on = on(node),
             .user = std::string(attributes_.word(node, "user", users)),
             .reauthenticates = {},
             .binds = known(node, "binds", sessions_),
             .mechanism = {},
             .ticket = nth<security::TicketKind>(tickets, attributes_.word(node, "ticket", tickets))};
  const std::string_view mechanism = attributes_.word(node, "mechanism", mechanisms);
  if (node.attribute("mechanism")) who.mechanism = nth<SignIn::Mechanism>(mechanisms, mechanism);
  const bool is_kerberos = who.mechanism == SignIn::Mechanism::kerberos;
  if (node.attribute("ticket") && !is_kerberos)
    attributes_.error(node, "a ticket is for mechanism=\"kerberos\"");
  if (is_kerberos && who.user != "first" && who.user != "second")
    attributes_.error(node, "of Kerberos there are the first and the second user");
  needs_kerberos_ = needs_kerberos_ || is_kerberos;
  needs_ntlm_ =
      needs_ntlm_ || (who.mechanism && !is_kerberos) || (who.user != "first" && who.user != "second");
  needs_account_ = needs_account_ || who.user.starts_with("first") || who.user == "wrong-password";
  needs_second_account_ = needs_second_account_ || who.user == "second";
  sessions_.push_back(who.as);
  attributes_.declare(who.as + ".id");
  attributes_.declare(who.as + ".flags");
  attributes_.declare(who.as + ".mic");
  attributes_.declare(who.as + ".token");
  return who;
}

SignInSteps StepLoader::session(pugi::xml_node node) {
  constexpr std::string_view ends[] = {"SUCCESS", "CHALLENGE"};
  const std::string reauthenticates = known(node, "of", sessions_);
  SignInSteps steps{.who = sign_in(node),
                    .until_challenge = attributes_.word(node, "until", ends) == "CHALLENGE",
                    .sets = {}};
  steps.who.reauthenticates = reauthenticates;
  needs_ntlm_ = needs_ntlm_ || steps.until_challenge;
  const Vocabulary fields = vocabulary_of_request(smb2::Command::session_setup);
  for (const pugi::xml_node child : node.children()) {
    const std::string_view name = child.name();
    if (name == "set") steps.sets.push_back(set(child, Part::field, fields));
    if (name == "header") steps.sets.push_back(set(child, Part::header, vocabulary_of_header()));
  }
  last_command_ = smb2::Command::session_setup;
  return steps;
}

Leg StepLoader::leg(pugi::xml_node node) {
  Leg leg;
  const bool begins = bool(node.attribute("as"));
  if (begins == bool(node.attribute("of")))
    attributes_.error(node, "either as begins an authentication, or of goes on with one");
  if (begins) {
    const std::string reauthenticates = known(node, "reauthenticates", sessions_);
    leg.begins = sign_in(node);
    leg.begins->reauthenticates = reauthenticates;
    needs_ntlm_ = needs_ntlm_ || leg.begins->mechanism != SignIn::Mechanism::kerberos;
  } else {
    leg.of = known(node, "of", sessions_);
  }
  leg.request.command = smb2::Command::session_setup;
  leg.request.as = node.attribute("as-request").value();
  if (!leg.request.as.empty()) requests_.push_back(leg.request.as);
  leg.request.keep = attributes_.optional_text(node, "keep");
  leg.request.pad = attributes_.optional_text(node, "pad");
  leg.request.sign = guard(node, "sign");
  leg.request.seal = guard(node, "seal");
  request_children(node, leg.request);
  last_command_ = smb2::Command::session_setup;
  return leg;
}

TreeStep StepLoader::tree(pugi::xml_node node) {
  TreeStep step{.as = node.attribute("as").value(),
                .of = known(node, "of", sessions_),
                .share = attributes_.text(node, "share")};
  trees_.push_back(step.as);
  attributes_.declare(step.as + ".id");
  last_command_ = smb2::Command::tree_connect;
  return step;
}

Barrier StepLoader::barrier(pugi::xml_node node) { return {on(node), known(node, "session", sessions_)}; }

Compound StepLoader::compound(pugi::xml_node node) {
  Compound step{.on = on(node), .seal = guard(node, "seal"), .requests = {}};
  for (const pugi::xml_node child : node.children("request")) step.requests.push_back(request(child));
  if (step.requests.empty()) attributes_.error(node, "has no request");
  return step;
}

BendSpec StepLoader::bend(pugi::xml_node node) {
  constexpr std::string_view stages[] = {"sign", "seal", "frame"};
  const std::string_view stage = attributes_.word(node, "at", stages);
  return {.line = attributes_.line(node),
          .stage = stage == "sign"   ? client::Stage::sign
                   : stage == "seal" ? client::Stage::seal
                                     : client::Stage::frame,
          .offset = attributes_.text(node, "offset"),
          .exclusive_or = attributes_.text(node, "xor")};
}

Guard StepLoader::guard(pugi::xml_node node, const char* attribute) {
  const std::string word = node.attribute(attribute).value();
  if (word.empty() || word == "auto") return {};
  if (word == "no") return {.by = Guard::By::nobody, .session = {}};
  if (word == "yes") return {.by = Guard::By::session, .session = {}};
  return {.by = Guard::By::session, .session = known(node, attribute, sessions_)};
}

std::optional<bool> StepLoader::protection(pugi::xml_node node, const char* attribute) {
  if (!node.attribute(attribute)) return std::nullopt;
  return attributes_.yes_or_no(node, attribute, true);
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
  if (!r.as.empty()) requests_.push_back(r.as);
  r.session = known(node, "session", sessions_);
  r.tree = known(node, "tree", trees_);
  r.sign = guard(node, "sign");
  r.seal = guard(node, "seal");
  r.related = attributes_.yes_or_no(node, "related", false);
  request_children(node, r);
  return r;
}

void StepLoader::request_children(pugi::xml_node node, Request& r) {
  const bool takes_contexts = !r.smb1 && r.command == smb2::Command::negotiate;
  const Vocabulary fields = r.smb1 ? vocabulary_of_smb1() : vocabulary_of_request(r.command);
  for (const pugi::xml_node child : node.children()) {
    const std::string_view name = child.name();
    if (name == "header" && r.smb1) attributes_.error(child, "SMB_COM_NEGOTIATE has no SMB2 header");
    if (name == "context" && !takes_contexts) attributes_.error(child, "only NEGOTIATE has contexts");
    if (name == "set") r.sets.push_back(set(child, Part::field, fields));
    if (name == "header") r.sets.push_back(set(child, Part::header, vocabulary_of_header()));
    if (name == "frame") r.sets.push_back(set(child, Part::frame, vocabulary_of_frame()));
    if (name == "transform") r.sets.push_back(set(child, Part::transform, vocabulary_of_transform()));
    if (name == "context") r.contexts.push_back(context(child, fields));
    if (name == "ntlm") r.sets.push_back(set(child, Part::ntlm, vocabulary_of_ntlm()));
    if (name == "spnego") r.sets.push_back(set(child, Part::spnego, vocabulary_of_spnego()));
    if (name == "bend") r.bends.push_back(bend(child));
  }
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
  const bool has_contexts = std::ranges::find(known.lists, "NegotiateContextList") != known.lists.end();
  attributes_.error(
      node, fmt::format("no type \"{}\"{}", segment.kind,
                        suggestion(segment.kind,
                                   has_contexts ? names_of(smb2::context_type_names) : views(known.kinds))));
}

Set StepLoader::set(pugi::xml_node node, Part part, const Vocabulary& known) {
  Set set{.line = attributes_.line(node),
          .condition = attributes_.condition(node),
          .part = part,
          .path = path(node, "field", known),
          .to = attributes_.optional_text(node, "to"),
          .place = attributes_.optional_text(node, "place"),
          .moment = Moment::before_mic};
  if (part == Part::ntlm) {
    constexpr std::string_view moments[] = {"before-mic", "before-proof", "after-mic"};
    const std::string_view at = attributes_.word(node, "at", moments);
    set.moment = at == "before-proof" ? Moment::before_proof
                 : at == "after-mic"  ? Moment::after_mic
                                      : Moment::before_mic;
  }
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
  Expect expect{.on = on(node), .to = known(node, "to", requests_), .alternatives = {}};
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
  using Kind = Expectation::Kind;
  e.kind = name == "closed"         ? Kind::closed
           : name == "silence"      ? Kind::silence
           : name == "interim"      ? Kind::interim
           : name == "notification" ? Kind::notification
                                    : Kind::response;
  if (e.kind == Kind::silence) e.silence = duration(node, "for");
  if (e.kind == Kind::closed || e.kind == Kind::silence) return e;
  e.is_sealed = protection(node, "sealed");
  if (e.kind == Kind::response) {
    e.is_signed = protection(node, "signed");
    e.status = attributes_.text(node, "status");
    if (e.status.raw.empty()) e.status.raw = "STATUS_SUCCESS";
    if (!e.status.expression) check_statuses(node, e.status.raw);
  }
  const Vocabulary known = vocabulary_of_response(
      e.kind == Kind::notification ? smb2::Command::server_to_client_notification : last_command_);
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

std::chrono::milliseconds StepLoader::duration(pugi::xml_node node, const char* attribute) {
  using std::chrono::milliseconds;
  constexpr std::pair<std::string_view, milliseconds> units[] = {{"ms", milliseconds(1)},
                                                                 {"s", std::chrono::seconds(1)},
                                                                 {"min", std::chrono::minutes(1)},
                                                                 {"h", std::chrono::hours(1)}};
  if (!node.attribute(attribute)) return {};
  const std::string_view text = node.attribute(attribute).value();
  std::uint32_t number = 0;
  const char* const stop = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), stop, number);
  const auto unit = std::ranges::find(units, std::string_view(end, stop),
                                      &std::pair<std::string_view, milliseconds>::first);
  if (problem == std::errc() && unit != std::end(units)) return number * unit->second;
  attributes_.error(node,
                    fmt::format("{}=\"{}\" is no time such as 200ms, 2s, 5min or 10h", attribute, text));
  return {};
}

Check StepLoader::check(pugi::xml_node node, const Vocabulary& known) {
  constexpr std::pair<const char*, Relation> relations[] = {
      {"is", Relation::is},           {"is-not", Relation::is_not}, {"in", Relation::in},
      {"has", Relation::has},         {"lacks", Relation::lacks},   {"at-least", Relation::at_least},
      {"at-most", Relation::at_most}, {"size", Relation::size},     {"exists", Relation::exists}};
  Check check{.line = attributes_.line(node),
              .condition = attributes_.condition(node),
              .count = bool(node.attribute("count")),
              .part = {},
              .path = {},
              .relation = {},
              .operand = {}};
  const Place place = this->place(node, known);
  check.part = place.part;
  if (check.count) check.path = path(node, "count", known, true);
  if (place.given + int{check.count} != 1)
    attributes_.error(node, "needs exactly one of field, header, ntlm, spnego and count");
  if (place.given == 1) check.path = place.path;
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
  const Place place = this->place(node, known);
  if (place.given != 1) attributes_.error(node, "needs exactly one of field, header, ntlm and spnego");
  Save save{.line = attributes_.line(node),
            .part = place.part,
            .path = place.path,
            .as = node.attribute("as").value()};
  attributes_.declare(save.as);
  return save;
}

StepLoader::Place StepLoader::place(pugi::xml_node node, const Vocabulary& body) {
  Place place;
  const auto look = [&](const char* attribute, Part part, const Vocabulary& known) {
    if (!node.attribute(attribute)) return;
    ++place.given;
    place.part = part;
    place.path = path(node, attribute, known);
  };
  look("field", Part::field, body);
  look("header", Part::header, vocabulary_of_header());
  look("ntlm", Part::ntlm, vocabulary_of_challenge());
  look("spnego", Part::spnego, vocabulary_of_spnego());
  return place;
}

}  // namespace scenario
