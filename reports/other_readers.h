// Reports in the hands of programs that others wrote, for tests.
#pragma once

#include <string>
#include <string_view>

namespace report {

// Whether a shell command ends well; what it prints is lost.
bool runs(const std::string& command);

// What a command prints, complaints included, when the name of a file with this report is its last argument.
// One that fails fails the test.
std::string read_by(const std::string& command, std::string_view report);

struct Page {
  std::string dom;         // as HTML, after its scripts have run
  std::string complaints;  // what the browser wrote on its console
};

// Opens the page from disk in a headless Chromium with a profile of its own that talks to no network.
// `fragment` is "" or begins with "#".
Page open_in_chromium(std::string_view html, std::string_view fragment);

}  // namespace report
