#pragma once
#include <functional>

#include "app/options.hpp"

// One function a command, each in its own command_<name>.cpp. They print, and return what the process exits with.

namespace telltale::app {

/// `read_again` gives the command once more, with the configuration file as it is then (SIGHUP).
[[nodiscard]] int run_proxy(const ProxyCommand& command, const std::function<Command()>& read_again);
[[nodiscard]] int run_client(const RunCommand& command);  ///< `telltale run`; returns the child's status
[[nodiscard]] int run_replay(const ReplayCommand& command);
[[nodiscard]] int run_convert(const ConvertCommand& command);
[[nodiscard]] int run_diff(const DiffCommand& command);
[[nodiscard]] int run_sweep(const SweepCommand& command);
[[nodiscard]] int run_lock(const LockCommand& command);
[[nodiscard]] int run_retro(const RetroCommand& command);
[[nodiscard]] int run_rules(const RulesCommand& command);
[[nodiscard]] int run_doctor(const DoctorCommand& command);
[[nodiscard]] int run_ca(const CaCommand& command);

}  // namespace telltale::app
