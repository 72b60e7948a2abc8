// SIGINT and SIGTERM from the start of a verb to its end: what awaits them for a while would leave the time
// in between to the default, which is to die without a word.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace cli {

class Interrupts {
 public:
  Interrupts() {
    signals_.async_wait([this](const boost::system::error_code& error, int) { arrived_ = !error; });
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Whether one has come.
  bool arrived() {
    context_.poll();
    return arrived_;
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  bool arrived_ = false;
};

}  // namespace cli
