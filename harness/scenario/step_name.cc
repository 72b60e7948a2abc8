#include "harness/scenario/step_name.h"

#include <fmt/format.h>

#include "harness/wire/names.h"

namespace scenario {
namespace {

struct Words {
  std::string operator()(const Connect& s) const { return "connect " + s.as; }
  std::string operator()(const Request& s) const {
    return fmt::format("request {}",
                       s.smb1 ? "SMB_COM_NEGOTIATE"
                              : wire::name_of(smb2::command_names, static_cast<std::uint64_t>(s.command)));
  }
  std::string operator()(const Compound&) const { return "compound"; }
  std::string operator()(const SignInSteps& s) const { return "session " + s.who.as; }
  std::string operator()(const Leg& s) const { return "leg of " + (s.begins ? s.begins->as : s.of); }
  std::string operator()(const TreeStep& s) const { return "tree " + s.as; }
  std::string operator()(const Barrier&) const { return "barrier"; }
  std::string operator()(const Advance& s) const { return fmt::format("advance by {} ms", s.by.count()); }
  std::string operator()(const Send&) const { return "send"; }
  std::string operator()(const Expect& s) const {
    if (s.alternatives.size() > 1) return "either";
    switch (s.alternatives.front().kind) {
      case Expectation::Kind::response:
        return "response";
      case Expectation::Kind::interim:
        return "interim";
      case Expectation::Kind::notification:
        return "notification";
      case Expectation::Kind::closed:
        return "closed";
      default:
        return "silence";
    }
  }
  std::string operator()(const Compare& s) const {
    return fmt::format("compare {} and {}", s.a.raw, s.b.raw);
  }
};

}  // namespace

std::string step_name(const Step& step) { return std::visit(Words{}, step.action); }

}  // namespace scenario
