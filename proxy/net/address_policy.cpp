// Where connections may go: everything public, and what the operator opened. IANA special-purpose registries (RFC
// 6890), RFC 6052 (IPv4 in IPv6); ports from the Fetch standard, "bad port". Covered by
// tests/unit/net/pieces_test.cpp.
#include "net/address_policy.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <charconv>
#include <cstring>

#include "core/ascii.hpp"

namespace telltale::net {
namespace {

namespace ip = boost::asio::ip;

std::string bytes_of(const ip::address& address) {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return std::string(bytes.begin(), bytes.end());
  }
  const auto bytes = address.to_v6().to_bytes();
  return std::string(bytes.begin(), bytes.end());
}

struct Range {
  const char* address;
  unsigned prefix;
  std::string_view what;
};

constexpr Range forbidden_v4[] = {
    {"0.0.0.0", 8, "this machine"},
    {"10.0.0.0", 8, "private"},
    {"100.64.0.0", 10, "carrier-shared"},
    {"127.0.0.0", 8, "loopback"},
    {"169.254.0.0", 16, "link-local"},
    {"172.16.0.0", 12, "private"},
    {"192.0.0.0", 24, "reserved"},
    {"192.0.2.0", 24, "documentation"},
    {"192.88.99.0", 24, "reserved"},
    {"192.168.0.0", 16, "private"},
    {"198.18.0.0", 15, "benchmark"},
    {"198.51.100.0", 24, "documentation"},
    {"203.0.113.0", 24, "documentation"},
    {"224.0.0.0", 4, "multicast"},
    {"240.0.0.0", 4, "reserved"},
    {"168.63.129.16", 32, "cloud metadata"},  // public by its number, answered by the host (Azure)
};
constexpr Range forbidden_v6[] = {
    {"::", 128, "this machine"},     {"::1", 128, "loopback"},          {"fc00::", 7, "private"},
    {"fe80::", 10, "link-local"},    {"fec0::", 10, "site-local"},      {"ff00::", 8, "multicast"},
    {"100::", 64, "discard-only"},   {"64:ff9b:1::", 48, "translated"}, {"2001::", 32, "tunnelled (Teredo)"},
    {"2001:2::", 48, "benchmark"},   {"2001:10::", 27, "reserved"},     {"2001:db8::", 32, "documentation"},
    {"3fff::", 20, "documentation"}, {"5f00::", 16, "reserved"},
};

// Sorted; the ports browsers refuse.
constexpr std::array<std::uint16_t, 82> other_protocols = {
    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,   37,   42,   43,   53,
    69,   77,   79,   87,   95,   101,  102,  103,  104,  109,  110,  111,  113,  115,  117,  119,  123,
    135,  137,  139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,  530,  531,  532,
    540,  548,  554,  556,  563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659,
    4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};

bool covers(const Cidr& range, std::string_view address) {
  if (range.address.size() != address.size()) return false;
  const unsigned whole = range.prefix / 8;
  if (std::memcmp(range.address.data(), address.data(), whole) != 0) return false;
  const unsigned rest = range.prefix % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<unsigned char>(0xFF00U >> rest);
  const auto a = static_cast<unsigned char>(range.address[whole]);
  const auto b = static_cast<unsigned char>(address[whole]);
  return (a & mask) == (b & mask);
}

bool covers(const Range& range, const ip::address& address) {
  const Cidr cidr{bytes_of(ip::make_address(range.address)), range.prefix};
  return covers(cidr, bytes_of(address));
}

// The IPv4 address that an IPv6 form stands for: mapped, translated (RFC 2765), compatible, NAT64, 6to4,
// ISATAP.
ip::address plain(const ip::address& address) {
  if (!address.is_v6()) return address;
  const auto b = address.to_v6().to_bytes();
  const auto v4_at = [&b](std::size_t i) { return ip::address(ip::address_v4({b[i], b[i + 1], b[i + 2], b[i + 3]})); };
  const bool zero80 = std::all_of(b.begin(), b.begin() + 10, [](unsigned char c) { return c == 0; });
  if (zero80 && b[10] == 0xFF && b[11] == 0xFF) return v4_at(12);
  const bool translated = std::all_of(b.begin(), b.begin() + 8, [](unsigned char c) { return c == 0; }) &&
                          b[8] == 0xFF && b[9] == 0xFF && b[10] == 0 && b[11] == 0;
  if (translated) return v4_at(12);
  const bool compatible = zero80 && b[10] == 0 && b[11] == 0 && (b[12] != 0 || b[13] != 0);
  if (compatible) return v4_at(12);
  const bool nat64 = b[0] == 0 && b[1] == 0x64 && b[2] == 0xFF && b[3] == 0x9B && b[4] == 0 && b[5] == 0;
  if (nat64) return v4_at(12);
  if (b[0] == 0x20 && b[1] == 0x02) return v4_at(2);
  const bool isatap = (b[8] & 0xFDU) == 0 && b[9] == 0 && b[10] == 0x5E && b[11] == 0xFE;
  if (isatap) return v4_at(12);
  return address;
}

bool is_own_address(const ip::address& address) {
  if (address.is_loopback() || address.is_unspecified()) return true;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return true;  // not known: refuse
  bool found = false;
  for (const ifaddrs* item = list; item != nullptr && !found; item = item->ifa_next) {
    if (item->ifa_addr == nullptr) continue;
    if (item->ifa_addr->sa_family == AF_INET && address.is_v4()) {
      sockaddr_in in{};
      std::memcpy(&in, item->ifa_addr, sizeof in);
      found = in.sin_addr.s_addr == htonl(address.to_v4().to_uint());
    } else if (item->ifa_addr->sa_family == AF_INET6 && address.is_v6()) {
      sockaddr_in6 in{};
      std::memcpy(&in, item->ifa_addr, sizeof in);
      found = std::memcmp(&in.sin6_addr, address.to_v6().to_bytes().data(), 16) == 0;
    }
  }
  freeifaddrs(list);
  return found;
}

// A connection to 0.0.0.0 or to any address of this machine ends at a listener on the wildcard address.
bool reaches(const ip::tcp::endpoint& own, const ip::address& address, std::uint16_t port) {
  if (own.port() != port) return false;
  const ip::address listening = plain(own.address());
  if (listening.is_unspecified()) return is_own_address(address);
  return listening == address || (address.is_unspecified() && listening.is_loopback());
}

std::string_view forbidden_kind(const ip::address& address) {
  const bool v4 = address.is_v4();
  for (const Range& range : forbidden_v4)
    if (v4 && covers(range, address)) return range.what;
  for (const Range& range : forbidden_v6)
    if (!v4 && covers(range, address)) return range.what;
  if (is_own_address(address)) return "machine's own";  // a public address too leads to what listens on any
  return {};
}

}  // namespace

Result<void> AddressPolicy::judge(const ip::tcp::endpoint& endpoint) const {
  const ip::address address = plain(endpoint.address());
  for (const ip::tcp::endpoint& listener : own)
    if (reaches(listener, address, endpoint.port()))
      return fail(Errc::upstream_loop, "the target is this proxy itself");
  if (std::binary_search(other_protocols.begin(), other_protocols.end(), endpoint.port()))
    return fail(Errc::upstream_port_forbidden, fmt::format("port {} is not for HTTP", endpoint.port()));
  const std::string_view kind = forbidden_kind(address);
  if (kind.empty()) return {};
  const std::string bytes = bytes_of(address);
  for (const Cidr& range : allowed)
    if (covers(range, bytes)) return {};
  return fail(Errc::upstream_address_forbidden, fmt::format("{} is a {} address; open it with --allow-upstream {}",
                                                            address.to_string(), kind, address.to_string()));
}

Result<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string host(text.substr(0, slash));
  boost::system::error_code error;
  const ip::address address = ip::make_address(host, error);
  const auto malformed = [&] {
    return fail(Errc::option_invalid,
                fmt::format("{}: not an address range; give one like 127.0.0.0/8, 10.1.2.3 or fd00::/8", text));
  };
  if (error || !http::is_ip_literal(host)) return malformed();
  Cidr range{bytes_of(address), address.is_v4() ? 32U : 128U};
  if (slash == text.size()) return range;
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  const bool whole = failed == std::errc() && end == digits.data() + digits.size();
  if (!whole || digits.empty() || prefix > range.prefix) return malformed();
  range.prefix = prefix;
  return range;
}

Result<Resolution> parse_resolution(std::string_view text) {
  const auto malformed = [&] {
    return fail(Errc::option_invalid, fmt::format("{}: expected HOST:PORT:ADDRESS", text));
  };
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return malformed();
  const std::size_t colon = text.find(':', bracket);
  if (colon == std::string_view::npos) return malformed();
  const std::size_t second = text.find(':', colon + 1);
  if (second == std::string_view::npos) return malformed();
  auto name = http::parse_connect_target(text.substr(0, second));
  if (!name) return malformed();
  std::string_view address = text.substr(second + 1);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  if (!http::is_ip_literal(address)) return malformed();
  return Resolution{std::move(*name), std::string(address)};
}

}  // namespace telltale::net
