#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/client_environment.hpp"
#include "inspect/needles.hpp"

namespace telltale::app {

/// What is known of this machine and user, as a reference for the detectors: tz_name, tz_offset ("UTC+08:00"),
/// tz_abbrev, locale, proxy, base_url, platform, os, arch, shell, host, user, home, cwd, ip, mac, git_remote,
/// git_email, device. What is not known is left out. Passwords in URLs are left out too. Reads files and asks the
/// system; starts nothing and sends nothing.
[[nodiscard]] inspect::Environment known_environment(const Variables& variables);

/// What to look for of it, digests included.
[[nodiscard]] inspect::NeedleSet needles_of(const inspect::Environment& environment);

/// "Asia/Shanghai" of a TZ value (":Asia/Shanghai", a path into a zone folder) or the target of /etc/localtime; nothing
/// if no zone is named ("CST-8").
[[nodiscard]] std::optional<std::string> zone_name(std::string_view text);

/// "UTC+08:00".
[[nodiscard]] std::string offset_text(long seconds_east);

/// `url` without `user:password@`.
[[nodiscard]] std::string without_userinfo(std::string_view url);

/// Remote URLs and user.email of a git configuration file's text, appended to `environment`.
void read_git_config(std::string_view text, inspect::Environment& environment);

}  // namespace telltale::app
