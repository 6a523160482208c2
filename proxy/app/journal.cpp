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
#include <utility>
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
  std::time_t written = 0;
};

std::vector<Kept> files_in(const std::string& folder) {
  std::vector<Kept> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    struct stat info {};
    if (::lstat(entry.path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    files.push_back({entry.path().string(), static_cast<std::uint64_t>(info.st_size), info.st_mtime});
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

// So that what is freed is not found on the disk. On flash and on file systems that write elsewhere (btrfs, ZFS) the
// old blocks stay for a time all the same: docs/configuration.md says so.
void overwrite_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info {};
  if (file < 0) return;
  if (::fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1) {
    const std::string zeros(std::size_t{256} * 1024, '\0');
    for (off_t at = 0; at < info.st_size;) {
      const auto size = std::min<std::uint64_t>(zeros.size(), static_cast<std::uint64_t>(info.st_size - at));
      const ssize_t wrote = ::pwrite(file, zeros.data(), size, at);
      if (wrote <= 0) break;
      at += wrote;
    }
    ::fdatasync(file);
  }
  ::close(file);
}

bool ends_a_line(int fd, std::uint64_t size) {
  char last = '\n';
  return size == 0 || pread(fd, &last, 1, static_cast<off_t>(size - 1)) != 1 || last == '\n';
}

// A file that somebody else made could be read by them, or be a name of something of theirs.
Result<void> check_file(int fd, const std::string& file) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return failed("look at", file, errno);
  if (!S_ISREG(info.st_mode)) return {};  // a pipe or device that was named
  if (info.st_uid != ::geteuid() && ::geteuid() != 0)
    return fail(Errc::file_failed, fmt::format("{}: it belongs to another user (uid {})", file, info.st_uid));
  if (info.st_nlink > 1) return fail(Errc::file_failed, fmt::format("{}: it has a second name (hard link)", file));
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
  std::string file = options_.folder ? (fs::path(options_.path) / file_name(number_++)).string() : options_.path;
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed("open for writing", file, errno);  // what is open stays
  if (auto safe = check_file(fd, file); !safe) {
    ::close(fd);
    return safe;
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  file_ = std::move(file);
  struct stat status {};
  size_ = fstat(fd_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
  torn_ = !ends_a_line(fd_, size_);  // a crash cut the last line: the next one begins on its own
  if (options_.folder) remove_old();
  if (options_.folder) remove_oldest();
  return {};
}

// Deleted or replaced under us: what would be written could not be read again.
bool Journal::is_gone() const {
  struct stat ours {
  }, there{};
  if (::fstat(fd_, &ours) != 0 || !S_ISREG(ours.st_mode)) return false;
  return ours.st_nlink == 0 || ::stat(file_.c_str(), &there) != 0 || ours.st_ino != there.st_ino;
}

void Journal::remove(const std::string& path) const {
  if (options_.overwrite) overwrite_file(path);
  ::unlink(path.c_str());
}

void Journal::retire() {
  if (!options_.folder) return;
  remove_old();
  remove_oldest();
}

void Journal::remove_old() {
  if (options_.age.count() == 0) return;
  const std::time_t oldest = std::time(nullptr) - std::chrono::seconds(options_.age).count();
  for (const Kept& file : files_in(options_.path)) {
    if (file.written >= oldest) continue;
    if (file.path == file_ && file.size == 0) continue;
    if (file.path == file_) ::close(std::exchange(fd_, -1));  // the next line begins another
    remove(file.path);
  }
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
    remove(file.path);
    total -= file.size;
  }
}

Result<void> Journal::append(std::string_view line) {
  if (fd_ >= 0 && is_gone()) ::close(std::exchange(fd_, -1));
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

Result<void> Journal::sync() {
  if (fd_ < 0 || fdatasync(fd_) == 0) return {};
  return failed("sync", file_, errno);
}

}  // namespace telltale::app
