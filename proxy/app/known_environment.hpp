#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/client_environment.hpp"
#include "inspect/needles.hpp"

namespace telltale::app {

/// What is known of this machine and user, as a reference for the detectors: tz_name, tz_offset, tz_abbrev, locale,
/// proxy, base_url, platform, os, kernel, arch, shell, host, user, home, cwd, ip, mac, git_remote, git_email, git_user,
/// device; in each spelling that clients are known to use. What is not known is left out. Passwords in URLs are left
/// out too. Reads files and asks the system; starts nothing and sends nothing. `device` never reaches a disk:
/// captures hold a digest of it.
[[nodiscard]] inspect::Environment known_environment(const Variables& variables);

/// What to look for of it, digests included.
[[nodiscard]] inspect::NeedleSet needles_of(const inspect::Environment& environment);

/// Takes our own listener out of the known proxies: that a client says it is behind us is no fact of this machine.
void forget_own_address(inspect::Environment& environment, std::uint16_t port);

/// "Asia/Shanghai" of a TZ value (":Asia/Shanghai", a path into a zone folder) or the target of /etc/localtime; nothing
/// if no zone is named ("CST-8").
[[nodiscard]] std::optional<std::string> zone_name(std::string_view text);

/// "UTC+08:00".
[[nodiscard]] std::string offset_text(long seconds_east);

/// "UTC+08:00", "+08:00", "+0800"; of UTC itself the first only.
[[nodiscard]] std::vector<std::string> offset_spellings(long seconds_east);

/// "x86_64", "x64", "amd64".
[[nodiscard]] std::vector<std::string> machine_spellings(std::string_view machine);

/// "de_DE.UTF-8", "de_DE", "de-DE"; the first of a list.
[[nodiscard]] std::vector<std::string> locale_spellings(std::string_view locale);

/// PRETTY_NAME of the text of /etc/os-release: "Debian GNU/Linux 12 (bookworm)"; empty if there is none.
[[nodiscard]] std::string pretty_name(std::string_view os_release);

/// `url` without `user:password@`.
[[nodiscard]] std::string without_userinfo(std::string_view url);

/// Remote URLs and the user ("a@b.example", "A <a@b.example>", "A") of a git configuration file's text, appended.
void read_git_config(std::string_view text, inspect::Environment& environment);

/// Appends a value once; an empty one never.
void add(inspect::Environment& environment, std::string_view name, std::string value);

}  // namespace telltale::app
