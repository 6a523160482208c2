#pragma once
#include <string>
#include <vector>

#include "app/options.hpp"
#include "core/result.hpp"

namespace telltale::app {

/// What came of the cells of `sweep run`.
struct CellsDone {
  std::vector<std::string> captures;  ///< one file a finished cell
  std::vector<std::string> factors;   ///< what was varied
  std::size_t planned = 0;
  std::size_t failed = 0;  ///< cells whose client failed or hung
  bool stopped = false;    ///< by a signal
  std::string folder;      ///< of the captures, to be removed if `temporary`
  bool temporary = false;
};

/// Runs the client once in every cell of the plan that the folder has no capture of. Says on standard error what cannot
/// be varied here, how far it is, and which cells failed. Errors: option_invalid, file_failed.
[[nodiscard]] Result<CellsDone> run_cells(const SweepCommand& command);

}  // namespace telltale::app
