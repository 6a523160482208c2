#pragma once
#include <cstdint>

namespace telltale::app {

/// File descriptors of this process.
struct Descriptors {
  std::uint64_t open = 0;
  std::uint64_t limit = 0;  ///< the soft one
};
[[nodiscard]] Descriptors count_descriptors();

}  // namespace telltale::app
