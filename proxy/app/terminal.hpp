#pragma once
#include <termios.h>

#include <optional>

#include "core/result.hpp"

namespace telltale::app {

/// Closes what it holds.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { reset(); }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  int release();
  void reset();

 private:
  int fd_ = -1;
};

/// A pseudo-terminal that looks like ours: same modes, same size.
struct PseudoTerminal {
  Descriptor master;  ///< ours; non-blocking, closed on exec
  Descriptor slave;   ///< the client's; closed on exec
};
/// Error: file_failed.
[[nodiscard]] Result<PseudoTerminal> open_pseudo_terminal(int like);

/// True if `fd` is a terminal that we may read from: we are its foreground process group.
[[nodiscard]] bool is_own_terminal(int fd);

/// Gives `to` the window size of `from`; the client hears of it by SIGWINCH.
void copy_window_size(int from, int to);

/// True while the program behind that master reads a line without showing it: a password prompt.
[[nodiscard]] bool hides_input(int master);

/// Our terminal in raw mode, so that every key reaches the client's own. Restored by the destructor.
class RawMode {
 public:
  explicit RawMode(int fd);
  ~RawMode() { leave(); }
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  void enter();
  void leave();

 private:
  int fd_;
  std::optional<termios> before_;
};

}  // namespace telltale::app
