#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <vector>

#include "net/address_policy.hpp"
#include "net/dialer.hpp"
#include "net/resolver.hpp"
#include "net/status_check.hpp"
#include "net/tls_context.hpp"

namespace telltale::net {

/// What all dialers of a proxy share.
struct DialRules {
  AddressPolicy addresses;
  std::vector<Resolution> resolve;
  StorePtr trust;
  std::shared_ptr<const certs::LeafCache> own;  ///< never believed upstream, whatever the store says; may be null
  Revocations revocations = Revocations::ignored;
  std::shared_ptr<StatusDesk> desk;  ///< where the status of certificates is asked for; null: it is not
  bool status_required = false;      ///< refuse what it is not known of
  std::function<void(std::string_view host, std::string_view why)> on_status_unknown;  ///< any thread; may be empty
  Limits limits;
};

/// The real dialer: resolves, judges each address, connects to the one that is there first, verifies TLS.
class DirectDialer final : public Dialer {
 public:
  /// `resolver` must outlive the context.
  DirectDialer(boost::asio::io_context& context, std::shared_ptr<const DialRules> rules, Resolver& resolver);
  Task<Result<std::unique_ptr<Stream>>> dial(const http::Authority& target, bool tls) override;

 private:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
  Task<Result<Endpoints>> resolve(const http::Authority& target);
  Task<Result<Socket>> connect(const http::Authority& target);
  Task<Result<void>> judge_status(const http::Authority& target, TlsStream& stream, bool leaf_is_good);
  Task<Result<std::unique_ptr<Stream>>> start_tls(const http::Authority& target, Socket socket);

  boost::asio::io_context& context_;
  std::shared_ptr<const DialRules> rules_;
  Resolver& resolver_;
  ClientTls tls_;
  std::unique_ptr<StatusCheck> status_;  ///< null: not asked
};

}  // namespace telltale::net
