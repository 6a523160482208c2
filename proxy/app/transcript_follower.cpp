// Following files as they grow. inotify(7); where it sees nothing (network file systems, too many folders) a look each
// second does. Covered by tests/unit/app/transcripts_test.cpp.
#include "app/transcript_follower.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>

#include "app/file_text.hpp"

namespace telltale::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_again_every{1'000};
constexpr std::chrono::seconds look_through_every{30};
constexpr std::size_t most_watches = 4096;
constexpr std::uint32_t watched_for = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;

}  // namespace

TranscriptFollower::TranscriptFollower(Transcripts transcripts, Sink sink)
    : transcripts_(std::move(transcripts)),
      sink_(std::move(sink)),
      changes_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Result<std::unique_ptr<TranscriptFollower>> TranscriptFollower::start(Transcripts transcripts, Sink sink) {
  std::unique_ptr<TranscriptFollower> out(new TranscriptFollower(std::move(transcripts), std::move(sink)));
  if (!out->wake_.open()) return fail(Errc::file_failed, fmt::format("eventfd: {}", system_reason()));
  out->thread_ = std::thread([follower = out.get()] { follower->run(); });
  return out;
}

TranscriptFollower::~TranscriptFollower() {
  const std::uint64_t one = 1;
  // It cannot fail: the counter is far from full.
  [[maybe_unused]] const ssize_t wrote = ::write(wake_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void TranscriptFollower::run() {
  prctl(PR_SET_NAME, "tt-typed");
  watch_folders();
  // Between the first look, which was made before this thread began, and the watches, something may have been written.
  bool through = true;
  Clock::time_point looked_through;
  for (;;) {
    if (through || Clock::now() - looked_through > look_through_every) {
      hand_on(transcripts_.look());
      watch_folders();
      looked_through = Clock::now();
    }
    std::array<pollfd, 2> waiting{{{wake_.get(), POLLIN, 0}, {changes_.get(), POLLIN, 0}}};
    const int ready = ::poll(waiting.data(), waiting.size(), int{look_again_every.count()});
    if (waiting[0].revents != 0) return;
    through = ready > 0 && waiting[1].revents != 0 && take_events();
    if (ready == 0) hand_on(transcripts_.look_again());
  }
}

void TranscriptFollower::watch_folders() {
  if (!changes_.open()) return;
  for (const std::string& folder : transcripts_.folders()) {
    if (watched_.size() >= most_watches) return;
    const int watch = ::inotify_add_watch(changes_.get(), folder.c_str(), watched_for);
    if (watch >= 0) watched_[watch] = folder;  // the same folder has the same number
  }
}

bool TranscriptFollower::take_events() {
  bool through = false;
  alignas(inotify_event) std::array<char, 16 * 1024> bytes{};
  for (int rounds = 0; rounds < 64; ++rounds) {
    const ssize_t got = ::read(changes_.get(), bytes.data(), bytes.size());
    if (got <= 0) break;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof event);
      const std::string name(bytes.data() + at + sizeof event, ::strnlen(bytes.data() + at + sizeof event, event.len));
      at += sizeof event + event.len;
      if ((event.mask & IN_IGNORED) != 0) watched_.erase(event.wd);
      through = through || (event.mask & (IN_ISDIR | IN_Q_OVERFLOW)) != 0;
      const auto folder = watched_.find(event.wd);
      if (folder == watched_.end() || name.empty() || (event.mask & IN_ISDIR) != 0) continue;
      hand_on(transcripts_.look_at(folder->second == "." ? name : folder->second + "/" + name));
    }
  }
  return through;
}

void TranscriptFollower::hand_on(std::vector<std::string> texts) const {
  if (!texts.empty()) sink_(std::move(texts));
}

}  // namespace telltale::app
