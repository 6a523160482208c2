// Modes, owners and creation of files that hold keys. Covered by tests/unit/app/ca_store_test.cpp.
#include "app/ca_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "app/file_text.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t longest_key = std::size_t{64} * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> file_error(const std::string& path) {
  return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
}

tl::unexpected<Error> exposed(const std::string& path, const struct stat& info, const char* mode) {
  return fail(Errc::ca_key_exposed, fmt::format("{}: others than its owner may use it (mode {:04o}); type: chmod {} {}",
                                                path, info.st_mode & 07777U, mode, path));
}

// Root may read what is anybody's.
Result<void> check_owner(const std::string& path, const struct stat& info) {
  if (info.st_uid == ::geteuid() || info.st_uid == 0 || ::geteuid() == 0) return {};
  return fail(Errc::ca_key_exposed,
              fmt::format("{}: it belongs to another user (uid {}), who could read or change it", path, info.st_uid));
}

Result<void> check_key(const std::string& path, const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return fail(Errc::file_failed, fmt::format("{}: not a file", path));
  if ((info.st_mode & 077U) != 0) return exposed(path, info, "600");
  return check_owner(path, info);
}

}  // namespace

bool is_there(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

Result<void> make_private_folder(const std::string& dir) {
  for (std::size_t at = dir.find('/', 1);; at = dir.find('/', at + 1)) {
    const std::string part = dir.substr(0, at);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return file_error(part);
    if (at == std::string::npos) break;
  }
  struct stat info {};
  if (::stat(dir.c_str(), &info) != 0) return file_error(dir);
  if (!S_ISDIR(info.st_mode)) return fail(Errc::file_failed, fmt::format("{}: not a folder", dir));
  return {};
}

Result<void> narrow_folder(const std::string& dir) {
  if (::chmod(dir.c_str(), 0700) != 0) return file_error(dir);
  return {};
}

Result<void> check_private_folder(const std::string& dir) {
  struct stat info {};
  if (::stat(dir.c_str(), &info) != 0) return file_error(dir);
  if (!S_ISDIR(info.st_mode)) return fail(Errc::file_failed, fmt::format("{}: not a folder", dir));
  if ((info.st_mode & 077U) != 0) return exposed(dir, info, "700");
  return check_owner(dir, info);
}

Result<void> check_private_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return check_key(path, info);
}

Result<Secret> read_private_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (file.number() < 0 || ::fstat(file.number(), &info) != 0) return file_error(path);
  if (auto safe = check_key(path, info); !safe) return tl::unexpected<Error>(safe.error());
  std::string text;
  text.reserve(longest_key);  // no copy of the key is left behind by growing
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::read(file.number(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return file_error(path);
    if (size == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() + buffer.size() > longest_key)
      return fail(Errc::file_failed, fmt::format("{}: too long for a key", path));
  }
  ::explicit_bzero(buffer.data(), buffer.size());
  return Secret(std::move(text));
}

Result<void> write_new_file(const std::string& path, std::string_view text, mode_t mode) {
  const std::string fresh = fmt::format("{}.new-{}", path, ::getpid());
  {
    const Descriptor out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (out.number() < 0) return file_error(fresh);
    // The mode at creation is cut by the umask only; this also widens a certificate where the umask is strict.
    const bool written =
        ::fchmod(out.number(), mode) == 0 && write_all(out.number(), text) && ::fsync(out.number()) == 0;
    if (!written) {
      auto error = file_error(fresh);
      ::unlink(fresh.c_str());
      return error;
    }
  }
  const bool linked = ::link(fresh.c_str(), path.c_str()) == 0;
  auto error = file_error(path);
  ::unlink(fresh.c_str());
  if (!linked) return error;
  return {};
}

Result<FolderLock> FolderLock::take(const std::string& dir) {
  FolderLock lock(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.descriptor_ < 0) return file_error(dir);
  while (::flock(lock.descriptor_, LOCK_EX) != 0)
    if (errno != EINTR) return file_error(dir);
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace telltale::app
