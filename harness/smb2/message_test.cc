#include "harness/smb2/message.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

bool described(const Message& message) { return !std::holds_alternative<wire::Bytes>(message.body); }

TEST(Request, IsWellFormedForEveryCommand) {
  std::size_t described_ones = 0;
  for (const Name& name : names(Command{})) {
    const Message message = request(static_cast<Command>(name.value));
    const auto decoded = decode(encode(message));
    EXPECT_THAT(decoded.issues, testing::IsEmpty()) << name.text;
    EXPECT_EQ(decoded.message.body.index(), message.body.index()) << name.text;
    if (described(message)) ++described_ones;
  }
  EXPECT_EQ(described_ones, 15u);
}

TEST(Response, IsWellFormedForEveryCommand) {
  for (const Name& name : names(Command{})) {
    const Message message = response(static_cast<Command>(name.value));
    EXPECT_TRUE(message.header.is_response());
    const auto decoded = decode(encode(message));
    EXPECT_THAT(decoded.issues, testing::IsEmpty()) << name.text;
    EXPECT_EQ(decoded.message.body.index(), message.body.index()) << name.text;
  }
}

// 3.3.4.2
TEST(Response, ThatIsInterimHasAnErrorBody) {
  for (const Name& name : names(Command{})) {
    const Message message{.header = {.status = NtStatus::pending,
                                     .command = static_cast<Command>(name.value),
                                     .flags = HeaderFlags::server_to_redir | HeaderFlags::async_command},
                          .body = ErrorResponse{}};
    const auto decoded = decode(encode(message));
    EXPECT_TRUE(std::holds_alternative<ErrorResponse>(decoded.message.body)) << name.text;
    EXPECT_THAT(decoded.issues, testing::IsEmpty()) << name.text;
  }
}

}  // namespace
}  // namespace smb2
