// Lines on standard error that nobody waits for. poll(2), write(2), pipe(7). Covered by
// tests/unit/app/announcer_test.cpp and tests/hostile/faults.
#include "app/announcer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace telltale::app {
namespace {

constexpr std::size_t piece_bytes =
    4096;  // PIPE_BUF: so much fits, and in one piece, where poll(2) says that there is room
constexpr int look_again_ms = 100;

}  // namespace

struct Announcer::State {
  int descriptor = -1;
  std::size_t most_bytes = 0;
  std::mutex mutex;
  std::condition_variable work, done;
  std::deque<std::string> lines;
  std::size_t waiting_bytes = 0;
  std::uint64_t dropped = 0;
  std::uint64_t owned_up = 0;  ///< of them, told already
  bool writing = false;
  bool ending = false;
  bool ended = false;

  void run();
  bool write(std::string_view text);
  std::string next(std::unique_lock<std::mutex>& lock);
  bool gives_up() {
    const std::lock_guard lock(mutex);
    return ending;
  }
};

// A reader that is slow is waited for; one that is gone, or an end that comes first, is not. One write a line, where it
// is short enough: lines of a child, and of other processes with the same standard error, do not mix with ours.
bool Announcer::State::write(std::string_view text) {
  while (!text.empty()) {
    pollfd ready{descriptor, POLLOUT, 0};
    const int found = ::poll(&ready, 1, look_again_ms);
    if (found == 0 && gives_up()) return false;
    if (found <= 0) continue;
    const ssize_t wrote = ::write(descriptor, text.data(), std::min(text.size(), piece_bytes));
    if (wrote < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

// The next line, or what is to be owned up to; empty at the end.
std::string Announcer::State::next(std::unique_lock<std::mutex>& lock) {
  if (lines.empty() && dropped > owned_up) {
    const std::uint64_t lost = dropped - std::exchange(owned_up, dropped);
    return fmt::format("{} lines were not said: nobody read standard error\n", lost);
  }
  work.wait(lock, [this] { return ending || !lines.empty(); });
  if (lines.empty()) return {};
  std::string line = std::move(lines.front());
  lines.pop_front();
  waiting_bytes -= line.size();
  return line;
}

void Announcer::State::run() {
  prctl(PR_SET_NAME, "tt-announcer");
  std::unique_lock lock(mutex);
  for (std::string line = next(lock); !line.empty(); line = next(lock)) {
    writing = true;
    lock.unlock();
    const bool is_written = write(line);
    lock.lock();
    writing = false;
    done.notify_all();
    if (!is_written && ending) break;
  }
  ended = true;
  done.notify_all();
}

Announcer::Announcer(int descriptor, std::size_t most_bytes) : state_(std::make_shared<State>()) {
  state_->descriptor = descriptor;
  state_->most_bytes = most_bytes;
  std::thread([state = state_] { state->run(); }).detach();
}

Announcer::~Announcer() {
  flush(std::chrono::seconds(1));
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->work.notify_all();
  state_->done.wait_for(lock, std::chrono::seconds(1), [this] { return state_->ended; });
}

void Announcer::say(std::string_view lines) {
  if (lines.empty()) return;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->waiting_bytes + lines.size() > state_->most_bytes) {
      ++state_->dropped;
      return;
    }
    state_->waiting_bytes += lines.size();
    state_->lines.emplace_back(lines);
  }
  state_->work.notify_one();
}

bool Announcer::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  return state_->done.wait_for(lock, patience, [this] { return state_->lines.empty() && !state_->writing; });
}

std::uint64_t Announcer::dropped() const {
  const std::lock_guard lock(state_->mutex);
  return state_->dropped;
}

void append_always(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) return;
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags >= 0) ::fcntl(descriptor, F_SETFL, flags | O_APPEND);
}

}  // namespace telltale::app
