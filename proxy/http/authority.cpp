// Hosts and ports, read exactly: whatever resolvers would read as an address in disguise is refused here. RFC 3986
// section 3.2, RFC 9110 section 9.3.6. Covered by tests/unit/http/authority_test.cpp.
#include "http/authority.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"

namespace telltale::http {
namespace {

bool is_ipv4_literal(std::string_view host) {
  int parts = 0;
  for (std::string_view rest = host;; ++parts) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const std::string_view part = rest.substr(0, dot);
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
    int value = 0;
    for (const char c : part) {
      if (!ascii::is_digit(c)) return false;
      value = value * 10 + (c - '0');
    }
    if (value > 255) return false;
    if (dot == rest.size()) return parts == 3;
    rest.remove_prefix(dot + 1);
  }
}

std::optional<in6_addr> parse_ipv6(std::string_view host) {
  if (host.size() > 45 || host.find(':') == std::string_view::npos) return std::nullopt;
  if (host.find('\0') != std::string_view::npos) return std::nullopt;  // inet_pton would stop there
  in6_addr address{};
  if (inet_pton(AF_INET6, std::string(host).c_str(), &address) != 1) return std::nullopt;
  return address;
}

// One spelling for one address, so that two of them compare as text (RFC 5952).
std::string text_of_ipv6(const in6_addr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, &address, text.data(), text.size());
  return text.data();
}

// Resolvers read a last label that is a number (also 0x...) as part of an address: `127.1`, `0x7f.1`, `2130706433`.
bool looks_numeric(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty()) return false;
  const bool hex = last.size() >= 2 && last[0] == '0' && ascii::to_lower(last[1]) == 'x';
  if (hex) return true;
  for (const char c : last)
    if (!ascii::is_digit(c)) return false;
  return true;
}

bool is_name(std::string_view host) {
  if (host.empty() || host.size() > 253 + (host.back() == '.' ? 1U : 0U)) return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i < host.size(); ++i) {
    const char c = host[i];
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    if (!ascii::is_alnum(c) && c != '-' && c != '_') return false;
    if (++label > 63) return false;
  }
  return !looks_numeric(host);
}

tl::unexpected<Error> refuse(std::string_view what) {
  return fail(Errc::authority_malformed, fmt::format("{}; expected host:port", what));
}

Result<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5) return refuse("port missing or too long");
  if (text[0] == '0') return refuse("port begins with 0");
  unsigned value = 0;
  for (const char c : text) {
    if (!ascii::is_digit(c)) return refuse("port is not a number");
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (value > 65535) return refuse("port is not in 1 to 65535");
  return static_cast<std::uint16_t>(value);
}

// host and what follows it: "" or ":port".
Result<std::pair<std::string, std::string_view>> split_host(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    const auto address = parse_ipv6(text.substr(1, close == std::string_view::npos ? 0 : close - 1));
    if (!address) return refuse("not an IPv6 literal in brackets");
    return std::pair{text_of_ipv6(*address), text.substr(close + 1)};
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view host = text.substr(0, colon);
  if (!is_ipv4_literal(host) && !is_name(host)) return refuse("not a host name or address");
  std::string lower = ascii::lower(host);
  if (lower.ends_with('.')) lower.pop_back();
  return std::pair{std::move(lower), text.substr(colon)};
}

}  // namespace

std::string text_of(const Authority& authority) {
  const bool v6 = authority.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", authority.host, authority.port)
            : fmt::format("{}:{}", authority.host, authority.port);
}

bool is_ip_literal(std::string_view host) {
  return is_ipv4_literal(host) || parse_ipv6(host).has_value();
}

Result<Authority> parse_connect_target(std::string_view target) {
  TT_TRY(auto split, split_host(target));
  if (!split.second.starts_with(':')) return refuse("port missing");
  TT_TRY(const std::uint16_t port, parse_port(split.second.substr(1)));
  return Authority{std::move(split.first), port};
}

Result<Authority> parse_host_field(std::string_view value, std::uint16_t default_port) {
  TT_TRY(auto split, split_host(value));
  if (split.second.empty()) return Authority{std::move(split.first), default_port};
  if (!split.second.starts_with(':')) return refuse("bytes after the host");
  TT_TRY(const std::uint16_t port, parse_port(split.second.substr(1)));
  return Authority{std::move(split.first), port};
}

Result<AbsoluteTarget> parse_absolute_target(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  if (!ascii::starts_with_ignoring_case(target, scheme))
    return fail(Errc::target_malformed, "only http:// targets are forwarded in absolute form; use CONNECT for https");
  target.remove_prefix(scheme.size());
  if (target.find('#') != std::string_view::npos) return fail(Errc::target_malformed, "fragment in the target");
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  const std::string_view authority = target.substr(0, end);
  if (authority.find('@') != std::string_view::npos) return refuse("user information in the target");
  TT_TRY(Authority parsed, parse_host_field(authority, 80));
  const std::string_view path = target.substr(end);
  std::string origin;
  if (!path.starts_with('/')) origin.push_back('/');
  origin.append(path);
  return AbsoluteTarget{std::move(parsed), std::move(origin), path.empty()};
}

}  // namespace telltale::http
