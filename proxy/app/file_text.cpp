// Small files, read and written whole. Covered through their callers' tests in tests/unit/app.
#include "app/file_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace telltale::app {

std::string system_reason() {
  return std::generic_category().message(errno);
}

Result<std::string> read_file(const std::string& path, std::size_t most) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
  std::string out;
  char buffer[16384];
  ssize_t got = 0;
  while (out.size() <= most && (got = ::read(descriptor, buffer, sizeof buffer)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    out.append(buffer, static_cast<std::size_t>(got));
  }
  const std::string reason = got < 0 ? system_reason() : std::string();
  ::close(descriptor);
  if (!reason.empty()) return fail(Errc::file_failed, fmt::format("{}: {}", path, reason));
  if (out.size() > most) return fail(Errc::file_failed, fmt::format("{}: longer than {} bytes", path, most));
  return out;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(descriptor, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

namespace {

tl::unexpected<Error> failed(const std::string& path) {
  return fail(Errc::file_failed, fmt::format("{}: {}", path, system_reason()));
}

// Every missing folder above `path`, for the owner alone.
Result<void> make_folders_of(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed(folder);
  }
  return {};
}

}  // namespace

void sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  if (auto made = make_folders_of(path); !made) return made;
  std::string fresh = path + ".XXXXXX";
  const int descriptor = ::mkostemp(fresh.data(), O_CLOEXEC);  // 0600
  if (descriptor < 0) return failed(fresh);
  const bool written = write_all(descriptor, text) && ::fsync(descriptor) == 0;
  auto error = failed(fresh);
  ::close(descriptor);
  if (written && ::rename(fresh.c_str(), path.c_str()) == 0) {
    sync_folder_of(path);
    return {};
  }
  if (written) error = failed(path);
  ::unlink(fresh.c_str());
  return error;
}

}  // namespace telltale::app
