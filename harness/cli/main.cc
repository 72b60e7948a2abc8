// The command line. What it means is in arguments.h and in one file a verb. All of CLI11 is here, and nowhere
// else: it costs more to compile than everything that uses it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <exception>
#include <map>
#include <sstream>

#include "harness/cli/arguments.h"
#include "harness/cli/profile.h"
#include "harness/cli/settings.h"
#include "harness/cli/version.h"
#include "harness/scenario/grammar.h"

namespace {

using namespace cli;

// Help shows what a value is once: the option's type says it.
CLI::Validator described_by_type(CLI::Validator validator) { return validator.description(""); }

std::optional<scenario::Level> level_named(std::string name) {
  if (name == "observe") return scenario::Level::observe;
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return scenario::level_of(name);
}

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
  app.add_option("--section", cases.sections, "what rests on this section of [MS-SMB2]: 3.3.5.4")
      ->type_name("N.N")
      ->allow_extra_args(false);
  app.add_option("--tag", cases.tags, "what is tagged so")->type_name("TAG")->allow_extra_args(false);
  app.add_option_function<std::vector<std::string>>(
         "--level",
         [&cases](const std::vector<std::string>& names) {
           cases.levels.clear();
           for (const std::string& name : names) cases.levels.push_back(*level_named(name));
         },
         "MUST, SHOULD, MAY, observe; several with a comma")
      ->delimiter(',')
      ->check(CLI::Validator(
          [](const std::string& name) {
            return level_named(name) ? "" : "\"" + name + "\" is none of must, should, may, observe";
          },
          ""))
      ->type_name("LEVEL")
      ->allow_extra_args(false);
  app.add_option("--failed-in", cases.failed_in, "what is not as expected in this run record")
      ->type_name("RUN.json");
  app.add_option("--rows", cases.rows, "at most so many rows of a scenario, from the first to the last")
      ->check(described_by_type(CLI::Range(1U, 1000000U)))
      ->type_name("N");
  app.add_option("--strength", cases.strength,
                 "tables that combine pairs of values combine so many of them: 3")
      ->check(described_by_type(CLI::Range(2U, 8U)))
      ->type_name("N");
  app.add_option("--profile", cases.profile, "options from a file: gate, full, nightly, or a path")
      ->type_name("NAME");
  take_case_folder(app, cases.folder);
}

void take_target(CLI::App& app, TargetArguments& target, bool required) {
  auto* option = app.add_option(
      "--target", target.target,
      required
          ? "smb://[user[:password]@]host[:port][/share], or a target file"
          : "smb://[user[:password]@]host[:port][/share], or a target file; the embedded server without");
  option->required(required)->type_name("URL|FILE");
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

void take_reports(CLI::App& app, ReportFiles& files) {
  app.add_option("--json", files.json, "where the run record goes")->type_name("FILE");
  app.add_option("--html", files.html, "one page for a browser")->type_name("FILE");
  app.add_option("--markdown", files.markdown, "for the summary of a CI job: $GITHUB_STEP_SUMMARY")
      ->type_name("FILE");
  app.add_option("--junit", files.junit, "write JUnit XML")->type_name("FILE");
  app.add_option_function<std::string>(
         "--junit-dialect", [&files](const std::string& name) { files.strict_junit = name == "strict"; },
         "rich, or strict for readers that validate")
      ->check(described_by_type(CLI::IsMember({"rich", "strict"})))
      ->type_name("rich|strict");
}

void take_second_user(CLI::App& app, RunArguments& run) {
  app.add_option("--second-user", run.second_user, "another account of the target")
      ->type_name("NAME:PASSWORD");
}

void take_kerberos(CLI::App& app, RunArguments& run) {
  app.add_option("--kerberos-service", run.kerberos_service,
                 "cifs/HOST@REALM, the target's: Kerberos is judged, too, by tickets of its KDC")
      ->type_name("PRINCIPAL");
  app.add_option_function<std::string>(
         "--mechanism", [&run](const std::string& name) { run.kerberos = name == "kerberos"; },
         "of cases that sign in and name none: ntlm")
      ->check(described_by_type(CLI::IsMember({"ntlm", "kerberos"})))
      ->type_name("ntlm|kerberos");
}

const std::map<std::string, Evidence> evidence_names = {
    {"none", Evidence::none}, {"failed", Evidence::failed}, {"all", Evidence::all}};

// What a run leaves behind.
void take_outputs(CLI::App& app, RunArguments& run) {
  app.add_flag("--no-secrets", run.no_secrets, "no captures, no keys, no tokens of accounts in the record");
  app.add_option("--out", run.out, "a folder for run.json and the evidence")->type_name("DIR");
  app.add_option("--evidence", run.evidence,
                 "in --out a folder of capture, keys and texts: none, failed, all")
      ->transform(described_by_type(CLI::CheckedTransformer(evidence_names, CLI::ignore_case)))
      ->type_name("WHOSE");
  app.add_option("--pcap", run.pcap, "a capture of all traffic, and FILE.keys for Wireshark")
      ->type_name("FILE")
      ->excludes("--no-secrets");
  take_reports(app, run.reports);
}

// A quirk is a setting.
void take_quirks(CLI::App& app, std::vector<std::string>& settings) {
  app.add_option_function<std::vector<std::string>>(
         "--quirk",
         [&settings](const std::vector<std::string>& names) {
           for (const std::string& name : names) settings.push_back("quirk=" + name);
         },
         "the same as --setting quirk=NAME")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option_function<std::string>(
         "--personality",
         [&settings](const std::string& name) { settings.insert(settings.begin(), "personality=" + name); },
         "the same as --setting personality=NAME")
      ->type_name("NAME");
}

// "2/4": the second of four.
void take_shard(CLI::App& app, scenario::Shard& shard) {
  app.add_option_function<std::string>(
         "--shard",
         [&shard](const std::string& text) {
           char slash = 0;
           std::istringstream in(text);
           if (!(in >> shard.index >> slash >> shard.count) || slash != '/' || !in.eof() ||
               shard.index == 0 || shard.index > shard.count)
             throw CLI::ValidationError("--shard",
                                        "\"" + text + "\" is no shard such as 2/4, the second of four");
         },
         "a part of the selection; `report` joins their records")
      ->type_name("I/N");
}

// Options of a profile stand before those of the command line, which win.
class Profile {
 public:
  // Words of a command line without the program's name.
  Profile(CLI::App& app, const CLI::App& run_verb, std::vector<std::string> words)
      : app_(app), run_verb_(run_verb), words_(std::move(words)) {}

  // The words with the profile's among them; throws what is wrong, as the parser does.
  std::vector<std::string> expanded() {
    const std::string name = value_of("--profile");
    const auto verbs =
        words_.empty()
            ? std::vector<CLI::App*>()
            : app_.get_subcommands([&](const CLI::App* each) { return each->check_name(words_.front()); });
    const CLI::App* verb = verbs.empty() ? nullptr : verbs.front();
    if (verb == nullptr || name.empty()) return words_;
    const std::string cases = value_of("--cases");
    const auto options =
        load_profile(name, cases.empty() ? std::nullopt : std::optional<std::filesystem::path>(cases));
    if (!options) throw CLI::ValidationError("--profile", options.error());
    std::vector<std::string> all = {words_.front()};
    for (const ProfileOption& option : *options) {
      check(option);
      if (verb->get_option_no_throw("--" + option.name) != nullptr) all.push_back(word(option));
    }
    all.insert(all.end(), words_.begin() + 1, words_.end());
    return all;
  }

 private:
  static std::string word(const ProfileOption& option) {
    return "--" + option.name + (option.value.empty() ? "" : "=" + option.value);
  }

  std::string value_of(const std::string& option) const {
    for (std::size_t i = 1; i < words_.size(); ++i) {
      if (words_[i] == option && i + 1 < words_.size()) return words_[i + 1];
      if (words_[i].starts_with(option + "=")) return words_[i].substr(option.size() + 1);
    }
    return {};
  }

  // By itself, so that what is wrong with it has a place.
  void check(const ProfileOption& option) const {
    const auto wrong = [&](std::string_view what) {
      throw CLI::ValidationError(option.place, fmt::format("{}: {}", option.name, what));
    };
    const CLI::Option* known = run_verb_.get_option_no_throw("--" + option.name);
    if (known == nullptr || option.name == "profile") {
      std::vector<std::string> names;
      for (const CLI::Option* each : run_verb_.get_options())
        if (const auto& longs = each->get_lnames(); !longs.empty()) names.push_back(longs.front());
      const std::vector<std::string_view> views(names.begin(), names.end());
      wrong(fmt::format("no option that a profile may have{}", scenario::suggestion(option.name, views)));
    }
    try {
      app_.parse(std::vector<std::string>{word(option), run_verb_.get_name()});
    } catch (const CLI::ParseError& error) {
      wrong(error.what());
    }
  }

  CLI::App& app_;
  const CLI::App& run_verb_;
  std::vector<std::string> words_;
};

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
  run_verb->add_option("--setting,--reference", run_arguments.settings, settings_help())
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->excludes("--target");
  take_quirks(*run_verb, run_arguments.settings);
  take_second_user(*run_verb, run_arguments);
  take_kerberos(*run_verb, run_arguments);
  run_verb->add_flag("--memory", run_arguments.memory, "the embedded server without sockets, in virtual time")
      ->excludes("--target");
  take_outputs(*run_verb, run_arguments);
  run_verb->add_option("-j,--jobs", run_arguments.jobs, "cases at a time, up to 64: 1")
      ->check(described_by_type(CLI::Range(1, 64)))
      ->type_name("N");
  run_verb->add_option("--seed", run_arguments.seed, "of everything random: 0")->type_name("N");
  run_verb->add_flag("--shuffle", run_arguments.shuffle, "in an order drawn from the seed");
  take_shard(*run_verb, run_arguments.shard);
  run_verb->add_option("--repeat", run_arguments.repeats, "run everything so often: 1")
      ->check(described_by_type(CLI::Range(1, 1000)))
      ->type_name("N");
  run_verb->add_flag("--until-fail", run_arguments.until_fail,
                     "repeat until something is unexpected, a thousand times at most");
  run_verb->add_flag("--fail-fast{1}", run_arguments.fail_fast,
                     "stop after the first unexpected result, or =N of them");
  take_duration(*run_verb, "--budget", run_arguments.budget, "begin no case after this time");
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

  SelftestArguments selftest_arguments;
  CLI::App* selftest_verb = app.add_subcommand(
      "selftest",
      "change every field of every reply of the embedded server, and switch on every quirk: who notices?");
  take_cases(*selftest_verb, selftest_arguments.cases);
  auto* const no_fields =
      selftest_verb->add_flag("!--no-fields", selftest_arguments.fields, "not the fields");
  selftest_verb->add_flag("!--no-quirks", selftest_arguments.quirks, "not the quirks")->excludes(no_fields);

  ServeArguments serve_arguments;
  CLI::App* serve_verb = app.add_subcommand("serve", "the reference server, until it is interrupted");
  serve_verb->add_option("--port", serve_arguments.port, "on 127.0.0.1; any free one without")
      ->type_name("N");
  serve_verb->add_option("--listen", serve_arguments.listen, "the loopback address: 127.0.0.1, or ::1")
      ->type_name("ADDRESS");
  serve_verb->add_option("--user", serve_arguments.users, "somebody who may log in")
      ->type_name("NAME:PASSWORD")
      ->allow_extra_args(false);
  serve_verb->add_option("--share", serve_arguments.shares, "a disk share")
      ->type_name("NAME")
      ->allow_extra_args(false);
  serve_verb->add_option("--setting", serve_arguments.settings, settings_help())
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  take_quirks(*serve_verb, serve_arguments.settings);
  serve_verb->add_option("--seed", serve_arguments.seed, "of everything random: 0")->type_name("N");

  TargetArguments probe_arguments;
  CLI::App* probe_verb = app.add_subcommand("probe", "what a server negotiates");
  take_target(*probe_verb, probe_arguments, true);

  ReportArguments report_arguments;
  CLI::App* report_verb = app.add_subcommand("report", "reports from a run record, without running again");
  report_verb->add_option("RUN.json", report_arguments.records, "of one run, or of all its shards")
      ->required()
      ->type_name("FILE");
  report_verb->add_flag("--exit-code", report_arguments.exits_as_the_run, "exit as the run did, not with 0");
  take_reports(*report_verb, report_arguments.reports);

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

  CLI::App* quirks_verb = app.add_subcommand(
      "quirks", "departures from the specification that the reference server can be given");

  ReplayArguments replay_arguments;
  CLI::App* replay_verb = app.add_subcommand("replay", "one recorded case again, exactly");
  replay_verb->add_option("case.json", replay_arguments.record, "from its evidence")
      ->required()
      ->type_name("FILE");
  take_case_folder(*replay_verb, replay_arguments.run.cases.folder);
  take_target(*replay_verb, replay_arguments.run.target, false);
  take_second_user(*replay_verb, replay_arguments.run);
  take_kerberos(*replay_verb, replay_arguments.run);
  take_outputs(*replay_verb, replay_arguments.run);

  for (CLI::App* verb : app.get_subcommands({})) {
    for (CLI::Option* option : verb->get_options())
      if (option->get_expected_max() == 1) option->take_last();
  }

  try {
    std::vector<std::string> words =
        Profile(app, *run_verb, {argv + std::min(argc, 1), argv + argc}).expanded();
    std::ranges::reverse(words);
    app.parse(std::move(words));
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
    if (replay_verb->parsed()) return replay(replay_arguments);
    if (quirks_verb->parsed()) return quirks();
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
