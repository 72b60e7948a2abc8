#include "harness/smb2/create.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

using testing::IsEmpty;

TEST(CreateRequest, IsWrittenAndReadAsItIs) {
  const auto body = sample::read_body<CreateRequest>(
      sample::create_request(),
      "39 00  00  09  02 00 00 00  0000000000000000  0000000000000000"   // up to Reserved
      "89 00 12 00  80 00 00 00  07 00 00 00  03 00 00 00  40 00 00 00"  // up to CreateOptions
      "78 00  06 00  80 00 00 00  59 00 00 00"
      "61 00 5c 00 62 00  00 00"                              // Buffer at 120
      "28 00 00 00  10 00  04 00  00 00  18 00  10 00 00 00"  // the first context, at 128
      "44 48 6e 51  00 00 00 00"
      "01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01"
      "18 00 00 00  10 00  04 00  00 00  18 00  00 00 00 00"  // one without data, at 168
      "4d 78 41 63  00 00 00 00"
      "00 00 00 00  10 00  05 00  00 00  18 00  01 00 00 00"  // one that nobody knows, at 192
      "6e 6f 6e 65 21  00 00 00"
      "aa");
  EXPECT_EQ(body.name.to_utf8(), "a\\b");
  ASSERT_EQ(body.create_contexts.size(), 3u);
  EXPECT_EQ(body.create_contexts[0].kind(), "SMB2_CREATE_DURABLE_HANDLE_REQUEST");
  EXPECT_EQ(body.create_contexts[1].kind(), "SMB2_CREATE_QUERY_MAXIMAL_ACCESS_REQUEST");
  EXPECT_EQ(body.create_contexts[2].kind(), "");
}

TEST(CreateResponse, IsWrittenAndReadAsItIs) {
  const auto body = sample::read_body<CreateResponse>(
      sample::create_response(),
      "59 00  09  01  02 00 00 00"
      "01 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00  03 00 00 00 00 00 00 00  04 00 00 00 00 00 00 00"
      "00 10 00 00 00 00 00 00  05 00 00 00 00 00 00 00  20 00 00 00  00 00 00 00"
      "01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10  98 00 00 00  20 00 00 00"
      "00 00 00 00  10 00  04 00  00 00  18 00  08 00 00 00  4d 78 41 63  00 00 00 00"
      "00 00 00 00 ff 01 1f 00");
  EXPECT_EQ(body.create_action, CreateAction::created);
  EXPECT_EQ(body.create_contexts.size(), 1u);
}

TEST(CreateRequest, WithoutContextsSaysNothingOfThem) {
  const auto decoded = decode(encode(
      sample::with_body(request(Command::create), CreateRequest{.name = wire::Utf16::from_utf8("a")})));
  EXPECT_THAT(decoded.issues, IsEmpty());
  EXPECT_EQ(std::get<CreateRequest>(decoded.message.body).create_contexts_offset.value, 0u);
}

// Where Next leads.
wire::Decoded<Message> with_next(std::uint32_t next) {
  Message message = sample::create_request();
  std::get<CreateRequest>(message.body).create_contexts[0].next = wire::Derived<std::uint32_t>::force(next);
  return decode(encode(message));
}

TEST(CreateContexts, EndWhereNextLeadsNowhere) {
  struct Lie {
    std::uint32_t next;
    wire::Rule rule;
  };
  for (const Lie& lie : {Lie{0xfffffff8, wire::Rule::outside}, Lie{8, wire::Rule::overlapping}}) {
    const auto decoded = with_next(lie.next);
    ASSERT_FALSE(decoded.issues.empty()) << lie.next;
    EXPECT_EQ(decoded.issues[0].rule, lie.rule) << lie.next;
    EXPECT_EQ(std::get<CreateRequest>(decoded.message.body).create_contexts.size(), 1u) << lie.next;
  }
  EXPECT_EQ(std::get<CreateRequest>(with_next(0).message.body).create_contexts.size(), 1u);
}

TEST(CreateContexts, HavePathsByName) {
  Message message = sample::create_request();
  const auto path = wire::Path::parse("CreateContexts[type=SMB2_CREATE_DURABLE_HANDLE_REQUEST].Data");
  EXPECT_TRUE(wire::find(message, *path, [](const wire::Field& field) { EXPECT_EQ(field.size(), 16u); }));
}

TEST(Create, IsRewrittenIdenticallyAfterAnyChange) {
  sample::expect_rewritten_after_any_change(sample::create_request());
  sample::expect_rewritten_after_any_change(sample::create_response());
}

}  // namespace
}  // namespace smb2
