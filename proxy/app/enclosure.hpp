#pragma once
#include <string>
#include <vector>

namespace telltale::app {

/// From here on this thread, and every one that it starts, makes, changes and removes files in these places only
/// (folders with all below them, and single files), and runs no program; reading stays as it was. What is open stays
/// so. A place that is not there is passed over. False: this kernel has no Landlock, and nothing has changed.
bool enclose_writing(const std::vector<std::string>& places);

}  // namespace telltale::app
