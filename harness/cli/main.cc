// The command line. What it means is in arguments.h and in one file a verb.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "harness/cli/arguments.h"
#include "harness/cli/settings.h"
#include "harness/cli/version.h"
#include "harness/scenario/grammar.h"

namespace {

using namespace cli;

// Help shows what a value is once: the option's type says it.
CLI::Validator described_by_type(CLI::Validator validator) { return validator.description(""); }

void take_duration(CLI::App& app, const std::string& flag, std::chrono::nanoseconds& into,
                   const std::string& help) {
  app.add_option_function<std::string>(
         flag,
         [&into, flag](const std::string& text) {
           const auto duration = parse_duration(text);
           if (!duration) throw CLI::ValidationError(flag, duration.error());
           into = *duration;
         },
         help)
      ->type_name("TIME");
}

void take_case_folder(CLI::App& app, std::optional<std::filesystem::path>& folder) {
  app.add_option("--cases", folder, "a folder of tables instead of the built-in ones")->type_name("DIR");
}

void take_cases(CLI::App& app, CaseArguments& cases) {
  app.add_option("SELECT", cases.select, "ids, their beginnings, or patterns with *; all cases without");
  app.add_option("--exclude", cases.exclude, "leave these out")->type_name("SELECT")->allow_extra_args(false);
  take_case_folder(app, cases.folder);
}

void take_target(CLI::App& app, TargetArguments& target, bool required) {
  auto* option =
      app.add_option("--target", target.target,
                     required ? "smb://[user[:password]@]host[:port][/share]"
                              : "smb://[user[:password]@]host[:port][/share]; the embedded server without");
  option->required(required)->type_name("URL");
  app.add_option("--password-file", target.password_file,
                 "the password, on its first line; else $SMBSPEC_PASSWORD")
      ->type_name("FILE");
  take_duration(app, "--wait-for-target", target.wait, "how long to wait until it takes a connection: 0s");
  take_duration(app, "--timeout-step", target.step_timeout, "how long one step may take: 2s");
}

std::string settings_help() {
  std::string text = "settings of the embedded server, NAME=VALUE:";
  for (const Setting& setting : settings()) text += fmt::format("\n{} ({})", setting.name, setting.meaning);
  return text;
}

void take_known(CLI::App& app, std::vector<std::string>& known) {
  app.add_option("--known", known, "what an implementation is known to do: samba-4.17")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void take_no_new_unsupported(CLI::App& app, bool& no_new) {
  app.add_flag("--no-new-unsupported", no_new, "what is unsupported has to be listed as that");
}

// What `baseline update`, `check` and `explain` have in common.
CLI::App* take_baseline(CLI::App& verb, const std::string& name, const std::string& help,
                        BaselineArguments& arguments) {
  CLI::App* app = verb.add_subcommand(name, help);
  app->add_option("FILE", arguments.file, "the baseline")->required()->type_name("");
  app->add_option("RUN.json", arguments.records, "records of runs, written by `smbspec run --json RUN.json`")
      ->required()
      ->type_name("");
  take_known(*app, arguments.known);
  take_case_folder(*app, arguments.folder);
  return app;
}

constexpr const char* baseline_manual =
    "A baseline is a text file that says what your server is known to do differently, and why:\n\n"
    "  # smbspec baseline v1\n"
    "  negotiate/preauth-twice[*]  fail  \"Status is STATUS_SUCCESS\"  https://bugs.example/12\n"
    "  echo/late-answer  fail|pass 3/10  \"no answer\"  a race: 3 of 10 draws failed\n"
    "  tree-connect/old  fail  until=2027-01-31  mended in 2.4\n"
    "  compress/*  unsupported  built without compression\n\n"
    "An id or a wildcard over 20 cases at most; outcomes; how the message begins; a reason or a link.\n"
    "Where a run differs, for better or worse, it is red. To start:\n\n"
    "  smbspec run --target smb://… --repeat 3 --json run.json\n"
    "  smbspec baseline update my.baseline run.json     then say why in the lines it marks UNEXPLAINED\n"
    "  smbspec run --target smb://… --baseline my.baseline";

void take_junit(CLI::App& app, std::filesystem::path& junit, bool& strict) {
  app.add_option("--junit", junit, "write JUnit XML")->type_name("FILE");
  app.add_option_function<std::string>(
         "--junit-dialect", [&strict](const std::string& name) { strict = name == "strict"; },
         "rich, or strict for readers that validate")
      ->check(described_by_type(CLI::IsMember({"rich", "strict"})))
      ->type_name("rich|strict");
}

// The first word that means nothing, with the nearest that does. Values are not repeated: a target may hold a
// password.
std::string unexpected_argument(const CLI::App& app) {
  const CLI::App* verb = &app;
  while (!verb->get_subcommands().empty()) verb = verb->get_subcommands().front();
  const std::string word = app.remaining(true).front();
  const std::string name = word.substr(0, word.find('='));
  if (name.contains("://")) return "a target is given with --target, as in --target smb://127.0.0.1:4450";
  std::vector<std::string> known;
  for (const CLI::App* further : verb->get_subcommands({})) known.push_back(further->get_name());
  if (known.empty()) {
    for (const CLI::Option* option : verb->get_options()) known.push_back(option->get_name());
  }
  const std::vector<std::string_view> views(known.begin(), known.end());
  return fmt::format("\"{}\" means nothing here{}", name, scenario::suggestion(name, views));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Tells where an SMB2/3 server departs from [MS-SMB2].", "smbspec");
  app.require_subcommand(0, 1);
  app.set_version_flag(
      "--version", fmt::format("smbspec {}{}{}", version(), commit().empty() ? "" : " commit ", commit()));
  app.footer(
      "Exit codes: 0 all as expected, 1 something unexpected, 2 usage or nothing selected, 3 target never\n"
      "reachable, 4 incomplete, 5 fault of the tool.");

  RunArguments run_arguments;
  CLI::App* run_verb = app.add_subcommand("run", "judge a server; without --target the embedded one");
  take_cases(*run_verb, run_arguments.cases);
  take_target(*run_verb, run_arguments.target, false);
  run_verb->add_option("--setting", run_arguments.settings, settings_help())
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->excludes("--target");
  run_verb->add_option("--second-user", run_arguments.second_user, "another account of the target")
      ->type_name("NAME:PASSWORD");
  run_verb->add_flag("--memory", run_arguments.memory, "the embedded server without sockets, in virtual time")
      ->excludes("--target");
  run_verb->add_option("--out", run_arguments.out, "a folder for run.json")->type_name("DIR");
  run_verb->add_option("--json", run_arguments.json, "where the run record goes")->type_name("FILE");
  run_verb->add_option("--pcap", run_arguments.pcap, "a capture of all traffic, and FILE.keys for Wireshark")
      ->type_name("FILE");
  take_junit(*run_verb, run_arguments.junit, run_arguments.strict_junit);
  run_verb->add_option("-j,--jobs", run_arguments.jobs, "cases at a time, up to 64: 1")
      ->check(described_by_type(CLI::Range(1, 64)))
      ->type_name("N");
  run_verb->add_option("--seed", run_arguments.seed, "of everything random: 0")->type_name("N");
  run_verb->add_flag("--shuffle", run_arguments.shuffle, "in an order drawn from the seed");
  run_verb->add_flag("--strict", run_arguments.strict, "a SHOULD that does not hold is unexpected too");
  run_verb->add_option("--baseline", run_arguments.baseline, "what is expected of this target")
      ->type_name("FILE");
  take_known(*run_verb, run_arguments.known);
  take_no_new_unsupported(*run_verb, run_arguments.no_new_unsupported);

  CaseArguments list_arguments;
  CLI::App* list_verb = app.add_subcommand("list", "one id a line");
  take_cases(*list_verb, list_arguments);

  CaseArguments show_arguments;
  CLI::App* show_verb = app.add_subcommand("show", "a case with its requirement and its values");
  take_cases(*show_verb, show_arguments);

  CaseArguments coverage_arguments;
  CLI::App* coverage_verb =
      app.add_subcommand("coverage", "how many rows of the requirements the cases cite");
  coverage_verb
      ->add_option("FAMILY", coverage_arguments.select, "also lists its rows that no case cites: NEG")
      ->expected(0, 1);
  take_case_folder(*coverage_verb, coverage_arguments.folder);

  CaseArguments selftest_arguments;
  CLI::App* selftest_verb = app.add_subcommand(
      "selftest", "change every field of every reply of the embedded server: who notices?");
  take_cases(*selftest_verb, selftest_arguments);

  ServeArguments serve_arguments;
  CLI::App* serve_verb = app.add_subcommand("serve", "the reference server, until it is interrupted");
  serve_verb->add_option("--port", serve_arguments.port, "on 127.0.0.1; any free one without")
      ->type_name("N");
  serve_verb->add_option("--user", serve_arguments.users, "somebody who may log in")
      ->type_name("NAME:PASSWORD")
      ->allow_extra_args(false);
  serve_verb->add_option("--share", serve_arguments.shares, "a disk share")
      ->type_name("NAME")
      ->allow_extra_args(false);
  serve_verb->add_option("--setting", serve_arguments.settings, settings_help())
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  serve_verb->add_option("--seed", serve_arguments.seed, "of everything random: 0")->type_name("N");

  TargetArguments probe_arguments;
  CLI::App* probe_verb = app.add_subcommand("probe", "what a server negotiates");
  take_target(*probe_verb, probe_arguments, true);

  ReportArguments report_arguments;
  CLI::App* report_verb = app.add_subcommand("report", "reports from a run record, without running again");
  report_verb->add_option("RUN.json", report_arguments.record)->required()->type_name("FILE");
  take_junit(*report_verb, report_arguments.junit, report_arguments.strict_junit);

  BaselineArguments baseline_arguments;
  CLI::App* baseline_verb = app.add_subcommand("baseline", "keep what a server is known to do differently");
  baseline_verb->require_subcommand(0, 1);
  baseline_verb->footer(baseline_manual);
  CLI::App* update_verb =
      take_baseline(*baseline_verb, "update", "let FILE say what whole runs have shown, 3 draws or more",
                    baseline_arguments);
  update_verb
      ->add_option("--drop-after", baseline_arguments.drop_after,
                   "draws that all have to pass before a line goes: 10")
      ->check(described_by_type(CLI::Range(1, 1000000)))
      ->type_name("N");
  update_verb->add_flag("--unsupported", baseline_arguments.unsupported, "lines for what is unsupported too");
  update_verb->add_flag("--dry-run", baseline_arguments.dry_run, "show what would change");
  CLI::App* check_verb = take_baseline(
      *baseline_verb, "check", "judge runs by FILE, as they would have been with it", baseline_arguments);
  take_no_new_unsupported(*check_verb, baseline_arguments.no_new_unsupported);
  for (CLI::App* verb : {update_verb, check_verb})
    verb->add_flag("--strict", baseline_arguments.strict, "a SHOULD that does not hold is unexpected too");
  CLI::App* explain_verb =
      take_baseline(*baseline_verb, "explain", "which line speaks of which cases", baseline_arguments);

  try {
    app.parse(argc, argv);
    if (run_verb->parsed()) return run(run_arguments);
    if (list_verb->parsed()) return list(list_arguments);
    if (show_verb->parsed()) return show(show_arguments);
    if (coverage_verb->parsed()) return coverage(coverage_arguments);
    if (selftest_verb->parsed()) return selftest(selftest_arguments);
    if (serve_verb->parsed()) return serve(serve_arguments);
    if (probe_verb->parsed()) return probe(probe_arguments);
    if (report_verb->parsed()) return report(report_arguments);
    if (update_verb->parsed()) return baseline_update(baseline_arguments);
    if (check_verb->parsed()) return baseline_check(baseline_arguments);
    if (explain_verb->parsed()) return baseline_explain(baseline_arguments);
    fmt::print(stderr, "{}", baseline_verb->parsed() ? baseline_verb->help() : app.help());
    return usage;
  } catch (const CLI::ExtrasError&) {
    return complain(usage, unexpected_argument(app));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? as_expected : usage;
  } catch (const std::exception& error) {
    return complain(tool_fault, fmt::format("a fault of the tool itself: {}", error.what()));
  }
}
