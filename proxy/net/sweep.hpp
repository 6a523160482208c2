#pragma once
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/execution_context.hpp>
#include <chrono>

#include "net/stream.hpp"

namespace telltale::net {

class Sweep;

/// Something with a deadline: the base of our streams. Moving the deadline is a store, not a timer operation, so that a
/// read costs no timer of its own.
class Expiring {
 public:
  Expiring(const Expiring&) = delete;
  Expiring& operator=(const Expiring&) = delete;

 protected:
  explicit Expiring(boost::asio::io_context& context);
  virtual ~Expiring();
  void set_deadline(std::chrono::milliseconds from_now);
  void clear_deadline();
  /// Called once per deadline set. Must not destroy an Expiring at once.
  virtual void on_expired() = 0;

 private:
  friend class Sweep;
  static constexpr auto never = std::chrono::steady_clock::time_point::max();
  Sweep& sweep_;
  Expiring* previous_ = nullptr;
  Expiring* next_ = nullptr;
  std::chrono::steady_clock::time_point deadline_ = never;
};

/// All deadlines of one io_context, with one timer between them. The timer is set for the earliest deadline; streams
/// that move theirs on leave it alone, and it looks again when it fires. Deadlines are met to within `grain`.
class Sweep : public boost::asio::execution_context::service {
 public:
  using key_type = Sweep;
  static boost::asio::execution_context::id id;
  static constexpr std::chrono::milliseconds grain{25};

  explicit Sweep(boost::asio::execution_context& context);

 private:
  friend class Expiring;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  void shutdown() override;
  void link(Expiring& item);
  void unlink(Expiring& item);
  void wake_by(std::chrono::steady_clock::time_point time);
  void fire();

  Timer timer_;
  std::chrono::steady_clock::time_point armed_ = Expiring::never;
  Expiring* first_ = nullptr;
};

}  // namespace telltale::net
