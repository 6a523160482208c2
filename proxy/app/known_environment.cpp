// What a proxy on the same machine may know without asking anyone. Covered by
// tests/unit/app/known_environment_test.cpp.
#include "app/known_environment.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <sstream>

#include "app/file_text.hpp"
#include "app/known_devices.hpp"
#include "certs/pem.hpp"
#include "core/ascii.hpp"
#include "http/authority.hpp"

namespace telltale::app {
namespace {

namespace fs = std::filesystem;

/// Raw bytes; empty where the system's policy forbids the function.
std::string digest_of(const EVP_MD* function, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, function, nullptr) != 1) return {};
  return {digest.begin(), digest.begin() + size};
}

std::string md5(std::string_view bytes) {
  return digest_of(EVP_md5(), bytes);
}

std::string sha1(std::string_view bytes) {
  return digest_of(EVP_sha1(), bytes);
}

std::string variable(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string() : found->second;
}

std::string contents_of(const fs::path& path) {
  constexpr std::size_t most = 256 * 1024;  // configuration files; more is none
  return read_file(path.string(), most).value_or(std::string());
}

std::string first_line(const fs::path& path) {
  const std::string text = contents_of(path);
  return text.substr(0, text.find('\n'));
}

// Clients differ in whether they follow TZ or the system: both are what the user's machine says.
void add_time(const Variables& variables, inspect::Environment& environment) {
  if (const auto zone = zone_name(variable(variables, "TZ"))) add(environment, "tz_name", *zone);
  std::error_code none;
  if (const auto zone = zone_name(fs::read_symlink("/etc/localtime", none).string()))
    add(environment, "tz_name", *zone);
  if (const auto zone = zone_name(first_line("/etc/timezone"))) add(environment, "tz_name", *zone);
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  for (std::string& spelling : offset_spellings(local.tm_gmtoff)) add(environment, "tz_offset", std::move(spelling));
  if (local.tm_zone != nullptr) add(environment, "tz_abbrev", local.tm_zone);
}

void add_system(inspect::Environment& environment) {
  utsname system{};
  if (uname(&system) != 0) return;
  add(environment, "host", system.nodename);
  add(environment, "os", fmt::format("{} {}", system.sysname, system.release));
  add(environment, "os", pretty_name(contents_of("/etc/os-release")));
  add(environment, "kernel", system.release);
  add(environment, "platform", ascii::lower(system.sysname));
  for (std::string& spelling : machine_spellings(system.machine)) add(environment, "arch", std::move(spelling));
}

void add_user(const Variables& variables, inspect::Environment& environment) {
  if (const passwd* user = getpwuid(getuid())) {
    add(environment, "user", user->pw_name);
    add(environment, "home", user->pw_dir);
    add(environment, "shell", user->pw_shell);
  }
  add(environment, "user", variable(variables, "USER"));
  add(environment, "home", variable(variables, "HOME"));
  add(environment, "shell", variable(variables, "SHELL"));
  for (const std::string_view name : {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "LANGUAGE"})
    for (std::string& spelling : locale_spellings(variable(variables, name)))
      add(environment, "locale", std::move(spelling));
}

void add_network(const Variables& variables, inspect::Environment& environment) {
  for (const auto& [name, value] : variables) {
    const std::string lower = ascii::lower(name);
    if (lower == "https_proxy" || lower == "http_proxy" || lower == "all_proxy")
      add(environment, "proxy", without_userinfo(value));
    const bool is_base = name.ends_with("_BASE_URL") || name.ends_with("_ENDPOINT") || name.ends_with("_API_BASE");
    if (is_base && value.find("://") != std::string::npos) add(environment, "base_url", without_userinfo(value));
  }
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, freeifaddrs);
  for (; list != nullptr; list = list->ifa_next) {
    if (list->ifa_addr == nullptr || (list->ifa_flags & IFF_LOOPBACK) != 0) continue;
    char text[INET6_ADDRSTRLEN] = "";
    if (list->ifa_addr->sa_family == AF_INET)
      inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(list->ifa_addr)->sin_addr, text, sizeof text);
    if (list->ifa_addr->sa_family == AF_INET6)
      inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6*>(list->ifa_addr)->sin6_addr, text, sizeof text);
    add(environment, "ip", text);
    if (list->ifa_addr->sa_family != AF_PACKET) continue;
    const auto* link = reinterpret_cast<sockaddr_ll*>(list->ifa_addr);
    if (link->sll_halen == 6)
      add(environment, "mac", fmt::format("{:02x}", fmt::join(link->sll_addr, link->sll_addr + 6, ":")));
  }
}

// A linked work tree has a file here that names its folder, which names the one with the configuration.
fs::path git_folder(const fs::path& entry) {
  std::error_code none;
  if (fs::is_directory(entry, none)) return entry;
  constexpr std::string_view prefix = "gitdir: ";
  const std::string line = first_line(entry);
  if (!line.starts_with(prefix)) return {};
  const fs::path folder = entry.parent_path() / line.substr(prefix.size());
  const std::string common = first_line(folder / "commondir");
  return common.empty() ? folder : folder / common;
}

void add_place(const Variables& variables, inspect::Environment& environment) {
  std::error_code none;
  const fs::path here = fs::current_path(none);
  if (none) return;
  add(environment, "cwd", here.string());
  for (fs::path folder = here;; folder = folder.parent_path()) {
    if (fs::exists(folder / ".git", none)) {
      read_git_config(contents_of(git_folder(folder / ".git") / "config"), environment);
      break;
    }
    if (folder == folder.root_path()) break;
  }
  if (const std::string home = variable(variables, "HOME"); !home.empty()) {
    read_git_config(contents_of(fs::path(home) / ".gitconfig"), environment);
    read_git_config(contents_of(fs::path(home) / ".config/git/config"), environment);
  }
}

}  // namespace

inspect::Environment known_environment(const Variables& variables) {
  inspect::Environment environment;
  add_time(variables, environment);
  add_system(environment);
  add_user(variables, environment);
  add_network(variables, environment);
  add_place(variables, environment);
  add_device_ids(variable(variables, "HOME"), environment);
  return environment;
}

void forget_own_address(inspect::Environment& environment, std::uint16_t port) {
  const auto proxies = environment.find("proxy");
  if (proxies == environment.end()) return;
  std::vector<std::string>& values = proxies->second;
  const auto is_own = [port](const std::string& value) {
    const std::size_t scheme = value.find("://");
    std::string_view authority = std::string_view(value).substr(scheme == std::string::npos ? 0 : scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    const auto parsed = http::parse_host_field(authority, 80);
    if (!parsed || parsed->port != port) return false;
    return parsed->host == "localhost" || parsed->host == "::1" || parsed->host.starts_with("127.");
  };
  values.erase(std::remove_if(values.begin(), values.end(), is_own), values.end());
  if (values.empty()) environment.erase(proxies);
}

std::optional<std::string> zone_name(std::string_view text) {
  if (text.starts_with(':')) text.remove_prefix(1);
  constexpr std::string_view folder = "zoneinfo/";
  if (const std::size_t at = text.find(folder); at != std::string_view::npos) text.remove_prefix(at + folder.size());
  if (text.empty() || text[0] == '/' || !ascii::is_alpha(text[0])) return std::nullopt;
  const auto is_part = [](char c) { return ascii::is_alnum(c) || c == '/' || c == '_' || c == '-' || c == '+'; };
  if (!std::all_of(text.begin(), text.end(), is_part)) return std::nullopt;
  // "CST-8" and "EST5EDT4" are rules, not names; a name with a digit has a folder ("Etc/GMT+8") or is "EST5EDT".
  const bool digit = std::any_of(text.begin(), text.end(), ascii::is_digit);
  if (digit && text.find('/') == std::string_view::npos && !ascii::is_alpha(text.back())) return std::nullopt;
  return std::string(text);
}

std::string offset_text(long seconds_east) {
  const long minutes = std::labs(seconds_east) / 60;
  return fmt::format("UTC{}{:02}:{:02}", seconds_east < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

inspect::NeedleSet needles_of(const inspect::Environment& environment) {
  return inspect::NeedleSet(environment, {{md5, sha1, certs::sha256}});
}

std::vector<std::string> offset_spellings(long seconds_east) {
  std::vector<std::string> out = {offset_text(seconds_east)};
  if (seconds_east == 0) return out;  // "+00:00" is what everybody writes
  const std::string digits = out[0].substr(3);
  out.push_back(digits);
  out.push_back(digits.substr(0, 3) + digits.substr(4));
  return out;
}

std::vector<std::string> machine_spellings(std::string_view machine) {
  if (machine == "x86_64") return {"x86_64", "x64", "amd64"};  // the kernel, node, Go and Debian
  if (machine == "aarch64") return {"aarch64", "arm64"};
  return {std::string(machine)};
}

std::vector<std::string> locale_spellings(std::string_view locale) {
  std::vector<std::string> out;
  for (const char separator : {':', ' '}) locale = locale.substr(0, locale.find(separator));  // LANGUAGE is a list
  if (locale.empty()) return out;
  out.emplace_back(locale);
  const std::string_view name = locale.substr(0, locale.find_first_of(".@"));
  if (name.find('_') == std::string_view::npos) return out;
  if (name != locale) out.emplace_back(name);
  std::string tag(name);  // BCP 47, as browsers and Intl have it
  std::replace(tag.begin(), tag.end(), '_', '-');
  out.push_back(std::move(tag));
  return out;
}

std::string pretty_name(std::string_view os_release) {
  constexpr std::string_view key = "\nPRETTY_NAME=";
  const std::string text = "\n" + std::string(os_release);
  const std::size_t at = text.find(key);
  if (at == std::string::npos) return {};
  std::string_view value = std::string_view(text).substr(at + key.size());
  value = value.substr(0, value.find('\n'));
  if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0])
    value = value.substr(1, value.size() - 2);
  return std::string(value);
}

std::string without_userinfo(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.substr(begin, end - begin).rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, begin)) + std::string(url.substr(begin + at + 1));
}

void read_git_config(std::string_view text, inspect::Environment& environment) {
  std::string section, name_of_user, email;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const std::string_view content = ascii::trim(line);
    if (content.starts_with('[')) section = ascii::lower(content.substr(1, content.find_first_of(" ]\"") - 1));
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name = ascii::lower(ascii::trim(content.substr(0, equals)));
    const std::string_view value = ascii::trim(content.substr(equals + 1));
    if (section == "remote" && (name == "url" || name == "pushurl"))
      add(environment, "git_remote",
          value.find("://") == std::string_view::npos ? std::string(value) : without_userinfo(value));
    if (section == "user" && name == "email") email = value;
    if (section == "user" && name == "name") name_of_user = value;
  }
  if (!email.empty() && !name_of_user.empty())
    add(environment, "git_email", fmt::format("{} <{}>", name_of_user, email));
  add(environment, "git_email", std::move(email));
  add(environment, "git_user", std::move(name_of_user));
}

void add(inspect::Environment& environment, std::string_view name, std::string value) {
  if (value.empty()) return;
  std::vector<std::string>& values = environment[std::string(name)];
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
}

}  // namespace telltale::app
