#pragma once
#include <boost/asio/io_context.hpp>
#include <vector>

#include "net/tcp_stream.hpp"

namespace telltale::net {

/// Addresses so that families take turns, beginning with that of the first; within a family their order stays. At most
/// `most` of them, so that a name with hundreds of addresses of one family does not hide the other (RFC 8305 section
/// 4).
[[nodiscard]] std::vector<boost::asio::ip::address> in_turns(const std::vector<boost::asio::ip::address>& addresses,
                                                             std::size_t most);

/// Connects to whichever of `endpoints` is there first. The next is tried a quarter of a second after the one before,
/// or as soon as that has failed; those under way go on. Connections that come too late are closed.
///
/// All must have been judged by the address policy. `at_most` is for all together.
/// Errors: descriptors_full if that happened to any; else those of the one that failed last (upstream_refused,
/// upstream_unreachable, upstream_connect_timeout).
/// Source: RFC 8305 section 5.
[[nodiscard]] Task<Result<Socket>> connect_first(boost::asio::io_context& context, std::vector<Tcp::endpoint> endpoints,
                                                 std::chrono::milliseconds at_most);

}  // namespace telltale::net
