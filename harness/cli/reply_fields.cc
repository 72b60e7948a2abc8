#include "harness/cli/reply_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"
#include "harness/smb2/compound.h"
#include "harness/smb2/find_field.h"

namespace cli {
namespace {

using reference::Layer;

constexpr unsigned bits_of_a_byte = 8;

std::uint64_t all_ones(unsigned width) { return ~std::uint64_t{0} >> (64 - bits_of_a_byte * width); }

// The values that a field is changed to, by their names. Flags have a meaning a bit; of other numbers a
// change of the lowest is the smallest there is, and one of the highest the largest.
class Changes {
 public:
  explicit Changes(const wire::Field& field) : field_(field), width_(std::max(1U, field.width())) {
    const wire::Value value = field.get();
    std::visit([this](const auto& own) { list(own); }, value);
    std::erase_if(changes_, [&](const Change& change) { return !is_change(change.value, value); });
    field.set(value);
  }
  std::vector<Change> take() { return std::move(changes_); }

 private:
  bool is_change(const wire::Value& value, const wire::Value& own) const {
    return value != own && field_.set(value);
  }

  void add(std::string name, wire::Value value) {
    if (std::ranges::find(changes_, value, &Change::value) == changes_.end())
      changes_.push_back({std::move(name), std::move(value)});
  }

  void list(std::uint64_t own) {
    const unsigned bits = bits_of_a_byte * width_;
    if (field_.kind() == wire::Kind::flags) {
      for (unsigned bit = 0; bit < bits; ++bit)
        add(fmt::format("bit {}", bit), own ^ std::uint64_t{1} << bit);
    } else {
      add("lowest bit", own ^ 1);
      add("highest bit", own ^ std::uint64_t{1} << (bits - 1));
    }
    add("zero", std::uint64_t{0});
    add("all ones", all_ones(width_));
  }

  void list(const wire::Numbers& own) {
    if (own.empty()) return;
    const auto each = [&](std::string name, auto make) {
      wire::Numbers numbers = own;
      for (std::uint64_t& number : numbers) number = make(number);
      add(std::move(name), std::move(numbers));
    };
    each("lowest bit", [](std::uint64_t number) { return number ^ 1; });
    each("zero", [](std::uint64_t) { return std::uint64_t{0}; });
    each("all ones", [&](std::uint64_t) { return all_ones(width_); });
    add("shorter", wire::Numbers(own.begin(), own.end() - 1));
  }

  void list(const wire::Bytes& own) {
    for (auto& [name, bytes] : changed(own)) add(name, std::move(bytes));
  }
  void list(const wire::Utf16& own) {
    for (auto& [name, bytes] : changed(own.raw)) add(name, wire::Utf16{std::move(bytes)});
  }

  std::vector<std::pair<std::string, wire::Bytes>> changed(const wire::Bytes& own) const {
    if (own.empty()) return {};
    wire::Bytes first = own;
    first.front() ^= 1;
    wire::Bytes last = own;
    last.back() ^= 0x80;
    return {{"first byte", std::move(first)},
            {"last byte", std::move(last)},
            {"zero", wire::Bytes(own.size(), 0)},
            {"all ones", wire::Bytes(own.size(), 0xff)},
            {"shorter", wire::Bytes(own.begin(), own.end() - 1)}};
  }

  const wire::Field& field_;
  unsigned width_;
  std::vector<Change> changes_;
};

// Fields of one layer of one reply: the pair they belong to and the path that finds them.
class Lister : public wire::Observer {
 public:
  Lister(std::string reply, std::string prefix, std::uint64_t number, Layer layer,
         std::vector<ReplyField>& fields)
      : reply_(std::move(reply)),
        prefix_(std::move(prefix)),
        number_(number),
        layer_(layer),
        fields_(fields) {}

  void enter(std::string_view list, std::size_t index, std::string_view kind) override {
    levels_.push_back({fmt::format("{}[{}].", list, index), fmt::format("{}[{}].", list, kind), {}});
  }
  void leave() override { levels_.pop_back(); }

  void field(const wire::Field& field) override {
    auto& seen = levels_.empty() ? seen_ : levels_.back().seen;
    const std::size_t occurrence = seen[std::string(field.name())]++;
    if (field.size() == 0 || is_payload(field)) return;
    std::string path;
    std::string shape = prefix_;
    for (const Level& level : levels_) {
      path += level.path;
      shape += level.shape;
    }
    const std::string name =
        occurrence == 0 ? std::string(field.name()) : fmt::format("{}[{}]", field.name(), occurrence);
    std::vector<Change> changes = Changes(field).take();
    if (field.name() == "Signature" && layer_ != Layer::mechanism) changes = flips(changes, field.get());
    fields_.push_back({{reply_, shape + name}, number_, layer_, path + name, std::move(changes)});
  }

 private:
  struct Level {
    std::string path;
    std::string shape;
    std::map<std::string, std::size_t> seen;
  };

  // What is inside has fields of its own.
  bool is_payload(const wire::Field& field) const {
    return (layer_ == Layer::frame && field.name() == "SMB2Message") ||
           (layer_ == Layer::transform && field.name() == "EncryptedMessage") ||
           (layer_ == Layer::token && field.name() == "responseToken");
  }

  // A signature is computed when the reply goes out.
  static std::vector<Change> flips(std::vector<Change> changes, const wire::Value& own) {
    const auto& signature = std::get<wire::Bytes>(own);
    for (Change& change : changes) {
      auto& value = std::get<wire::Bytes>(change.value);
      std::ranges::transform(value, signature, value.begin(),
                             [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
    }
    return changes;
  }

  std::string reply_;
  std::string prefix_;
  std::uint64_t number_;
  Layer layer_;
  std::vector<ReplyField>& fields_;
  std::vector<Level> levels_;
  std::map<std::string, std::size_t> seen_;
};

class Fields {
 public:
  std::vector<ReplyField> of(const transport::Recording& recording) {
    for (const transport::Recorded& event : recording) {
      if (event.event == transport::Event::received && event.bytes.size() > smb2::direct_tcp_header_size &&
          event.note.empty())
        frame(event);
    }
    return std::move(fields_);
  }

 private:
  void frame(const transport::Recorded& event) {
    walk<smb2::DirectTcp>("Direct TCP", "", Layer::frame, event.bytes);
    wire::View message = wire::View(event.bytes).subspan(smb2::direct_tcp_header_size);
    if (!event.opened.empty()) {
      walk<smb2::TransformHeader>("TRANSFORM_HEADER", "", Layer::transform, message);
      message = event.opened;
    }
    for (const smb2::Element& element : smb2::split(message)) {
      auto decoded = smb2::decode(element.bytes);
      if (!decoded.message.header.protocol_id.forced) reply(decoded.message);
      ++number_;
    }
  }

  void reply(smb2::Message& message) {
    const bool error = std::holds_alternative<smb2::ErrorResponse>(message.body);
    const std::string title = error ? "ERROR Response" : smb2::title(message);
    part(title, "Header.", Layer::header, smb2::Part::header, message);
    part(title, "", Layer::body, smb2::Part::body, message);
    if (const auto* body = std::get_if<smb2::NegotiateResponse>(&message.body)) token(title, body->buffer);
    if (const auto* body = std::get_if<smb2::SessionSetupResponse>(&message.body)) token(title, body->buffer);
  }

  void part(const std::string& title, std::string prefix, Layer layer, smb2::Part part,
            smb2::Message& message) {
    Lister lister(title, std::move(prefix), number_, layer, fields_);
    smb2::PartFilter filter(part, lister);
    wire::walk(message, filter);
  }

  void token(const std::string& title, wire::View buffer) {
    if (buffer.empty()) return;
    const auto token = wire::decode<security::Token>(buffer).message;
    const bool bare = std::holds_alternative<wire::Bytes>(token.body);
    if (!bare) walk<security::Token>(title, "Buffer.", Layer::token, buffer);
    const wire::View mechanism = security::mechanism_token(token);
    if (security::is_ntlmssp(mechanism))
      walk<security::NtlmMessage>(title, "Buffer.NTLMSSP.", Layer::mechanism, mechanism);
  }

  template <class M>
  void walk(const std::string& title, std::string prefix, Layer layer, wire::View bytes) {
    auto message = wire::decode<M>(bytes).message;
    Lister lister(title, std::move(prefix), number_, layer, fields_);
    wire::walk(message, lister);
  }

  std::vector<ReplyField> fields_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::vector<ReplyField> reply_fields(const transport::Recording& recording) { return Fields().of(recording); }

}  // namespace cli
