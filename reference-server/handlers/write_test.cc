// WRITE, READ and FLUSH: what is written is read.
#include "reference-server/handlers/write.h"

#include "reference-server/model/open_client.h"

namespace reference {
namespace {

using smb2::AccessMask;
using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;
using wire::Bytes;

class Data : public testing::TestWithParam<Dialect> {
 protected:
  Server server{session_settings(), 1, wall_clock};
  OpenClient client{server, GetParam()};
  smb2::FileId id = client.open("file");

  smb2::FileId open_with(AccessMask access, std::string_view name = "file") {
    smb2::CreateRequest body = create_body(name);
    body.desired_access = access;
    return client.opened(body).file_id;
  }
  NtStatus write(std::uint64_t offset, Bytes data) {
    const smb2::WriteRequest body{.offset = offset, .file_id = id, .buffer = std::move(data)};
    const smb2::Message answer = client.send(message_of(Command::write, body)).message();
    if (const auto* response = std::get_if<smb2::WriteResponse>(&answer.body))
      EXPECT_EQ(response->count, body.buffer.size());
    return answer.header.status;
  }
  std::expected<Bytes, NtStatus> read(std::uint64_t offset, std::uint32_t length, std::uint32_t minimum = 0) {
    const smb2::ReadRequest body{.length = length, .offset = offset, .file_id = id, .minimum_count = minimum};
    const smb2::Message answer = client.send(message_of(Command::read, body)).message();
    const auto* response = std::get_if<smb2::ReadResponse>(&answer.body);
    if (response == nullptr) return std::unexpected(answer.header.status);
    return response->buffer;
  }
  NtStatus flush() {
    return client.send(message_of(Command::flush, smb2::FlushRequest{.file_id = id})).status();
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, Data, testing::ValuesIn(smb2::all_dialects),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(Data, IsReadAsItWasWritten) {
  EXPECT_EQ(write(0, {1, 2, 3}), NtStatus::success);
  EXPECT_EQ(write(5, {6}), NtStatus::success);
  EXPECT_EQ(write(1, {9}), NtStatus::success);
  EXPECT_EQ(write(1000, {}), NtStatus::success) << "of nothing, which extends nothing";
  EXPECT_EQ(flush(), NtStatus::success);
  EXPECT_EQ(read(0, 100), (Bytes{1, 9, 3, 0, 0, 6}));
  EXPECT_EQ(read(2, 1), (Bytes{3}));
  EXPECT_EQ(read(6, 0), (Bytes{}));
  EXPECT_EQ(client.opened(create_body("file")).end_of_file, 6u);
}

TEST_P(Data, EndsWithTheFile) {
  write(0, {1, 2, 3});
  EXPECT_EQ(read(3, 1).error(), NtStatus::end_of_file);
  EXPECT_EQ(read(0xffffffffffffffff, 1).error(), NtStatus::end_of_file);
  EXPECT_EQ(read(2, 2, 2).error(), NtStatus::end_of_file);
}

TEST_P(Data, GoesWhenTheFileIsOverwritten) {
  write(0, {1, 2, 3});
  smb2::CreateRequest body = create_body("file");
  body.create_disposition = smb2::CreateDisposition::overwrite;
  EXPECT_EQ(client.opened(body).end_of_file, 0u);
}

TEST_P(Data, IsForThoseWhoMay) {
  id = open_with(AccessMask::file_read_data);
  EXPECT_EQ(write(0, {1}), NtStatus::access_denied);
  EXPECT_EQ(flush(), NtStatus::access_denied);
  id = open_with(AccessMask::file_append_data);
  EXPECT_EQ(write(0, {1}), NtStatus::success);
  EXPECT_EQ(write(0, {2}), NtStatus::access_denied) << "what is there already";
  EXPECT_EQ(read(0, 1).error(), NtStatus::access_denied);
}

TEST_P(Data, IsOfFilesAndBounded) {
  EXPECT_EQ(write(0x7fffffffffffffff, {1}), NtStatus::invalid_parameter);
  EXPECT_EQ(write(0x7ffffffffffffffe, {1}), NtStatus::disk_full);
  EXPECT_EQ(write(Volume::most_data, {1}), NtStatus::disk_full);
  EXPECT_EQ(read(0, 0xffffffff).error(), NtStatus::invalid_parameter);
  id = client.open("");
  EXPECT_EQ(write(0, {1}), NtStatus::invalid_device_request);
  EXPECT_EQ(read(0, 1).error(), NtStatus::invalid_device_request);
}

}  // namespace
}  // namespace reference
