#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "net/stream.hpp"

namespace telltale::net {

/// Names to addresses, by the system's resolver (getaddrinfo: hosts file, DNS, whatever the machine is set to). It
/// blocks and cannot be interrupted, so each look-up has a thread; there are so many at most, made when needed. A name
/// that is being looked up is not looked up a second time: those who ask meanwhile get the same answer, so one server
/// that does not answer costs one thread. Nothing is kept once it has been answered. Any thread.
class Resolver {
 public:
  using Addresses = std::vector<boost::asio::ip::address>;
  Resolver(std::uint32_t most_threads, std::uint32_t most_waiting);
  ~Resolver();  ///< waits for no look-up

  /// At most 16 addresses, families in turns. Errors: upstream_unresolvable; upstream_connect_timeout after `at_most`;
  /// resolver_busy. `context` is the caller's, and must outlive the resolver's `leave`.
  Task<Result<Addresses>> resolve(boost::asio::io_context& context, std::string host,
                                  std::chrono::milliseconds at_most);
  /// That context will be gone: what is still being looked up for it is answered to nobody.
  void leave(boost::asio::io_context& context);

  [[nodiscard]] std::uint32_t threads() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace telltale::net
