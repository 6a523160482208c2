// A verified chain, looked at once more. RFC 6960 (OCSP), RFC 6066 section 8 (stapling), RFC 7633 (must-staple).
// Covered by tests/unit/net/upstream_test.cpp, peer_chain_test.cpp and tests/hostile/tls/revocation_test.py.
#include "net/peer_chain.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "certs/parts.hpp"
#include "net/certificate_status.hpp"

namespace telltale::net {
namespace {

using certs::Owned;
using Chain = STACK_OF(X509);

constexpr long feature_status_request = 5;

// Certificates whose private key shipped with a product, and national interception roots. The hashes are those that
// browsers block: Chromium, net/data/ssl/blocklist/README.md.
constexpr std::array<std::string_view, 14> interceptors = {
    "130ad4e0633521290531b6651f5759b0bc7bc656709ff8f365c2143b0389b6f6",  // eDellRoot
    "cdee9f3305572a677e1a6c82dc1e02a35b11cae6a684338c9f37fe1ac8daec23",  // DSDTestProvider
    "4bb8f35ba1e126f8dde1b0c420625ed86dce61a7bddadbdea9aba578ff13145e",  // Superfish
    "1af56c98ff043ef92bebff54cebb4dd67a25ba956c817f3e6dd3c1e52eb584c1",  // Cyberoam
    "32ecc96f912f96d889e73088cd031c7ded2c651c805016157a23b6f32f798a3b",  // Trustwave
    "707d364e72ae521431dd953897f9c4846d5b8c324298fe53fbd4ada1f2d1157f",  // Mitel
    "6adb8e3e055460922d1501cb97f94c6a02e39c8f2774ca408825b7b58379dc14",  // Mitel
    "490b6ec6beb2d6034720b5149b6b29cd35515988cc16af854148b07b9b1f8a11",  // Mitel
    "ef551284715232de92e246c323329362b132493bb16b589e4775520beb871a56",  // Mitel
    "0c43ea8bcde9fc3bca165664ac8215567e3489d5393a0c81e1a79141992e1953",  // Sennheiser HeadSetup
    "8f591f7aa4dc3efe9490c38a4692c9011ed128f1de595569406d77b6fa1f6b4c",  // Sennheiser HeadSetup
    "b5ba8dd7f89564c2889d3d6453c84998c77824919b64ea0835aa62986591be50",  // Kazakhstan 2019
    "8e12d0cb3b7df3ea2257579489fd8658c95603ea6cf4b73163a41eb7b7e93fee",  // Kazakhstan 2019
    "b13fa2e6131a888a01f3d62056fb0efbe999eb6b6e14927613e02ba8b8fb046e",  // Kazakhstan 2020
};

std::string spki_sha256(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return {};
  std::string digest = certs::sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return digest;
}

bool same_key(X509* one, X509* other) {
  return EVP_PKEY_eq(X509_get0_pubkey(one), X509_get0_pubkey(other)) == 1;
}

bool is_own(X509* certificate, const Authorities& own) {
  return std::any_of(own.begin(), own.end(), [certificate](const auto& authority) {
    return same_key(certificate, authority->certificate()) || same_key(certificate, authority->issuer());
  });
}

CertificateStatus read_staple(SSL* ssl, Chain* chain) {
  unsigned char* der = nullptr;  // stays OpenSSL's
  const long size = SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, static_cast<void*>(&der));
  if (size <= 0 || der == nullptr || sk_X509_num(chain) < 2) return {};
  const StatusSubject leaf{sk_X509_value(chain, 0), sk_X509_value(chain, 1), chain,
                           SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl))};
  return read_ocsp({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}, leaf);
}

bool demands_staple(X509* leaf) {
  const Owned<TLS_FEATURE, TLS_FEATURE_free> features(
      static_cast<TLS_FEATURE*>(X509_get_ext_d2i(leaf, NID_tlsfeature, nullptr, nullptr)));
  const int count = features ? sk_ASN1_INTEGER_num(features.get()) : 0;
  for (int i = 0; i < count; ++i)
    if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == feature_status_request) return true;
  return false;
}

Result<bool> judge_staple(SSL* ssl, const http::Authority& target, Chain* chain) {
  using State = CertificateStatus::State;
  const State state = read_staple(ssl, chain).state;
  // It is not needed any more, and an idle connection would carry it along.
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, nullptr);
  ERR_clear_error();
  if (state == State::revoked)
    return fail(Errc::upstream_certificate_revoked,
                fmt::format("{}: certificate revoked, as the server's own OCSP staple says; request refused",
                            http::text_of(target)));
  if (state == State::unknown && demands_staple(sk_X509_value(chain, 0)))
    return fail(Errc::upstream_certificate_status_missing,
                fmt::format("{}: certificate demands a stapled OCSP status and no good one came; request refused",
                            http::text_of(target)));
  return state == State::good;
}

}  // namespace

bool is_known_interceptor(std::string_view spki_sha256) {
  std::string hex;
  for (const char c : spki_sha256) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return std::find(interceptors.begin(), interceptors.end(), hex) != interceptors.end();
}

Error own_root_error(const http::Authority& target) {
  return Error{Errc::upstream_certificate_own_root, 0,
               fmt::format("{}: certificate made by Telltale's own CA; is another proxy in the way? request refused",
                           http::text_of(target))};
}

Result<bool> judge_chain(SSL* ssl, const http::Authority& target, const Authorities& own) {
  Chain* const chain = SSL_get0_verified_chain(ssl);
  const int count = chain == nullptr ? 0 : sk_X509_num(chain);
  if (count == 0) return fail(Errc::upstream_certificate_invalid, "no verified chain");
  for (int i = 0; i < count; ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    if (is_own(certificate, own)) return tl::unexpected<Error>(own_root_error(target));
    if (is_known_interceptor(spki_sha256(certificate)))
      return fail(Errc::upstream_certificate_interceptor,
                  fmt::format("{}: certificate by a root whose private key is public; remove it from this machine's "
                              "trusted roots; request refused",
                              http::text_of(target)));
  }
  return judge_staple(ssl, target, chain);
}

}  // namespace telltale::net
