// Terminals and pseudo-terminals (termios(3), pty(7)). Covered by tests/unit/app/child_test.cpp and
// tests/e2e/run_test.py.
#include "app/terminal.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace telltale::app {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Descriptor::release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

void Descriptor::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Result<PseudoTerminal> open_pseudo_terminal(int like) {
  termios modes{};
  winsize size{};
  const bool known = tcgetattr(like, &modes) == 0;
  const bool sized = ioctl(like, TIOCGWINSZ, &size) == 0;
  int master = -1;
  int slave = -1;
  if (openpty(&master, &slave, nullptr, known ? &modes : nullptr, sized ? &size : nullptr) != 0)
    return fail(Errc::file_failed, std::string("cannot open a pseudo-terminal: ") + std::strerror(errno));
  PseudoTerminal pair{Descriptor(master), Descriptor(slave)};
  fcntl(master, F_SETFD, FD_CLOEXEC);
  fcntl(slave, F_SETFD, FD_CLOEXEC);
  fcntl(master, F_SETFL, O_NONBLOCK);
  return pair;
}

bool is_own_terminal(int fd) {
  return isatty(fd) == 1 && tcgetpgrp(fd) == getpgrp();
}

void copy_window_size(int from, int to) {
  winsize size{};
  if (ioctl(from, TIOCGWINSZ, &size) == 0) ioctl(to, TIOCSWINSZ, &size);
}

bool hides_input(int master) {
  termios modes{};
  if (tcgetattr(master, &modes) != 0) return false;
  return (modes.c_lflag & ICANON) != 0 && (modes.c_lflag & ECHO) == 0;
}

RawMode::RawMode(int fd) : fd_(fd) {
  enter();
}

void RawMode::enter() {
  termios modes{};
  if (before_ || tcgetattr(fd_, &modes) != 0) return;
  before_ = modes;
  cfmakeraw(&modes);
  tcsetattr(fd_, TCSADRAIN, &modes);
}

void RawMode::leave() {
  if (!before_) return;
  tcsetattr(fd_, TCSADRAIN, &*before_);
  before_.reset();
}

}  // namespace telltale::app
