// The smaller messages that work with an Open: CLOSE, FLUSH, READ, WRITE, CHANGE_NOTIFY, QUERY_INFO.
#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

constexpr const char* id = "01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10";

std::string bytes_around_id(std::string before, std::string_view after) {
  return std::move(before) + id + std::string(after);
}

TEST(Close, IsWrittenAndReadAsItIs) {
  sample::read_body<CloseRequest>(sample::close_request(), bytes_around_id("18 00  01 00  00 00 00 00", ""));
  sample::read_body<CloseResponse>(
      sample::close_response(),
      "3c 00  01 00  00 00 00 00"
      "01 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00  03 00 00 00 00 00 00 00  04 00 00 00 00 00 00 00"
      "00 10 00 00 00 00 00 00  05 00 00 00 00 00 00 00  20 00 00 00");
}

TEST(ChangeNotify, IsWrittenAndReadAsItIs) {
  sample::read_body<ChangeNotifyRequest>(
      sample::change_notify_request(),
      bytes_around_id("20 00  01 00  e8 03 00 00", "03 00 00 00  00 00 00 00"));
  sample::read_body<ChangeNotifyResponse>(sample::change_notify_response(),
                                          "09 00  48 00  03 00 00 00  01 02 03");
}

TEST(QueryInfo, IsWrittenAndReadAsItIs) {
  sample::read_body<QueryInfoRequest>(
      sample::query_info_request(),
      bytes_around_id("29 00  01  0f  e8 03 00 00  68 00  00 00  02 00 00 00  04 00 00 00  01 00 00 00",
                      "aa bb"));
  sample::read_body<QueryInfoResponse>(sample::query_info_response(),
                                       "09 00  48 00  08 00 00 00  00 00 00 00 00 00 00 00");
}

TEST(Flush, IsWrittenAndReadAsItIs) {
  sample::read_body<FlushRequest>(sample::flush_request(), bytes_around_id("18 00  00 00  00 00 00 00", ""));
  sample::read_body<FlushResponse>(response(Command::flush), "04 00  00 00");
}

TEST(Read, IsWrittenAndReadAsItIs) {
  sample::read_body<ReadRequest>(sample::read_request(),
                                 bytes_around_id("31 00  50  01  02 00 00 00  03 00 00 00 00 00 00 00",
                                                 "04 00 00 00  01 00 00 00  05 00 00 00  06 00  07 00  00"));
  sample::read_body<ReadResponse>(sample::read_response(),
                                  "11 00  50  00  02 00 00 00  01 00 00 00  00 00 00 00  aa bb");
}

TEST(Write, IsWrittenAndReadAsItIs) {
  sample::read_body<WriteRequest>(
      sample::write_request(), bytes_around_id("31 00  70 00  02 00 00 00  03 00 00 00 00 00 00 00",
                                               "00 00 00 00  05 00 00 00  00 00  00 00  01 00 00 00  aa bb"));
  sample::read_body<WriteResponse>(sample::write_response(),
                                   "11 00  00 00  02 00 00 00  03 00 00 00  00 00  00 00");
}

TEST(OpenMessages, AreRewrittenIdenticallyAfterAnyChange) {
  for (const Message& message :
       {sample::close_request(), sample::close_response(), sample::change_notify_request(),
        sample::change_notify_response(), sample::query_info_request(), sample::query_info_response(),
        sample::flush_request(), sample::read_request(), sample::read_response(), sample::write_request(),
        sample::write_response()}) {
    sample::expect_rewritten_after_any_change(message);
  }
}

}  // namespace
}  // namespace smb2
