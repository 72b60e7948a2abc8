// How the messages of several draws begin, for a baseline to know them by.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace target {

// A beginning for each kind of message, in order of appearance, that says what came and not what the suite
// would rather have seen. Messages that differ in words with digits only are of one kind, and its beginning
// ends before the first of those; of an audit rule's it tells the scenarios. None when any message would have
// to do. Every message begins with one of them.
std::vector<std::string> message_prefixes(std::span<const std::string> messages);

}  // namespace target
