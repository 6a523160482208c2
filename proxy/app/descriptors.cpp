// getrlimit(2), proc(5). Covered by tests/e2e/doctor_test.py.
#include "app/descriptors.hpp"

#include <dirent.h>
#include <sys/resource.h>

#include <memory>

namespace telltale::app {

Descriptors count_descriptors() {
  Descriptors out;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) out.limit = limit.rlim_cur;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), closedir);
  if (!folder) return out;
  while (const dirent* entry = readdir(folder.get()))
    if (entry->d_name[0] != '.') ++out.open;
  if (out.open > 0) --out.open;  // the one this was read through
  return out;
}

}  // namespace telltale::app
