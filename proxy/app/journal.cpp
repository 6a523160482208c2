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

#include "app/file_text.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view prefix = "telltale-";
constexpr std::string_view suffix = ".jsonl";
constexpr std::string_view sealed_suffix = ".jsonl.sealed";

tl::unexpected<Error> failed(std::string_view what, std::string_view path, int error) {
  return fail(Errc::file_failed, fmt::format("{}: cannot {}: {}", path, what, std::strerror(error)));
}

std::string file_name(unsigned number, bool is_sealed) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  return fmt::format("{}{}-{}-{:04}{}", prefix, stamp, getpid(), number, is_sealed ? sealed_suffix : suffix);
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
    if (!name.starts_with(prefix) || !(name.ends_with(suffix) || name.ends_with(sealed_suffix))) continue;
    struct stat info {};
    if (::lstat(entry.path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    files.push_back({entry.path().string(), static_cast<std::uint64_t>(info.st_size), info.st_mtime});
  }
  // The name begins with the time, so that name order is age order.
  std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) { return a.path < b.path; });
  return files;
}

tl::unexpected<Error> exposed(const std::string& path, mode_t mode, std::string_view what, std::string_view right) {
  return fail(Errc::store_exposed, fmt::format("{}: others than its owner may {} (mode {:04o}); type: chmod {} {}",
                                               path, what, mode & 07777U, right, path));
}

// Whoever may write to the folder could put captures there, or links that we would follow.
Result<void> check_folder(const std::string& path, bool is_private) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return failed("look at the folder", path, errno);
  if (info.st_uid != ::geteuid() && info.st_uid != 0 && ::geteuid() != 0)
    return fail(Errc::store_exposed, fmt::format("{}: it belongs to another user (uid {})", path, info.st_uid));
  if ((info.st_mode & 022U) != 0) return exposed(path, info.st_mode, "change what is in it", "700");
  if (is_private && (info.st_mode & 077U) != 0) return exposed(path, info.st_mode, "look into it", "700");
  return {};
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
  if ((info.st_mode & 022U) != 0) return exposed(file, info.st_mode, "change it", "600");
  if (info.st_nlink > 1) return fail(Errc::file_failed, fmt::format("{}: it has a second name (hard link)", file));
  return {};
}

std::string read_at(int fd, std::uint64_t at, std::size_t size) {
  std::string out(size, '\0');
  const ssize_t got = ::pread(fd, out.data(), size, static_cast<off_t>(at));
  out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return out;
}

bool is_sealed(int fd) {
  return read_at(fd, 0, record::sealed::magic.size()) == record::sealed::magic;
}

// Plain and sealed do not go into one file, nor do two keys or two writers: it could not be read again.
Result<void> check_sealed(int fd, const std::string& file, StoreKey& key) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    return fail(Errc::file_failed, fmt::format("{}: only a file can be encrypted", file));
  struct flock lock {};
  lock.l_type = F_WRLCK;  // the whole file, as long as this descriptor is open; readers ask for it
  if (::fcntl(fd, F_OFD_SETLK, &lock) != 0) return failed("write what another process writes to", file, errno);
  if (static_cast<std::size_t>(info.st_size) < record::sealed::head_bytes && (info.st_size == 0 || is_sealed(fd)))
    return ::ftruncate(fd, 0) == 0 ? Result<void>() : failed("begin", file, errno);  // a crash left no record in it
  const std::string start = read_at(fd, 0, record::sealed::head_bytes);
  const auto head = record::sealed::stream_head_in(start);
  if (!head) return fail(Errc::file_failed, fmt::format("{}: what is in it is not encrypted; name another file", file));
  const std::string_view whole = start;
  constexpr std::size_t proven = record::sealed::proven_head_bytes;
  if (make_opener(key)->begin(*head, whole.substr(0, proven), whole.substr(proven))) return {};
  return fail(Errc::file_failed, fmt::format("{}: what is in it is encrypted with another key", file));
}

// The newest file says which salt the others have: so the key of a whole store is made once.
std::string salt_in(const std::string& folder) {
  std::string salt;
  const std::vector<Kept> files = files_in(folder);
  for (auto file = files.rbegin(); file != files.rend() && salt.empty(); ++file) {
    const int fd = ::open(file->path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) continue;
    const auto head = record::sealed::stream_head_in(read_at(fd, 0, record::sealed::head_bytes));
    if (head) salt = head->salt;
    ::close(fd);
  }
  return salt;
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  if (options.folder) {
    if (auto made = make_folder(options.path); !made) return tl::unexpected(made.error());
    if (auto safe = check_folder(options.path, options.is_private); !safe) return tl::unexpected(safe.error());
  }
  std::unique_ptr<Journal> journal(new Journal(std::move(options)));
  if (auto opened = journal->open_next(); !opened) return tl::unexpected(opened.error());
  return journal;
}

Journal::~Journal() {
  (void)close_file();
}

// What is sealed says that it ends here. What was written and has not been synced would be forgotten with the file.
Result<void> Journal::close_file() {
  if (fd_ < 0) return {};
  if (sealer_ && head_.empty()) {
    if (const auto end = sealer_->close(); end) (void)write(*end);
  }
  sealer_.reset();
  Result<void> synced;
  if (options_.durable) synced = sync();
  ::close(std::exchange(fd_, -1));
  return synced;
}

Result<void> Journal::open_next() {
  const bool seals = options_.key != nullptr;
  Result<void> closed;
  if (seals) closed = close_file();  // its lock would keep us out
  std::string file = options_.folder ? (fs::path(options_.path) / file_name(number_++, seals)).string() : options_.path;
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed("open for writing", file, errno);  // what is open stays
  auto safe = check_file(fd, file);
  if (safe && seals) safe = check_sealed(fd, file, *options_.key);
  if (safe && !seals && is_sealed(fd))
    safe = fail(Errc::file_failed, fmt::format("{}: what is in it is encrypted; give --store-key", file));
  if (!safe) {
    ::close(fd);
    return safe;
  }
  if (!seals) closed = close_file();
  fd_ = fd;
  file_ = std::move(file);
  if (options_.durable) sync_folder_of(file_);
  struct stat status {};
  size_ = fstat(fd_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
  torn_ = !seals && !ends_a_line(fd_, size_);  // a crash cut the last line: the next one begins on its own
  if (options_.folder) remove_old();
  if (options_.folder) remove_oldest();
  // The key is made now: that takes longer than a response waits.
  if (auto begun = seals ? begin_stream() : Result<void>(); !begun) return begun;
  return closed;
}

// Deleted or replaced under us: what would be written could not be read again.
bool Journal::is_gone() const {
  struct stat ours {
  }, there{};
  if (::fstat(fd_, &ours) != 0 || !S_ISREG(ours.st_mode)) return false;
  if (options_.key != nullptr && static_cast<std::uint64_t>(ours.st_size) < size_) return true;  // cut: no head in it
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
    if (file.path == file_) (void)close_file();  // the next line begins another
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

// A stream goes on from what the file holds, whoever wrote it, and proves that.
Result<void> Journal::begin_stream() {
  using namespace record::sealed;
  std::string before, salt;
  if (size_ > 0) {
    before = read_at(fd_, size_ - tag_bytes, tag_bytes);
    const auto head = stream_head_in(read_at(fd_, 0, head_bytes));
    if (!head || before.size() != tag_bytes) return failed("read", file_, errno);
    salt = head->salt;
  } else if (options_.folder) {
    salt = salt_in(options_.path);
  }
  TT_TRY(sealer_, Sealer::begin(*options_.key, before, salt));
  head_ = sealer_->head();
  return {};
}

// The line as it goes into the file.
Result<std::string> Journal::packed(std::string_view line) {
  std::string out;
  if (options_.key == nullptr) {
    out.reserve(line.size() + 2);
    if (torn_) out.push_back('\n');
    return std::move(out.append(line).append("\n"));
  }
  if (!sealer_) {
    if (auto begun = begin_stream(); !begun) return tl::unexpected(begun.error());
  }
  TT_TRY(const std::string text, sealer_->seal(std::string(line) + "\n"));
  return std::exchange(head_, {}) + text;
}

Result<void> Journal::write(std::string_view bytes) {
  const std::uint64_t start = size_;
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      const int error = errno;
      torn_ = torn_ || size_ > start;
      // No number is sealed twice under one key: what comes next is another stream, behind what is whole.
      const bool was_sealed = std::exchange(sealer_, std::nullopt).has_value();
      if (was_sealed && size_ > start && ::ftruncate(fd_, static_cast<off_t>(start)) == 0) size_ = start;
      return failed("write", file_, error);
    }
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
    size_ += static_cast<std::uint64_t>(wrote);
  }
  torn_ = false;
  return {};
}

Result<void> Journal::append(std::string_view line) {
  if (fd_ >= 0 && is_gone()) {
    sealer_.reset();
    (void)close_file();
  }
  if (fd_ < 0 || (options_.folder && size_ > 0 && size_ + line.size() > options_.rotate_bytes))
    if (auto opened = open_next(); !opened) return opened;
  TT_TRY(const std::string whole, packed(line));
  return write(whole);
}

Result<void> Journal::sync() {
  if (fd_ < 0 || fdatasync(fd_) == 0) return {};
  return failed("sync", file_, errno);
}

}  // namespace telltale::app
