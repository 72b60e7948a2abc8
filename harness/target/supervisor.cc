#include "harness/target/supervisor.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "harness/scenario/liveness.h"
#include "harness/transport/tcp.h"

namespace target {
namespace {

using Clock = std::chrono::steady_clock;
using transport::Awaitable;

constexpr auto between_looks = std::chrono::milliseconds(20);
constexpr auto answer_patience = std::chrono::seconds(1);
constexpr auto health_patience = std::chrono::seconds(5);
constexpr auto stop_patience = std::chrono::seconds(10);
constexpr std::size_t last_words_size = 500;  // bytes
constexpr const char* output_name = "the output of the start command";

Awaitable<void> pause() {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, between_looks);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

// Room that a server's chatter has taken is given back as soon as it has been read.
void forget(const Descriptor& file, std::uint64_t until) {
  fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(until));
}

Descriptor nameless_file() {
  std::string name = std::filesystem::temp_directory_path() / "smbspec-target-XXXXXX";
  Descriptor file(mkostemp(name.data(), O_APPEND | O_CLOEXEC));
  if (!file) throw std::system_error(errno, std::generic_category(), name);
  unlink(name.c_str());
  return file;
}

std::string path_of(const Descriptor& file) { return fmt::format("/proc/self/fd/{}", file.get()); }

void add(std::string& text, const std::string& more) {
  if (!more.empty()) text += (text.empty() ? "" : "; ") + more;
}

}  // namespace

Supervisor::Supervisor(TargetFile file) : file_(std::move(file)), output_(nameless_file()) { watch(); }

Supervisor::~Supervisor() { take_down(); }

Awaitable<Supervisor::Done> Supervisor::start() {
  if (!can_restart()) {
    process_ = process();
    if (!file_.pid.empty() && !process_)
      co_return std::unexpected(fmt::format("{} names no process that runs", file_.pid.string()));
    co_return Done{};
  }
  // Another server would be judged in its stead.
  for (const Address& address : addresses()) {
    const bool taken = co_await answers_at(address);
    if (taken)
      co_return std::unexpected(
          fmt::format("{} answers before it has been started; stop what listens there, or leave out <start>",
                      address.text()));
  }
  co_return co_await bring_up();
}

std::string Supervisor::noticed() {
  std::string news = news_of_process();
  for (auto& [name, log] : logs_) {
    const std::string line = log.look();
    if (!line.empty()) add(news, fmt::format("{} says \"{}\"", name, line));
    if (name == output_name) forget(output_, log.position());
  }
  return news;
}

Awaitable<Supervisor::Done> Supervisor::restart() {
  if (restarts_ == most_restarts)
    co_return std::unexpected(fmt::format("it has been started again {} times already", most_restarts));
  ++restarts_;
  take_down();
  co_return co_await bring_up();
}

std::vector<Address> Supervisor::addresses() const {
  std::vector<Address> all = {file_.address};
  for (const Port& port : file_.ports) all.push_back(port.address);
  return all;
}

Awaitable<bool> Supervisor::answers_at(Address address) {
  const auto network =
      transport::tcp_network(co_await boost::asio::this_coro::executor, address.host, address.port);
  co_return co_await scenario::answers(*network, answer_patience);
}

Awaitable<std::string> Supervisor::missing() {
  if (!file_.pid.empty() && !process())
    co_return fmt::format("{} names no process that runs", file_.pid.string());
  if (!file_.health.empty()) co_return co_await unhealthy();
  for (const Address& address : addresses()) {
    const bool there = co_await answers_at(address);
    if (!there) co_return fmt::format("smb://{}:{} does not answer", address.host, address.port);
  }
  co_return std::string();
}

Awaitable<std::string> Supervisor::unhealthy() {
  Command health(file_.health, file_.folder(), output_);
  const auto deadline = Clock::now() + health_patience;
  std::optional<int> status;
  while (!(status = health.ended()) && Clock::now() < deadline) co_await pause();
  if (!status) co_return "the health command does not end";
  co_return *status == 0 ? std::string() : fmt::format("the health command ends with {}", how_ended(*status));
}

Awaitable<Supervisor::Done> Supervisor::bring_up() {
  server_.emplace(file_.start, file_.folder(), output_);
  const auto deadline = Clock::now() + file_.time_to_start;
  std::string why;
  while (true) {
    const auto status = server_->ended();
    if (status && *status != 0) {
      why = fmt::format("the start command ended with {}", how_ended(*status));
      break;
    }
    why = co_await missing();
    if (why.empty() && !server_->ended().value_or(0)) break;
    if (Clock::now() >= deadline) {
      why += fmt::format(", {} after its start",
                         std::chrono::duration_cast<std::chrono::milliseconds>(file_.time_to_start));
      break;
    }
    co_await pause();
  }
  if (why.empty()) {
    in_foreground_ = !server_->ended();
    process_ = process();
    watch();
    co_return Done{};
  }
  const std::string printed = last_words();
  take_down();
  co_return std::unexpected(printed.empty() ? why : fmt::format("{}; it printed: {}", why, printed));
}

void Supervisor::take_down() {
  if (!server_) return;
  if (!file_.stop.empty()) {
    Command stop(file_.stop, file_.folder(), output_);
    for (const auto deadline = Clock::now() + stop_patience; !stop.ended() && Clock::now() < deadline;)
      poll(nullptr, 0, static_cast<int>(between_looks.count()));
  }
  server_.reset();
  in_foreground_ = false;
}

// From here on; what was said before is not news.
void Supervisor::watch() {
  logs_.clear();
  logs_.emplace_back(output_name, LogWatch(path_of(output_), file_.crash_signs));
  for (const auto& log : file_.logs) logs_.emplace_back(log.filename(), LogWatch(log, file_.crash_signs));
}

std::string Supervisor::last_words() const {
  const off_t size = lseek(output_.get(), 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(last_words_size));
  std::string text(static_cast<std::size_t>(size - from), '\0');
  const ssize_t got = pread(output_.get(), text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  while (text.ends_with('\n')) text.pop_back();
  std::ranges::replace(text, '\n', '|');
  return printable(text);
}

// A zombie is none.
std::optional<Supervisor::Process> Supervisor::process() const {
  Process process;
  std::ifstream file(file_.pid);
  if (file_.pid.empty() || !(file >> process.pid) || process.pid <= 0) return std::nullopt;
  std::ifstream status(fmt::format("/proc/{}/stat", process.pid));
  std::string text;
  std::getline(status, text, '\0');
  // The name in parentheses may hold anything. Behind it: the state, and 19 words later when it started.
  const std::size_t name = text.rfind(") ");
  if (name == std::string::npos || text[name + 2] == 'Z' || text[name + 2] == 'X') return std::nullopt;
  std::size_t at = name + 2;
  for (int word = 0; word < 19 && at != std::string::npos; ++word) at = text.find(' ', at + 1);
  if (at == std::string::npos) return std::nullopt;
  process.started = text.substr(at + 1, text.find(' ', at + 1) - at - 1);
  return process;
}

std::string Supervisor::news_of_process() {
  std::string news;
  if (in_foreground_ && server_) {
    if (const auto status = server_->ended()) {
      in_foreground_ = false;
      add(news, fmt::format("its process ended with {}", how_ended(*status)));
    }
  }
  if (file_.pid.empty()) return news;
  const auto now = process();
  const auto before = std::exchange(process_, now);
  if (before && !now) add(news, fmt::format("process {} is gone", before->pid));
  if (before && now && *before != *now)
    add(news, fmt::format("process {} gave way to {}", before->pid, now->pid));
  return news;
}

}  // namespace target
