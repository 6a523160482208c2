// Captures on disk. Plain files, appended to with one write a line. Covered by tests/unit/app/journal_test.cpp.
#include "app/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <vector>

namespace telltale::app {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view prefix = "telltale-";
constexpr std::string_view suffix = ".jsonl";

tl::unexpected<Error> failed(std::string_view what, std::string_view path, int error) {
  return fail(Errc::file_failed, fmt::format("{}: cannot {}: {}", path, what, std::strerror(error)));
}

std::string file_name(unsigned number) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  return fmt::format("{}{}-{}-{:04}{}", prefix, stamp, getpid(), number, suffix);
}

struct Kept {
  std::string path;
  std::uint64_t size = 0;
};

std::vector<Kept> files_in(const std::string& folder) {
  std::vector<Kept> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    files.push_back({entry.path().string(), entry.file_size(ignored)});
  }
  // The name begins with the time, so that name order is age order.
  std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) { return a.path < b.path; });
  return files;
}

// Creates the missing folders owner-only; leaves the mode of existing ones alone.
Result<void> make_folder(const std::string& path) {
  std::string made;
  for (const auto& part : fs::path(path)) {
    made = made.empty() ? part.string() : (fs::path(made) / part).string();
    if (mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) return failed("make the folder", made, errno);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  if (options.folder)
    if (auto made = make_folder(options.path); !made) return tl::unexpected(made.error());
  std::unique_ptr<Journal> journal(new Journal(std::move(options)));
  if (auto opened = journal->open_next(); !opened) return tl::unexpected(opened.error());
  return journal;
}

Journal::~Journal() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> Journal::open_next() {
  if (fd_ >= 0) ::close(fd_);
  file_ = options_.folder ? (fs::path(options_.path) / file_name(number_++)).string() : options_.path;
  fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd_ < 0) return failed("open for writing", file_, errno);
  struct stat status {};
  size_ = fstat(fd_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
  torn_ = false;
  if (options_.folder) remove_oldest();
  return {};
}

Result<void> Journal::reopen() {
  return open_next();
}

void Journal::remove_oldest() const {
  if (options_.total_bytes == 0) return;
  std::vector<Kept> files = files_in(options_.path);
  // Room for the file that has just begun, so that the bound holds when it is full.
  std::uint64_t total = options_.rotate_bytes;
  for (const Kept& file : files) total += file.size;
  for (const Kept& file : files) {
    if (total <= options_.total_bytes || file.path == file_) break;
    if (::unlink(file.path.c_str()) == 0) total -= file.size;
  }
}

Result<void> Journal::append(std::string_view line) {
  if (fd_ < 0 || (options_.folder && size_ > 0 && size_ + line.size() > options_.rotate_bytes))
    if (auto opened = open_next(); !opened) return opened;
  std::string whole;
  whole.reserve(line.size() + 2);
  if (torn_) whole.push_back('\n');
  whole.append(line);
  whole.push_back('\n');
  for (std::size_t at = 0; at < whole.size();) {
    const ssize_t wrote = ::write(fd_, whole.data() + at, whole.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      torn_ = torn_ || at > 0;
      return failed("write", file_, errno);
    }
    at += static_cast<std::size_t>(wrote);
    size_ += static_cast<std::uint64_t>(wrote);
  }
  torn_ = false;
  return {};
}

}  // namespace telltale::app
