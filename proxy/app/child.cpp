// The client from start to end: one poll loop over signals, what the user types, and the pseudo-terminal.
// Covered by tests/unit/app/child_test.cpp and tests/e2e/run_test.py.
#include "app/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "app/leftovers.hpp"
#include "app/spawn.hpp"
#include "app/terminal.hpp"
#include "app/typed_source.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t chunk = 64 * 1024;  // bytes read at once, and most that wait for a slow client

void write_fully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(fd, bytes.data(), bytes.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) {
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, -1);
      continue;
    }
    if (size <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

int status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

bool is_passed_through(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return false;
  return S_ISFIFO(info.st_mode) || S_ISREG(info.st_mode) || S_ISSOCK(info.st_mode);
}

class Session {
 public:
  Session(const ChildOptions& options, const SignalGate& signals) : options_(options), signals_(signals) {}

  Result<ChildResult> run() {
    TT_TRY(const bool started, start());
    if (!started) return result_;
    while (!ended_) turn();
    drain();
    result_.leftovers = end_leftovers();
    drain();
    return result_;
  }

 private:
  Result<bool> start();
  Result<void> open_streams();
  void turn();
  void handle_signals();
  void handle_children();
  void stop_with_client();
  void read_input();
  void end_input();
  void record(std::vector<std::string> texts);
  void write_pending();
  void drain();

  const ChildOptions& options_;
  const SignalGate& signals_;
  ChildResult result_;
  pid_t pid_ = -1;
  bool ended_ = false;
  bool reading_ = false;   ///< options_.input may have more
  Descriptor to_client_;   ///< pipe, or the pseudo-terminal's master
  Descriptor client_end_;  ///< held until the client is there
  bool terminal_ = false;  ///< to_client_ is a pseudo-terminal
  Descriptor screen_;      ///< where the pseudo-terminal's output goes
  std::unique_ptr<RawMode> raw_;
  std::string pending_;  ///< read from the user, not yet taken by the client
  LineEditor keys_;
  PipedText piped_;
};

Result<void> Session::open_streams() {
  terminal_ = is_own_terminal(options_.input);
  if (terminal_) {
    TT_TRY(PseudoTerminal pair, open_pseudo_terminal(options_.input));
    to_client_ = std::move(pair.master);
    client_end_ = std::move(pair.slave);
    const char* const name = ttyname(options_.input);
    screen_ = Descriptor(name == nullptr ? -1 : open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC));
    reading_ = true;
    return {};
  }
  if (!is_passed_through(options_.input)) return {};
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return fail(Errc::file_failed, std::string("cannot open a pipe: ") + std::strerror(errno));
  client_end_ = Descriptor(ends[0]);
  to_client_ = Descriptor(ends[1]);
  fcntl(to_client_.get(), F_SETFL, O_NONBLOCK);
  reading_ = true;
  return {};
}

Result<bool> Session::start() {
  TT_TRY([[maybe_unused]] const auto opened, open_streams().map([] { return true; }));
  adopt_orphans();
  SpawnPlan plan{options_.command, options_.environment};
  (terminal_ ? plan.terminal : plan.input) = client_end_.get();
  if (terminal_) raw_ = std::make_unique<RawMode>(options_.input);
  TT_TRY(const Spawned spawned, spawn(plan, signals_));
  client_end_.reset();
  pid_ = spawned.pid;
  if (pid_ >= 0) return true;
  result_.status = spawned.exec_errno == ENOENT ? 127 : 126;
  result_.start_error = std::strerror(spawned.exec_errno);
  return false;
}

void Session::turn() {
  pollfd waiting[3] = {{signals_.descriptor(), POLLIN, 0}, {-1, POLLIN, 0}, {-1, 0, 0}};
  if (reading_ && pending_.size() < chunk) waiting[1].fd = options_.input;
  if (to_client_.open()) {
    waiting[2].fd = to_client_.get();
    waiting[2].events = static_cast<short>((terminal_ ? POLLIN : 0) | (pending_.empty() ? 0 : POLLOUT));
  }
  if (poll(waiting, 3, -1) < 0) return;  // interrupted
  if (waiting[1].revents != 0) read_input();
  if ((waiting[2].revents & POLLIN) != 0) drain();
  if ((waiting[2].revents & POLLOUT) != 0) write_pending();
  // A pipe nobody reads any more; or a pseudo-terminal nobody has open, which the client's end will follow.
  if ((waiting[2].revents & (POLLERR | POLLHUP)) != 0 && (waiting[2].revents & POLLIN) == 0) {
    to_client_.reset();
    reading_ = false;
  }
  if (waiting[0].revents != 0) handle_signals();
}

void Session::handle_signals() {
  while (const auto event = signals_.next()) {
    switch (event->signal) {
      case SIGCHLD:
        handle_children();
        break;
      case SIGWINCH:
        if (terminal_ && to_client_.open()) copy_window_size(options_.input, to_client_.get());
        break;
      case SIGCONT:
        break;
      default:
        // From our terminal the client, being in the same group, has had it already.
        if (!ended_ && (terminal_ || !event->from_terminal)) kill(pid_, event->signal);
    }
  }
}

void Session::handle_children() {
  for (;;) {
    int wait_status = 0;
    const pid_t pid = waitpid(-1, &wait_status, WNOHANG | WUNTRACED);
    if (pid <= 0) return;
    if (pid != pid_) continue;  // an orphan of the client that ended by itself
    if (WIFSTOPPED(wait_status)) {
      if (terminal_) stop_with_client();
      continue;
    }
    result_.status = status_of(wait_status);
    ended_ = true;
  }
}

// A client that suspends itself means to give the shell back; it lives in a session of its own, so we do it for it.
void Session::stop_with_client() {
  raw_->leave();
  kill(getpid(), SIGSTOP);
  raw_->enter();
  copy_window_size(options_.input, to_client_.get());
  kill(-pid_, SIGCONT);
}

void Session::record(std::vector<std::string> texts) {
  for (std::string& text : texts)
    if (options_.typed) options_.typed(std::move(text));
}

void Session::read_input() {
  std::string bytes(chunk, '\0');
  const ssize_t size = read(options_.input, bytes.data(), bytes.size());
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (size <= 0) {
    end_input();
    return;
  }
  bytes.resize(static_cast<std::size_t>(size));
  if (!terminal_)
    record(piped_.push(bytes));
  else if (to_client_.open() && !hides_input(to_client_.get()))
    record(keys_.push(bytes));
  pending_ += bytes;
  write_pending();
}

void Session::end_input() {
  reading_ = false;
  if (terminal_) return;
  record(piped_.finish());
  result_.typed_truncated = piped_.truncated();
  if (pending_.empty()) to_client_.reset();
}

void Session::write_pending() {
  while (!pending_.empty() && to_client_.open()) {
    const ssize_t size = write(to_client_.get(), pending_.data(), pending_.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) {  // the client closed its stdin: nothing more will be read
      to_client_.reset();
      reading_ = false;
      pending_.clear();
      return;
    }
    pending_.erase(0, static_cast<std::size_t>(size));
  }
  if (pending_.empty() && !reading_ && !terminal_) to_client_.reset();
}

void Session::drain() {
  if (!terminal_ || !to_client_.open()) return;
  std::string bytes(chunk, '\0');
  for (;;) {
    const ssize_t size = read(to_client_.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    write_fully(screen_.open() ? screen_.get() : STDOUT_FILENO,
                std::string_view(bytes.data(), static_cast<std::size_t>(size)));
  }
}

}  // namespace

Result<ChildResult> run_child(const ChildOptions& options, const SignalGate& signals) {
  return Session(options, signals).run();
}

}  // namespace telltale::app
