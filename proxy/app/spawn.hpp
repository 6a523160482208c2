#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "app/signal_gate.hpp"
#include "core/result.hpp"

namespace telltale::app {

/// What the new process gets as its standard streams.
struct SpawnPlan {
  const std::vector<std::string>& command;
  const std::vector<std::string>& environment;
  int input = -1;  ///< its stdin; -1: ours
  int terminal =
      -1;  ///< a pseudo-terminal for a session of its own: stdin, and stdout and stderr where ours are terminals
};

struct Spawned {
  pid_t pid = -1;      ///< -1 if it could not be started
  int exec_errno = 0;  ///< why
};

/// fork and exec. Safe with threads running: between the two only what is async-signal-safe. Error: file_failed.
[[nodiscard]] Result<Spawned> spawn(const SpawnPlan& plan, const SignalGate& signals);

}  // namespace telltale::app
