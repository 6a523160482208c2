#pragma once
#include <string>
#include <string_view>

#include "inspect/engine.hpp"

namespace telltale::app {

/// Appends under "device" what identifies this machine or an installed client for good: the machine id, plain and as
/// SHA-256 (what clients report), and the ids that clients keep under `home`: Claude Code's user id, the installation
/// ids of Codex, Gemini CLI and Qwen Code. `etc` and `home` are folders; an empty home has none.
void add_device_ids(const std::string& home, inspect::Environment& environment, const std::string& etc = "/etc");

}  // namespace telltale::app
