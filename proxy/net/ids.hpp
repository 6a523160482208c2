#pragma once
#include <chrono>
#include <random>
#include <string>

namespace telltale::net {

/// Names for flows and exchanges: 26 characters that sort by time (ULID: 48 bits of milliseconds, 80 random bits, in
/// Crockford's base 32). One maker a thread. They are labels, not secrets.
class Ids {
 public:
  Ids();
  [[nodiscard]] std::string next(std::chrono::system_clock::time_point time);

 private:
  std::mt19937_64 random_;
};

}  // namespace telltale::net
