// Small files, read and written whole. Covered through their callers' tests in tests/unit/app.
#include "app/file_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
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

}  // namespace telltale::app
