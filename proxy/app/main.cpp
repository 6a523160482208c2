// Where the process starts and ends. Covered by tests/e2e.
#include <csignal>
#include <cstdio>
#include <exception>

#include "app/commands.hpp"
#include "app/process_guard.hpp"
#include "app/sealing.hpp"

namespace {

using namespace telltale;
using app::ExitCode;

int run(const app::Answer& answer) {
  std::fputs(answer.text.c_str(), answer.code == ExitCode::clean ? stdout : stderr);
  return static_cast<int>(answer.code);
}
int run(const app::ProxyCommand&) {
  return static_cast<int>(ExitCode::internal);  // served above: it needs the line again on reload
}
int run(const app::RunCommand& command) {
  return app::run_client(command);
}
int run(const app::ReplayCommand& command) {
  return app::run_replay(command);
}
int run(const app::ConvertCommand& command) {
  return app::run_convert(command);
}
int run(const app::DiffCommand& command) {
  return app::run_diff(command);
}
int run(const app::SweepCommand& command) {
  return app::run_sweep(command);
}
int run(const app::LockCommand& command) {
  return app::run_lock(command);
}
int run(const app::RetroCommand& command) {
  return app::run_retro(command);
}
int run(const app::RulesCommand& command) {
  return app::run_rules(command);
}
int run(const app::DoctorCommand& command) {
  return app::run_doctor(command);
}
int run(const app::CaCommand& command) {
  return app::run_ca(command);
}

// Commands that write or read captures: with the key, if one was given. Before anything else is done.
template <class Command>
ExitCode take_keys(const Command& command) {
  if constexpr (requires { command.store_key; }) {
    if (command.store_key.empty()) return ExitCode::clean;
    app::guard_memory();
    const auto taken = app::take_store_key(command.store_key);
    if (taken) return ExitCode::clean;
    std::fprintf(stderr, "telltale: %s\n", taken.error().detail.c_str());
    return app::exit_code_of(fault_of(taken.error().code));
  }
  return ExitCode::clean;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that went away is a write error, not our death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // so is a file at its bound (ulimit -f)
  try {
    const app::Command command = app::parse_command_line(argc, argv);
    const ExitCode keys = std::visit([](const auto& chosen) { return take_keys(chosen); }, command);
    if (keys != ExitCode::clean) return static_cast<int>(keys);
    if (const auto* proxy = std::get_if<app::ProxyCommand>(&command))
      return app::run_proxy(*proxy, [argc, argv] { return app::parse_command_line(argc, argv); });
    return std::visit([](const auto& chosen) { return run(chosen); }, command);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "telltale: internal error: %s; please report this\n", error.what());
  } catch (...) {
    std::fputs("telltale: internal error; please report this\n", stderr);
  }
  return static_cast<int>(ExitCode::internal);
}
