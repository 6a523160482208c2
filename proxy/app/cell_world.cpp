// A machine made up for one client: namespaces(7), user_namespaces(7), pivot_root(2) over an overlay of the root
// folder. Covered by tests/e2e/sweep_run_test.py.
#include "app/cell_world.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/file_text.hpp"
#include "app/terminal.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;

constexpr int no_world = 125;  // exit status

/// What cannot be made; caught in the cell's first process, which says it and ends.
struct Failed {
  std::string what;
};

void check(bool done, const std::string& what) {
  if (!done) throw Failed{what + ": " + system_reason()};
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
}

// One identity is mapped onto itself: what may be done outside may be done inside, and no more.
void map_identity(uid_t user, gid_t group) {
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", fmt::format("{0} {0} 1\n", user));
  write_text("/proc/self/gid_map", fmt::format("{0} {0} 1\n", group));
}

void raise_loopback() {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  check(ioctl(socket.get(), SIOCGIFFLAGS, &request) == 0, "loopback");
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  check(ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0, "loopback");
}

// The account that runs us under another name; all others as they are.
std::string renamed_accounts(const CellWorld& world) {
  const std::string mine =
      fmt::format("{}:x:{}:{}:{}:{}:/bin/sh\n", world.user, getuid(), getgid(), world.user, world.home);
  std::istringstream all(read_file("/etc/passwd", 1 << 20).value_or(std::string()));
  std::string out;
  const std::string number = fmt::format(":{}:", getuid());
  for (std::string line; std::getline(all, line);) {
    const std::size_t name_end = line.find(':');
    const std::size_t password_end = name_end == std::string::npos ? name_end : line.find(':', name_end + 1);
    const bool is_mine = password_end != std::string::npos && line.compare(password_end, number.size(), number) == 0;
    const bool is_same_name = line.substr(0, name_end) == world.user;
    if (!is_mine && !is_same_name) out += line + "\n";
  }
  return mine + out;
}

// What lies over this machine's files.
void fill_upper(const CellWorld& world, const fs::path& upper) {
  const fs::path etc = upper / "etc";
  fs::create_directories(etc);
  fs::create_directories(upper.string() + world.home);
  fs::create_directories(upper.string() + world.cwd);
  write_text(etc / "hostname", world.hostname + "\n");
  write_text(etc / "hosts", fmt::format("127.0.0.1 localhost\n127.0.1.1 {}\n::1 localhost\n", world.hostname));
  write_text(etc / "passwd", renamed_accounts(world));
  write_text(etc / "timezone", world.zone + "\n");
  const fs::path zone = fs::path("/usr/share/zoneinfo") / world.zone;
  if (fs::is_regular_file(zone)) fs::create_symlink(zone, etc / "localtime");
  if (!world.os_release.empty()) write_text(etc / "os-release", world.os_release);
}

std::string unescaped_mount(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 3 >= text.size()) {
      out += text[at];
      continue;
    }
    out += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
    at += 3;
  }
  return out;
}

// The outermost mount points below the root, each with all that is in it.
std::vector<std::string> mount_points() {
  std::ifstream table("/proc/self/mountinfo");
  std::vector<std::string> all;
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string word;
    for (int i = 0; i < 5; ++i) words >> word;
    if (word != "/") all.push_back(unescaped_mount(word));
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> out;
  for (const std::string& point : all)
    if (out.empty() || !point.starts_with(out.back() + "/")) out.push_back(point);
  return out;
}

// Other file systems show through as they are, but for /proc, which is the cell's own, and a separate /tmp, which is
// overlaid like the root.
void bind_others(const std::string& overlay_options, const std::string& own) {
  for (const std::string& point : mount_points()) {
    const bool is_ours = point == "/proc" || point.starts_with(own) || fs::exists("upper" + point);
    if (is_ours) continue;
    if (point == "/tmp") {
      const std::string options = fmt::format("lowerdir=/tmp,upperdir=tmp-upper,workdir=tmp-work{}", overlay_options);
      check(mount("overlay", "root/tmp", "overlay", 0, options.c_str()) == 0, "overlay of /tmp");
      continue;
    }
    // What cannot be bound is not seen by the client; nothing it needs lies there.
    mount(point.c_str(), ("root" + point).c_str(), nullptr, MS_BIND | MS_REC, nullptr);
  }
  check(mount("proc", "root/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0, "/proc");
}

void bind_folder(const std::string& from, const std::string& to) {
  std::error_code none;
  fs::create_directories("root" + to, none);
  check(mount(from.c_str(), ("root" + to).c_str(), nullptr, MS_BIND, nullptr) == 0, to);
}

void enter_new_root() {
  check(chdir("root") == 0, "new root");
  if (syscall(SYS_pivot_root, ".", ".") == 0)
    check(umount2(".", MNT_DETACH) == 0, "old root");
  else
    check(chroot(".") == 0, "new root");  // an initial ramdisk cannot be pivoted away
  check(chdir("/") == 0, "new root");
}

void make_files(const CellWorld& world, const Isolation& isolation) {
  check(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mounts of our own");
  fs::create_directories(world.folder + "/home");
  fs::create_directories(world.folder + "/cwd");
  fs::create_directories(world.folder + "/stage");
  const std::string stage = world.folder + "/stage";
  check(mount("tmpfs", stage.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=512m,mode=755") == 0, "tmpfs");
  check(chdir(stage.c_str()) == 0, stage);
  for (const char* const name : {"upper", "work", "root", "tmp-upper", "tmp-work"}) fs::create_directory(name);
  fs::permissions("tmp-upper", fs::perms::all | fs::perms::sticky_bit);
  fill_upper(world, "upper");
  const std::string more = isolation.user_namespace ? ",userxattr" : "";
  const std::string options = fmt::format("lowerdir=/,upperdir=upper,workdir=work{}", more);
  check(mount("overlay", "root", "overlay", 0, options.c_str()) == 0, "overlay");
  bind_others(more, world.folder);
  bind_folder(world.folder + "/home", world.home);
  bind_folder(world.folder + "/cwd", world.cwd);
  bind_folder(world.keep, world.keep);
  enter_new_root();
}

void make_world(const CellWorld& world, const Isolation& isolation, uid_t user, gid_t group) {
  if (isolation.user_namespace) map_identity(user, group);
  make_files(world, isolation);
  check(sethostname(world.hostname.data(), world.hostname.size()) == 0, "host name");
  raise_loopback();
}

// The first process of the cell: passes TERM on, reaps, and ends with the status of what it started. Its end is that of
// all processes in the cell.
[[noreturn]] void mind(const std::vector<char*>& argv, const std::vector<char*>& envp) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGCHLD}) sigaddset(&set, signal);
  sigprocmask(SIG_SETMASK, &set, nullptr);
  const pid_t child = fork();
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execve("/proc/self/exe", argv.data(), envp.data());
    _exit(no_world);
  }
  for (;;) {
    int signal = 0;
    sigwait(&set, &signal);
    if (signal == SIGTERM) kill(child, SIGTERM);
    for (int status = 0;;) {
      const pid_t ended = waitpid(-1, &status, WNOHANG);
      if (ended <= 0) break;
      if (ended == child) _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
  }
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));  // exec's type; it writes none
  out.push_back(nullptr);
  return out;
}

void take_streams(const std::string& log) {
  const int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  dup2(none, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
}

void enter(const CellWorld& world, const Isolation& isolation, uid_t user, gid_t group) {
  if (isolation.possible) make_world(world, isolation, user, group);
  const std::string here = isolation.possible ? world.cwd : world.folder + "/cwd";
  if (!isolation.possible) {
    fs::create_directories(world.folder + "/home");
    fs::create_directories(here);
  }
  check(chdir(here.c_str()) == 0, here);
}

// fork(2) with namespaces: everything is the new process's own from its first step. We have one thread.
pid_t fork_into(const Isolation& isolation) {
  unsigned long flags = SIGCHLD;
  if (isolation.possible) flags |= CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWIPC;
  if (isolation.possible && isolation.user_namespace) flags |= CLONE_NEWUSER;
  return static_cast<pid_t>(syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

// "" if it went well.
std::string try_isolation(const Isolation& isolation, const std::string& folder) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return system_reason();
  const uid_t user = getuid();
  const gid_t group = getgid();
  const pid_t pid = fork_into(isolation);
  if (pid == 0) {
    std::string answer = "+";
    try {
      make_world({folder, folder, "/home/user", "/home/user/project", "user", "probe", "UTC", ""}, isolation, user,
                 group);
    } catch (const Failed& failed) {
      answer = failed.what;
    } catch (const std::exception& error) {
      answer = error.what();
    }
    _exit(write_all(ends[1], answer) ? 0 : 1);
  }
  const std::string refused = pid < 0 ? "namespaces: " + system_reason() : std::string();
  close(ends[1]);
  char buffer[512];
  const ssize_t size = pid < 0 ? 0 : read(ends[0], buffer, sizeof buffer);
  close(ends[0]);
  if (pid > 0) waitpid(pid, nullptr, 0);
  if (pid < 0) return refused;
  const std::string answer(buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return answer == "+" ? std::string() : answer.empty() ? "the first process ended" : answer;
}

}  // namespace

Isolation probe_isolation(const std::string& folder) {
  Isolation out;
  for (const bool with_user : {false, true}) {
    if (!with_user && geteuid() != 0) continue;
    out = {true, with_user, ""};
    out.reason = try_isolation(out, folder);
    std::error_code none;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) fs::remove_all(entry.path(), none);
    if (out.reason.empty()) return out;
  }
  out.possible = false;
  return out;
}

Result<pid_t> start_in_world(const CellWorld& world, const Isolation& isolation,
                             const std::vector<std::string>& command, const std::vector<std::string>& environment,
                             const std::string& log) {
  const std::vector<char*> argv = pointers_to(command);
  const std::vector<char*> envp = pointers_to(environment);
  const uid_t user = getuid();
  const gid_t group = getgid();
  const pid_t pid = fork_into(isolation);
  if (pid < 0) return fail(Errc::file_failed, "cannot start a process: " + system_reason());
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();  // a key stroke at our terminal is ours alone
  take_streams(log);
  try {
    enter(world, isolation, user, group);
  } catch (const Failed& failed) {
    fmt::print(stderr, "telltale sweep: {}\n", failed.what);
    _exit(no_world);
  } catch (const std::exception& error) {
    fmt::print(stderr, "telltale sweep: {}\n", error.what());
    _exit(no_world);
  }
  mind(argv, envp);
}

}  // namespace telltale::app
