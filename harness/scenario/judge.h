// What came, held against what a step accepts.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "harness/scenario/environment.h"
#include "harness/smb2/message.h"

namespace scenario {

struct Arrived {
  struct Message {
    wire::Decoded<smb2::Message> decoded;
    std::string answers = {};  // the name of the request
    transport::Protection signature = transport::Protection::none;
    transport::Protection seal = transport::Protection::none;
    bool solicited = true;       // false where no request waits for it
    bool interim = false;        // 3.3.4.2
    std::string objection = {};  // why a client could not go on with it: "its signature is wrong"
  };
  struct Foreign {  // nothing that a client could go on with: a frame that holds no SMB2 message
    std::string what;
  };
  struct Closed {
    std::string how;  // "closed the connection", "reset the connection"
  };
  struct Nothing {
    std::chrono::nanoseconds waited{};
    unsigned interims = 0;  // that came for the request
  };
  std::variant<Message, Foreign, Closed, Nothing> what;
};

struct Mismatch {
  // One line for lists and baselines: "Status is STATUS_SUCCESS, not STATUS_NOT_SUPPORTED".
  std::string message;
  std::string expected;
  std::string got;
  std::string field;           // as Failure::field, where one field is wrong
  bool harness_fault = false;  // the table cannot be evaluated
  bool prevented = false;      // the step could not be taken, so that nothing can be said
  bool lost = false;           // the target closed or fell silent where nothing explains it
  unsigned line = 0;           // of the check
};

// Nothing when the expectation holds.
std::optional<Mismatch> judge(const Expectation& expectation, Arrived& arrived,
                              const Environment& environment);

// Shows a field of a message that arrived; false when it is not there, or lies past the message's end.
using Use = std::function<void(const wire::Field&)>;
bool find_arrived(wire::Decoded<smb2::Message>& decoded, Part part, const wire::Path& path, const Use& use);

// What would have been accepted, in a few words.
std::string describe(const Expectation& expectation, const Environment& environment);

// What came, in a few words: the status, or that nothing did.
std::string describe(const Arrived& arrived);

}  // namespace scenario
