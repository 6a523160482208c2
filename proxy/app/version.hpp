#pragma once
#include <string>

namespace telltale::app {

/// "telltale 0.1.0" and the libraries it was built with and runs with.
[[nodiscard]] std::string version_text();

}  // namespace telltale::app
