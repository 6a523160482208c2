#pragma once
#include <algorithm>
#include <chrono>

#include "core/limits.hpp"

namespace telltale::net {

/// How long a request body may take: no pause over Limits::client_body_idle_time, and from `client_body_grace` on no
/// less than `client_body_rate` bytes a second on the average, so that a drip cannot hold a connection for hours.
class BodyPace {
 public:
  using Clock = std::chrono::steady_clock;
  BodyPace(const Limits& limits, Clock::time_point start) : limits_(limits), start_(start) {}

  /// Until when the next byte must have come, if `bytes` have come so far: never more than the longest pause, 0 if the
  /// body is too slow already.
  [[nodiscard]] std::chrono::milliseconds left(Clock::time_point now, std::uint64_t bytes) const {
    return std::clamp(rate_left(now, bytes), std::chrono::milliseconds(0), limits_.client_body_idle_time);
  }

 private:
  [[nodiscard]] std::chrono::milliseconds rate_left(Clock::time_point now, std::uint64_t bytes) const {
    if (limits_.client_body_rate == 0) return limits_.client_body_idle_time;
    const std::chrono::milliseconds earned(bytes * 1000 / limits_.client_body_rate);
    return std::chrono::duration_cast<std::chrono::milliseconds>(start_ + limits_.client_body_grace + earned - now);
  }

  const Limits& limits_;
  Clock::time_point start_;
};

}  // namespace telltale::net
