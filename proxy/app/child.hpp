#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/signal_gate.hpp"
#include "core/result.hpp"

namespace telltale::app {

/// The client of `run` and what to do about it.
struct ChildOptions {
  std::vector<std::string> command;        ///< program (searched in PATH) and arguments; never empty
  std::vector<std::string> environment;    ///< "NAME=value", all of it
  std::function<void(std::string)> typed;  ///< what the user typed, before the client gets to see it
  int input = 0;                           ///< where the user types
};

struct ChildResult {
  int status = 0;                      ///< its exit status; 128+n if signal n ended it; 126, 127 if it never started
  std::string start_error;             ///< why it never started; empty if it did
  std::vector<std::string> leftovers;  ///< programs it left running, which were ended
  bool typed_truncated = false;        ///< stdin was longer than is kept
};

/// Runs it to its end and ends what it leaves behind. A terminal as input: the client gets a pseudo-terminal like it,
/// and key strokes are read on their way (but for password prompts). A pipe, file or socket: passed on through a pipe,
/// and read on its way. Anything else, and output, is the client's own. INT, TERM, HUP and QUIT are passed on.
/// Errors: file_failed (no pipe, no pseudo-terminal, no process).
[[nodiscard]] Result<ChildResult> run_child(const ChildOptions& options, const SignalGate& signals);

}  // namespace telltale::app
