#include "reference-server/handlers/create.h"

#include <functional>

#include "reference-server/model/open_client.h"

namespace reference {
namespace {

using smb2::AccessMask;
using smb2::CreateAction;
using smb2::CreateDisposition;
using smb2::CreateOptions;
using smb2::CreateRequest;
using smb2::Dialect;
using smb2::FileAttributes;
using smb2::NtStatus;
using smb2::OplockLevel;
using smb2::ShareAccess;

class Create : public testing::TestWithParam<Dialect> {
 protected:
  Server server{session_settings(), 1, wall_clock};
  OpenClient client{server, GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Dialects, Create, testing::ValuesIn(smb2::all_dialects),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

CreateRequest changed(std::string_view name, const std::function<void(CreateRequest&)>& change) {
  CreateRequest body = create_body(name);
  change(body);
  return body;
}

CreateRequest with(CreateDisposition disposition, std::string_view name = "file") {
  return changed(name, [&](CreateRequest& body) { body.create_disposition = disposition; });
}

TEST_P(Create, MakesAFileAndTellsOfIt) {
  server.advance(std::chrono::seconds(1));
  const smb2::CreateResponse made = client.opened(with(CreateDisposition::create));
  EXPECT_EQ(made.create_action, CreateAction::created);
  EXPECT_EQ(made.file_attributes, FileAttributes::archive);
  for (const std::uint64_t time :
       {made.creation_time, made.last_access_time, made.last_write_time, made.change_time}) {
    EXPECT_EQ(time, wall_clock + 10'000'000);
  }
  EXPECT_EQ(made.end_of_file, 0u);
  EXPECT_EQ(made.allocation_size, 0u);
  EXPECT_EQ(made.oplock_level, OplockLevel::none);
  const smb2::CreateResponse again = client.opened(with(CreateDisposition::open, "FILE"));
  EXPECT_EQ(again.create_action, CreateAction::opened) << "names are the same in capitals";
  EXPECT_NE(again.file_id, made.file_id);
}

TEST_P(Create, DoesAsItsDispositionSays) {
  EXPECT_TRUE(client.create(with(CreateDisposition::open)).refused(NtStatus::object_name_not_found));
  EXPECT_TRUE(client.create(with(CreateDisposition::overwrite)).refused(NtStatus::object_name_not_found));
  EXPECT_EQ(client.opened(with(CreateDisposition::overwrite_if)).create_action, CreateAction::created);
  EXPECT_EQ(client.opened(with(CreateDisposition::overwrite_if)).create_action, CreateAction::overwritten);
  EXPECT_EQ(client.opened(with(CreateDisposition::overwrite)).create_action, CreateAction::overwritten);
  EXPECT_EQ(client.opened(with(CreateDisposition::supersede)).create_action, CreateAction::superseded);
  EXPECT_EQ(client.opened(with(CreateDisposition::open_if)).create_action, CreateAction::opened);
  EXPECT_TRUE(client.create(with(CreateDisposition::create)).refused(NtStatus::object_name_collision));
}

TEST_P(Create, OpensDirectoriesAndWhatIsInThem) {
  const auto directory = [](std::string_view name) {
    return changed(name, [](CreateRequest& body) { body.create_options = CreateOptions::directory_file; });
  };
  EXPECT_EQ(client.opened(create_body("")).file_attributes, FileAttributes::directory) << "the root";
  EXPECT_EQ(client.opened(directory("a")).file_attributes, FileAttributes::directory);
  EXPECT_EQ(client.opened(create_body("a\\b")).create_action, CreateAction::created);
  EXPECT_EQ(client.opened(create_body("A\\B")).create_action, CreateAction::opened);
  EXPECT_TRUE(client.create(directory("a\\b")).refused(NtStatus::not_a_directory));
  EXPECT_TRUE(client.create(create_body("a\\b\\c")).refused(NtStatus::object_path_not_found));
  EXPECT_TRUE(client.create(create_body("none\\c")).refused(NtStatus::object_path_not_found));
  EXPECT_TRUE(
      client
          .create(changed(
              "a", [](CreateRequest& body) { body.create_options = CreateOptions::non_directory_file; }))
          .refused(NtStatus::file_is_a_directory));
}

struct Refusal {
  const char* what;
  NtStatus status;
  std::function<void(CreateRequest&)> change;
};

TEST_P(Create, RefusesWhatItCannotDo) {
  const Refusal refusals[] = {
      {"no access", NtStatus::access_denied, [](auto& body) { body.desired_access = AccessMask::none; }},
      {"nothing but the SACL", NtStatus::access_denied,
       [](auto& body) { body.desired_access = AccessMask::access_system_security; }},
      {"more than the share grants", NtStatus::access_denied,
       [](auto& body) { body.desired_access = AccessMask{0x00200000}; }},
      {"unknown disposition", NtStatus::invalid_parameter,
       [](auto& body) { body.create_disposition = CreateDisposition{6}; }},
      {"unknown sharing", NtStatus::invalid_parameter,
       [](auto& body) { body.share_access = ShareAccess{8}; }},
      {"unknown impersonation", NtStatus::bad_impersonation_level,
       [](auto& body) { body.impersonation_level = smb2::ImpersonationLevel{4}; }},
      {"a directory and none", NtStatus::invalid_parameter,
       [](auto& body) {
         body.create_options = CreateOptions::directory_file | CreateOptions::non_directory_file;
       }},
      {"to be deleted without the right", NtStatus::invalid_parameter,
       [](auto& body) {
         body.desired_access = AccessMask::file_read_data;
         body.create_options = CreateOptions::delete_on_close;
       }},
      {"by its id", NtStatus::not_supported,
       [](auto& body) { body.create_options = CreateOptions::open_by_file_id; }},
      {"a name from the root", NtStatus::invalid_parameter,
       [](auto& body) { body.name = wire::Utf16::from_utf8("\\file"); }},
      {"a name upwards", NtStatus::invalid_parameter,
       [](auto& body) { body.name = wire::Utf16::from_utf8("..\\file"); }},
      {"an empty component", NtStatus::object_name_invalid,
       [](auto& body) { body.name = wire::Utf16::from_utf8("a\\\\file"); }},
      {"a stream", NtStatus::object_name_invalid,
       [](auto& body) { body.name = wire::Utf16::from_utf8("file:stream"); }},
      {"half a surrogate", NtStatus::object_name_invalid, [](auto& body) { body.name.raw = {0x00, 0xd8}; }},
      {"half a letter", NtStatus::invalid_parameter, [](auto& body) { body.name.raw = {0x61}; }},
      {"a context of three letters", NtStatus::invalid_parameter,
       [](auto& body) { body.create_contexts = {{.name = {'a', 'b', 'c'}}}; }},
      {"a name beyond the message", NtStatus::invalid_parameter,
       [](auto& body) { body.name_length = wire::Derived<std::uint16_t>::force(500); }},
      {"a name in the fixed part", NtStatus::invalid_parameter, [](auto& body) {
         body.name_offset.value = 100;
         body.name_offset.forced = true;
       }}};
  for (const Refusal& refusal : refusals) {
    EXPECT_TRUE(client.create(changed("file", refusal.change)).refused(refusal.status)) << refusal.what;
  }
  EXPECT_TRUE(client.create(with(CreateDisposition::create)).message().header.status == NtStatus::success)
      << "nothing was made";
}

TEST_P(Create, PassesOverContextsItDoesNotKnow) {
  const auto body = changed("file", [](CreateRequest& request) {
    request.create_contexts = {{.name = {'D', 'H', 'n', 'Q'}, .data = wire::Bytes(16)},
                               {.name = {'n', 'o', 'n', 'e', '!'}, .data = {1, 2, 3}}};
  });
  EXPECT_TRUE(client.opened(body).create_contexts.empty());
}

TEST_P(Create, KeepsToWhatOthersShare) {
  client.opened(changed("file", [](CreateRequest& body) {
    body.desired_access = AccessMask::file_read_data;
    body.share_access = ShareAccess::read;
  }));
  const auto status = [&](AccessMask access, ShareAccess share) {
    return client
        .create(changed("file",
                        [&](CreateRequest& body) {
                          body.desired_access = access;
                          body.share_access = share;
                        }))
        .status();
  };
  EXPECT_EQ(status(AccessMask::file_write_data, ShareAccess{7}), NtStatus::sharing_violation);
  EXPECT_EQ(status(AccessMask::file_read_data, ShareAccess::write), NtStatus::sharing_violation);
  EXPECT_EQ(status(AccessMask::file_read_attributes, ShareAccess::none), NtStatus::success);
  EXPECT_EQ(status(AccessMask::file_read_data, ShareAccess::read), NtStatus::success);
}

TEST_P(Create, GrantsAnOplockToWhoeverIsAlone) {
  const auto level = [&](std::string_view name, ShareAccess share) {
    return client
        .opened(changed(name,
                        [&](CreateRequest& body) {
                          body.share_access = share;
                          body.requested_oplock_level = OplockLevel::batch;
                        }))
        .oplock_level;
  };
  EXPECT_EQ(level("alone", ShareAccess::none), OplockLevel::batch);
  EXPECT_EQ(level("shared", ShareAccess{7}), OplockLevel::none);
}

TEST_P(Create, HasNoPipes) {
  client.tree = client.client.connect_tree(client.session, "IPC$");
  EXPECT_TRUE(client.create(create_body("srvsvc")).refused(NtStatus::object_name_not_found));
}

TEST_P(Create, IsBounded) {
  Settings settings = session_settings();
  settings.max_opens = 2;
  Server small(settings, 1, wall_clock);
  OpenClient other(small, GetParam());
  const smb2::FileId first = other.open("a");
  other.open("b");
  EXPECT_TRUE(other.create(create_body("c")).refused(NtStatus::insufficient_resources));
  EXPECT_EQ(other.close(first), NtStatus::success);
  other.open("c");
}

TEST_P(Create, BelongsToTheStateThatIsCopied) {
  Server copy = server;
  client.open("file");
  OpenClient other(copy, GetParam());
  EXPECT_EQ(other.opened(create_body("file")).create_action, CreateAction::created);
}

}  // namespace
}  // namespace reference
