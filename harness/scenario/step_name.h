// What a step is called where a report speaks of it.
#pragma once

#include <string>

#include "harness/scenario/model.h"

namespace scenario {

// In a few words: "request NEGOTIATE", "session s", "either".
std::string step_name(const Step& step);

}  // namespace scenario
