#pragma once
#include <cstdint>

namespace telltale::net {

/// Whether the issuers of upstreams' certificates are asked for their status (OCSP, revocation lists).
enum class Revocation : std::uint8_t {
  off,     ///< nobody is asked
  fetch,   ///< asked; what is not known goes on, and is said
  require  ///< asked; what is not known is refused
};

}  // namespace telltale::net
