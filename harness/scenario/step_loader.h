// The steps of one scenario, from <setup> and <steps>.
#pragma once

#include "harness/scenario/attributes.h"
#include "harness/scenario/vocabulary.h"

namespace scenario {

class StepLoader {
 public:
  // Must outlive this, and knows the scenario's variables.
  explicit StepLoader(Attributes& attributes) : attributes_(attributes) {}

  void load(pugi::xml_node parent, bool setup, std::vector<Step>& into);

  bool needs_account() const { return needs_account_; }
  bool needs_kerberos() const { return needs_kerberos_; }
  bool needs_ntlm() const { return needs_ntlm_; }
  bool needs_second_account() const { return needs_second_account_; }

 private:
  Connect connect(pugi::xml_node node);
  Request request(pugi::xml_node node);
  void request_children(pugi::xml_node node, Request& request);
  Compound compound(pugi::xml_node node);
  SignIn sign_in(pugi::xml_node node);
  SignInSteps session(pugi::xml_node node);
  Leg leg(pugi::xml_node node);
  TreeStep tree(pugi::xml_node node);
  Barrier barrier(pugi::xml_node node);
  BendSpec bend(pugi::xml_node node);
  Guard guard(pugi::xml_node node, const char* attribute);
  // The name of a session, tree or request made before; "" when the attribute is left out.
  std::string known(pugi::xml_node node, const char* attribute, const std::vector<std::string>& names);
  std::optional<bool> protection(pugi::xml_node node, const char* attribute);
  Set set(pugi::xml_node node, Part part, const Vocabulary& known);
  ContextSpec context(pugi::xml_node node, const Vocabulary& known);
  Send send(pugi::xml_node node);
  Compare compare(pugi::xml_node node);
  Expect expect(pugi::xml_node node);
  Expectation expectation(pugi::xml_node node);
  // Where a value of a response stands: the attributes that say so, of which there should be one.
  struct Place {
    int given = 0;
    Part part = Part::field;
    wire::Path path;
  };
  Place place(pugi::xml_node node, const Vocabulary& body);
  Check check(pugi::xml_node node, const Vocabulary& known);
  Save save(pugi::xml_node node, const Vocabulary& known);

  std::string on(pugi::xml_node node);
  void check_statuses(pugi::xml_node node, std::string_view list);
  std::chrono::milliseconds duration(pugi::xml_node node, const char* attribute);
  // The path in an attribute: to a field, or to a list whose elements are counted.
  wire::Path path(pugi::xml_node node, const char* attribute, const Vocabulary& known, bool to_list = false);
  void check_segment(pugi::xml_node node, const wire::Path::Segment& segment, bool is_list,
                     const Vocabulary& known);

  Attributes& attributes_;
  std::vector<std::string> connections_;
  std::vector<std::string> sessions_;
  std::vector<std::string> trees_;
  std::vector<std::string> requests_;
  bool needs_account_ = false;
  bool needs_kerberos_ = false;
  bool needs_ntlm_ = false;
  bool needs_second_account_ = false;
  smb2::Command last_command_ = smb2::Command::negotiate;
};

}  // namespace scenario
