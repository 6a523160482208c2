// From root to somebody else, for good. credentials(7), capabilities(7), PR_SET_NO_NEW_PRIVS in prctl(2). Covered by
// tests/hostile/secrets/rights_test.py, which needs root.
#include "app/privileges.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "app/file_text.hpp"

namespace telltale::app {
namespace {

tl::unexpected<Error> failed(const Account& account, std::string_view what) {
  return fail(Errc::user_unusable, fmt::format("--user {}: {}: {}", account.name, what, system_reason()));
}

std::optional<uid_t> number_in(const std::string& text) {
  uid_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

Result<void> drop_bounding_set(const Account& account) {
  for (unsigned long one = 0; ::prctl(PR_CAPBSET_READ, one, 0, 0, 0) >= 0; ++one)
    if (::prctl(PR_CAPBSET_DROP, one, 0, 0, 0) != 0) return failed(account, "cannot give up capabilities");
  return {};
}

Result<void> empty_capabilities(const Account& account) {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  if (::syscall(SYS_capset, &head, none.data()) != 0) return failed(account, "cannot give up capabilities");
  return {};
}

void take_environment(const Account& account) {
  ::setenv("HOME", account.home.c_str(), 1);
  ::setenv("USER", account.name.c_str(), 1);
  ::setenv("LOGNAME", account.name.c_str(), 1);
}

}  // namespace

bool runs_as_root() {
  return ::geteuid() == 0;
}

Result<Account> find_account(const std::string& name) {
  errno = 0;
  const passwd* found = ::getpwnam(name.c_str());
  if (const auto number = number_in(name); found == nullptr && number) found = ::getpwuid(*number);
  if (found == nullptr)
    return fail(Errc::user_unusable,
                fmt::format("--user {}: there is no such user; make one with: useradd --system {}", name, name));
  if (found->pw_uid == 0)
    return fail(Errc::user_unusable, fmt::format("--user {}: that is root; name a user with fewer rights", name));
  return Account{found->pw_name, found->pw_uid, found->pw_gid, found->pw_dir};
}

Result<void> become(const Account& account) {
  if (::getuid() == account.user && ::geteuid() == account.user) return {};
  if (!runs_as_root())
    return fail(Errc::user_unusable,
                fmt::format("--user {}: only root can become another user; start without it", account.name));
  if (auto dropped = drop_bounding_set(account); !dropped) return dropped;
  if (::initgroups(account.name.c_str(), account.group) != 0) return failed(account, "cannot take its groups");
  if (::setresgid(account.group, account.group, account.group) != 0) return failed(account, "cannot take its group");
  if (::setresuid(account.user, account.user, account.user) != 0) return failed(account, "cannot become that user");
  if (auto emptied = empty_capabilities(account); !emptied) return emptied;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed(account, "cannot give up new rights");
  if (::setuid(0) == 0 || ::setgid(0) == 0)
    return fail(Errc::user_unusable, fmt::format("--user {}: root could be taken back", account.name));
  take_environment(account);
  return {};
}

Result<void> check_readable(const Account& account, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path.empty() || ::access(path.c_str(), R_OK) == 0 || errno == ENOENT) continue;
    return fail(Errc::user_unusable,
                fmt::format("{}: user {} cannot read it: {}; type: chown -R {}: {}, or name another place", path,
                            account.name, system_reason(), account.name, path));
  }
  return {};
}

}  // namespace telltale::app
