#include "harness/smb2/bare_body.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

constexpr std::string_view bare_hex =
    "04 00"   // StructureSize
    "00 00";  // Reserved

template <class B>
class BareBodies : public testing::Test {};

template <Command C, class Request, class Response>
struct Bare {
  static constexpr Command command = C;
  using RequestBody = Request;
  using ResponseBody = Response;
};

using Messages = testing::Types<Bare<Command::logoff, LogoffRequest, LogoffResponse>,
                                Bare<Command::tree_disconnect, TreeDisconnectRequest, TreeDisconnectResponse>,
                                Bare<Command::echo, EchoRequest, EchoResponse>>;
TYPED_TEST_SUITE(BareBodies, Messages);

TYPED_TEST(BareBodies, AreFourBytesBothWays) {
  sample::read_body<typename TypeParam::RequestBody>(request(TypeParam::command), bare_hex);
  sample::read_body<typename TypeParam::ResponseBody>(response(TypeParam::command), bare_hex);
}

TYPED_TEST(BareBodies, AreRewrittenIdenticallyAfterAnyChange) {
  sample::expect_rewritten_after_any_change(request(TypeParam::command));
  sample::expect_rewritten_after_any_change(response(TypeParam::command));
}

TEST(Cancel, IsARequestAlone) {
  sample::read_body<CancelRequest>(request(Command::cancel), bare_hex);
  EXPECT_TRUE(std::holds_alternative<wire::Bytes>(response(Command::cancel).body));
}

TEST(Cancel, NamesAnAsynchronousRequest) {
  Message message = request(Command::cancel);
  message.header.flags = HeaderFlags::async_command;
  message.header.async_id = 8;
  const auto decoded = decode(encode(message));
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  EXPECT_EQ(decoded.message.header.async_id, 8u);
}

TEST(BareBody, WithSomethingInItIsReported) {
  const auto decoded = wire::decode<EchoRequest>(sample::bytes("05 00 01 00"));
  ASSERT_EQ(decoded.issues.size(), 2u);
  EXPECT_EQ(decoded.issues[0].rule, wire::Rule::wrong_constant);
  EXPECT_EQ(decoded.issues[1].rule, wire::Rule::nonzero_reserved);
}

}  // namespace
}  // namespace smb2
