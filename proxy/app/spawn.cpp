// Starting the client (fork(2), execvpe(3), setsid(2), TIOCSCTTY). Covered by tests/unit/app/child_test.cpp.
#include "app/spawn.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/process_guard.hpp"
#include "app/terminal.hpp"

namespace telltale::app {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));  // exec's type; it writes none
  out.push_back(nullptr);
  return out;
}

// dup2 onto itself would leave the descriptor to be closed on exec.
void become(int from, int to) {
  if (from == to)
    fcntl(to, F_SETFD, 0);
  else
    dup2(from, to);
}

void take_terminal(int terminal) {
  setsid();
  ioctl(terminal, TIOCSCTTY, 0);
  const bool output = isatty(STDOUT_FILENO) == 1;
  const bool errors = isatty(STDERR_FILENO) == 1;
  become(terminal, STDIN_FILENO);
  if (output) become(terminal, STDOUT_FILENO);
  if (errors) become(terminal, STDERR_FILENO);
}

// The child's side. Only async-signal-safe calls: other threads may have held any lock when we forked.
[[noreturn]] void exec_client(const SpawnPlan& plan, char* const* argv, char* const* envp, int report,
                              const SignalGate& signals) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // a client must not go on alone when its proxy is killed
  if (plan.terminal >= 0)
    take_terminal(plan.terminal);
  else if (plan.input >= 0)
    become(plan.input, STDIN_FILENO);
  signals.restore_in_child();
  restore_core_limit();
  execvpe(argv[0], argv, envp);
  const int error = errno;
  const ssize_t written = write(report, &error, sizeof error);
  _exit(written < 0 ? 126 : 127);
}

}  // namespace

Result<Spawned> spawn(const SpawnPlan& plan, const SignalGate& signals) {
  const std::vector<char*> argv = pointers_to(plan.command);
  const std::vector<char*> envp = pointers_to(plan.environment);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return fail(Errc::file_failed, std::string("cannot open a pipe: ") + std::strerror(errno));
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);

  Spawned spawned;
  spawned.pid = fork();
  if (spawned.pid < 0) return fail(Errc::file_failed, std::string("cannot start a process: ") + std::strerror(errno));
  if (spawned.pid == 0) exec_client(plan, argv.data(), envp.data(), writer.get(), signals);

  writer.reset();  // now the pipe ends when exec succeeds
  int error = 0;
  ssize_t size = 0;
  do {
    size = read(reader.get(), &error, sizeof error);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(sizeof error)) return spawned;
  waitpid(spawned.pid, nullptr, 0);
  spawned.pid = -1;
  spawned.exec_errno = error;
  return spawned;
}

}  // namespace telltale::app
