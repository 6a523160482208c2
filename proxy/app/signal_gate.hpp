#pragma once
#include <csignal>
#include <optional>

namespace telltale::app {

/// Turns the signals `run` cares for (INT, TERM, HUP, QUIT, CHLD, WINCH, CONT) into readable events, and ignores PIPE.
/// Make it before the first thread starts, so that every thread keeps them blocked. The destructor puts all back.
class SignalGate {
 public:
  SignalGate();
  ~SignalGate();
  SignalGate(const SignalGate&) = delete;
  SignalGate& operator=(const SignalGate&) = delete;

  struct Event {
    int signal = 0;
    bool from_terminal = false;  ///< the kernel sent it to the whole foreground group, the client included
  };
  [[nodiscard]] int descriptor() const { return descriptor_; }  ///< readable when `next` has something
  [[nodiscard]] std::optional<Event> next() const;              ///< never waits
  /// In a forked child, before exec: the mask we had, and PIPE as programs expect it. Async-signal-safe.
  void restore_in_child() const;

 private:
  sigset_t old_mask_{};
  struct sigaction old_pipe_ {};
  int descriptor_ = -1;
};

}  // namespace telltale::app
