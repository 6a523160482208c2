// Signals as events (signalfd(2)). Covered by tests/unit/app/child_test.cpp.
#include "app/signal_gate.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

namespace telltale::app {

SignalGate::SignalGate() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGWINCH, SIGCONT}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, &old_mask_);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &old_pipe_);
  descriptor_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

SignalGate::~SignalGate() {
  while (next()) {
  }  // what came too late is not to end us when the mask falls
  if (descriptor_ >= 0) close(descriptor_);
  sigaction(SIGPIPE, &old_pipe_, nullptr);
  pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

std::optional<SignalGate::Event> SignalGate::next() const {
  signalfd_siginfo info{};
  if (descriptor_ < 0 || read(descriptor_, &info, sizeof info) != static_cast<ssize_t>(sizeof info))
    return std::nullopt;
  return Event{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
}

void SignalGate::restore_in_child() const {
  signal(SIGPIPE, SIG_DFL);  // whoever started us may have ignored it, as we do; few clients expect that
  signal(SIGXFSZ, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

}  // namespace telltale::app
