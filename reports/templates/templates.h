// The parts of the HTML report, which lie beside this file and go into the binary as they are.
#pragma once

#include <string_view>

namespace report {

std::string_view html_template();  // {{name}} stands for what a report fills in
std::string_view style_sheet();
std::string_view page_script();

}  // namespace report
