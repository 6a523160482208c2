#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "core/result.hpp"

namespace telltale::app {

/// What the client of one cell is to find on its machine.
struct CellWorld {
  std::string folder;  ///< empty folder of ours; holds what the cell writes, to be removed afterwards
  std::string keep;    ///< folder that is the same inside and outside: where captures go
  std::string home;    ///< "/home/user"
  std::string cwd;     ///< "/home/user/project"
  std::string user;    ///< account name
  std::string hostname;
  std::string zone;        ///< "Asia/Tehran"; for /etc/localtime if there is such a zone
  std::string os_release;  ///< text of /etc/os-release; empty: this machine's
};

/// How far a cell can be shut off here.
struct Isolation {
  bool possible = false;
  bool user_namespace = false;  ///< without the rights of root
  std::string reason;           ///< why it is not possible
};

/// Tries it once, in a process that ends at once. `folder`: an empty one.
[[nodiscard]] Isolation probe_isolation(const std::string& folder);

/// Starts `command` in a world of its own: its own network (loopback alone), processes, host name, and a view of all
/// files whose changes vanish with it, but for `keep`. Without isolation: in a folder of ours with this machine's
/// facts. Both output streams go to `log`. Returns the process to wait for; SIGTERM ends what runs in it, SIGKILL at
/// once, and so does our own end. Exit status 125: the world could not be made, `log` says why. Error: file_failed.
[[nodiscard]] Result<pid_t> start_in_world(const CellWorld& world, const Isolation& isolation,
                                           const std::vector<std::string>& command,
                                           const std::vector<std::string>& environment, const std::string& log);

}  // namespace telltale::app
