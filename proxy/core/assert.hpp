#pragma once

namespace telltale {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}

/// For our own invariants, in every build; never for input.
#define TT_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::telltale::assertion_failed(#expression, __FILE__, __LINE__))
