#pragma once
#include <boost/asio/basic_waitable_timer.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/limits.hpp"
#include "http/authority.hpp"
#include "net/stream.hpp"

namespace telltale::net {

/// Where the requests of a connection go, and how.
struct Route {
  http::Authority target;
  bool tls = false;
  friend bool operator==(const Route&, const Route&) = default;
};

/// Idle upstream connections of one thread, by route. Last used is first reused. Bounded per route, in total, and in
/// time (Limits::upstream_pool_*).
class UpstreamPool {
 public:
  UpstreamPool(boost::asio::io_context& context, const Limits& limits);
  /// A connection on which nothing has arrived since; null if there is none.
  [[nodiscard]] std::unique_ptr<Stream> take(const Route& route);
  void put(const Route& route, std::unique_ptr<Stream> stream);
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Ends all of them now; more may be put.
  void shed();
  /// For the end.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  struct Idle {
    std::unique_ptr<Stream> stream;
    Clock::time_point until;
  };
  struct RouteHash {
    std::size_t operator()(const Route& route) const;
  };
  void tidy();
  void tidy_later();

  const Limits& limits_;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor> timer_;
  std::unordered_map<Route, std::vector<Idle>, RouteHash> idle_;
  std::size_t size_ = 0;
  bool timer_runs_ = false;
};

}  // namespace telltale::net
