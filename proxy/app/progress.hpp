#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace telltale::app {

/// How far long work has come, in one line of a terminal at standard error that is written over and over. Silent where
/// standard error is no terminal, where it is not wanted, and in CI jobs ($CI is set), whose logs would keep every
/// state.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// What there is to read; sizes of pipes are not known, and then no percentage is shown.
  void expect(const std::vector<std::string>& files);
  /// So many bytes of the file at hand are read.
  void at(std::uint64_t bytes);
  /// The file at hand is read.
  void done(std::uint64_t bytes);
  /// Takes the line away, so that something else can be printed; the next `at` brings it back.
  void clear();

 private:
  [[nodiscard]] std::string line() const;

  bool shown_ = false;  ///< at all
  bool is_drawn_ = false;
  bool size_known_ = true;
  std::uint64_t total_ = 0, before_ = 0, here_ = 0;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_;
};

}  // namespace telltale::app
