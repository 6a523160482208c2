// Covered by tests/e2e/replay_test.py and convert_test.py.
#include "app/sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "app/file_text.hpp"

namespace telltale::app {
namespace {

// A pipe or a device is written as it stands, and so is what a link points to.
bool is_special(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

}  // namespace

Sink::~Sink() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  if (!fresh_.empty()) ::unlink(fresh_.c_str());
}

bool Sink::open(const std::string& path) {
  if (path.empty()) {
    name_ = "standard output";
    descriptor_ = STDOUT_FILENO;
    return true;
  }
  name_ = path;
  if (is_special(path)) {
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  } else {
    fresh_ = path + ".XXXXXX";
    descriptor_ = ::mkostemp(fresh_.data(), O_CLOEXEC);  // 0600
    if (descriptor_ < 0) fresh_.clear();
  }
  if (descriptor_ < 0) complain();
  return descriptor_ >= 0;
}

void Sink::commit() {
  if (fresh_.empty() || failed_) return;
  if (::rename(fresh_.c_str(), name_.c_str()) == 0) return fresh_.clear();
  failed_ = true;
  complain();
}

void Sink::write(std::string_view text) {
  if (descriptor_ < 0 || failed_ || text.empty() || write_all(descriptor_, text)) return;
  failed_ = true;
  gone_ = errno == EPIPE;
  if (!gone_) complain();
}

bool Sink::is_terminal() const {
  return descriptor_ >= 0 && ::isatty(descriptor_) == 1;
}

void Sink::complain() const {
  fmt::print(stderr, "telltale {}: {}: {}\n", command_, name_, system_reason());
}

}  // namespace telltale::app
