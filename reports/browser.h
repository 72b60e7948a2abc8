// A page in a real browser, for tests.
#pragma once

#include <string>
#include <string_view>

namespace report {

bool has_chromium();

struct Page {
  std::string dom;         // as HTML, after its scripts have run
  std::string complaints;  // what the browser wrote on its console
};

// Opens the page from disk in a headless Chromium with a profile of its own that talks to no network.
// `fragment` is "" or begins with "#".
Page open_in_chromium(std::string_view html, std::string_view fragment);

}  // namespace report
