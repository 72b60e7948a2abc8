// How an audit rule says where it is broken: "in a/b, c/d: 3 of 58 messages; …". The scenarios come first,
// which is how a baseline excuses the rule there and nowhere else.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace scenario {

struct Places {
  std::set<std::string> scenarios;
  std::size_t more = 0;  // that a message does not name
};

// "in a/b, c/d: ", of many scenarios the first ones: "in a/b, … and 37 more: ".
std::string in_words(const Places& places);

// What a message begins with; nothing where it is no rule's.
Places places_of(std::string_view message);

// What follows behind the places.
std::string_view behind_places(std::string_view message);

}  // namespace scenario
