// Whole messages: bytes to message, message to bytes, and fields by path. A message is any struct with a
// `describe(visitor, message)` beside it, instantiated for Reader and Writer.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "harness/wire/reader.h"
#include "harness/wire/writer.h"

namespace wire {

template <class M>
struct Decoded {
  M message{};
  std::vector<Issue> issues;
  Residue residue;
};

template <class M>
Decoded<M> decode(View bytes) {
  Reader::Session session(bytes);
  Decoded<M> decoded;
  Reader reader(session, 0, 0, bytes.size());
  describe(reader, decoded.message);
  decoded.residue = residue_of(session);
  decoded.issues = std::move(session.issues);
  return decoded;
}

template <class M>
Bytes encode(const M& message) {
  Writer writer;
  // One describe serves every visitor, so it takes the message as mutable; the Writer changes nothing.
  describe(writer, const_cast<M&>(message));
  return writer.take();
}

// The bytes that were decoded, as long as the message has not been changed since.
template <class M>
Bytes encode(const M& message, const Residue& residue) {
  Bytes bytes = encode(message);
  bytes.resize(residue.size);
  for (const auto& [offset, gap] : residue.gaps) {
    std::ranges::copy(gap, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  return bytes;
}

// Shows every field, in wire order, to an observer that may set it.
template <class M>
void walk(M& message, Observer& observer) {
  Writer writer(&observer);
  describe(writer, message);
}

// A field by its path: `NegotiateContextList[1].SaltLength`, `NegotiateContextList[type=PREAUTH].Salt`. A
// name that stands several times in one structure takes an index too: `Reserved[1]` is the second.
class Path {
 public:
  static std::expected<Path, std::string> parse(std::string_view text);
  const std::string& text() const { return text_; }

  struct Segment {
    std::string name;
    std::optional<std::size_t> index;
    std::string kind;  // of a list's element
  };
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  std::string text_;
  std::vector<Segment> segments_;
};

// Whether `[type=wanted]` means an element of this kind: `wanted` is its name or whole words of it behind the
// first, "PREAUTH" or "RDMA_TRANSFORM" say.
bool is_of_kind(std::string_view kind, std::string_view wanted);

// Calls `use` with the field at a path; false when there is none.
class Finder : public Observer {
 public:
  Finder(const Path& path, std::function<void(const Field&)> use) : path_(path), use_(std::move(use)) {}
  void enter(std::string_view list, std::size_t index, std::string_view kind) override;
  void leave() override;
  void field(const Field& field) override;
  bool found() const { return found_; }

 private:
  const Path& path_;
  std::function<void(const Field&)> use_;
  std::size_t depth_ = 0;                // lists entered
  std::size_t matched_ = 0;              // of those, the outermost ones on the path
  std::vector<std::size_t> seen_ = {0};  // by depth: fields of the wanted name, elements of the wanted kind
  std::size_t kind_seen_ = 0;
  bool found_ = false;
};

template <class M>
bool find(M& message, const Path& path, std::function<void(const Field&)> use) {
  Finder finder(path, std::move(use));
  walk(message, finder);
  return finder.found();
}

// The path of every field that `walk` shows: `Reserved`, `Reserved[1]`, `NegotiateContextList[0].Salt`.
class Lister : public Observer {
 public:
  void enter(std::string_view list, std::size_t index, std::string_view kind) override;
  void leave() override;
  void field(const Field& field) override;
  struct Place {
    std::string path;
    std::size_t offset;
    std::size_t size;
  };
  std::vector<Place> places;

 private:
  struct Level {
    std::string prefix;
    std::vector<std::string_view> names;  // of the fields so far
  };
  std::vector<Level> levels_ = {{}};
};

template <class M>
std::vector<Lister::Place> places(const M& message) {
  Lister lister;
  walk(const_cast<M&>(message), lister);  // the Lister sets nothing
  return std::move(lister.places);
}

// One line a field: offset, size, name, value; nested elements indented. For decoded messages.
class Printer : public Observer {
 public:
  void enter(std::string_view list, std::size_t index, std::string_view kind) override;
  void leave() override;
  void field(const Field& field) override;
  std::string text;

 private:
  std::size_t depth_ = 0;
};

template <class M>
std::string print(const M& message) {
  Printer printer;
  walk(const_cast<M&>(message), printer);  // the Printer sets nothing
  return std::move(printer.text);
}

}  // namespace wire
