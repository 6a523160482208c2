#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/limits.hpp"

namespace telltale::app {

/// Raises this process's bound on descriptors to the highest it may have, and returns that.
[[nodiscard]] std::uint64_t raise_descriptors();

/// Most memory this process may use, bytes: what its control group allows (version 1 or 2), at most what the machine
/// has. 0: not known.
[[nodiscard]] std::uint64_t memory_allowed();

/// The group's path in /proc/self/cgroup for the controller `memory` (version 1) or for all (version 2, ""); nothing if
/// there is none.
[[nodiscard]] std::optional<std::string> group_path(std::string_view cgroups, std::string_view controller);

/// Fits the limits to the machine: as many connections as `descriptors` can serve (an eighth of them, and 64, are left
/// for upstreams and files), and a quarter of `memory` for messages if nothing else was asked for. Returns what has to
/// be said to the operator, a line; empty: nothing.
[[nodiscard]] std::string fit(Limits& limits, std::uint64_t descriptors, std::uint64_t memory);

}  // namespace telltale::app
