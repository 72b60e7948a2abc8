#include "reports/hostile_run.h"

#include <fmt/format.h>

#include <initializer_list>

#include "reports/sample_run.h"

namespace report {

using scenario::CaseResult;
using scenario::RunRecord;

std::string hostile_text() {
  std::string text =
      "]]> <![CDATA[ &amp; &#0; </script><script>document.title='owned'</script> <!-- --> \" ' </details> "
      "</pre> "
      "`code` | cell | [link](http://example.org) @everybody {{title}} \x1b[31mred\x1b[0m \xff\xfe "  // no
                                                                                                      // UTF-8
      "\xed\xa0\x80 \xef\xbf\xbf \xc0\xaf \xf5\x80\x80\x80 \xe2\x80 \xf0\x9f\x98\x80 ";
  for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  return text;
}

RunRecord hostile_run(std::size_t cases) {
  const std::string hostile = hostile_text();
  const RunRecord sample = sample_run();
  RunRecord run = sample;
  run.cases.clear();
  for (std::size_t i = 0; i < cases; ++i) {
    CaseResult result = sample.cases[i % sample.cases.size()];
    result.id += fmt::format("[{}]{}", i, hostile);
    for (std::string* text :
         {&result.message, &result.excuse, &result.title, &result.observed, &result.section,
          &result.requirement_text, &result.source.file, &result.evidence})
      *text = hostile;
    result.requirements = result.latitudes = {hostile};
    if (auto& failure = result.failure) {
      for (std::string* text : {&failure->what, &failure->source.file, &failure->expected, &failure->got})
        *text = hostile;
      result.recording.push_back({transport::Event::closed_by_peer, 0, transport::Time(0), {}, hostile});
      result.recording.push_back({transport::Event::received, 0, transport::Time(0),
                                  wire::Bytes(hostile.begin(), hostile.end()), hostile});
    }
    run.cases.push_back(std::move(result));
  }
  run.target = run.kerberos_service = run.stopped = run.rerun = run.started = run.profile =
      run.suite_version = hostile;
  run.selection = run.settings = run.baseline_problems = {hostile};
  run.probe = {{hostile, hostile}};
  return run;
}

RunRecord failing_run(std::size_t cases) {
  const RunRecord sample = sample_run();
  RunRecord run = sample;
  run.cases.assign(cases, sample.cases[1]);
  for (std::size_t i = 0; i < cases; ++i) {
    CaseResult& result = run.cases[i];
    result.id = fmt::format("folder-{}/scenario-{}[dialect=3.1.1,n={}]", i % 12, i % 400, i);
    result.message = result.failure->got = hostile_text();
  }
  return run;
}

RunRecord large_run(std::size_t cases) {
  const RunRecord sample = sample_run();
  RunRecord run = sample;
  run.cases.clear();
  for (std::size_t i = 0; i < cases; ++i) {
    const std::size_t kind = i % 10 == 3 ? 1 + i / 10 % (sample.cases.size() - 1) : 0;
    run.cases.push_back(sample.cases[kind]);
    run.cases.back().id = fmt::format("folder-{}/scenario-{}[dialect=3.1.1,n={}]", i % 12, i % 400, i);
  }
  return run;
}

}  // namespace report
