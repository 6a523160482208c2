#pragma once

namespace telltale::app {

/// Keeps what this process has in memory to itself: no core file (RLIMIT_CORE 0), no ptrace by other processes of the
/// same user, and /proc/PID of root alone (PR_SET_DUMPABLE 0). Before keys are read. It is inherited by no child: `run`
/// calls it and its client starts as it would have, but for the core limit, which is what it was for the client too.
void guard_memory();

/// The core limit as it was before `guard_memory`, for a child after fork; async-signal-safe.
void restore_core_limit();

}  // namespace telltale::app
