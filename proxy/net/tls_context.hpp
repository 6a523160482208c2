#pragma once
#include <openssl/ssl.h>
#include <memory>
#include <optional>
#include <string>

#include "certs/leaf_cache.hpp"
#include "net/shared_certificates.hpp"
#include "net/tls_stream.hpp"
#include "net/trust.hpp"

namespace telltale::net {

struct FreeContext {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

/// What one handshake with a client needs and finds out. Must outlive the handshake.
struct ClientHandshake {
  certs::HostName host;   ///< of the CONNECT; the leaf is for it
  bool any_name = false;  ///< a client may ask for another name, and is shown a leaf for that
  certs::LeafCache* leaves = nullptr;
  bool hello_seen = false;     ///< a ClientHello was read: the peer does speak TLS
  bool shown = false;          ///< there was a certificate to show
  std::string other_name;      ///< the SNI, if it names another host; the handshake is then refused
  std::string let_name;        ///< the same, where `any_name` let it pass
  std::optional<Error> error;  ///< no leaf could be made
};

/// Our side towards clients: one SSL_CTX a thread for all hosts, with a callback that takes the leaf from the cache.
/// TLS 1.2 and 1.3, ECDHE with AEAD, http/1.1 by ALPN, no session tickets (they cost more than they give here).
class ServerTls {
 public:
  ServerTls();
  /// An SSL for one connection; `handshake` is filled in as it goes.
  [[nodiscard]] SslPtr accept(ClientHandshake& handshake) const;

 private:
  ContextPtr context_;
};

/// Our side towards upstreams: one SSL_CTX a thread over the shared roots. Every SSL of it verifies its peer.
class ClientTls {
 public:
  explicit ClientTls(const StorePtr& trust);
  /// An SSL that will only talk to `host`; `check` must outlive its handshake. Error: crypto_failed.
  [[nodiscard]] Result<SslPtr> connect(const std::string& host, PeerCheck& check) const;

 private:
  std::unique_ptr<SharedCertificates> shared_;  ///< the context points to it
  ContextPtr context_;
};

}  // namespace telltale::net
