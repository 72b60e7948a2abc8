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

 private:
  Request request(pugi::xml_node node);
  Set set(pugi::xml_node node, Part part, const Vocabulary& known);
  ContextSpec context(pugi::xml_node node, const Vocabulary& known);
  Send send(pugi::xml_node node);
  Compare compare(pugi::xml_node node);
  Expect expect(pugi::xml_node node);
  Expectation expectation(pugi::xml_node node);
  Check check(pugi::xml_node node, const Vocabulary& known);
  Save save(pugi::xml_node node, const Vocabulary& known);

  std::string on(pugi::xml_node node);
  void check_statuses(pugi::xml_node node, std::string_view list);
  std::chrono::milliseconds duration(pugi::xml_node node);
  // The path in an attribute: to a field, or to a list whose elements are counted.
  wire::Path path(pugi::xml_node node, const char* attribute, const Vocabulary& known, bool to_list = false);
  void check_segment(pugi::xml_node node, const wire::Path::Segment& segment, bool is_list,
                     const Vocabulary& known);

  Attributes& attributes_;
  std::vector<std::string> connections_;
  smb2::Command last_command_ = smb2::Command::negotiate;
};

}  // namespace scenario
