// What the system gives this process. getrlimit(2), cgroups(7). Covered by tests/unit/app/process_limits_test.cpp and
// tests/hostile/load.
#include "app/process_limits.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <initializer_list>
#include <iterator>

namespace telltale::app {
namespace {

constexpr std::uint64_t own_descriptors = 64;  // captures, rules, admin, the loops of the threads
constexpr std::uint64_t least_connections = 16;
constexpr std::uint64_t few_connections = 1000;  // a default that is lowered to less is worth a line

// A bound of no group is "max" or a number past all memory.
std::uint64_t read_bound(const std::string& path) {
  std::ifstream in(path);
  std::string text;
  in >> text;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

std::uint64_t least_known(std::initializer_list<std::uint64_t> values) {
  std::uint64_t least = 0;
  for (const std::uint64_t value : values)
    if (value != 0 && (least == 0 || value < least)) least = value;
  return least;
}

}  // namespace

std::uint64_t raise_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

std::optional<std::string> group_path(std::string_view cgroups, std::string_view controller) {
  while (!cgroups.empty()) {
    const std::size_t end = cgroups.find('\n');
    const std::string_view line = cgroups.substr(0, end);
    cgroups.remove_prefix(end == std::string_view::npos ? cgroups.size() : end + 1);
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    if (line.substr(first + 1, second - first - 1) == controller) return std::string(line.substr(second + 1));
  }
  return std::nullopt;
}

std::uint64_t memory_allowed() {
  const std::uint64_t machine =
      static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream in("/proc/self/cgroup");
  const std::string cgroups{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  // Inside a container the group's own folder is the root of what is seen.
  const std::string one = "/sys/fs/cgroup/memory" + group_path(cgroups, "memory").value_or("");
  const std::string two = "/sys/fs/cgroup" + group_path(cgroups, "").value_or("");
  return least_known({machine, read_bound(one + "/memory.limit_in_bytes"), read_bound(two + "/memory.max"),
                      read_bound("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
                      read_bound("/sys/fs/cgroup/memory.max")});
}

std::string fit(Limits& limits, std::uint64_t descriptors, std::uint64_t memory) {
  if (limits.held_bytes == 0) limits.held_bytes = memory / 4;
  // Exchanges that wait for the journal are memory too.
  if (memory != 0) limits.record_queue_bytes = std::min(limits.record_queue_bytes, memory / 8);
  const std::uint64_t usable = descriptors > own_descriptors ? descriptors - own_descriptors : 0;
  const std::uint64_t most = std::max(least_connections, usable - usable / 8);
  if (limits.connections <= most) return {};
  const bool as_by_default = limits.connections == Limits{}.connections && most >= few_connections;
  std::string line = fmt::format(
      "at most {} client connections, not {}: this process may have {} descriptors (ulimit -n, LimitNOFILE=)\n", most,
      limits.connections, descriptors);
  limits.connections = static_cast<std::uint32_t>(most);
  return as_by_default ? std::string() : line;
}

}  // namespace telltale::app
