#pragma once
#include <functional>
#include <string_view>

#include "app/options.hpp"
#include "app/service_manager.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

// What `telltale proxy` has the right to do, less and less while it starts.

namespace telltale::app {

using Say = std::function<void(std::string_view line)>;

/// What was got while this process could: the right to get it may be gone since.
struct Beforehand {
  int listener = -1;  ///< handed over, or opened as root; -1: to be opened
  Secret passphrase;  ///< of the CA's keys
};

/// Keys and the port while the process may have them; then it becomes who `--user` says. `command` is read again as
/// that user, below whose home the default places are. Before the first thread. Errors: user_unusable, listen_failed,
/// those of read_passphrase and of `read_again`.
[[nodiscard]] Result<Beforehand> give_up_root(ProxyCommand& command, const ServiceManager& service,
                                              const std::function<Result<ProxyCommand>()>& read_again, const Say& say);

/// Closes to writing all but the places that the proxy writes to, which are made first. Before the first thread; where
/// the kernel has no Landlock, nothing is closed.
void enclose(const ProxyCommand& command);

/// The filter of system calls, once everything runs that needs others to start. Unless `--sandbox` asks for it, it is
/// set where it can be, and said where not. Error: sandbox_unavailable.
[[nodiscard]] Result<void> filter_calls(const ProxyCommand& command, const Say& say);

}  // namespace telltale::app
