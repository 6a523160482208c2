// tshark as a program that may be wrong about its input: it parses what strangers sent. Covered by
// tests/e2e/packets_test.py.
#include "app/tshark.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "app/file_text.hpp"
#include "app/terminal.hpp"

namespace telltale::app {
namespace {

constexpr auto longest_run = std::chrono::minutes(10);
constexpr std::uint64_t most_output = std::uint64_t{4} << 30U;
constexpr std::uint64_t most_memory = std::uint64_t{8} << 30U;
constexpr std::size_t longest_line = std::size_t{64} << 20U;
constexpr std::size_t most_complaint = 4096;

/// A folder of its own, gone at the end.
class ScratchHome {
 public:
  ScratchHome() {
    std::error_code error;
    std::string name = (std::filesystem::temp_directory_path(error) / "telltale-tshark-XXXXXX").string();
    if (!error && ::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchHome() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchHome(const ScratchHome&) = delete;
  ScratchHome& operator=(const ScratchHome&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Pipe {
  Descriptor read, write;
  bool open() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
    return true;
  }
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

int start(std::vector<std::string>& arguments, std::vector<std::string>& environment, const Pipe& output,
          const Pipe& complaint, pid_t& pid) {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, complaint.write.get(), STDERR_FILENO);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t usual{};
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  const int failed = ::posix_spawnp(&pid, "tshark", &actions, &attributes, pointers_to(arguments).data(),
                                    pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return failed;
}

void bound(pid_t pid) {
  const rlimit memory{most_memory, most_memory};
  const rlimit processor{600, 600};
  const rlimit files{0, 0};  // nothing to write
  ::prlimit(pid, RLIMIT_AS, &memory, nullptr);
  ::prlimit(pid, RLIMIT_CPU, &processor, nullptr);
  ::prlimit(pid, RLIMIT_CORE, &files, nullptr);
}

/// What it says, as it comes.
class Listener {
 public:
  explicit Listener(const std::function<void(std::string_view)>& take) : take_(take) {}

  /// Until both pipes are closed. Error: a bound.
  Result<void> listen(const Descriptor& output, const Descriptor& complaint) {
    const auto end = std::chrono::steady_clock::now() + longest_run;
    pollfd ends[2] = {{output.get(), POLLIN, 0}, {complaint.get(), POLLIN, 0}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) return fail(Errc::input_unreadable, "tshark took longer than 10 minutes");
      if (::poll(ends, 2, static_cast<int>(left.count())) < 0 && errno != EINTR)
        return fail(Errc::input_unreadable, system_reason());
      for (pollfd& one : ends) {
        if (one.revents == 0) continue;
        char block[65536];
        const ssize_t got = ::read(one.fd, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
          one.fd = -1;
          continue;
        }
        const std::string_view bytes(block, static_cast<std::size_t>(got));
        if (&one == &ends[1])
          complaint_ += bytes.substr(0, most_complaint - std::min(most_complaint, complaint_.size()));
        else if (!hear(bytes))
          return fail(Errc::input_unreadable, "tshark gave more output than is taken");
      }
    }
    if (!line_.empty()) take_(line_);
    return {};
  }

  // Its last line is the reason; those before are about running as root and the like.
  [[nodiscard]] std::string complaint() const {
    std::string_view text = complaint_;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    text.remove_prefix(text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1);
    std::string out;
    for (const char c : text.substr(0, 300)) out.push_back(c >= 0x20 && c < 0x7F ? c : '?');
    return out;
  }

 private:
  bool hear(std::string_view bytes) {
    heard_ += bytes.size();
    if (heard_ > most_output) return false;
    while (!bytes.empty()) {
      const std::size_t end = std::min(bytes.find('\n'), bytes.size());
      line_ += bytes.substr(0, end);
      if (line_.size() > longest_line) return false;
      if (end < bytes.size()) {
        take_(line_);
        line_.clear();
      }
      bytes.remove_prefix(std::min(bytes.size(), end + 1));
    }
    return true;
  }

  const std::function<void(std::string_view)>& take_;
  std::string line_, complaint_;
  std::uint64_t heard_ = 0;
};

}  // namespace

Result<std::string> run_tshark(std::vector<std::string> arguments,
                               const std::function<void(std::string_view line)>& take) {
  const ScratchHome home;
  if (home.path().empty())
    return fail(Errc::input_unreadable, fmt::format("no folder for tshark: {}", system_reason()));
  arguments.insert(arguments.begin(), "tshark");
  const char* const path = std::getenv("PATH");
  const char* const libraries = std::getenv("LD_LIBRARY_PATH");
  std::vector<std::string> environment = {fmt::format("PATH={}", path == nullptr ? "/usr/bin:/bin" : path),
                                          "HOME=" + home.path(),
                                          "WIRESHARK_CONFIG_DIR=" + home.path(),
                                          "TMPDIR=" + home.path(),
                                          "LC_ALL=C",
                                          "TZ=UTC"};
  if (libraries != nullptr) environment.push_back(fmt::format("LD_LIBRARY_PATH={}", libraries));
  Pipe output;
  Pipe complaint;
  if (!output.open() || !complaint.open()) return fail(Errc::input_unreadable, system_reason());
  pid_t pid = -1;
  if (const int failed = start(arguments, environment, output, complaint, pid); failed != 0) {
    if (failed == ENOENT)
      return fail(Errc::input_unreadable,
                  "packets are read by tshark, which is not installed; on Debian and Ubuntu: apt install tshark");
    return fail(Errc::input_unreadable, fmt::format("tshark: {}", std::generic_category().message(failed)));
  }
  bound(pid);
  output.write.reset();
  complaint.write.reset();
  Listener listener(take);
  const auto heard = listener.listen(output.read, complaint.read);
  if (!heard) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (!heard) return tl::unexpected<Error>(heard.error());
  if (status == 0) return std::string();
  return fmt::format("tshark: {}", WIFSIGNALED(status) ? "it died" : listener.complaint());
}

}  // namespace telltale::app
