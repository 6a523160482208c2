#pragma once
#include <string>
#include <string_view>

namespace telltale::app {

/// "telltale 0.1.0" and the libraries it was built with and runs with. `cli11` is that one's version, which only
/// options.cpp knows.
[[nodiscard]] std::string version_text(std::string_view cli11);

}  // namespace telltale::app
