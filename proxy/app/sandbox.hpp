#pragma once
#include <string_view>

#include "core/result.hpp"

namespace telltale::app {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_instrumented = true;  ///< sanitizers need calls of their own; such a build stands on no egress
#else
inline constexpr bool is_instrumented = false;
#endif

/// Why this build has no filter of system calls; empty: it has one.
[[nodiscard]] std::string_view sandbox_missing();

/// From here on every thread of the process, those to come too, has the system calls of a proxy that runs, and no
/// other. What only an intruder calls (another program, another process's memory, other rights, the kernel's inside)
/// ends the process with SIGSYS; whatever else is not on the list is answered as by a kernel that does not have it
/// (ENOSYS), so that a library which tries something newer falls back. Not to be undone. Error: sandbox_unavailable,
/// nothing has then changed.
[[nodiscard]] Result<void> enter_sandbox();

}  // namespace telltale::app
