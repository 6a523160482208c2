// From what started the proxy to what a running proxy may do. Covered by tests/hostile/secrets/rights_test.py.
#include "app/proxy_rights.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/ca_files.hpp"
#include "app/capture_place.hpp"
#include "app/enclosure.hpp"
#include "app/passphrase.hpp"
#include "app/privileges.hpp"
#include "app/process_guard.hpp"
#include "app/sandbox.hpp"
#include "net/proxy.hpp"

namespace telltale::app {
namespace {

Result<int> handed_over(const ServiceManager& service) {
  const std::vector<int>& listeners = service.listeners();
  if (listeners.size() > 1)
    return fail(Errc::listen_failed, fmt::format("{} sockets were handed over; give one", listeners.size()));
  return listeners.empty() ? -1 : listeners.front();
}

// What is read now and on every reload.
std::vector<std::string> read_by(const ProxyCommand& command) {
  std::vector<std::string> out = {command.ca_dir, command.upstream_ca, capture_place(command)};
  if (command.environment_file != "self") out.push_back(command.environment_file);
  for (const auto* more : {&command.inspecting.rules, &command.upstream_crl, &command.baselines})
    out.insert(out.end(), more->begin(), more->end());
  return out;
}

std::string folder_of(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return folder.empty() ? "." : folder;
}

bool has_sandbox(const ProxyCommand& command) {
  return command.sandbox.value_or(true);
}

}  // namespace

Result<Beforehand> give_up_root(ProxyCommand& command, const ServiceManager& service,
                                const std::function<Result<ProxyCommand>()>& read_again, const Say& say) {
  Beforehand out;
  TT_TRY(out.listener, handed_over(service));
  TT_TRY(out.passphrase, read_passphrase(command.ca_passphrase));
  if (command.user.empty()) {
    if (runs_as_root()) say("running as root: give --user NAME, and the proxy has the rights of that user alone\n");
    return out;
  }
  TT_TRY(const Account account, find_account(command.user));
  if (out.listener < 0) {
    TT_TRY(out.listener, net::open_listener(command.listen_host, command.listen_port));
  }
  if (auto became = become(account); !became) return tl::unexpected<Error>(std::move(became.error()));
  guard_memory();             // becoming somebody else has undone it
  auto again = read_again();  // could be read as root; now and on every reload it has to be as that user
  if (!again)
    return fail(Errc::user_unusable, fmt::format("user {} has to read the configuration, now and on every reload: {}",
                                                 account.name, again.error().detail));
  command = std::move(*again);
  if (auto readable = check_readable(account, read_by(command)); !readable)
    return tl::unexpected<Error>(std::move(readable.error()));
  return out;
}

void enclose(const ProxyCommand& command) {
  if (!has_sandbox(command) || !sandbox_missing().empty()) return;
  std::vector<std::string> places = {command.ca_dir};
  const std::string captures = capture_place(command);
  const bool is_folder = command.capture.empty() || captures.ends_with('/') || std::filesystem::is_directory(captures);
  if (!captures.empty() && is_folder) places.push_back(captures);
  if (!command.no_store && !command.no_baselines) places.push_back(state_dir());
  if (!command.baselines_file.empty()) places.push_back(folder_of(command.baselines_file));
  // Made now, since what lies above will be closed. What cannot be made is said by who needs it.
  for (const std::string& place : places) (void)make_private_folder(place);
  if (!captures.empty() && !is_folder) places.push_back(folder_of(captures));
  enclose_writing(places);
}

Result<void> filter_calls(const ProxyCommand& command, const Say& say) {
  if (!has_sandbox(command)) return {};
  auto done = enter_sandbox();
  if (done || command.sandbox) return done;
  say(fmt::format("no filter of system calls: {}\n", done.error().detail));
  return {};
}

}  // namespace telltale::app
