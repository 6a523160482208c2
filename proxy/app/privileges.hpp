#pragma once
#include <sys/types.h>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace telltale::app {

struct Account {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
  std::string home;
};

[[nodiscard]] bool runs_as_root();

/// By name or number. Error: user_unusable (unknown; root itself).
[[nodiscard]] Result<Account> find_account(const std::string& name);

/// Makes the process that account's, for good: its groups, its user, no capability, and no way to gain any by a program
/// (no_new_privs). HOME, USER and LOGNAME become the account's; XDG variables stay. Before the first thread. Whoever is
/// that account already keeps what it has. Error: user_unusable (not root; the kernel refuses), nothing is then to go
/// on.
[[nodiscard]] Result<void> become(const Account& account);

/// What the account has to be able to read, each a file or folder that is there, or not yet.
/// Error: user_unusable, with the first it may not read and what to type.
[[nodiscard]] Result<void> check_readable(const Account& account, const std::vector<std::string>& paths);

}  // namespace telltale::app
