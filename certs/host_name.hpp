#pragma once
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace telltale::certs {

/// A host as it may stand in a certificate: a lower-case DNS name (LDH labels and `_`, 1..63 bytes each, 253 in all) or
/// an IP address in its binary form. The only way a name reaches a certificate; it goes there as ASN.1, never as
/// configuration text.
struct HostName {
  std::string text;     ///< "api.example.com", "10.0.0.1", "::1"
  std::string address;  ///< 4 or 16 bytes if it is an IP address, else empty
  [[nodiscard]] bool is_ip() const { return !address.empty(); }
};

/// Error: host_name_invalid.
[[nodiscard]] Result<HostName> parse_host_name(std::string_view text);

}  // namespace telltale::certs
