// What the factors of a sweep mean for one cell. Covered by tests/e2e/sweep_run_test.py.
#include "app/cell_setting.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "app/file_text.hpp"
#include "core/ascii.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;

// Puts the proxy of the cell under the names in $1 alone, and becomes the client. `run` has set it as HTTPS_PROXY.
constexpr const char* only_these_proxy_variables =
    "names=$1; shift; url=$HTTPS_PROXY; unset HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy; "
    "for name in $names; do export \"$name=$url\"; done; exec \"$@\"";

// The text of /etc/os-release: a file's, or made of a name such as "Ubuntu 24.04.1 LTS".
std::string os_release_of(const std::string& value) {
  if (value.starts_with('/')) return read_file(value, 64 * 1024).value_or(std::string());
  const std::string id = ascii::lower(value.substr(0, value.find(' ')));
  return fmt::format("PRETTY_NAME=\"{0}\"\nNAME=\"{1}\"\nID={2}\n", value, value.substr(0, value.find(' ')), id);
}

// The whole cell lives at that time, certificates too. Timers go on by the monotonic clock, which stays as it is.
void set_clock(const std::string& value, Variables& variables) {
  variables["LD_PRELOAD"] = clock_library();
  variables["FAKETIME"] = fmt::format("@{}{}", value, value.find(' ') == std::string::npos ? " 12:00:00" : "");
  variables["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
  variables["DONT_FAKE_MONOTONIC"] = "1";
}

void set_proxy_names(std::string names, std::vector<std::string>& client) {
  for (char& c : names)
    if (c == '+') c = ' ';
  std::vector<std::string> words = {"sh", "-c", only_these_proxy_variables, "sh", names};
  words.insert(words.end(), client.begin(), client.end());
  client = std::move(words);
}

Variables common_variables(const SweepCommand& command, const CellWorld& world) {
  const char* const path = std::getenv("PATH");
  Variables out = {{"PATH", path == nullptr ? "/usr/bin:/bin" : path},
                   {"LANG", "C.UTF-8"},
                   {"TERM", "dumb"},
                   {"TZ", "UTC"},
                   {"USER", world.user},
                   {"LOGNAME", world.user},
                   {"HOME", world.home}};
  for (const std::string& name : command.keep)
    if (const char* const value = std::getenv(name.c_str())) out[name] = value;
  return out;
}

}  // namespace

std::string clock_library() {
  std::error_code none;
  for (const fs::directory_entry& folder : fs::directory_iterator("/usr/lib", none)) {
    const std::string found = folder.path().string() + "/faketime/libfaketimeMT.so.1";
    if (fs::exists(found, none)) return found;
  }
  const std::string elsewhere = "/usr/lib/faketime/libfaketimeMT.so.1";
  return fs::exists(elsewhere, none) ? elsewhere : std::string();
}

CellSetting setting_of(const SweepCommand& command, const std::vector<SweepFactor>& factors, const Cell& cell) {
  CellSetting out;
  out.client = command.client;
  out.world.user = "user";
  out.world.hostname = "workstation";
  out.world.zone = "UTC";
  Variables varied;
  std::string clock;
  std::string proxy_names;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const std::string& name = factors[i].name;
    const std::string& value = factors[i].levels[cell[i]];
    out.facts.push_back(fmt::format("{}={}", name, value.empty() ? "(unset)" : value));
    if (is_variable_factor(name)) varied[name] = value;
    if (name == "TZ" && !value.empty()) out.world.zone = value;
    if (name == "hostname") out.world.hostname = value;
    if (name == "user") out.world.user = value;
    if (name == "cwd") out.world.cwd = value;
    if (name == "os-release") out.world.os_release = os_release_of(value);
    if (name == "client") out.client.front() = value;
    if (name == "clock") clock = value;
    if (name == "proxy") proxy_names = value;
  }
  out.world.home = "/home/" + out.world.user;
  if (out.world.cwd.empty()) out.world.cwd = out.world.home + "/project";
  out.variables = common_variables(command, out.world);
  for (const auto& [name, value] : varied)
    if (value.empty())
      out.variables.erase(name);
    else
      out.variables[name] = value;
  if (!clock.empty()) set_clock(clock, out.variables);
  if (!proxy_names.empty()) set_proxy_names(proxy_names, out.client);
  return out;
}

}  // namespace telltale::app
