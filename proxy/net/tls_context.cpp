// TLS settings of both legs, and the callbacks that pick the certificate, the protocol and the name. RFC 8446, RFC 7301
// (ALPN), RFC 6066 section 3 (SNI), RFC 9325 (what to offer). Covered by tests/unit/net/intercept_test.cpp and
// upstream_test.cpp.
#include "net/tls_context.hpp"

#include <openssl/err.h>

#include <array>
#include <ctime>
#include <stdexcept>

#include "core/ascii.hpp"

namespace telltale::net {
namespace {

// No SHA-1, no SHA-224, no DSA: the library's own list has all three.
constexpr const char* signatures =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:"
    "RSA+SHA384:RSA+SHA512";
constexpr std::array<unsigned char, 9> http11 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

ContextPtr make_context(const SSL_METHOD* method) {
  ContextPtr context(SSL_CTX_new(method));
  if (context == nullptr) throw std::runtime_error("SSL_CTX_new failed");
  SSL_CTX* ctx = context.get();
  // The macros for these cast in the old style.
  const bool set = SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr) == 1 &&
                   SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
                   SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0, const_cast<char*>("X25519:P-256:P-384")) == 1 &&
                   SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SIGALGS_LIST, 0, const_cast<char*>(signatures)) == 1 &&
                   SSL_CTX_set_num_tickets(ctx, 0) == 1;
  if (!set) throw std::runtime_error("TLS settings were refused by OpenSSL");
  SSL_CTX_set_security_level(ctx, 2);
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_ctrl(ctx, SSL_CTRL_MODE,
               SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, nullptr);
  SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, nullptr);
  SSL_CTX_set_read_ahead(ctx, 1);
  return context;
}

ClientHandshake& handshake_of(SSL* ssl) {
  return *static_cast<ClientHandshake*>(SSL_get_app_data(ssl));
}

int on_hello(SSL* ssl, int*, void*) {
  handshake_of(ssl).hello_seen = true;
  return SSL_CLIENT_HELLO_SUCCESS;
}

bool show_other(ClientHandshake& handshake, const std::string& asked) {
  auto name = certs::parse_host_name(asked);
  if (!name) return false;
  handshake.host = std::move(*name);
  handshake.let_name = asked;
  return true;
}

// A client that asks the tunnel for one host and TLS for another would be shown a certificate for, and have its request
// judged as going to, a host it does not talk to.
int on_server_name(SSL* ssl, int* alert, void*) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  ClientHandshake& handshake = handshake_of(ssl);
  std::string_view asked = name;
  if (asked.ends_with('.')) asked.remove_suffix(1);
  if (ascii::equals_ignoring_case(asked, handshake.host.text)) return SSL_TLSEXT_ERR_OK;
  if (handshake.any_name && show_other(handshake, ascii::lower(asked))) return SSL_TLSEXT_ERR_OK;
  handshake.other_name = ascii::lower(asked);
  *alert = SSL_AD_UNRECOGNIZED_NAME;
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int on_certificate(SSL* ssl, void*) {
  ClientHandshake& handshake = handshake_of(ssl);
  auto leaf = handshake.leaves->leaf_for(handshake.host, std::time(nullptr));
  if (!leaf) {
    handshake.error = std::move(leaf.error());
    return 0;
  }
  if (SSL_use_certificate(ssl, (*leaf)->certificate.get()) != 1) return 0;
  if (SSL_use_PrivateKey(ssl, handshake.leaves->leaf_key()) != 1) return 0;
  handshake.shown = true;
  const certs::Authority& authority = *(*leaf)->authority;
  if (!authority.has_issuer()) return 1;
  return SSL_ctrl(ssl, SSL_CTRL_CHAIN_CERT, 1, authority.issuer()) == 1 ? 1 : 0;
}

int on_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned size,
            void*) {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, http11.data(), http11.size(), offered, size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// The library's own verification, of certificates that many connections have in common.
int verify_shared(X509_STORE_CTX* chain, void* shared) {
  STACK_OF(X509)* const shown = X509_STORE_CTX_get0_untrusted(chain);
  static_cast<SharedCertificates*>(shared)->share(shown);
  X509_STORE_CTX_set_cert(chain, sk_X509_value(shown, 0));
  return X509_verify_cert(chain) == 1 ? 1 : 0;
}

}  // namespace

ServerTls::ServerTls() : context_(make_context(TLS_server_method())) {
  SSL_CTX* ctx = context_.get();
  SSL_CTX_set_client_hello_cb(ctx, on_hello, nullptr);
  SSL_CTX_callback_ctrl(ctx, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, reinterpret_cast<void (*)()>(on_server_name));
  SSL_CTX_set_cert_cb(ctx, on_certificate, nullptr);
  SSL_CTX_set_alpn_select_cb(ctx, on_alpn, nullptr);
}

SslPtr ServerTls::accept(ClientHandshake& handshake) const {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl == nullptr) return nullptr;
  SSL_set_app_data(ssl.get(), &handshake);
  SSL_set_accept_state(ssl.get());
  return ssl;
}

ClientTls::ClientTls(const StorePtr& trust)
    : shared_(std::make_unique<SharedCertificates>()), context_(make_context(TLS_client_method())) {
  SSL_CTX* ctx = context_.get();
  SSL_CTX_set1_cert_store(ctx, trust.get());
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(ctx, verify_shared, shared_.get());
  SSL_CTX_set_alpn_protos(ctx, http11.data(), http11.size());  // returns 0 on success; can only fail for memory
}

Result<SslPtr> ClientTls::connect(const std::string& host, PeerCheck& check) const {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl == nullptr) return fail(Errc::crypto_failed, "SSL_new");
  if (auto set = expect_peer(ssl.get(), host, check); !set) return tl::unexpected(set.error());
  SSL_set_connect_state(ssl.get());
  return ssl;
}

}  // namespace telltale::net
