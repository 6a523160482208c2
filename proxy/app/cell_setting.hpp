#pragma once
#include <string>
#include <vector>

#include "app/cell_world.hpp"
#include "app/client_environment.hpp"
#include "app/options.hpp"
#include "app/sweep_plan.hpp"

namespace telltale::app {

/// One cell as its client sees it.
struct CellSetting {
  CellWorld world;
  Variables variables;
  std::vector<std::string> client;
  std::vector<std::string> facts;  ///< "NAME=value", for the capture
};

/// What a cell is made of: the values of its factors over what all cells have in common.
[[nodiscard]] CellSetting setting_of(const SweepCommand& command, const std::vector<SweepFactor>& factors,
                                     const Cell& cell);

/// The library that gives a client another time, if it is installed; else empty.
[[nodiscard]] std::string clock_library();

}  // namespace telltale::app
