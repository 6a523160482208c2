// Who is believed upstream, and what is said when someone is not. X509_VERIFY_PARAM does the checking; every OpenSSL
// verdict is mapped to one of our errors. RFC 5280 section 6, RFC 9525. Covered by tests/unit/net/upstream_test.cpp.
#include "net/trust.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "net/peer_chain.hpp"

namespace telltale::net {
namespace {

Errc code_of(long verdict) {
  switch (verdict) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return Errc::upstream_certificate_self_signed;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return Errc::upstream_certificate_untrusted;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Errc::upstream_certificate_expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Errc::upstream_certificate_not_yet_valid;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Errc::upstream_certificate_wrong_host;
    case X509_V_ERR_CERT_REVOKED:
      return Errc::upstream_certificate_revoked;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
      return Errc::upstream_certificate_status_missing;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return Errc::upstream_certificate_weak;
    case X509_V_ERR_INVALID_PURPOSE:
      return Errc::upstream_certificate_purpose;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
      return Errc::upstream_certificate_constraint;
    default:
      return Errc::upstream_certificate_invalid;
  }
}

std::string_view advice_for(Errc code) {
  switch (code) {
    case Errc::upstream_certificate_untrusted:
    case Errc::upstream_certificate_self_signed:
      return "; for a private CA set --upstream-ca FILE";
    case Errc::upstream_certificate_expired:
    case Errc::upstream_certificate_not_yet_valid:
      return "; check this machine's clock too";
    default:
      return "";
  }
}

bool signed_by(X509* certificate, X509* root) {
  return X509_check_issued(root, certificate) == X509_V_OK && X509_verify(certificate, X509_get0_pubkey(root)) == 1;
}

PeerCheck& check_of(const SSL* ssl) {
  return *static_cast<PeerCheck*>(SSL_get_app_data(ssl));
}

// Runs for every certificate of the chain. Notes what the verdict alone does not say, and is the place to end a
// handshake whose hello was wrong: the library has no earlier one, and nothing of ours was sent yet.
int on_verdict(int verdict, X509_STORE_CTX* chain) {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  PeerCheck& check = check_of(ssl);
  if (verdict == 1) {
    if (check.hello.broken() == nullptr) return 1;
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  const bool no_list = X509_STORE_CTX_get_error(chain) == X509_V_ERR_UNABLE_TO_GET_CRL;
  if (no_list && check.revocations != Revocations::required) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
  }
  X509* const leaf = X509_STORE_CTX_get0_cert(chain);
  if (leaf == nullptr) return verdict;
  check.malformed = (X509_get_extension_flags(leaf) & EXFLAG_INVALID) != 0;
  for (const auto& own : check.own)
    if (signed_by(leaf, own->certificate()) || signed_by(leaf, own->issuer())) check.own_seen = true;
  return verdict;
}

// A server that breaks the rules and then says nothing more is not waited for: reading ends here.
void on_message(int, int, int type, const void* bytes, std::size_t size, SSL* ssl, void*) {
  if (type != SSL3_RT_HANDSHAKE) return;
  HelloRules& hello = check_of(ssl).hello;
  hello.note({static_cast<const unsigned char*>(bytes), size});
  if (hello.broken() != nullptr) ::shutdown(SSL_get_fd(ssl), SHUT_RD);
}

bool load_file(X509_STORE* store, const std::string& file) {
  return X509_STORE_load_file(store, file.c_str()) == 1;
}

// What OpenSSL works out of a certificate at its first use (X509_check_purpose(3)) is worked out before threads share
// it.
void prepare(X509_STORE* store) {
  const STACK_OF(X509_OBJECT)* const objects = X509_STORE_get0_objects(store);
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i)
    if (X509* const root = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)); root != nullptr)
      X509_check_purpose(root, -1, 0);
}

}  // namespace

Result<StorePtr> load_trust(const std::string& ca_file) {
  StorePtr store(X509_STORE_new(), FreeStore());
  ERR_clear_error();
  const bool loaded =
      ca_file.empty() ? X509_STORE_set_default_paths(store.get()) == 1 : load_file(store.get(), ca_file);
  if (loaded) prepare(store.get());
  ERR_clear_error();
  if (loaded) return store;
  if (ca_file.empty())
    return fail(Errc::config_malformed, "the system's trusted roots cannot be loaded; install ca-certificates");
  return fail(Errc::config_malformed,
              fmt::format("--upstream-ca {}: no PEM certificates can be read from it", ca_file));
}

Result<void> load_revocations(X509_STORE* store, const std::vector<std::string>& files) {
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  for (const std::string& file : files) {
    const bool loaded = lookup != nullptr && X509_load_crl_file(lookup, file.c_str(), X509_FILETYPE_PEM) > 0;
    ERR_clear_error();
    if (!loaded)
      return fail(Errc::config_malformed,
                  fmt::format("--upstream-crl {}: no PEM revocation list can be read from it", file));
  }
  return {};
}

Result<void> expect_peer(SSL* ssl, const std::string& host, PeerCheck& check) {
  SSL_set_app_data(ssl, &check);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, on_verdict);
  SSL_set_msg_callback(ssl, on_message);
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, nullptr);
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  if (check.revocations != Revocations::ignored)
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (http::is_ip_literal(host)) {
    if (X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1) return {};
    return fail(Errc::crypto_failed, "X509_VERIFY_PARAM_set1_ip_asc");
  }
  if (X509_VERIFY_PARAM_set1_host(param, host.data(), host.size()) != 1)
    return fail(Errc::crypto_failed, "X509_VERIFY_PARAM_set1_host");
  // The macro for this casts in the old style.
  std::string name = host;
  const long set = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  if (set != 1) return fail(Errc::crypto_failed, "SSL_set_tlsext_host_name");
  return {};
}

void forget_peer(SSL* ssl) {
  SSL_set_msg_callback(ssl, nullptr);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  SSL_set_app_data(ssl, nullptr);
}

Error explain_refusal(SSL* ssl, const http::Authority& target, Error fallback, const PeerCheck& check) {
  const std::string where = http::text_of(target);
  if (fallback.code != Errc::upstream_tls_failed) {
    fallback.detail = fmt::format("{}: TLS handshake: {}", where, fallback.detail);
    return fallback;
  }
  if (check.hello.broken() != nullptr) {
    fallback.detail = fmt::format("{}: TLS handshake failed ({}); request refused", where, check.hello.broken());
    return fallback;
  }
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict == X509_V_OK) {
    fallback.detail = fmt::format("{}: TLS handshake failed ({}); request refused", where, fallback.detail);
    return fallback;
  }
  if (check.own_seen) return own_root_error(target);
  if (check.malformed)
    return Error{Errc::upstream_certificate_invalid, 0,
                 fmt::format("{}: certificate not accepted (malformed extension); request refused", where)};
  const Errc code = code_of(verdict);
  return Error{code, 0,
               fmt::format("{}: certificate not accepted ({}); request refused{}", where,
                           X509_verify_cert_error_string(verdict), advice_for(code))};
}

}  // namespace telltale::net
