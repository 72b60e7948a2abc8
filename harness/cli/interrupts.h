// SIGINT and SIGTERM until the process ends: what awaits them for a while would leave the time in between to
// the default, which is to die without a word, even behind the verdict.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace cli {

class Interrupts {
 public:
  // From the first call on, and never given up.
  static Interrupts& of_this_process() {
    static auto* const interrupts = new Interrupts;
    return *interrupts;
  }

  // Whether one has come.
  bool arrived() {
    context_.poll();
    return arrived_;
  }

  // Until one has.
  void wait() { context_.run(); }

 private:
  Interrupts() {
    signals_.async_wait([this](const boost::system::error_code& error, int) { arrived_ = !error; });
  }

  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  bool arrived_ = false;
};

}  // namespace cli
