#include "harness/smb2/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/smb1/negotiate.h"

namespace smb2 {
namespace {

template <class B, std::size_t I = 0>
consteval std::size_t index_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<I, Body>, B>) {
    return I;
  } else {
    return index_of<B, I + 1>();
  }
}

constexpr std::size_t unknown = std::variant_size_v<Body> - 1;

// 3.3.4.4: statuses that come with the command's own body, success apart. A refused FSCTL_SRV_COPYCHUNK has
// its own too, but its header looks like that of any refused IOCTL.
constexpr std::pair<Command, NtStatus> with_own_body[] = {
    {Command::session_setup, NtStatus::more_processing_required},
    {Command::read, NtStatus::buffer_overflow},
    {Command::ioctl, NtStatus::buffer_overflow},
    {Command::query_info, NtStatus::buffer_overflow},
    {Command::change_notify, NtStatus::notify_enum_dir},
};

bool has_error_body(const Header& header) {
  return header.status != NtStatus::success &&
         std::ranges::find(with_own_body, std::pair(header.command, header.status)) == std::end(with_own_body);
}

std::size_t request_body_of(Command command) {
  switch (command) {
    case Command::negotiate: return index_of<NegotiateRequest>();
    default: return unknown;
  }
}

std::size_t response_body_of(Command command) {
  switch (command) {
    case Command::negotiate: return index_of<NegotiateResponse>();
    default: return unknown;
  }
}

std::uint32_t first_word(wire::View bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i) word |= std::uint32_t{bytes[i]} << (8 * i);
  return word;
}

template <class M>
Reading reading(std::string title, wire::Decoded<M> decoded, wire::Observer& fields) {
  wire::walk(decoded.message, fields);
  return {.title = std::move(title), .has_fields = true, .issues = std::move(decoded.issues)};
}

}  // namespace

template <class V>
void describe(V& v, Message& m) {
  describe(v, m.header);
  v.alternative("Body", m.body, body_of(m.header));
}

template void describe(wire::Reader&, Message&);
template void describe(wire::Writer&, Message&);

std::size_t body_of(const Header& header) {
  if (!header.is_response()) return request_body_of(header.command);
  return has_error_body(header) ? index_of<ErrorResponse>() : response_body_of(header.command);
}

Message request(Command command) {
  Message message{.header = {.command = command}, .body = wire::Bytes{}};
  if (command == Command::negotiate) message.body = NegotiateRequest{};
  return message;
}

std::string title(const Message& message) {
  const bool error = std::holds_alternative<ErrorResponse>(message.body);
  const auto value = static_cast<std::uint64_t>(message.header.command);
  std::string_view command = wire::name_of(command_names, value);
  if (command.starts_with("SMB2 ")) command.remove_prefix(5);
  return fmt::format("{}{} {}", command.empty() ? fmt::format("command {:#06x}", value) : std::string(command),
                     error ? " ERROR" : "", message.header.is_response() ? "Response" : "Request");
}

wire::Decoded<Message> decode(wire::View bytes) { return wire::decode<Message>(bytes); }
wire::Bytes encode(const Message& message) { return wire::encode(message); }

Reading observe(wire::View bytes, wire::Observer& fields) {
  if (bytes.size() >= 4) {
    switch (first_word(bytes)) {
      case protocol_id: {
        auto decoded = decode(bytes);
        return reading(title(decoded.message), std::move(decoded), fields);
      }
      case smb1::protocol_id:
        return reading("SMB_COM_NEGOTIATE", wire::decode<smb1::NegotiateRequest>(bytes), fields);
      case transform_protocol_id: return {.title = "encrypted message"};
      case compression_protocol_id: return {.title = "compressed message"};
      default: break;
    }
  }
  return {.title = fmt::format("{} bytes that are no SMB message", bytes.size())};
}

std::string transcript(wire::View bytes) {
  wire::Printer printer;
  const Reading reading = observe(bytes, printer);
  std::string text = reading.title + "\n" + (reading.has_fields ? printer.text : wire::hex_dump(bytes));
  for (const wire::Issue& issue : reading.issues) text += "          ! " + issue.text() + "\n";
  return text;
}

}  // namespace smb2
