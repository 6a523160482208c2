#pragma once
#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "app/mock.hpp"
#include "http/body_reader.hpp"
#include "http/head.hpp"

namespace telltale::app {

/// A connection to the built-in upstream, without a socket: what is written is read as HTTP/1.1 requests at once, and
/// each whole request queues its reply for reading. A read hands out one piece at most, so that the events of a stream
/// stay apart as they would on a network.
class MockStream final : public net::Stream {
 public:
  MockStream(const net::Executor& executor, http::Authority target, MockSink received);

  net::Task<Result<std::size_t>> read_some(std::span<char> into) override;
  /// Errors: upstream_closed after the connection ended.
  net::Task<Result<void>> write_all(std::span<const std::string_view> pieces) override;
  net::Task<void> shutdown() override;
  void close() override;
  void expires_after(std::chrono::milliseconds time) override;
  [[nodiscard]] bool readable() override { return !ready_.empty() || ended_; }
  [[nodiscard]] std::string peer() const override { return "mock:" + std::to_string(target_.port); }

 private:
  /// The request being read; no head yet: none has begun.
  struct Incoming {
    http::RequestHead head;
    std::optional<http::BodyReader> reader;
    std::string body;
  };
  void take(std::string_view bytes);
  [[nodiscard]] bool take_head();
  [[nodiscard]] bool take_body();
  void finish_request();
  void refuse(unsigned status, std::string_view reason);
  void end();

  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, net::Executor>;
  http::Authority target_;
  MockSink received_;
  Limits limits_;
  Timer arrival_;  ///< ends early when there is something to read
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  std::string unread_;  ///< request bytes not yet understood
  std::optional<Incoming> incoming_;
  std::deque<std::string> ready_;  ///< reply pieces, none empty
  std::size_t offset_ = 0;         ///< of the first piece, already handed out
  bool ended_ = false;             ///< no more replies: the reader sees the end behind the last piece
};

}  // namespace telltale::app
