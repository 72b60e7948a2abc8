// The grammar of tables.
#pragma once

#include <string>
#include <vector>

#include "harness/wire/names.h"
#include "harness/xml/grammar.h"

namespace scenario {

using wire::suggestion;
using xml::Document;

// Reports every element, attribute and child that the grammar does not have, and every required one missing.
void check_grammar(const Document& document, std::vector<std::string>& errors);

}  // namespace scenario
