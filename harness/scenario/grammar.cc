#include "harness/scenario/grammar.h"

namespace scenario {
namespace {

constexpr std::string_view step_names =
    "connect request compound session leg tree barrier advance send response interim notification closed "
    "silence either compare";

constexpr xml::Element elements[] = {
    {"scenarios", "!message", "scenario"},
    {"scenario", "!id !requirement !level dialects needs server strength tags",
     "!title why row factor forbid oracle setup !steps"},
    {"title", "", "", true},
    {"why", "", "", true},
    {"row", "!id", "", false, true},
    {"factor", "!name values subsets-of range every-prefix-of", ""},
    {"forbid", "!when", ""},
    {"oracle", "!name", "rule otherwise"},
    {"rule", "!when !then", ""},
    {"otherwise", "!then", ""},
    {"setup", "", step_names},
    {"steps", "", step_names},
    {"connect", "!as dialect ciphers signing if", ""},
    {"request", "!command on as contexts keep pad strings session tree sign seal related if",
     "set header frame transform context bend"},
    {"compound", "on seal if", "request"},
    {"session", "!as on user until of binds mechanism ticket if", "set header"},
    {"leg", "of as on user reauthenticates binds mechanism ticket as-request sign seal keep pad if",
     "set header frame transform ntlm spnego bend"},
    {"ntlm", "!field !to at if", ""},
    {"spnego", "!field !to if", ""},
    {"bend", "!at !offset !xor", ""},
    {"tree", "!as !of !share if", ""},
    {"barrier", "on session if", ""},
    {"advance", "!by if", ""},
    {"set", "!field to place if", ""},
    {"header", "!field !to if", ""},
    {"frame", "!field !to if", ""},
    {"transform", "!field !to if", ""},
    {"context", "!type raw length place repeat if", "set"},
    {"send", "!hex on framed chunks if", ""},
    {"response", "status on to signed sealed latitude if", "check save"},
    {"interim", "on to sealed latitude if", "check save"},
    {"notification", "on sealed latitude if", "check save"},
    {"check", "field header count ntlm spnego is is-not in has lacks at-least at-most size exists if", ""},
    {"save", "field header ntlm spnego !as", ""},
    {"closed", "on latitude if", ""},
    {"silence", "on !for latitude if", ""},
    {"either", "on to if", "response interim notification closed silence"},
    {"compare", "!a !b !is if", ""},
};

}  // namespace

void check_grammar(const Document& document, std::vector<std::string>& errors) {
  xml::check(document, elements, errors);
}

}  // namespace scenario
