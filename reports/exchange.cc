#include "reports/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "reports/text.h"

namespace report {
namespace {

using transport::Event;
using transport::Recorded;
using Lines = std::vector<std::string>;

constexpr std::string_view indent = "      ";

// All lines, or so many around the marked one; without a mark from the start or the end.
enum class Keep : std::uint8_t { start, end };
Lines kept(Lines lines, std::size_t most, Keep keep) {
  if (lines.size() <= most) return lines;
  const auto mark =
      std::ranges::find_if(lines, [](const std::string& line) { return line.starts_with('>'); });
  const auto centre = mark != lines.end() ? static_cast<std::size_t>(mark - lines.begin())
                                          : (keep == Keep::start ? 0 : lines.size());
  const std::size_t room = most - 2;  // for what tells of the rest
  const std::size_t from = std::min(centre - std::min(centre, room / 2), lines.size() - room);
  const auto first = lines.begin() + static_cast<std::ptrdiff_t>(from);
  const auto last = first + static_cast<std::ptrdiff_t>(room);
  Lines out;
  if (from > 0) out.push_back(fmt::format("{}… {} lines", indent, from));
  out.insert(out.end(), first, last);
  if (last != lines.end()) out.push_back(fmt::format("{}… {} lines", indent, lines.end() - last));
  return out;
}

// The fields of a message in lines that are filled to the width; one of them on a line of its own.
class Flow : public wire::Observer {
 public:
  Flow(std::size_t width, std::optional<std::size_t> marked, const Extent& extent)
      : width_(width), marked_(marked), extent_(extent) {}

  void enter(std::string_view list, std::size_t index, std::string_view kind) override {
    line(indent, fmt::format("{}[{}] {}", list, index, kind));
  }
  void leave() override { end_row(); }
  void field(const wire::Field& field) override {
    const std::string text = one_line(fmt::format("{} {}", field.name(), wire::to_text(field)));
    if (marked_ == seen_++) {
      line(">   ", fmt::format("at {}, {} bytes: {}", field.offset(), field.size(), text));
    } else {
      word(shortened(text, extent_.value));
    }
  }

  void line(std::string_view start, std::string_view text) {
    end_row();
    lines_.push_back(shortened(fmt::format("{}{}", start, text), width_));
  }

  Lines take() {
    end_row();
    return kept(std::move(lines_), extent_.message_lines, Keep::start);
  }

 private:
  void word(std::string_view text) {
    if (!row_.empty() && columns(row_) + 2 + columns(text) > width_) end_row();
    row_ += row_.empty() ? indent : "  ";
    row_ += text;
  }
  void end_row() {
    if (!row_.empty()) lines_.push_back(std::exchange(row_, {}));
  }

  std::size_t width_;
  std::optional<std::size_t> marked_;  // which field, in the order of the message
  const Extent& extent_;
  std::size_t seen_ = 0;
  std::string row_;
  Lines lines_;
};

// Which field of a message a path leads to, in the order of the message; only fields from an offset on count.
class Position : public wire::Finder {
 public:
  Position(const wire::Path& path, std::size_t from) : Finder(path, [](const wire::Field&) {}), from_(from) {}
  void field(const wire::Field& field) override {
    if (!found() && field.offset() >= from_) {
      Finder::field(field);
      if (found()) at = seen_;
    }
    ++seen_;
  }
  std::optional<std::size_t> at;

 private:
  std::size_t from_;
  std::size_t seen_ = 0;
};

// A name that stands in the header and in the body means the body, unless "Header." precedes it.
std::optional<std::size_t> position_of(std::string_view field, wire::View message) {
  constexpr std::string_view header = "Header.";
  const bool in_header = field.starts_with(header);
  const auto path = wire::Path::parse(in_header ? field.substr(header.size()) : field);
  if (!path) return std::nullopt;
  for (const std::size_t from : {smb2::header_size, std::size_t{0}}) {
    if (in_header && from > 0) continue;
    Position position(*path, from);
    smb2::observe(message, position);
    if (position.at) return position.at;
  }
  return std::nullopt;
}

void add_dump(Flow& flow, wire::View bytes, std::size_t most) {
  const std::string dump = wire::hex_dump(bytes.first(std::min(bytes.size(), most)));
  for (std::string_view rest = dump; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    flow.line(indent, rest.substr(0, rest.find('\n')));
  }
  if (bytes.size() > most) flow.line(indent, fmt::format("… {} bytes", bytes.size() - most));
}

std::string arrow(const Recorded& event) {
  const bool ours = event.event == Event::sent || event.event == Event::closed_by_us;
  return fmt::format("  {} [{}]", ours ? "->" : "<-", event.connection);
}

double milliseconds(const Recorded& event) {
  return std::chrono::duration<double, std::milli>(event.at).count();
}

// One frame, or bytes that are none.
struct Frame {
  wire::View message;
  std::string size;  // in words
};

// Takes the first frame off the bytes of an event.
Frame take_frame(wire::View& bytes) {
  constexpr std::size_t header = smb2::direct_tcp_header_size;
  const wire::View all = std::exchange(bytes, wire::View{});
  if (all.size() < header || all[0] != 0) return {all, fmt::format("{} bytes without a frame", all.size())};
  const std::size_t announced = smb2::frame_header(all.first<header>()).length;
  const wire::View behind = all.subspan(header);
  if (announced > behind.size()) {
    return {behind, fmt::format("{} bytes of a frame of {}", behind.size(), announced)};
  }
  bytes = behind.subspan(announced);
  return {behind.first(announced), fmt::format("{} bytes", announced)};
}

void add_messages(Lines& lines, const Recorded& event, std::string_view field, std::size_t width,
                  const Extent& extent) {
  wire::View rest = event.bytes;
  do {
    const Frame frame = take_frame(rest);
    Flow flow(width, position_of(field, frame.message), extent);
    const smb2::Reading reading = smb2::observe(frame.message, flow);
    for (const wire::Issue& issue : reading.issues) flow.line(indent, "! " + one_line(issue.text()));
    if (!reading.has_fields) add_dump(flow, frame.message, extent.dumped);
    lines.push_back(shortened(
        fmt::format("{} {}, {}, at {:.3f} ms", arrow(event), reading.title, frame.size, milliseconds(event)),
        width));
    std::ranges::move(flow.take(), std::back_inserter(lines));
  } while (!rest.empty());
}

void add_event(Lines& lines, const Recorded& event, std::string_view field, std::size_t width,
               const Extent& extent) {
  const auto note = [&](std::string_view what) {
    lines.push_back(shortened(fmt::format("{} {} at {:.3f} ms{}{}", arrow(event), what, milliseconds(event),
                                          event.note.empty() ? "" : ": ", one_line(event.note)),
                              width));
  };
  switch (event.event) {
    case Event::connected:
      break;
    case Event::closed_by_us:
      note("closed by us");
      break;
    case Event::closed_by_peer:
      note("closed by the target");
      break;
    case Event::sent:
    case Event::received:
      add_messages(lines, event, field, width, extent);
      break;
  }
}

}  // namespace

std::string exchange_text(const transport::Recording& recording, std::optional<std::size_t> marked,
                          std::string_view field, std::size_t width, const Extent& extent) {
  const std::size_t last = marked ? std::min(*marked + 2, recording.size()) : recording.size();
  const std::size_t end =
      recording.size() <= extent.events ? recording.size() : std::max(last, extent.events);
  const std::size_t start = end > extent.events ? end - extent.events : 0;
  Lines lines;
  if (start > 0) lines.push_back(fmt::format("  … {} earlier events, in the record", start));
  for (std::size_t i = start; i < end; ++i) {
    add_event(lines, recording[i], marked == i ? field : std::string_view{}, width, extent);
  }
  if (end < recording.size())
    lines.push_back(fmt::format("  … {} later events, in the record", recording.size() - end));
  std::string text;
  for (const std::string& line : kept(std::move(lines), extent.lines, Keep::end)) text += line + "\n";
  return text;
}

}  // namespace report
