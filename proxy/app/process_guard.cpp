// Against the leak of keys by way of the system: prctl(2), setrlimit(2), core(5). Covered by
// tests/hostile/secrets/process_test.py.
#include "app/process_guard.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace telltale::app {
namespace {

rlimit core_before{};
bool is_lowered = false;

}  // namespace

void guard_memory() {
  // Only the soft limit, so that a child can have its own back. A crash of ours leaves no core in any case: a process
  // that is not dumpable is not dumped, to a pipe either.
  if (::getrlimit(RLIMIT_CORE, &core_before) == 0) {
    rlimit none = core_before;
    none.rlim_cur = 0;
    is_lowered = ::setrlimit(RLIMIT_CORE, &none) == 0;
  }
#if defined(__SANITIZE_ADDRESS__)  // whose search for leaks looks at the process from outside, also once it is another
                                   // user's
  ::prctl(PR_SET_DUMPABLE, 1);
#else
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

void restore_core_limit() {
  if (is_lowered) ::setrlimit(RLIMIT_CORE, &core_before);
}

}  // namespace telltale::app
