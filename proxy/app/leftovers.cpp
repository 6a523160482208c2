// What a client leaves running behind it (one keeps a hub process, which would go on talking to a proxy that is gone).
// prctl(2) PR_SET_CHILD_SUBREAPER, proc(5). Covered by tests/unit/app/child_test.cpp.
#include "app/leftovers.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

namespace telltale::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds grace{2000};     // from SIGTERM to SIGKILL
constexpr std::chrono::milliseconds patience{5000};  // in all; what even SIGKILL does not end is left alone
constexpr std::chrono::milliseconds pause{10};

struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string name;
};

// "PID (NAME) STATE PPID ...": the name may hold blanks and brackets.
std::optional<Process> read_process(std::string_view pid) {
  const int fd = open(("/proc/" + std::string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  char buffer[512];
  const ssize_t size = read(fd, buffer, sizeof buffer);
  close(fd);
  if (size <= 0) return std::nullopt;
  const std::string_view text(buffer, static_cast<std::size_t>(size));
  const std::size_t open_bracket = text.find('(');
  const std::size_t close_bracket = text.rfind(") ");
  if (open_bracket == std::string_view::npos || close_bracket == std::string_view::npos) return std::nullopt;
  if (close_bracket + 4 >= text.size() || text[close_bracket + 2] == 'Z') return std::nullopt;
  Process process;
  process.name = std::string(text.substr(open_bracket + 1, close_bracket - open_bracket - 1));
  std::from_chars(pid.data(), pid.data() + pid.size(), process.pid);
  std::from_chars(text.data() + close_bracket + 4, text.data() + text.size(), process.parent);
  return process;
}

std::vector<Process> children() {
  std::vector<Process> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc"), closedir);
  if (!folder) return found;
  while (const dirent* entry = readdir(folder.get())) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    auto process = read_process(entry->d_name);
    if (process && process->parent == getpid()) found.push_back(std::move(*process));
  }
  return found;
}

// False once there is no child left at all.
bool reap() {
  for (;;) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid == 0) return true;
    if (pid < 0 && errno != EINTR) return false;
  }
}

}  // namespace

void adopt_orphans() {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

std::vector<std::string> end_leftovers() {
  std::vector<std::string> names;
  std::vector<pid_t> told;
  const Clock::time_point start = Clock::now();
  while (reap() && Clock::now() - start < patience) {
    const bool kill_now = Clock::now() - start > grace;
    for (Process& process : children()) {
      const bool known = std::find(told.begin(), told.end(), process.pid) != told.end();
      if (known && !kill_now) continue;
      kill(process.pid, kill_now ? SIGKILL : SIGTERM);
      kill(process.pid, SIGCONT);  // a stopped one would not hear SIGTERM
      if (known) continue;
      told.push_back(process.pid);
      names.push_back(std::move(process.name));
    }
    std::this_thread::sleep_for(pause);
  }
  return names;
}

}  // namespace telltale::app
