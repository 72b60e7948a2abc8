// Exchanges that break no rule, for tests to bend.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "harness/audit/auditor.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"

namespace audit {

// What goes over a few connections, open to be bent before it becomes a recording.
struct Talk {
  struct Step {
    transport::Event event = transport::Event::sent;
    std::vector<smb2::Message> messages;  // several form a compound
    unsigned connection = 0;
    wire::Bytes raw = {};                              // in place of the messages, framing included
    std::function<void(wire::Bytes&)> bend = nullptr;  // of the frame as it would be
    std::optional<smb2::TransformHeader> sealed = {};  // in front of the messages
    transport::Protection seal = transport::Protection::right;
    std::vector<transport::Protection> signatures = {};
  };
  std::vector<Step> steps;

  smb2::Message& operator[](std::size_t step) { return steps[step].messages.front(); }

  static wire::Bytes frame(const Step& step);

  transport::Recording recording() const;  // each connection begins with Event::connected
};

// Bodies of the messages at a step.
template <class Body>
Body& body(smb2::Message& message) {
  return std::get<Body>(message.body);
}
inline smb2::NegotiateResponse& answer(Talk& talk, std::size_t step = 1) {
  return body<smb2::NegotiateResponse>(talk[step]);
}
inline smb2::NegotiateRequest& question(Talk& talk, std::size_t step = 0) {
  return body<smb2::NegotiateRequest>(talk[step]);
}
inline smb2::ErrorResponse& failure(Talk& talk, std::size_t step) {
  return body<smb2::ErrorResponse>(talk[step]);
}
template <class Data>
Data& context(Talk& talk, std::size_t index) {
  return std::get<Data>(answer(talk).negotiate_contexts[index].data);
}

smb2::Message negotiate_request(std::vector<smb2::Dialect> dialects);
smb2::Message negotiate_response(smb2::Dialect dialect, smb2::Capabilities capabilities,
                                 std::uint8_t salt = 0x22);
smb2::Message request(smb2::Command command, std::uint64_t message_id);
smb2::Message response_to(const smb2::Message& request, smb2::NtStatus status = smb2::NtStatus::success);
Talk& add(Talk& talk, transport::Event event, std::vector<smb2::Message> messages);

// Steps 0 and 1: NEGOTIATE. A client that announces every capability and offers one dialect.
Talk at_2_0_2();
Talk at_2_1();
Talk at_3_0();
Talk at_3_1_1();
// By a client that announces nothing.
Talk unannounced_3_0();
Talk unannounced_3_1_1();
// SMB_COM_NEGOTIATE with both strings of SMB2, answered with 0x02FF.
Talk multi_protocol();

// Steps 2 and 3: a request on a session and a tree, and its response. 3.1.1 unless told.
Talk success();
Talk refused();
Talk refused_2_1();
Talk refused_with_contexts();
// Steps 2 to 4: a request, its interim response and its final one.
Talk asynchronous();
// Steps 2 and 3: a request, and CANCEL for it; step 4 answers the request.
Talk cancelled();
// Steps 2 and 3: two requests in one frame, and their responses.
Talk compound();

// Steps 0 and 1 on one connection, 2 and 3 on another, which offers 2.1 or 3.1.1.
Talk two_connections();
Talk two_3_1_1();

// Steps 2 to 5: two legs of SESSION_SETUP, the last response signed.
Talk signed_in();
Talk signed_in_at_2_1();
// With tokens of NTLMSSP in SPNEGO; once more in steps 6 to 9.
Talk signed_in_with_tokens();
Talk signed_in_twice();
// Steps 6 and 7: a request of that session with a body of its own, and its success, both signed.
Talk echo();
Talk logoff();
Talk tree_disconnect();
Talk tree_connect();
Talk tree_connect_at_2_1();
// FSCTL_PIPE_PEEK, whose output is 8 bytes.
Talk ioctl();
Talk ioctl_without_output();
// Steps 8 and 9: another one, which fails.
Talk after_logoff();
// Steps 8 and 9: another one like it.
Talk tree_connects();
// Steps 6 and 7 sealed; 8 and 9 too.
Talk sealed_echo();
Talk sealed_echo_with_ccm();
Talk sealed_echoes();
// Steps 6 to 8: signed, but for the interim response.
Talk asynchronous_in_session();

// A line a violation, "rule field: expected …, got …".
std::string text(const Findings& findings);
std::size_t index_of(std::string_view rule);

}  // namespace audit
