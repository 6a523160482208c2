// The gate between a name a client asked for and a certificate. RFC 5890 section 2.3.1 (LDH labels, and `_`), RFC 1123
// section 2.1. Covered by tests/unit/certs/host_name_test.cpp and the fuzz target host_name.
#include "certs/host_name.hpp"

#include <arpa/inet.h>

#include <array>
#include <optional>

#include "core/ascii.hpp"

namespace telltale::certs {
namespace {

tl::unexpected<Error> refuse(std::size_t at, const char* why) {
  return fail(Errc::host_name_invalid, at, why);
}

std::optional<HostName> read_address(std::string_view text, int family, std::size_t bytes) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::array<char, sizeof(in6_addr)> address{};
  if (inet_pton(family, std::string(text).c_str(), address.data()) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  inet_ntop(family, address.data(), canonical.data(), canonical.size());
  return HostName{canonical.data(), std::string(address.data(), bytes)};
}

Result<void> check_label(std::string_view label, std::size_t at) {
  if (label.empty()) return refuse(at, "empty label in a host name");
  if (label.size() > 63) return refuse(at, "label of a host name over 63 bytes");
  for (std::size_t i = 0; i < label.size(); ++i)
    if (!ascii::is_alnum(label[i]) && label[i] != '-' && label[i] != '_')
      return refuse(at + i, "byte that no host name may hold");
  if (label.front() == '-' || label.back() == '-') return refuse(at, "label of a host name begins or ends with -");
  return {};
}

// Resolvers read a name whose last label is a number as an address: `127.1`, `0x7f.1`, `2130706433`.
bool is_number(std::string_view label) {
  if (label.size() >= 2 && label[0] == '0' && ascii::to_lower(label[1]) == 'x') return true;
  return label.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Result<HostName> parse_host_name(std::string_view text) {
  if (auto v4 = read_address(text, AF_INET, 4)) return *v4;
  if (auto v6 = read_address(text, AF_INET6, 16)) return *v6;
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty()) return refuse(0, "empty host name");
  if (text.size() > 253) return refuse(253, "host name over 253 bytes");
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view label = text.substr(begin, end - begin);
    if (auto good = check_label(label, begin); !good) return tl::unexpected(std::move(good.error()));
    if (end == text.size() && is_number(label)) return refuse(begin, "host name that resolvers read as an address");
    if (end == text.size()) return HostName{ascii::lower(text), {}};
    begin = end + 1;
  }
}

}  // namespace telltale::certs
