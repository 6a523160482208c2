#pragma once
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <chrono>

#include "net/tcp_stream.hpp"

namespace telltale::net {

/// Something that happens once, waited for by one coroutine of the thread that owns the io_context. Hold it in a
/// shared_ptr when the other end may outlive the waiter.
class Signal {
 public:
  explicit Signal(boost::asio::io_context& context) : timer_(context) {}
  /// On the owning thread.
  void fire() {
    fired_ = true;
    timer_.cancel();
  }
  [[nodiscard]] bool fired() const { return fired_; }
  /// Until it fires or the time is over.
  Task<void> wait(std::chrono::milliseconds at_most) {
    if (fired_) co_return;
    timer_.expires_after(at_most);
    co_await timer_.async_wait(as_values);
  }

 private:
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer_;
  bool fired_ = false;
};

}  // namespace telltale::net
