// Longer than most files here: the writer and the reader of one schema stand side by side.
#include "reports/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <type_traits>
#include <utility>

#include "reports/text.h"

namespace report {
namespace {

using Json = nlohmann::ordered_json;
using scenario::CaseResult;
using scenario::Failure;
using scenario::RunRecord;
using scenario::Source;
using transport::Recorded;

constexpr std::string_view schema = "smbspec-run";

// By value of transport::Event.
constexpr std::string_view event_names[] = {"connected", "sent", "received", "closed-by-us",
                                            "closed-by-peer"};

// ---- writing

template <class T>
Json texts(const T& list) {
  Json array = Json::array();
  for (const std::string& text : list) array.push_back(utf8(text));
  return array;
}

// Cases are written as they come, without a document in memory: a run writes each of them three times, and
// they are what a record consists of.
void put(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : utf8(text)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= 0 && c < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

template <class T>
  requires std::is_arithmetic_v<T>
void put(std::string& out, T value) {
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void put(std::string& out, const Source& source);
void put(std::string& out, const Failure& failure);
void put(std::string& out, const scenario::Draw& draw);
void put(std::string& out, const Recorded& event);

// One object, its members in the order of calls.
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out), start_(out.size()) { out_ += '{'; }

  template <class T>
  void add(std::string_view key, const T& value) {
    if (out_.size() > start_ + 1) out_ += ',';
    fmt::format_to(std::back_inserter(out_), "\"{}\":", key);
    put_member(value);
  }

  void end() { out_ += '}'; }

 private:
  template <class T>
  void put_member(const std::vector<T>& list) {
    out_ += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ',';
      put(out_, list[i]);
    }
    out_ += ']';
  }
  template <class T>
  void put_member(const std::optional<T>& value) {
    value ? put(out_, *value) : void(out_ += "null");
  }
  template <class T>
  void put_member(const T& value) {
    put(out_, value);
  }

  std::string& out_;
  std::size_t start_;
};

void put(std::string& out, const Source& source) {
  ObjectText object(out);
  object.add("file", source.file);
  object.add("line", source.line);
  object.end();
}

void put(std::string& out, const Failure& failure) {
  ObjectText object(out);
  object.add("step", failure.step);
  object.add("steps", failure.steps);
  object.add("what", failure.what);
  object.add("source", failure.source);
  object.add("expected", failure.expected);
  object.add("got", failure.got);
  object.add("event", failure.event);
  object.add("field", failure.field);
  object.end();
}

void put(std::string& out, const scenario::Draw& draw) {
  ObjectText object(out);
  object.add("outcome", scenario::name(draw.outcome));
  object.add("message", draw.message);
  object.end();
}

void put(std::string& out, const Recorded& event) {
  ObjectText object(out);
  object.add("event", event_names[static_cast<std::size_t>(event.event)]);
  object.add("connection", event.connection);
  object.add("nanoseconds", event.at.count());
  object.add("bytes", wire::to_hex(event.bytes));
  object.add("note", event.note);
  object.end();
}

void add_plan(ObjectText& object, const CaseResult& result) {
  object.add("id", result.id);
  object.add("title", result.title);
  object.add("requirements", result.requirements);
  object.add("section", result.section);
  object.add("requirement_text", result.requirement_text);
  object.add("level", scenario::name(result.level));
  object.add("source", result.source);
}

void add_verdict(ObjectText& object, const CaseResult& result) {
  object.add("outcome", scenario::name(result.outcome));
  object.add("expected", result.expected);
  object.add("excuse", result.excuse);
  object.add("message", result.message);
  object.add("observed", result.observed);
  object.add("latitudes", result.latitudes);
  object.add("seconds", result.seconds);
  object.add("failure", result.failure);
  object.add("draws", result.draws);
  object.add("evidence", result.evidence);
  object.add("recording", result.recording);
}

Json json_of(const RunRecord& record) {
  Json json = {{"schema", schema}, {"version", json_version}};
  json["suite"] = {{"version", utf8(record.suite_version)}, {"commit", utf8(record.suite_commit)}};
  json["target"] = utf8(record.target);
  json["target_file"] = utf8(record.target_file);
  json["probe"] = Json::object();
  for (const auto& [name, value] : record.probe) json["probe"][utf8(name)] = utf8(value);
  json["settings"] = texts(record.settings);
  json["seed"] = std::to_string(record.seed);  // a number of 64 bits is more than many readers keep
  json["kerberos_service"] = utf8(record.kerberos_service);
  json["kerberos"] = record.kerberos;
  json["strict"] = record.strict;
  json["strength"] = record.strength;
  json["profile"] = utf8(record.profile);
  json["selection"] = texts(record.selection);
  json["whole_suite"] = record.whole_suite;
  json["shard"] = {{"index", record.shard.index}, {"count", record.shard.count}};
  json["repeats"] = record.repeats;
  json["started"] = utf8(record.started);
  json["seconds"] = record.seconds;
  json["unreachable"] = record.unreachable;
  json["tool_fault"] = record.tool_fault;
  json["stopped"] = utf8(record.stopped);
  json["rerun"] = utf8(record.rerun);
  json["baseline_problems"] = texts(record.baseline_problems);
  return json;
}

// ---- reading

struct Malformed {
  std::string text;
};

// A value and where it stands; the place is put into words only for an error.
class Place {
 public:
  explicit Place(const Json& json) : json_(json) {}
  Place(const Json& json, const Place& parent, std::string_view key)
      : json_(json), parent_(&parent), key_(key) {}
  Place(const Json& json, const Place& parent, std::size_t index)
      : json_(json), parent_(&parent), index_(index) {}

  const Json& json() const { return json_; }

  std::string path() const {
    if (parent_ == nullptr) return "";
    const std::string before = parent_->path();
    if (key_.empty()) return fmt::format("{}[{}]", before, index_);
    return before.empty() ? std::string(key_) : fmt::format("{}.{}", before, key_);
  }

  [[noreturn]] void wrong(std::string_view what) const {
    const std::string where = path();
    throw Malformed{where.empty() ? std::string(what) : fmt::format("{}: {}", where, what)};
  }

 private:
  const Json& json_;
  const Place* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
};

template <class T>
T read(const Place& place);

template <>
std::string read(const Place& place) {
  if (!place.json().is_string()) place.wrong("text is wanted");
  return place.json().get<std::string>();
}

template <class T>
std::vector<T> read_list(const Place& place) {
  if (!place.json().is_array()) place.wrong("a list is wanted");
  std::vector<T> list;
  list.reserve(place.json().size());
  for (std::size_t i = 0; i < place.json().size(); ++i)
    list.push_back(read<T>(Place(place.json()[i], place, i)));
  return list;
}

// An object whose keys all have to be asked for, in any order.
class Object {
 public:
  explicit Object(const Place& place) : place_(place) {
    if (!place.json().is_object()) place.wrong("an object is wanted");
  }

  template <class Use>
  void with(std::string_view key, Use use) {
    const auto at = place_.json().find(std::string(key));
    if (at == place_.json().end()) place_.wrong(fmt::format("\"{}\" is missing", key));
    asked_.push_back(key);
    use(Place(*at, place_, key));
  }

  template <class T>
  void take(std::string_view key, T& value) {
    with(key, [&](const Place& place) {
      if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>) {
        value = read_list<typename T::value_type>(place);
      } else {
        value = read<T>(place);
      }
    });
  }

  template <class T>
  void take(std::string_view key, std::optional<T>& value) {
    with(key, [&](const Place& place) {
      if (!place.json().is_null()) value = read<T>(place);
    });
  }

  void done() const {
    if (asked_.size() == place_.json().size()) return;
    for (const auto& [key, value] : place_.json().items()) {
      if (std::ranges::find(asked_, key) == asked_.end())
        place_.wrong(fmt::format("\"{}\" is unknown", utf8(key)));
    }
  }

 private:
  const Place& place_;
  std::vector<std::string_view> asked_;
};

template <class T>
  requires std::is_unsigned_v<T>
T read_number(const Place& place) {
  if (!place.json().is_number_unsigned()) place.wrong("a whole number is wanted");
  const auto number = place.json().get<std::uint64_t>();
  if (number > std::numeric_limits<T>::max()) place.wrong("the number is too large");
  return static_cast<T>(number);
}

// A name out of a table, by `of`.
template <class Of>
auto read_name(const Place& place, Of of) {
  const auto text = read<std::string>(place);
  const auto value = of(text);
  if (!value) place.wrong(fmt::format("\"{}\" is unknown", utf8(text)));
  return *value;
}

std::optional<transport::Event> event_of(std::string_view name) {
  const auto at = std::ranges::find(event_names, name);
  if (at == std::end(event_names)) return std::nullopt;
  return static_cast<transport::Event>(at - std::begin(event_names));
}

template <>
bool read(const Place& place) {
  if (!place.json().is_boolean()) place.wrong("true or false is wanted");
  return place.json().get<bool>();
}
template <>
unsigned read(const Place& place) {
  return read_number<unsigned>(place);
}
template <>
std::size_t read(const Place& place) {
  return read_number<std::size_t>(place);
}
template <>
double read(const Place& place) {
  if (!place.json().is_number()) place.wrong("a number is wanted");
  return place.json().get<double>();
}
template <>
scenario::Outcome read(const Place& place) {
  return read_name(place, scenario::outcome_of);
}
template <>
scenario::Level read(const Place& place) {
  return read_name(place, scenario::level_of);
}
template <>
transport::Event read(const Place& place) {
  return read_name(place, event_of);
}
template <>
transport::Time read(const Place& place) {
  if (!place.json().is_number_integer()) place.wrong("a whole number is wanted");
  return transport::Time(place.json().get<std::int64_t>());
}
template <>
wire::Bytes read(const Place& place) {
  return read_name(place, wire::from_hex);
}

template <>
Source read(const Place& place) {
  Object object(place);
  Source source;
  object.take("file", source.file);
  object.take("line", source.line);
  object.done();
  return source;
}

template <>
Failure read(const Place& place) {
  Object object(place);
  Failure failure;
  object.take("step", failure.step);
  object.take("steps", failure.steps);
  object.take("what", failure.what);
  object.take("source", failure.source);
  object.take("expected", failure.expected);
  object.take("got", failure.got);
  object.take("event", failure.event);
  object.take("field", failure.field);
  object.done();
  return failure;
}

template <>
scenario::Draw read(const Place& place) {
  Object object(place);
  scenario::Draw draw;
  object.take("outcome", draw.outcome);
  object.take("message", draw.message);
  object.done();
  return draw;
}

template <>
Recorded read(const Place& place) {
  Object object(place);
  Recorded event{};
  object.take("event", event.event);
  object.take("connection", event.connection);
  object.take("nanoseconds", event.at);
  object.with("bytes", [&](const Place& bytes) { event.bytes = read<wire::Bytes>(bytes); });
  object.take("note", event.note);
  object.done();
  return event;
}

void read_plan(Object& object, CaseResult& result) {
  object.take("id", result.id);
  object.take("title", result.title);
  object.take("requirements", result.requirements);
  object.take("section", result.section);
  object.take("requirement_text", result.requirement_text);
  object.take("level", result.level);
  object.take("source", result.source);
}

void read_verdict(Object& object, CaseResult& result) {
  object.take("outcome", result.outcome);
  object.take("expected", result.expected);
  object.take("excuse", result.excuse);
  object.take("message", result.message);
  object.take("observed", result.observed);
  object.take("latitudes", result.latitudes);
  object.take("seconds", result.seconds);
  result.failure.reset();
  object.take("failure", result.failure);
  object.take("draws", result.draws);
  object.take("evidence", result.evidence);
  object.take("recording", result.recording);
}

template <>
CaseResult read(const Place& place) {
  Object object(place);
  CaseResult result;
  read_plan(object, result);
  read_verdict(object, result);
  object.done();
  return result;
}

std::uint64_t read_seed(const Place& place) {
  const auto text = read<std::string>(place);
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size())
    place.wrong("a whole number in quotes is wanted");
  return seed;
}

void check_schema(Object& object) {
  object.with("schema", [](const Place& place) {
    if (read<std::string>(place) != schema) place.wrong("this is no record of a run");
  });
  object.with("version", [](const Place& place) {
    const auto version = read<unsigned>(place);
    if (version != json_version) {
      place.wrong(
          fmt::format("version {} of the schema is unknown, {} is read here; use the smbspec that wrote it",
                      version, json_version));
    }
  });
}

template <>
RunRecord read(const Place& place) {
  Object object(place);
  check_schema(object);
  RunRecord record;
  object.with("suite", [&](const Place& suite) {
    Object inner(suite);
    inner.take("version", record.suite_version);
    inner.take("commit", record.suite_commit);
    inner.done();
  });
  object.take("target", record.target);
  object.take("target_file", record.target_file);
  object.with("probe", [&](const Place& probe) {
    Object inner(probe);
    for (const auto& [key, value] : probe.json().items())
      inner.take(key, record.probe.emplace_back(key, "").second);
  });
  object.take("settings", record.settings);
  object.with("seed", [&](const Place& seed) { record.seed = read_seed(seed); });
  object.take("kerberos_service", record.kerberos_service);
  object.take("kerberos", record.kerberos);
  object.take("strict", record.strict);
  object.take("strength", record.strength);
  object.take("profile", record.profile);
  object.take("selection", record.selection);
  object.take("whole_suite", record.whole_suite);
  object.with("shard", [&](const Place& shard) {
    Object inner(shard);
    inner.take("index", record.shard.index);
    inner.take("count", record.shard.count);
    inner.done();
    if (record.shard.index == 0 || record.shard.index > record.shard.count)
      shard.wrong("there is no such shard");
  });
  object.take("repeats", record.repeats);
  object.take("started", record.started);
  object.take("seconds", record.seconds);
  object.take("unreachable", record.unreachable);
  object.take("tool_fault", record.tool_fault);
  object.take("stopped", record.stopped);
  object.take("rerun", record.rerun);
  object.take("baseline_problems", record.baseline_problems);
  object.take("cases", record.cases);
  object.done();
  return record;
}

// Parses and lets `use` read; errors of either as text.
template <class Use>
std::expected<void, std::string> reading(std::string_view text, Use use) {
  try {
    const Json json = Json::parse(text);
    use(Place(json));
    return {};
  } catch (const Malformed& malformed) {
    return std::unexpected(malformed.text);
  } catch (const Json::exception& error) {
    return std::unexpected(fmt::format("not JSON: {}", utf8(error.what())));
  }
}

}  // namespace

void write_json(std::ostream& out, const RunRecord& record) {
  std::string text = json_of(record).dump(2);
  text.resize(text.size() - 2);  // "\n}" comes behind the cases
  text += ",\n  \"cases\": [";
  out << text;
  std::string_view separator = "\n";
  for (const CaseResult& result : record.cases) {
    text.assign(separator);
    text += "    ";
    ObjectText object(text);
    add_plan(object, result);
    add_verdict(object, result);
    object.end();
    out << text;
    separator = ",\n";
  }
  out << (record.cases.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

std::expected<RunRecord, std::string> read_json(std::string_view text) {
  RunRecord record;
  if (auto done = reading(text, [&](const Place& place) { record = read<RunRecord>(place); }); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return record;
}

std::string verdict_line(std::size_t index, const CaseResult& result) {
  std::string text;
  ObjectText object(text);
  object.add("index", index);
  object.add("id", result.id);
  add_verdict(object, result);
  object.end();
  return text;
}

std::expected<void, std::string> take_verdict(std::string_view line, RunRecord& record) {
  return reading(line, [&](const Place& place) {
    Object object(place);
    std::size_t index = 0;
    std::string id;
    object.take("index", index);
    object.take("id", id);
    if (index >= record.cases.size() || record.cases[index].id != id) {
      place.wrong(fmt::format("the record has no case {} called {}", index, id));
    }
    read_verdict(object, record.cases[index]);
    object.done();
  });
}

}  // namespace report
