#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "net/proxy.hpp"

namespace telltale::net {

/// Which addresses may be connected to. Judged on the very address of each connection, not on the name, so that a name
/// server cannot talk us into the machine's own services.
struct AddressPolicy {
  std::vector<Cidr> allowed;                        ///< exceptions of `--allow-upstream`
  std::vector<boost::asio::ip::tcp::endpoint> own;  ///< our listeners: always refused

  /// Errors: upstream_loop (our own listener), upstream_address_forbidden (this machine, private, link-local, cloud
  /// metadata, multicast and reserved ranges, also inside IPv6 forms of IPv4), upstream_port_forbidden (ports of other
  /// protocols, the list browsers refuse).
  [[nodiscard]] Result<void> judge(const boost::asio::ip::tcp::endpoint& endpoint) const;
};

}  // namespace telltale::net
