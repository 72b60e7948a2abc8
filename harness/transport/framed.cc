#include "harness/transport/framed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/smb2/direct_tcp.h"

namespace transport {

Framed::Framed(std::unique_ptr<Stream> stream, unsigned connection, const Network& network,
               Recording& recording)
    : stream_(std::move(stream)), connection_(connection), network_(network), recording_(recording) {
  record(Event::connected);
}

Framed::~Framed() { close(); }

Awaitable<Result<void>> Framed::send(wire::View bytes, Time deadline) {
  // Recorded first: an answer must never stand before what it answers.
  const std::size_t event = recording_.size();
  record(Event::sent, bytes);
  const auto sent = co_await stream_->send(bytes, deadline);
  if (!sent) recording_[event].note = sent.error().text;
  co_return sent;
}

Awaitable<Result<Frame>> Framed::receive(Time deadline) {
  while (!over_) {
    if (auto frame = take_frame()) {
      record(Event::received, frame->bytes);
      co_return std::move(*frame);
    }
    if (taken_ < buffer_.size() && buffer_[taken_] != 0) {
      const auto first = buffer_[taken_];
      co_return std::unexpected(
          end({Fault::not_a_frame, fmt::format("a frame starts with 0x00, what came with 0x{:02x}", first)}));
    }
    const auto bytes = co_await stream_->receive(deadline);
    if (!bytes && bytes.error().fault == Fault::timeout) co_return std::unexpected(bytes.error());
    if (!bytes) co_return std::unexpected(end(bytes.error()));
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
    buffer_.insert(buffer_.end(), bytes->begin(), bytes->end());
  }
  co_return std::unexpected(*over_);
}

void Framed::close() {
  if (!over_) {
    over_ = Error{Fault::closed, "closed by us"};
    record_rest();
  }
  if (!closed_) record(Event::closed_by_us);
  closed_ = true;
  stream_->close();
}

std::optional<Frame> Framed::take_frame() {
  const wire::View rest = wire::View(buffer_).subspan(taken_);
  if (rest.size() < smb2::direct_tcp_header_size) return std::nullopt;
  const auto [zero, length] = smb2::frame_header(rest.first<smb2::direct_tcp_header_size>());
  const std::size_t size = smb2::direct_tcp_header_size + length;
  if (zero != 0 || rest.size() < size) return std::nullopt;
  taken_ += size;
  return Frame{{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size)}};
}

// Nothing more can be received, for the reason `error`.
Error Framed::end(Error error) {
  record_rest();
  if (error.fault != Fault::not_a_frame) {
    closed_ = true;
    record(Event::closed_by_peer, {}, error.text);
  }
  over_ = error;
  return error;
}

void Framed::record_rest() {
  while (const auto frame = take_frame()) record(Event::received, frame->bytes);
  const wire::View rest = wire::View(buffer_).subspan(taken_);
  if (!rest.empty()) record(Event::received, rest, rest[0] == 0 ? "an unfinished frame" : "not a frame");
  buffer_.clear();
  taken_ = 0;
}

void Framed::record(Event event, wire::View bytes, std::string note) {
  recording_.push_back({event, connection_, network_.now(), {bytes.begin(), bytes.end()}, std::move(note)});
}

}  // namespace transport
