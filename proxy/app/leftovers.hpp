#pragma once
#include <string>
#include <vector>

namespace telltale::app {

/// From here on, processes whose parent ends become our children, so that nothing of the client outlives `run` unseen.
void adopt_orphans();

/// Ends every child process we (still) have, those that become ours meanwhile included: SIGTERM, then SIGKILL for what
/// is there two seconds later. Returns the names of the programs that had to be ended. Reaps all.
[[nodiscard]] std::vector<std::string> end_leftovers();

}  // namespace telltale::app
