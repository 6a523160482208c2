#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.hpp"
#include "core/result.hpp"

// From the words of a command line, of variables and of a configuration file to the checked structs of options.hpp. One
// code path whatever the origin; only the label in the message tells them apart.

namespace telltale::app {

/// What was given for one option, and how to name it in a message: "--listen" or "config.jsonc: /listen/port".
struct Given {
  std::vector<std::string> texts;
  std::string label;
};

/// By option name without dashes; a flag that is set has the text "true".
using Values = std::map<std::string, Given, std::less<>>;

// Errors: option_invalid; `detail` is the whole message, label first.
[[nodiscard]] Result<ProxyCommand> proxy_command(const Values& values);
[[nodiscard]] Result<RunCommand> run_command(const Values& values, std::vector<std::string> client);
[[nodiscard]] Result<ReplayCommand> replay_command(const Values& values);
[[nodiscard]] Result<ConvertCommand> convert_command(const Values& values);
[[nodiscard]] Result<DiffCommand> diff_command(const Values& values);
[[nodiscard]] Result<SweepCommand> sweep_command(const Values& values, std::vector<std::string> client);
[[nodiscard]] Result<LockCommand> lock_command(const Values& values);
[[nodiscard]] Result<RetroCommand> retro_command(const Values& values);
[[nodiscard]] Result<RulesCommand> rules_command(const Values& values);
/// A file that `config` names is read here: what is wrong with it is a finding, not an error.
[[nodiscard]] Result<DoctorCommand> doctor_command(const Values& values, std::vector<std::string> client);
[[nodiscard]] Result<CaCommand> ca_command(const Values& values);

/// Reads the file of `proxy --config`: JSON with comments. Its keys are listed in docs/configuration.md.
/// Errors: file_failed, config_malformed; `detail` begins with the file's name and the place in it.
[[nodiscard]] Result<Values> read_config_file(const std::string& path);

}  // namespace telltale::app
