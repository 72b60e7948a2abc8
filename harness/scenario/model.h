// Scenarios as loaded from tables: what to send and what to accept, before any value is known.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/client/assembly.h"
#include "harness/scenario/expression.h"
#include "harness/scenario/record.h"
#include "harness/security/kerberos.h"
#include "harness/smb2/command.h"
#include "harness/wire/codec.h"

namespace scenario {

// An attribute that gives a value: an expression where it holds `$` or a call, else a literal that the field
// it is meant for explains.
struct Text {
  std::string raw;
  Expression expression;

  bool given() const { return !raw.empty() || expression; }
};

enum class Part : std::uint8_t { field, header, frame, transform, ntlm, spnego };

// When a field of an AUTHENTICATE_MESSAGE is set.
enum class Moment : std::uint8_t { before_proof, before_mic, after_mic };

struct Set {
  unsigned line = 0;
  Text condition;
  Part part = Part::field;
  wire::Path path;
  std::optional<Text> to;
  std::optional<Text> place;
  Moment moment = Moment::before_mic;  // NTLM alone
};

struct ContextSpec {
  unsigned line = 0;
  Text condition;
  Text type;
  std::optional<Text> raw;
  std::optional<Text> length;
  std::optional<Text> place;
  std::optional<Text> repeat;
  std::vector<Set> sets;
};

struct Connect {
  std::string as;
  std::optional<Text> dialect;  // negotiates at once, offering this one
  std::optional<Text> ciphers;
  std::optional<Text> signing;
};

// A byte changed on its way out, after a stage of assembly.
struct BendSpec {
  unsigned line = 0;
  client::Stage stage{};
  Text offset;
  Text exclusive_or;
};

// Whether, and by whose keys, a request is signed or sealed.
struct Guard {
  enum class By : std::uint8_t { due, nobody, session };
  By by = By::due;
  std::string session;
};

struct Request {
  bool smb1 = false;  // SMB_COM_NEGOTIATE
  smb2::Command command{};
  std::string on;
  std::string as;
  bool default_contexts = true;
  std::optional<Text> keep;     // bytes of the message
  std::optional<Text> pad;      // zero bytes behind it
  std::optional<Text> strings;  // SMB1
  std::vector<Set> sets;
  std::vector<ContextSpec> contexts;
  std::string session;  // whose id it carries and whose keys guard it
  std::string tree;
  Guard sign;
  Guard seal;
  bool related = false;
  std::vector<BendSpec> bends;
};

// Several requests in one message.
struct Compound {
  std::string on;
  Guard seal;
  std::vector<Request> requests;
};

// Who signs in, how, to which session.
struct SignIn {
  std::string as;
  std::string on;
  std::string user = "first";
  std::string reauthenticates;  // a session
  std::string binds;            // a session
  enum class Mechanism : std::uint8_t { ntlm_in_spnego, bare_ntlm, kerberos };
  std::optional<Mechanism> mechanism;  // none: what the run prefers, where any will do
  security::TicketKind ticket{};       // of Kerberos
};

// All legs of an authentication and their answers, or the first alone.
struct SignInSteps {
  SignIn who;
  bool until_challenge = false;
  std::vector<Set> sets;  // of each SESSION_SETUP
};

// One leg, whose answer is for a later step.
struct Leg {
  std::optional<SignIn> begins;  // an authentication that is new
  std::string of;                // else the one that goes on
  Request request;
};

struct TreeStep {
  std::string as;
  std::string of;  // a session
  Text share;
};

// An ECHO and its answer.
struct Barrier {
  std::string on;
  std::string session;
};

// The server's clock moves on.
struct Advance {
  std::chrono::milliseconds by{};
};

struct Send {
  std::string on;
  Text hex;
  bool framed = true;
  std::optional<Text> chunks;  // bytes a piece
};

enum class Relation : std::uint8_t { is, is_not, in, has, lacks, at_least, at_most, size, exists };

struct Check {
  unsigned line = 0;
  Text condition;
  bool count = false;  // of the elements at the path, instead of a value
  Part part = Part::field;
  wire::Path path;
  Relation relation{};
  Text operand;
};

struct Save {
  unsigned line = 0;
  Part part = Part::field;
  wire::Path path;
  std::string as;
};

struct Expectation {
  enum class Kind : std::uint8_t { response, interim, notification, closed, silence };
  unsigned line = 0;
  Text condition;
  Kind kind{};
  std::string latitude;
  std::optional<bool> is_signed;
  std::optional<bool> is_sealed;
  Text status;  // responses: one or more, separated by `|`
  std::vector<Check> checks;
  std::vector<Save> saves;
  std::chrono::milliseconds silence{};  // how long nothing may come
};

struct Expect {
  std::string on;
  std::string to;                         // a request; else whatever comes next
  std::vector<Expectation> alternatives;  // the first that fits
};

struct Compare {
  Text a;
  Text b;
  bool same = true;
};

struct Step {
  unsigned line = 0;
  Text condition;
  bool setup = false;
  std::variant<Connect, Request, Compound, SignInSteps, Leg, TreeStep, Barrier, Advance, Send, Expect,
               Compare>
      action;
};

struct Row {
  std::string id;
  unsigned line = 0;
  std::vector<std::pair<std::string, Term>> values;
};

struct Factor {
  std::string name;
  std::vector<std::pair<std::string, Term>> values;  // as the case id spells it, and the value
};

struct Oracle {
  struct Rule {
    Expression when;  // empty for `otherwise`
    Text then;
  };
  std::string name;
  std::vector<Rule> rules;
};

struct Scenario {
  std::string message;  // the folder: "negotiate"
  std::string id;       // without the message
  std::string title;
  std::string why;
  std::vector<std::string> requirements;
  Level level = Level::must;
  Source source;
  std::vector<std::string> tags;
  Term dialects{List{}};  // a list; empty when any will do
  Expression needs;
  std::optional<Text> server;  // settings that the server has to have, as words NAME=VALUE
  bool moves_clock = false;    // the server's
  std::vector<Row> rows;
  std::vector<Factor> factors;
  std::optional<std::size_t> strength;  // of factors that occur in every combination; else all of them
  std::vector<Expression> forbidden;
  std::vector<Oracle> oracles;
  bool needs_account = false;  // signs somebody in who has one
  bool needs_kerberos = false;
  bool needs_ntlm = false;  // a sign-in of its own that no other mechanism can have
  bool needs_second_account = false;
  std::vector<Step> steps;
};

// One case: a scenario with its values filled in.
struct Case {
  std::string id;  // "negotiate/dialect-selection[offered=2.0.2+3.0]"
  const Scenario* scenario = nullptr;
  Source source;  // of the row, or of the scenario
  std::vector<std::pair<std::string, Term>> values;
  std::vector<std::string> settings;  // of the server, "require-signing=yes"

  // Whether it needs a server of its own, which it can set up and whose clock it can move.
  bool controls() const { return !settings.empty() || scenario->moves_clock; }
};

}  // namespace scenario
