#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include "net/signal.hpp"

namespace telltale::net {

/// Lets another thread fire a signal of this one, even when the io_context may be gone by then: whoever ends it takes
/// the bell down first.
class Doorbell {
 public:
  explicit Doorbell(boost::asio::io_context& context) : context_(&context) {}

  /// What the other thread calls, once; the waiter may have left. `bell` and `signal` live as long as they like.
  static std::function<void()> rope(const std::shared_ptr<Doorbell>& bell, const std::shared_ptr<Signal>& signal) {
    return [bell, waiting = std::weak_ptr<Signal>(signal)] { bell->ring(waiting); };
  }
  void take_down() {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }

 private:
  void ring(const std::weak_ptr<Signal>& waiting) {
    const std::lock_guard lock(mutex_);
    if (context_ == nullptr) return;
    boost::asio::post(*context_, [waiting] {
      if (const auto signal = waiting.lock()) signal->fire();
    });
  }

  std::mutex mutex_;
  boost::asio::io_context* context_;
};

}  // namespace telltale::net
