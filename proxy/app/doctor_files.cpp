// Configuration, rules, the disk that captures go to, file descriptors, danger options. Covered by
// tests/e2e/doctor_test.py.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "app/capture_place.hpp"
#include "app/descriptors.hpp"
#include "app/doctor.hpp"
#include "app/file_text.hpp"
#include "app/rule_files.hpp"
#include "app/sandbox.hpp"

namespace telltale::app::doctor {
namespace {

constexpr std::uint64_t mebibyte = 1024ULL * 1024;
constexpr std::uint64_t little_room = 512 * mebibyte;
constexpr std::uint64_t no_room = 64 * mebibyte;
constexpr std::uint64_t few_descriptors = 1024;  // Debian's own; each intercepted connection takes two

Row check_config(const DoctorCommand& command) {
  Row row{"doctor.config", command.config, State::ok, "every key and value in it is known", ""};
  if (command.config.empty()) {
    row.looked_at = "--config";
    row.found = "no file is named";
  } else if (!command.config_error.empty()) {
    row.state = State::wrong;
    row.found = command.config_error;
    row.todo = fmt::format("mend {} there, else the proxy does not start", command.config);
  }
  return row;
}

Row check_rules(const ProxyCommand& command) {
  std::string packs;
  for (const std::string& pack : command.inspecting.rules) packs += (packs.empty() ? "" : ", ") + pack;
  Row row{"doctor.rules", packs.empty() ? "the built-in packs" : packs, State::ok, "every sample of every rule holds",
          ""};
  if (const auto rules = load_rules(command.inspecting.rules); !rules) {
    row.state = State::wrong;
    row.found = rules.error().detail;
    row.todo = "telltale rules test " + packs;
  }
  return row;
}

// The nearest folder above that is there: captures make the rest themselves.
std::filesystem::path existing_part(std::filesystem::path place) {
  std::error_code error;
  while (!std::filesystem::is_directory(place, error) && place.has_relative_path()) place = place.parent_path();
  return place.empty() ? std::filesystem::path(".") : place;
}

Rows check_captures(const ProxyCommand& command) {
  const std::string place = capture_place(command);
  if (place.empty()) return {{"doctor.captures", "--no-store", State::ok, "nothing is kept", ""}};
  const std::string folder = existing_part(place).string();
  Row row{"doctor.captures", place, State::ok, "can be written, by their owner alone", ""};
  struct stat status {};
  const bool there = ::stat(place.c_str(), &status) == 0;
  if (::access(there ? place.c_str() : folder.c_str(), W_OK) != 0) {
    row.state = State::wrong;
    row.found = "cannot be written: " + system_reason();
    row.todo = fmt::format("chown $(id -u) {} or choose another place: --capture FILE", folder);
  } else if (there && (status.st_mode & 077U) != 0) {
    row.state = State::wrong;
    row.found = fmt::format("others can use it (mode {:o}); it holds what users typed", status.st_mode & 0777U);
    row.todo = fmt::format("chmod {} {}", S_ISDIR(status.st_mode) ? "700" : "600", place);
  }
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return {row, {"doctor.disk", folder, State::unknown, system_reason(), ""}};
  return {row, judge_room(folder, disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize)};
}

Row check_sandbox(const ProxyCommand& command) {
  Row row{"doctor.sandbox", "the filter of system calls", State::ok, "this build has it", ""};
  if (const std::string_view missing = sandbox_missing(); !missing.empty()) {
    row.state = is_instrumented ? State::note : State::warn;
    row.found = fmt::format("not there: {}", missing);
    row.todo = "scripts/setup build, and build again";
  } else if (!command.sandbox.value_or(true)) {
    row.state = State::warn;
    row.found = "switched off";
    row.todo = "leave out --sandbox off unless you need it";
  }
  return row;
}

Row check_descriptors() {
  const std::uint64_t limit = count_descriptors().limit;
  Row row{"doctor.descriptors", "ulimit -n", State::ok, fmt::format("{} file descriptors", limit), ""};
  if (limit < few_descriptors) {
    row.state = State::warn;
    row.found += fmt::format(": enough for some {} connections", limit / 2);
    row.todo = "ulimit -n 65536, or LimitNOFILE=65536 in the unit";
  }
  return row;
}

Rows check_dangers(const ProxyCommand& command) {
  Rows rows;
  for (const std::string& danger : command.dangers)
    rows.push_back({"doctor.danger", danger, State::warn, "is on, and weakens a check",
                    fmt::format("leave out {} unless you need it", danger.substr(0, danger.find(' ')))});
  if (rows.empty())
    rows.push_back({"doctor.danger", "options, variables, file", State::ok, "no danger option is on", ""});
  return rows;
}

}  // namespace

Row judge_room(std::string place, std::uint64_t free_bytes, std::uint64_t all_bytes) {
  Row row{"doctor.disk", std::move(place), State::ok, "", ""};
  row.found = fmt::format("{} MiB of {} MiB are free", free_bytes / mebibyte, all_bytes / mebibyte);
  if (free_bytes >= little_room) return row;
  row.state = free_bytes < no_room ? State::wrong : State::warn;
  row.todo = "make room there, keep captures elsewhere (--capture DIR), or nowhere (--no-store)";
  return row;
}

Rows check_files(const DoctorCommand& command) {
  Rows rows = {check_config(command), check_rules(command.proxy)};
  for (Row& row : check_captures(command.proxy)) rows.push_back(std::move(row));
  rows.push_back(check_sandbox(command.proxy));
  rows.push_back(check_descriptors());
  for (Row& row : check_dangers(command.proxy)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace telltale::app::doctor
