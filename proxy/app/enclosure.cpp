// Where files may be written. landlock(7). Covered by tests/unit/app/sandbox_test.cpp.
#include "app/enclosure.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace telltale::app {
namespace {

constexpr std::uint64_t of_files = LANDLOCK_ACCESS_FS_WRITE_FILE;
constexpr std::uint64_t of_folders = of_files | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG;
constexpr std::uint64_t of_nobody = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
// Of the third version (Linux 6.2), which older headers do not name.
constexpr std::uint64_t truncate = std::uint64_t{1} << 14U;
constexpr long with_truncate = 3;

void allow(int rules, const std::string& place, std::uint64_t more) {
  landlock_path_beneath_attr rule{};
  rule.parent_fd = ::open(place.c_str(), O_PATH | O_CLOEXEC);
  struct stat info {};
  if (rule.parent_fd < 0) return;
  if (::fstat(rule.parent_fd, &info) == 0) {
    rule.allowed_access = (S_ISDIR(info.st_mode) ? of_folders : of_files) | more;
    ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  }
  ::close(rule.parent_fd);
}

}  // namespace

bool enclose_writing(const std::vector<std::string>& places) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  const std::uint64_t more = version >= with_truncate ? truncate : 0;
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = of_folders | of_nobody | more;
  const auto rules = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
  if (rules < 0) return false;
  for (const std::string& place : places) allow(rules, place, more);
  const bool done =
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  ::close(rules);
  return done;
}

}  // namespace telltale::app
