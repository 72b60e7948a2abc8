#include "reference-server/handlers/query_info.h"

#include <algorithm>

#include "reference-server/filesystem/security_descriptor.h"
#include "reference-server/model/opens.h"
#include "reference-server/model/verification.h"

namespace reference {
namespace {

using smb2::FileInfoClass;
using smb2::NtStatus;
using wire::Bytes;

void append(Bytes& bytes, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// The structures of [MS-FSCC] 2.4.

void basic(const Open&, const File& file, Bytes& bytes) {
  append(bytes, file.creation_time, 8);
  append(bytes, file.last_access_time, 8);
  append(bytes, file.last_write_time, 8);
  append(bytes, file.change_time, 8);
  append(bytes, static_cast<std::uint64_t>(file.attributes), 4);
  append(bytes, 0, 4);
}

void standard(const Open&, const File& file, Bytes& bytes) {
  append(bytes, file.allocation_size(), 8);
  append(bytes, file.data.size(), 8);
  append(bytes, 1, 4);  // links
  append(bytes, file.delete_pending ? 1 : 0, 1);
  append(bytes, file.is_directory() ? 1 : 0, 1);
  append(bytes, 0, 2);
}

void internal(const Open&, const File& file, Bytes& bytes) { append(bytes, file.id, 8); }

void ea(const Open&, const File&, Bytes& bytes) { append(bytes, 0, 4); }

void access(const Open& open, const File&, Bytes& bytes) {
  append(bytes, static_cast<std::uint64_t>(open.granted_access), 4);
}

// 3.3.5.20.1: always zero.
void position(const Open&, const File&, Bytes& bytes) { append(bytes, 0, 8); }

// [MS-FSCC] 2.4.31: those CreateOptions that are modes.
void mode(const Open& open, const File&, Bytes& bytes) {
  append(bytes, static_cast<std::uint64_t>(open.create_options) & 0x103e, 4);
}

void alignment(const Open&, const File&, Bytes& bytes) { append(bytes, 0, 4); }

// 3.3.5.20.1: with an empty name.
void all(const Open& open, const File& file, Bytes& bytes) {
  for (const auto part : {basic, standard, internal, ea, access, position, mode, alignment}) {
    part(open, file, bytes);
  }
  append(bytes, 0, 4);
}

void network_open(const Open& open, const File& file, Bytes& bytes) {
  basic(open, file, bytes);
  bytes.resize(32);  // the times
  append(bytes, file.allocation_size(), 8);
  append(bytes, file.data.size(), 8);
  append(bytes, static_cast<std::uint64_t>(file.attributes), 4);
  append(bytes, 0, 4);
}

struct Class {
  FileInfoClass file_info_class;
  void (*write)(const Open&, const File&, Bytes&);
  bool needs_read_attributes = false;  // in Open.GrantedAccess
};
constexpr Class classes[] = {
    {FileInfoClass::basic, basic, true}, {FileInfoClass::standard, standard},
    {FileInfoClass::internal, internal}, {FileInfoClass::ea, ea},
    {FileInfoClass::access, access},     {FileInfoClass::position, position},
    {FileInfoClass::mode, mode},         {FileInfoClass::alignment, alignment},
    {FileInfoClass::all, all, true},     {FileInfoClass::network_open, network_open, true},
};

// 2.2.2: what an ERROR response carries where the buffer is too short.
Answer length_mismatch(const Connection& connection) {
  smb2::ErrorResponse error;
  if (connection.dialect == smb2::Dialect::smb_3_1_1) {
    error.error_contexts = {{}};
  } else {
    error.padding = {0};
  }
  return Reply{.status = NtStatus::info_length_mismatch, .body = std::move(error)};
}

// 3.3.5.20.1
Answer query_file(Global& global, const Connection& connection, const Request& request) {
  const auto& body = request.body<smb2::QueryInfoRequest>();
  const auto* found = std::ranges::find(classes, body.file_info_class, &Class::file_info_class);
  if (found == std::end(classes)) {
    const bool is_known =
        !wire::name_of(smb2::file_info_class_names, static_cast<std::uint64_t>(body.file_info_class)).empty();
    return fail(is_known ? NtStatus::not_supported : NtStatus::invalid_info_class);
  }
  const Open& open = *request.open;
  if (found->needs_read_attributes &&
      !smb2::has(open.granted_access, smb2::AccessMask::file_read_attributes)) {
    return fail(NtStatus::access_denied);
  }
  smb2::QueryInfoResponse response;
  found->write(open, file_of(global, open), response.buffer);
  if (response.buffer.size() > body.output_buffer_length) return length_mismatch(connection);
  return Reply{.body = std::move(response)};
}

// 3.3.5.20.3: the size that would do comes with the error.
Answer query_security(const Global& global, const Connection& connection, const Request& request) {
  if (!smb2::has(request.open->granted_access, smb2::AccessMask::read_control))
    return fail(NtStatus::access_denied);
  const auto& body = request.body<smb2::QueryInfoRequest>();
  smb2::QueryInfoResponse response{.buffer = security_descriptor(body.additional_information)};
  if (response.buffer.size() <= body.output_buffer_length) return Reply{.body = std::move(response)};
  Bytes size;
  append(size, response.buffer.size(), 4);
  smb2::ErrorResponse error;
  const bool in_a_context = !global.settings.quirks.has(Quirk::size_in_no_error_context);
  if (connection.dialect == smb2::Dialect::smb_3_1_1 && in_a_context) {
    error.error_contexts = {{.data = std::move(size)}};
  } else {
    error.error_data = std::move(size);
  }
  return Reply{.status = NtStatus::buffer_too_small, .body = std::move(error)};
}

}  // namespace

Answer query_info(Global& global, Connection& connection, Request& request) {
  const auto& body = request.body<smb2::QueryInfoRequest>();
  const std::uint64_t size =
      std::max<std::uint64_t>(body.output_buffer_length, body.input_buffer_length.value);
  if (body.output_buffer_length > connection.max_transact_size ||
      !covers(global.settings, connection, request.header(), size)) {
    return fail(NtStatus::invalid_parameter);
  }
  switch (body.info_type) {
    case smb2::InfoType::file:
      return query_file(global, connection, request);
    case smb2::InfoType::security:
      return query_security(global, connection, request);
    case smb2::InfoType::file_system:
    case smb2::InfoType::quota:
      return fail(NtStatus::not_supported);
  }
  return fail(NtStatus::invalid_parameter);
}

}  // namespace reference
