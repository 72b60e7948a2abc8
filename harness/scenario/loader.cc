#include "harness/scenario/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/scenario/defaults.h"
#include "harness/scenario/step_loader.h"

namespace scenario {
namespace {

constexpr std::size_t largest_domain = 100000;  // values of one factor

// A scenario, without its steps' inside.
class ScenarioLoader {
 public:
  ScenarioLoader(const Document& document, const Requirements& requirements, Errors& errors)
      : document_(document), requirements_(requirements), attributes_(document, errors) {}

  std::unique_ptr<Scenario> load(pugi::xml_node node) {
    auto s = std::make_unique<Scenario>();
    s->message = node.parent().attribute("message").value();
    s->id = id(node);
    s->title = node.child("title").text().get();
    s->why = node.child("why").text().get();
    s->source = {document_.path(), document_.line(node)};
    s->requirements = requirements(node);
    s->level = level(node);
    s->tags = Attributes::words(node, "tags");
    s->dialects = dialects(node);
    s->rows = rows(node);
    for (const pugi::xml_node child : node.children("factor")) s->factors.push_back(factor(child));
    s->strength = strength(node, s->factors.size());
    s->needs = attributes_.expression(node, "needs");
    s->server = attributes_.optional_text(node, "server");
    for (const pugi::xml_node child : node.children("forbid"))
      s->forbidden.push_back(attributes_.expression(child, "when"));
    for (const pugi::xml_node child : node.children("oracle")) s->oracles.push_back(oracle(child));
    StepLoader steps(attributes_);
    for (const pugi::xml_node child : node.children("setup")) steps.load(child, true, s->steps);
    for (const pugi::xml_node child : node.children("steps")) steps.load(child, false, s->steps);
    s->needs_account = steps.needs_account();
    s->needs_kerberos = steps.needs_kerberos();
    s->needs_ntlm = steps.needs_ntlm();
    s->needs_second_account = steps.needs_second_account();
    s->moves_clock = std::ranges::any_of(
        s->steps, [](const Step& step) { return std::holds_alternative<Advance>(step.action); });
    return s;
  }

 private:
  void error(pugi::xml_node node, std::string_view what) { attributes_.error(node, what); }

  std::string id(pugi::xml_node node) {
    const std::string id = node.attribute("id").value();
    const bool speaking = std::ranges::all_of(id, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '+' || c == '_';
    });
    if (node.attribute("id") && (!speaking || id.empty()))
      error(node, "an id is made of lower-case letters, digits and - . + _");
    return id;
  }

  std::vector<std::string> requirements(pugi::xml_node node) {
    const std::vector<std::string> ids = Attributes::words(node, "requirement");
    if (node.attribute("requirement") && ids.empty()) error(node, "names no requirement");
    for (const std::string& id : ids) {
      if (requirements_.find(id) != nullptr) continue;
      std::vector<std::string_view> known;
      for (const Requirement& row : requirements_.rows()) known.push_back(row.id);
      error(node, fmt::format("no requirement \"{}\"{}", id, suggestion(id, known)));
    }
    return ids;
  }

  Level level(pugi::xml_node node) {
    constexpr std::string_view levels[] = {"MUST", "SHOULD", "MAY", "observe"};
    const std::string_view level = node.attribute("level").value();
    const auto known = level_of(level);
    if (node.attribute("level") && !known)
      error(node, fmt::format("no level \"{}\"{}", level, suggestion(level, levels)));
    return known.value_or(Level::must);
  }

  Term dialects(pugi::xml_node node) {
    List list;
    for (const std::string& dialect : Attributes::words(node, "dialects")) {
      list.push_back({dialect});
      if (wire::value_of(smb2::dialect_names, dialect)) continue;
      error(node,
            fmt::format("no dialect \"{}\"{}", dialect, suggestion(dialect, names_of(smb2::dialect_names))));
    }
    return {list};
  }

  // All rows give values for the same names.
  std::vector<Row> rows(pugi::xml_node node) {
    std::vector<Row> rows;
    std::set<std::string> columns;
    for (const pugi::xml_node child : node.children("row")) {
      Row row{.id = id(child), .line = document_.line(child), .values = {}};
      for (const pugi::xml_attribute attribute : child.attributes()) {
        if (std::string_view(attribute.name()) == "id") continue;
        row.values.emplace_back(attribute.name(), literal(attribute.value()));
        columns.insert(attribute.name());
        attributes_.declare(attribute.name());
      }
      rows.push_back(std::move(row));
    }
    for (const pugi::xml_node child : node.children("row")) {
      for (const std::string& column : columns) {
        if (!child.attribute(column.c_str()))
          error(child, fmt::format("has no \"{}\", which another row has", column));
      }
    }
    return rows;
  }

  Factor factor(pugi::xml_node node) {
    constexpr std::pair<const char*, Domain (ScenarioLoader::*)(pugi::xml_node)> domains[] = {
        {"values", &ScenarioLoader::values},
        {"subsets-of", &ScenarioLoader::subsets},
        {"range", &ScenarioLoader::range},
        {"every-prefix-of", &ScenarioLoader::prefixes}};
    Factor factor{.name = node.attribute("name").value(), .values = {}};
    attributes_.declare(factor.name);
    unsigned given = 0;
    for (const auto& [attribute, domain] : domains) {
      if (!node.attribute(attribute)) continue;
      ++given;
      factor.values = (this->*domain)(node);
    }
    if (given != 1)
      error(node, "exactly one of values, subsets-of, range and every-prefix-of gives the domain");
    return factor;
  }

  std::optional<std::size_t> strength(pugi::xml_node node, std::size_t factors) {
    if (!node.attribute("strength")) return std::nullopt;
    const auto number = literal(node.attribute("strength").value()).number();
    if (number && *number >= 1 && *number < factors) return static_cast<std::size_t>(*number);
    error(node, fmt::format("strength is a number from 1 to one less than the {} factors", factors));
    return std::nullopt;
  }

  using Domain = std::vector<std::pair<std::string, Term>>;

  static void add(Domain& domain, const Term& value) {
    std::string text = value.text();
    std::ranges::replace(text, ' ', '+');
    std::ranges::replace(text, '|', '+');
    domain.emplace_back(text, value);
  }

  Domain values(pugi::xml_node node) {
    Domain domain;
    for (const Term& value : literal(node.attribute("values").value()).elements()) add(domain, value);
    if (domain.empty()) error(node, "has no values");
    return domain;
  }

  Domain subsets(pugi::xml_node node) {
    constexpr std::size_t largest_whole = 12;
    const List whole = literal(node.attribute("subsets-of").value()).elements();
    Domain domain;
    if (whole.empty()) error(node, "has no values");
    if (whole.size() > largest_whole)
      return error(node, fmt::format("more than {} elements have too many subsets", largest_whole)), domain;
    for (std::size_t mask = 1; mask < std::size_t{1} << whole.size(); ++mask) {
      List subset;
      for (std::size_t i = 0; i < whole.size(); ++i) {
        if ((mask >> i & 1) != 0) subset.push_back(whole[i]);
      }
      add(domain, {subset});
    }
    return domain;
  }

  static Domain numbers(std::uint64_t first, std::uint64_t count) {
    Domain domain;
    for (std::uint64_t i = 0; i < count; ++i)
      domain.emplace_back(fmt::format("{}", first + i), Term{first + i});
    return domain;
  }

  Domain range(pugi::xml_node node) {
    const std::string_view text = node.attribute("range").value();
    const std::size_t dots = text.find("..");
    const auto first = literal(text.substr(0, dots)).number();
    const auto last = dots == std::string_view::npos ? std::nullopt : literal(text.substr(dots + 2)).number();
    if (first && last && *last >= *first && *last - *first < largest_domain)
      return numbers(*first, *last - *first + 1);
    error(node, fmt::format("\"{}\" is no range such as 0..63", text));
    return {};
  }

  Domain prefixes(pugi::xml_node node) {
    const auto command = attributes_.command(node, "every-prefix-of");
    if (!command) return {};
    Entropy entropy(0);
    return numbers(0, smb2::encode(default_request(*command, entropy)).size());
  }

  Oracle oracle(pugi::xml_node node) {
    Oracle oracle{.name = node.attribute("name").value(), .rules = {}};
    bool decided = false;
    for (const pugi::xml_node rule : node.children()) {
      if (decided) error(rule, "is never reached: <otherwise> has to be the last");
      decided = std::string_view(rule.name()) == "otherwise";
      oracle.rules.push_back({attributes_.expression(rule, "when"), attributes_.text(rule, "then")});
    }
    attributes_.declare(oracle.name);
    return oracle;
  }

  const Document& document_;
  const Requirements& requirements_;
  Attributes attributes_;
};

}  // namespace

void load_table(const File& file, const Requirements& requirements,
                std::vector<std::unique_ptr<Scenario>>& scenarios, Errors& errors) {
  const std::size_t before = errors.size();
  const Document document(file.path, file.text, errors);
  if (errors.size() != before) return;
  check_grammar(document, errors);
  const pugi::xml_node root = document.root();
  const std::string message = root.attribute("message").value();
  if (root.attribute("message") && !file.path.starts_with(message + "/"))
    errors.push_back(
        document.error(root, fmt::format("a table of \"{}\" belongs into the folder {}/", message, message)));
  std::set<std::string> ids;
  for (const pugi::xml_node node : root.children("scenario")) {
    scenarios.push_back(ScenarioLoader(document, requirements, errors).load(node));
    const std::string& id = scenarios.back()->id;
    if (!id.empty() && !ids.insert(id).second) errors.push_back(document.error(node, "this id stands twice"));
  }
}

namespace {

void raise(std::optional<std::size_t>& strength, std::size_t to, std::size_t factors) {
  if (strength && *strength < to) strength = to;
  if (strength && *strength >= factors) strength.reset();
}

}  // namespace

std::expected<Library, Errors> load(std::span<const File> files, std::size_t strength) {
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
    raise(scenario->strength, strength, scenario->factors.size());
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
