#include <fmt/format.h>

#include "harness/cli/run.h"
#include "reports/journal.h"
#include "reports/terminal.h"
#include "reports/text.h"

namespace cli {
namespace {

std::string in_words(const scenario::CaseResult& result) {
  const std::string& more = result.outcome == scenario::Outcome::observe ? result.observed : result.message;
  return fmt::format("{}{}{}", scenario::name(result.outcome), more.empty() ? "" : ": ",
                     report::one_line(more));
}

}  // namespace

int replay(const ReplayArguments& arguments) {
  const auto recorded = report::read_run(arguments.record);
  if (!recorded) return complain(usage, recorded.error());
  if (recorded->cases.size() != 1) {
    return complain(
        usage, fmt::format("{} is the record of {} cases; replay takes the case.json of one, and "
                           "`smbspec run --failed-in {}` runs what failed in a run",
                           arguments.record.string(), recorded->cases.size(), arguments.record.string()));
  }
  const scenario::CaseResult& before = recorded->cases.front();
  RunArguments again = arguments.run;
  for (const std::string& id : report::judges_again(before)) again.cases.select.push_back(id);
  again.settings = recorded->settings;
  if (again.kerberos_service.empty()) again.kerberos_service = recorded->kerberos_service;
  again.kerberos = again.kerberos || recorded->kerberos;
  again.seed = recorded->seed;
  again.strict = recorded->strict;
  again.cases.strength = recorded->strength;
  std::string& target = again.target.target;
  if (target.empty()) target = recorded->target_file;
  if (target.empty() && recorded->target.starts_with("smb://")) target = recorded->target;
  const RunEnd end = judge(again);
  if (!end.record) return end.code;
  for (const scenario::CaseResult& result : end.record->cases) {
    if (result.id != before.id) continue;
    const bool same = result.outcome == before.outcome && in_words(result) == in_words(before);
    fmt::print("{}: {}\n", same ? "The same as recorded" : "Not what was recorded", in_words(before));
  }
  return end.code;
}

}  // namespace cli
