// Text from anywhere, a hostile target included, made fit for a terminal, an XML file and a JSON file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace report {

// Well-formed UTF-8: every byte of an ill-formed sequence, of a surrogate and of U+FFFE and U+FFFF becomes
// \xNN. Control bytes stay.
std::string utf8(std::string_view text);

// utf8() without colour sequences and with every control character but TAB and LF as \xNN, those that turn
// the direction of text included: whatever is left may stand in XML and does nothing to a terminal.
std::string visible(std::string_view text);

// visible() with TAB and LF as blanks.
std::string one_line(std::string_view text);

// As text of an HTML element, or as an attribute in quotes.
std::string html_escaped(std::string_view text);

// Columns that well-formed text takes, every code point being one.
std::size_t columns(std::string_view text);

// At most so many columns, the end replaced by "…" where that is needed.
std::string shortened(std::string_view text, std::size_t columns);

// At most so many bytes of well-formed text, "…" at the end or a line that tells what was left out of the
// middle.
std::string cut_end(std::string_view text, std::size_t bytes);
std::string cut_middle(std::string_view text, std::size_t bytes);

// Words in lines of at most `width` columns. The first line starts with `first`, the others with blanks of
// the same width; a word that is wider than a line is broken.
std::string wrapped(std::string_view first, std::string_view text, std::size_t width);

}  // namespace report
