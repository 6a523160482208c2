#pragma once
#include <string>

#include "app/options.hpp"

namespace telltale::app {

/// The folder of what is kept from run to run: $XDG_STATE_HOME/telltale, else ~/.local/state/telltale.
[[nodiscard]] std::string state_dir();

/// Where `telltale proxy` keeps captures, file or folder; empty: nowhere.
[[nodiscard]] std::string capture_place(const ProxyCommand& command);

}  // namespace telltale::app
