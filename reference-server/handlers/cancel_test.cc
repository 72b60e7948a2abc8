#include "reference-server/handlers/cancel.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;

TEST(Cancel, IsNeverAnsweredWhateverIsWrongWithIt) {
  for (const auto dialect : {Dialect::smb_2_1, Dialect::smb_3_0, Dialect::smb_3_1_1}) {
    Server server(session_settings(), 1, wall_clock);
    SessionClient client(server, dialect);
    const ClientSession session =
        client.log_in(alice, {.security_mode = smb2::SessionSecurityMode::signing_required});
    const smb2::Message cancel = smb2::request(Command::cancel);
    const ClientSession wrong{.id = session.id, .signing_key = wire::Bytes(16)};
    const ClientSession unknown{.id = 77, .signing_key = session.signing_key};
    smb2::CancelRequest malformed;
    malformed.structure_size = wire::Derived<std::uint16_t>::force(5);
    for (const Seen& nothing :
         {client.with_signature(session, cancel), client.with_signature(wrong, cancel),
          client.with_signature(unknown, cancel), client.plain(SessionClient::in(session, cancel)),
          client.plain({.header = {.command = Command::cancel}, .body = malformed})}) {
      EXPECT_TRUE(nothing.messages.empty() && !nothing.closed);
    }
    EXPECT_EQ(client.with_signature(session, smb2::request(Command::echo)).status(), NtStatus::success);
  }
}

}  // namespace
}  // namespace reference
