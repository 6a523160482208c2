#pragma once
#include <deque>
#include <mutex>
#include <string>

#include "record/capture.hpp"

namespace telltale::app {

/// The newest exchanges of a running proxy in a line each, for people who look: when, who, where to, what was made of
/// it. No text of a request but its method and path (without query). Bounded: `most` lines of about 400 bytes.
class RecentExchanges {
 public:
  static constexpr std::size_t most = 256;

  void add(const record::Capture& capture);
  /// JSON lines, the oldest first.
  [[nodiscard]] std::string text() const;

 private:
  mutable std::mutex lock_;
  std::deque<std::string> lines_;
};

}  // namespace telltale::app
