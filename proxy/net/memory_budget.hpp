#pragma once
#include <atomic>
#include <cstdint>

namespace telltale::net {

/// What all connections of the process may hold together. Any thread.
class MemoryBudget {
 public:
  /// Gives out 95 % of `bytes`: the rest is for what is counted only once it has come. 0: no bound.
  explicit MemoryBudget(std::uint64_t bytes) : limit_(bytes / 20 * 19) {}

  /// False if there is not so much left; nothing is taken then.
  [[nodiscard]] bool take(std::uint64_t bytes) {
    const std::uint64_t before = held_.fetch_add(bytes, std::memory_order_relaxed);
    if (limit_ == 0 || before + bytes <= limit_) return true;
    give_back(bytes);
    return false;
  }
  /// Whether so much more would be there now; nothing is taken.
  [[nodiscard]] bool fits(std::uint64_t bytes) const { return limit_ == 0 || held() + bytes <= limit_; }
  void give_back(std::uint64_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }

  [[nodiscard]] std::uint64_t held() const { return held_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t limit() const { return limit_; }  ///< 0: none

 private:
  std::atomic<std::uint64_t> held_{0};
  const std::uint64_t limit_;
};

/// One message's part of the budget; given back when it dies.
class Held {
 public:
  explicit Held(MemoryBudget& budget) : budget_(budget) {}
  ~Held() { clear(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  /// Holds so much more; false, and as before, if that would be too much.
  [[nodiscard]] bool add(std::uint64_t bytes) {
    if (!budget_.take(bytes)) return false;
    bytes_ += bytes;
    return true;
  }
  /// What was held is gone.
  void clear() {
    budget_.give_back(bytes_);
    bytes_ = 0;
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  MemoryBudget& budget_;
  std::uint64_t bytes_ = 0;
};

}  // namespace telltale::net
