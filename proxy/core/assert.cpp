// A broken invariant ends the process: an inspector that no longer knows its state must not go on forwarding.
#include "core/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace telltale {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "telltale: internal error: %s does not hold (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace telltale
