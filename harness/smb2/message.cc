#include "harness/smb2/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/compound.h"
#include "harness/smb2/transform_header.h"

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

// A body's place in Body, and one with nothing in it.
struct Shape {
  std::size_t index;
  Body (*bare)();
};

template <class B>
constexpr Shape shape{index_of<B>(), [] { return Body(B{}); }};

struct CommandShapes {
  Command command;
  Shape request;
  Shape response;
};

constexpr CommandShapes shapes[] = {
    {Command::negotiate, shape<NegotiateRequest>, shape<NegotiateResponse>},
    {Command::session_setup, shape<SessionSetupRequest>, shape<SessionSetupResponse>},
    {Command::logoff, shape<LogoffRequest>, shape<LogoffResponse>},
    {Command::tree_connect, shape<TreeConnectRequest>, shape<TreeConnectResponse>},
    {Command::tree_disconnect, shape<TreeDisconnectRequest>, shape<TreeDisconnectResponse>},
    {Command::create, shape<CreateRequest>, shape<CreateResponse>},
    {Command::close, shape<CloseRequest>, shape<CloseResponse>},
    {Command::flush, shape<FlushRequest>, shape<FlushResponse>},
    {Command::read, shape<ReadRequest>, shape<ReadResponse>},
    {Command::write, shape<WriteRequest>, shape<WriteResponse>},
    {Command::ioctl, shape<IoctlRequest>, shape<IoctlResponse>},
    {Command::cancel, shape<CancelRequest>, shape<wire::Bytes>},
    {Command::echo, shape<EchoRequest>, shape<EchoResponse>},
    {Command::change_notify, shape<ChangeNotifyRequest>, shape<ChangeNotifyResponse>},
    {Command::query_info, shape<QueryInfoRequest>, shape<QueryInfoResponse>},
    {Command::server_to_client_notification, shape<wire::Bytes>, shape<ServerToClientNotification>},
};

Shape shape_of(Command command, bool response) {
  const auto* found = std::ranges::find(shapes, command, &CommandShapes::command);
  if (found == std::end(shapes)) return shape<wire::Bytes>;
  return response ? found->response : found->request;
}

// 3.3.4.4: statuses that come with the command's own body, success apart.
constexpr std::pair<Command, NtStatus> with_own_body[] = {
    {Command::session_setup, NtStatus::more_processing_required},
    {Command::read, NtStatus::buffer_overflow},
    {Command::ioctl, NtStatus::buffer_overflow},
    {Command::query_info, NtStatus::buffer_overflow},
    {Command::change_notify, NtStatus::notify_enum_dir},
};

// 3.3.4.4, 3.3.5.15.6.1: a copy that failed tells how far it came, or the limits it broke, in a body of its
// own. Its header is that of any IOCTL that failed.
bool is_copy_result(const Header& header, wire::View body) {
  if (header.command != Command::ioctl) return false;
  const IoctlResponse ioctl = wire::decode<IoctlResponse>(body).message;
  return !ioctl.structure_size.forced &&
         (ioctl.ctl_code == CtlCode::srv_copychunk || ioctl.ctl_code == CtlCode::srv_copychunk_write);
}

bool has_error_body(const Header& header, wire::View body) {
  return header.status != NtStatus::success &&
         std::ranges::find(with_own_body, std::pair(header.command, header.status)) ==
             std::end(with_own_body) &&
         !is_copy_result(header, body);
}

template <class M>
Reading reading(std::string title, wire::Decoded<M> decoded, wire::Observer& fields) {
  wire::walk(decoded.message, fields);
  return {.title = std::move(title), .has_fields = true, .issues = std::move(decoded.issues)};
}

Reading reading_of_elements(wire::View bytes, wire::Observer& fields) {
  Reading all{.has_fields = true};
  for (const Element& element : split(bytes)) {
    auto decoded = decode(element.bytes);
    wire::walk(decoded.message, fields);
    all.title += (all.title.empty() ? "" : " + ") + title(decoded.message);
    std::ranges::copy(element.issues, std::back_inserter(all.issues));
    std::ranges::copy(decoded.issues, std::back_inserter(all.issues));
  }
  return all;
}

}  // namespace

template <class V>
void describe(V& v, Message& m) {
  describe(v, m.header);
  v.alternative("Body", m.body, body_of(m.header, v.ahead()));
}

template void describe(wire::Reader&, Message&);
template void describe(wire::Writer&, Message&);

std::size_t body_of(const Header& header, wire::View body) {
  if (header.is_response() && has_error_body(header, body)) return index_of<ErrorResponse>();
  return shape_of(header.command, header.is_response()).index;
}

Message request(Command command) {
  return {.header = {.command = command}, .body = shape_of(command, false).bare()};
}

Message response(Command command) {
  return {.header = {.command = command, .flags = HeaderFlags::server_to_redir},
          .body = shape_of(command, true).bare()};
}

std::string title(const Message& message) {
  const bool error = std::holds_alternative<ErrorResponse>(message.body);
  const auto value = static_cast<std::uint64_t>(message.header.command);
  std::string_view command = wire::name_of(command_names, value);
  if (command.starts_with("SMB2 ")) command.remove_prefix(5);
  return fmt::format("{}{} {}",
                     command.empty() ? fmt::format("command {:#06x}", value) : std::string(command),
                     error ? " ERROR" : "", message.header.is_response() ? "Response" : "Request");
}

wire::Decoded<Message> decode(wire::View bytes) { return wire::decode<Message>(bytes); }
wire::Bytes encode(const Message& message) { return wire::encode(message); }

Reading observe(wire::View bytes, wire::Observer& fields) {
  switch (protocol_of(bytes)) {
    case protocol_id:
      return reading_of_elements(bytes, fields);
    case smb1::protocol_id:
      return reading("SMB_COM_NEGOTIATE", wire::decode<smb1::NegotiateRequest>(bytes), fields);
    case transform_protocol_id:
      return reading("encrypted message", wire::decode<TransformHeader>(bytes), fields);
    case compression_protocol_id:
      return {.title = "compressed message"};
    default:
      break;
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
