// Covered by tests/e2e/convert_test.py, through a pseudo-terminal.
#include "app/progress.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace telltale::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto first_after = std::chrono::milliseconds(500);  // short work needs none
constexpr auto again_after = std::chrono::milliseconds(100);
constexpr unsigned bar_width = 24;

bool is_ci() {
  const char* const value = std::getenv("CI");
  return value != nullptr && *value != '\0';
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace

Progress::Progress(bool quiet)
    : shown_(!quiet && ::isatty(STDERR_FILENO) == 1 && !is_ci()), next_(begun_ + first_after) {}

void Progress::expect(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    struct stat found {};
    const bool is_file = file != "-" && ::stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode);
    size_known_ = size_known_ && is_file;
    if (is_file) total_ += static_cast<std::uint64_t>(found.st_size);
  }
}

void Progress::at(std::uint64_t bytes) {
  here_ = bytes;
  if (!shown_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + again_after;
  is_drawn_ = true;
  fmt::print(stderr, "\r\x1b[K{}", line());
  std::fflush(stderr);
}

void Progress::done(std::uint64_t bytes) {
  before_ += bytes;
  here_ = 0;
}

void Progress::clear() {
  if (!is_drawn_) return;
  is_drawn_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

std::string Progress::line() const {
  const std::uint64_t read = before_ + here_;
  const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
  const std::string speed = fmt::format("{:.0f} MB/s", static_cast<double>(read) / 1e6 / std::max(seconds, 0.001));
  if (!size_known_ || total_ == 0) return fmt::format("{} read, {}", megabytes(read), speed);
  const double share = std::min(1.0, static_cast<double>(read) / static_cast<double>(total_));
  const auto filled = static_cast<std::size_t>(share * bar_width);
  return fmt::format("[{:<{}}] {:3.0f} % of {}, {}", std::string(filled, '#'), bar_width, share * 100,
                     megabytes(total_), speed);
}

}  // namespace telltale::app
