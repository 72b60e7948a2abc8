#include "harness/cli/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>

#include "harness/audit/auditor.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/probing.h"
#include "harness/scenario/case_runner.h"
#include "harness/smb2/compound.h"
#include "harness/smb2/find_field.h"
#include "harness/target/probe.h"

namespace cli {
namespace {

using reference::Change;
using reference::ReplyBend;
using scenario::Case;
using scenario::CaseRun;
using transport::Awaitable;

constexpr Change changes[] = {Change::lowest_bit, Change::highest_bit, Change::shorter};

// How many cases of one scenario are bent for every field; a field that none of them notices is looked for
// in all.
constexpr std::size_t cases_of_a_scenario = 2;

// A place where a field of one case's reply can be changed.
struct Spot {
  const Case* instance;
  std::uint64_t reply;
  smb2::Part part;
  std::string path;
};

// The fields of one reply: the pair they belong to and the path that finds them.
class FieldLister : public wire::Observer {
 public:
  explicit FieldLister(std::string reply) : reply_(std::move(reply)) {}
  void enter(std::string_view list, std::size_t index, std::string_view kind) override {
    lists_.push_back({fmt::format("{}[{}].", list, index), fmt::format("{}[{}].", list, kind), {}});
  }
  void leave() override { lists_.pop_back(); }
  void field(const wire::Field& field) override {
    auto& seen = lists_.empty() ? seen_ : lists_.back().seen;
    const std::size_t occurrence = seen[std::string(field.name())]++;
    std::string path;
    std::string shape;
    for (const Level& level : lists_) {
      path += level.path;
      shape += level.shape;
    }
    if (field.size() == 0) return;  // nothing to change
    const std::string name =
        occurrence == 0 ? std::string(field.name()) : fmt::format("{}[{}]", field.name(), occurrence);
    fields.push_back({{reply_, shape + name}, path + name});
  }
  std::vector<std::pair<Pair, std::string>> fields;

 private:
  struct Level {
    std::string path;
    std::string shape;
    std::map<std::string, std::size_t> seen;
  };
  std::string reply_;
  std::vector<Level> lists_;
  std::map<std::string, std::size_t> seen_;
};

// What a run of a case shows to the outside.
struct Seen {
  scenario::Outcome outcome{};
  std::string observed;
  std::string rule;  // the first audit rule that fired
};

class Prover {
 public:
  Prover(const scenario::Library& library, std::span<const Case* const> cases, std::string_view reasons,
         Depth depth)
      : depth_(depth), library_(library), cases_(cases), server_(make_server(full_settings(), 0)) {
    read_reasons(reasons);
  }

  Proof run() {
    boost::asio::io_context context(1);
    std::exception_ptr failure;
    boost::asio::co_spawn(context, prove(), [&](const std::exception_ptr& thrown) { failure = thrown; });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(proof_);
  }

 private:
  Awaitable<void> prove() {
    const auto network = transport::memory_network(memory_peer(server_));
    std::expected<target::Probe, std::string> probe = co_await target::probe(*network, options_.step_timeout);
    if (!probe) co_return;
    tell_accounts(probe->facts, options_.accounts, embedded_share);
    probe = co_await sign_in(*network, *std::move(probe), options_);
    if (!probe) co_return;
    facts_ = std::move(probe->facts);
    std::map<const scenario::Scenario*, std::size_t> taken;
    for (const Case* instance : cases_) {
      if (scenario::unsupported(*instance, facts_)) continue;
      if (depth_ == Depth::glance && taken.contains(instance->scenario)) continue;
      CaseRun sound = co_await judge(*instance, nullptr);
      plain_[instance] = seen(sound);
      const std::size_t earlier = taken[instance->scenario]++;
      list_spots(*instance, sound.result.recording, earlier < cases_of_a_scenario);
    }
    for (const auto& [pair, spots] : thorough_) {
      for (const Spot& spot : spots) {
        if (depth_ == Depth::thorough || spot.reply + 1 == replies_[spot.instance])
          co_await change(pair, spot);
      }
    }
    for (const auto& [pair, spots] : others_) {
      for (const Spot& spot : spots) {
        if (proof_.noticed.contains(pair)) break;
        co_await change(pair, spot);
      }
    }
    conclude();
  }

  void list_spots(const Case& instance, const transport::Recording& recording, bool thorough) {
    std::uint64_t reply = 0;
    for (const transport::Recorded& event : recording) {
      if (event.event != transport::Event::received || event.bytes.size() <= 4 || !event.note.empty())
        continue;
      const wire::View message =
          event.opened.empty() ? wire::View(event.bytes).subspan(4) : wire::View(event.opened);
      for (const smb2::Element& element : smb2::split(message)) {
        auto decoded = smb2::decode(element.bytes);
        if (!decoded.message.header.protocol_id.forced)
          list_fields(instance, reply, decoded.message, thorough);
        ++reply;
      }
    }
    replies_[&instance] = reply;
  }

  void list_fields(const Case& instance, std::uint64_t reply, smb2::Message& message, bool thorough) {
    for (const smb2::Part part : {smb2::Part::header, smb2::Part::body}) {
      // Header fields are the same in every reply; their errors and successes count together.
      FieldLister lister(part == smb2::Part::header ? "header" : kind_of(message, smb2::title(message)));
      smb2::PartFilter filter(part, lister);
      wire::walk(message, filter);
      for (auto& [pair, path] : lister.fields) {
        (thorough ? thorough_ : others_)[pair].push_back({&instance, reply, part, std::move(path)});
        all_.insert(pair);
      }
    }
  }

  static std::string kind_of(const smb2::Message& message, const std::string& title) {
    return std::holds_alternative<smb2::ErrorResponse>(message.body) ? "ERROR Response" : title;
  }

  Awaitable<void> change(const Pair& pair, const Spot& spot) {
    const auto path = wire::Path::parse(spot.path);
    if (!path) co_return;
    for (const Change kind : changes) {
      if (depth_ == Depth::glance && kind != Change::lowest_bit) continue;
      const ReplyBend bend{spot.reply, spot.part, *path, kind};
      CaseRun run = co_await judge(*spot.instance, &bend);
      const Seen bent = seen(run);
      const Seen& sound = plain_[spot.instance];
      const bool by_case = bent.outcome != sound.outcome || bent.observed != sound.observed;
      if (by_case) proof_.noticed.try_emplace(pair, spot.instance->id);
      if (!bent.rule.empty()) proof_.noticed.try_emplace(pair, "audit/" + bent.rule);
      if (bent.outcome == scenario::Outcome::fail)
        proof_.requirements.insert(spot.instance->scenario->requirements.front());
      if (!bent.rule.empty()) prove_rule(bent.rule);
    }
  }

  void prove_rule(const std::string& id) {
    for (const audit::Rule& rule : audit::rules()) {
      if (rule.id == id) proof_.requirements.emplace(rule.requirement);
    }
  }

  Awaitable<CaseRun> judge(const Case& instance, const ReplyBend* bend) {
    ++proof_.runs;
    reference::Server server = server_;
    if (bend != nullptr) server.bend_reply(*bend);
    const auto network = transport::memory_network(memory_peer(std::move(server)));
    CaseRun run = co_await scenario::run_case(instance, library_.requirements, *network, facts_, options_);
    co_return run;
  }

  static Seen seen(const CaseRun& run) {
    Seen result{run.result.outcome, run.result.observed, {}};
    const audit::Findings findings = audit::audit(run.result.recording);
    if (!findings.violations.empty()) result.rule = audit::rules()[findings.violations.front().rule].id;
    return result;
  }

  void conclude() {
    for (const Pair& pair : all_) {
      if (proof_.noticed.contains(pair)) continue;
      const auto reason = reasons_.find(pair);
      proof_.unnoticed[pair] = reason == reasons_.end() ? std::string() : reason->second;
    }
  }

  // reply, field, why: separated by tabs, a line each, the first being a heading.
  void read_reasons(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      const std::size_t first = line.find('\t');
      const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
      if (second != std::string_view::npos) {
        reasons_[{std::string(line.substr(0, first)),
                  std::string(line.substr(first + 1, second - first - 1))}] = line.substr(second + 1);
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  const Depth depth_;
  const scenario::Library& library_;
  std::span<const Case* const> cases_;
  const reference::Server server_;
  const scenario::CaseOptions options_{.now = filetime_now(), .accounts = embedded_accounts()};
  scenario::TargetFacts facts_;
  std::map<Pair, std::string> reasons_;
  std::map<const Case*, Seen> plain_;
  std::map<const Case*, std::uint64_t> replies_;  // to each
  std::set<Pair> all_;
  std::map<Pair, std::vector<Spot>> thorough_;
  std::map<Pair, std::vector<Spot>> others_;
  Proof proof_;
};

}  // namespace

Proof prove(const scenario::Library& library, std::span<const Case* const> cases, std::string_view reasons,
            Depth depth) {
  return Prover(library, cases, reasons, depth).run();
}

}  // namespace cli
