// Covered by tests/e2e/sweep_test.py and diff_test.py.
#include "app/report_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "app/file_text.hpp"
#include "app/terminal.hpp"

namespace telltale::app {

bool write_report(std::string_view command, const std::string& path, std::string_view text) {
  Descriptor file;
  int to = STDOUT_FILENO;
  if (!path.empty()) {
    file = Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    to = file.get();
  }
  if (to >= 0 && write_all(to, text)) return true;
  if (errno == EPIPE) return true;
  fmt::print(stderr, "telltale {}: {}: {}\n", command, path.empty() ? "standard output" : path, system_reason());
  return false;
}

bool wants_colour(const std::string& path) {
  const char* const refused = std::getenv("NO_COLOR");
  return path.empty() && ::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0');
}

}  // namespace telltale::app
