// Each row is done twice in a process of its own: without the filter, where it must work (or the row proves nothing),
// and with it.
#include "app/sandbox.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <iostream>
#include <thread>

#include "app/enclosure.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;

namespace {

constexpr int worked = 0, refused = 1, no_filter = 2;

/// How a child that does `act` ends: its exit code, or minus the signal.
int end_of(bool with_filter, const std::function<bool()>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (with_filter && !app::enter_sandbox()) ::_exit(no_filter);
    ::_exit(act() ? worked : refused);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

bool run_true() {
  char* const words[] = {const_cast<char*>("/bin/true"), nullptr};
  ::execv(words[0], words);
  return false;
}

bool read_own_memory_as_another() {
  char from = 'x', to = 0;
  const iovec local{&to, 1}, remote{&from, 1};
  return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) == 1;
}

bool map(int rights) {
  return ::mmap(nullptr, 4096, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

bool has_socket(int family, int type) {
  return ::socket(family, type | SOCK_CLOEXEC, 0) >= 0;
}

bool has_thread() {
  bool ran = false;
  std::thread([&ran] { ran = true; }).join();
  return ran;
}

bool looks_up() {
  addrinfo* found = nullptr;
  const bool done = ::getaddrinfo("localhost", "80", nullptr, &found) == 0;
  if (done) ::freeaddrinfo(found);
  return done;
}

bool raises_a_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_CORE, &limit) == 0 && ::setrlimit(RLIMIT_CORE, &limit) == 0;
}

}  // namespace

TEST_CASE("the filter of system calls bites, and lets a proxy work", "[app][sandbox]") {
  if (!app::sandbox_missing().empty()) {
    std::cout << "skipped: " << app::sandbox_missing() << "\n";
    return;
  }
  if (end_of(true, [] { return true; }) == no_filter) {
    std::cout << "skipped: this machine does not let a filter be set\n";
    return;
  }
  struct Row {
    const char* name;
    std::function<bool()> act;
    int ends;
  };
  const Row rows[] = {
      {"another program", run_true, -SIGSYS},
      {"another process", [] { return ::fork() >= 0; }, -SIGSYS},
      {"ptrace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }, -SIGSYS},
      {"another's memory", read_own_memory_as_another, -SIGSYS},
      {"another user", [] { return ::setuid(::getuid()) == 0; }, -SIGSYS},
      {"from a thread",
       [] {
         std::thread(run_true).join();
         return false;
       },
       -SIGSYS},
      {"memory to write and run", [] { return map(PROT_READ | PROT_WRITE | PROT_EXEC); }, refused},
      {"a raw socket's family", [] { return has_socket(AF_PACKET, SOCK_RAW) || ::geteuid() != 0; }, refused},
      {"limits", raises_a_limit, refused},
      {"another's signal", [] { return ::kill(::getppid(), 0) == 0; }, refused},
      {"a message queue", [] { return ::syscall(SYS_msgget, 0, 0600) >= 0 || errno == EEXIST; }, refused},
      {"memory to write", [] { return map(PROT_READ | PROT_WRITE); }, worked},
      {"a connection", [] { return has_socket(AF_INET, SOCK_STREAM); }, worked},
      {"a file", [] { return ::open("/dev/null", O_RDWR | O_CLOEXEC) >= 0; }, worked},
      {"a thread", has_thread, worked},
      {"a name", looks_up, worked},
      {"its own signal", [] { return ::kill(::getpid(), 0) == 0; }, worked},
  };
  int held = 0;
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const int without = end_of(false, row.act);
    if (without != worked && std::string_view(row.name) != "from a thread") {
      std::cout << "skipped: " << row.name << " does not work here at all\n";
      continue;
    }
    const int with = end_of(true, row.act);
    CHECK(with == row.ends);
    held += with == row.ends ? 1 : 0;
  }
  std::cout << "sandbox: " << held << " of " << std::size(rows) << "\n";
}

TEST_CASE("what is enclosed writes in its places only", "[app][sandbox]") {
  const test::TemporaryFolder inside, outside;
  const auto end = [&](const std::string& folder) {
    return end_of(false, [&] {
      if (!app::enclose_writing({inside.path(), "/nowhere"})) ::_exit(no_filter);
      const std::string file = folder + "/new", second = folder + "/second";
      bool done = ::close(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) == 0;
      done = done && ::truncate(file.c_str(), 0) == 0 && ::rename(file.c_str(), second.c_str()) == 0;
      return done && ::unlink(second.c_str()) == 0 && ::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
    });
  };
  if (end(inside.path()) == no_filter) {
    std::cout << "skipped: no Landlock here\n";
    return;
  }
  CHECK(end(inside.path()) == worked);
  CHECK(end(outside.path()) == refused);
}

TEST_CASE("the filter is on threads that were there before it", "[app][sandbox]") {
  if (!app::sandbox_missing().empty()) return;
  const int ends = end_of(true, [] { return true; }) == no_filter ? -SIGSYS : end_of(false, [] {
    int pipe_ends[2];
    if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return false;
    std::thread earlier([&pipe_ends] {
      char go = 0;
      if (::read(pipe_ends[0], &go, 1) == 1) run_true();
    });
    if (!app::enter_sandbox()) ::_exit(no_filter);
    if (::write(pipe_ends[1], "x", 1) != 1) return false;
    earlier.join();
    return false;
  });
  CHECK(ends == -SIGSYS);
}
