#include "harness/wire/codec.h"

#include <fmt/format.h>

#include <charconv>

namespace wire {

std::expected<Path, std::string> Path::parse(std::string_view text) {
  Path path;
  path.text_ = text;
  while (true) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    std::string_view part = text.substr(0, dot);
    Segment segment;
    if (const std::size_t bracket = part.find('['); bracket != std::string_view::npos) {
      if (!part.ends_with(']')) return std::unexpected(fmt::format("\"{}\" has no closing bracket", part));
      const std::string_view inside = part.substr(bracket + 1, part.size() - bracket - 2);
      if (inside.starts_with("type=")) {
        segment.kind = inside.substr(5);
      } else {
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
        if (error != std::errc() || end != inside.data() + inside.size()) {
          return std::unexpected(fmt::format("\"{}\" is neither a number nor type=NAME", inside));
        }
        segment.index = index;
      }
      part = part.substr(0, bracket);
    }
    if (part.empty()) return std::unexpected("a part of the path is empty");
    segment.name = part;
    path.segments_.push_back(std::move(segment));
    if (dot == text.size()) return path;
    text.remove_prefix(dot + 1);
  }
}

bool is_of_kind(std::string_view kind, std::string_view wanted) {
  if (wanted.empty() || kind == wanted) return kind == wanted;
  for (std::size_t at = kind.find(wanted, 1); at != std::string_view::npos; at = kind.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    if (kind[at - 1] == '_' && (end == kind.size() || kind[end] == '_')) return true;
  }
  return false;
}

void Finder::enter(std::string_view list, std::size_t index, std::string_view kind) {
  if (depth_ == matched_ && matched_ + 1 < path_.segments().size()) {
    const Path::Segment& segment = path_.segments()[matched_];
    if (segment.name == list) {
      if (segment.kind.empty() ? index == segment.index.value_or(0)
                               : is_of_kind(kind, segment.kind) && kind_seen_++ == 0) {
        ++matched_;
        seen_.push_back(0);
      }
    }
  }
  ++depth_;
}

void Finder::leave() {
  --depth_;
  if (matched_ > depth_) {
    --matched_;
    seen_.pop_back();
  }
}

void Finder::field(const Field& field) {
  if (found_ || depth_ != matched_ || matched_ + 1 != path_.segments().size()) return;
  const Path::Segment& segment = path_.segments()[matched_];
  if (segment.name != field.name() || seen_.back()++ != segment.index.value_or(0)) return;
  found_ = true;
  use_(field);
}

void Lister::enter(std::string_view list, std::size_t index, std::string_view) {
  levels_.push_back({fmt::format("{}{}[{}].", levels_.back().prefix, list, index), {}});
}
void Lister::leave() { levels_.pop_back(); }
void Lister::field(const Field& field) {
  auto& [prefix, names] = levels_.back();
  const auto before = std::ranges::count(names, field.name());
  names.push_back(field.name());
  places.push_back(
      {fmt::format("{}{}{}", prefix, field.name(), before == 0 ? "" : fmt::format("[{}]", before)),
       field.offset(), field.size()});
}

void Printer::enter(std::string_view list, std::size_t index, std::string_view kind) {
  fmt::format_to(std::back_inserter(text), "{:>9}  {:{}}{}[{}] {}\n", "", "", 2 * depth_, list, index, kind);
  ++depth_;
}
void Printer::leave() { --depth_; }
void Printer::field(const Field& field) {
  fmt::format_to(std::back_inserter(text), "{:>4} {:>4}  {:{}}{} {}\n", field.offset(), field.size(), "",
                 2 * depth_, field.name(), to_text(field));
}

}  // namespace wire
