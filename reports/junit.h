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

#include "harness/scenario/record.h"

namespace report {

// strict holds only what Jenkins' xunit plugin admits (its junit-10.xsd); rich adds places and properties to
// testcases, which strict tells in system-out.
enum class JunitDialect : std::uint8_t { rich, strict };

inline constexpr std::size_t longest_junit_body = 16 * 1024;  // bytes of a failure's text

std::string junit(const scenario::RunRecord& record, JunitDialect dialect);

}  // namespace report
