#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace telltale::app {

/// Lines for people and log files, written by a thread of their own: whoever says something never waits for the reader
/// of standard error. What does not fit while that reader stands still is dropped, counted, and owned up to when it
/// reads on. From any thread.
class Announcer {
 public:
  /// `most_bytes` may wait. The descriptor stays open.
  explicit Announcer(int descriptor, std::size_t most_bytes = std::size_t{1024} * 1024);
  ~Announcer();  ///< as flush(one second); what is not read by then is lost
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;

  /// Whole lines with their ends.
  void say(std::string_view lines);
  /// Waits until all is written, or no longer than that. True: it is.
  bool flush(std::chrono::milliseconds patience);
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< the thread's too: it may hang in a write when we are gone
};

/// Makes every write go to the end of the file, if the descriptor is one: a log that is cut to nothing by its rotation
/// (`copytruncate`) then begins anew instead of growing a hole.
void append_always(int descriptor);

}  // namespace telltale::app
