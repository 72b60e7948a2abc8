// A run record as JUnit XML, of which there is no standard but readers with habits.
//
// One suite for every group of scenarios, one testcase for every case, nothing nested:
//   negotiate/dialect-selection[d=2.0.2]  is  suite      negotiate
//                                             classname  smb2.negotiate.dialect-selection
//                                             name       dialect-selection[d=2.0.2]
//   failure   the target broke a requirement, or a case passed that the baseline expects not to
//   error     nothing could be decided: no verdict, blocked, a fault of smbspec
//   skipped   unsupported, or failed as expected, which keeps the job green; JSON has the whole truth
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/scenario/record.h"

namespace report {

// strict holds only what Jenkins' xunit plugin admits (its junit-10.xsd); rich adds places and properties to
// testcases, which strict tells in system-out.
enum class JunitDialect : std::uint8_t { rich, strict };

// Bytes of a failure's text, and of all of them, which share what there is: readers refuse files that are too
// large, GitLab those above 30 MB.
inline constexpr std::size_t longest_junit_body = 16 << 10;
inline constexpr std::size_t most_junit_bodies = 8 << 20;

// `records_folder` leads from where the report is read, in CI the root of the project, to the folder of the
// record, which evidence is relative to: "" or "out/".
std::string junit(const scenario::RunRecord& record, JunitDialect dialect,
                  std::string_view records_folder = "");

}  // namespace report
