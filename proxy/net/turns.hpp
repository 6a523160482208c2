#pragma once
#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <unordered_map>

#include "net/signal.hpp"

namespace telltale::net {

/// Whose request (or handshake) one thread begins next. As long as one is ready at a time, it begins at once. When more
/// are, each client gets one turn after the other, so that a client with a thousand requests ready delays the one
/// request of another by one of its own, not by a thousand.
///
/// A turn is what the coroutine does until it next waits for a socket. Between two turns the thread looks for news.
class Turns {
 public:
  explicit Turns(boost::asio::io_context& context) : context_(context) {}

  /// Comes back when it is that client's turn.
  Task<void> next(const void* client);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  using Queue = std::deque<Signal*>;
  void end_round_later();
  void end_round();

  boost::asio::io_context& context_;
  std::unordered_map<const void*, Queue> queues_;  ///< none is empty
  std::deque<const void*> order_;                  ///< their keys; the first is next
  std::size_t waiting_ = 0;
  bool taken_ = false;  ///< somebody has had the turn of this round
};

}  // namespace telltale::net
