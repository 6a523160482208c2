// What the tests of this room share: OpenSSL's own verifier as the judge.
#include "unit/certs/verify.hpp"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <ctime>

#include "certs/parts.hpp"
#include "support/catch.hpp"

namespace telltale::certs {

int verify_for(const Authority& authority, X509* leaf, const HostName& host) {
  const Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
  X509_STORE_add_cert(store.get(), authority.certificate());
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> sent(
      sk_X509_new_null(), [](STACK_OF(X509) * all) { sk_X509_free(all); });
  if (authority.has_issuer()) sk_X509_push(sent.get(), authority.issuer());
  REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), leaf, sent.get()) == 1);
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_auth_level(param, 2);
  if (host.is_ip()) {
    X509_VERIFY_PARAM_set1_ip(param, reinterpret_cast<const unsigned char*>(host.address.data()), host.address.size());
  } else {
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(param, host.text.data(), host.text.size());
  }
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

X509Ptr forge_leaf(const Authority& authority, const HostName& host, Stolen stolen) {
  const bool by_root = stolen == Stolen::root_key;
  X509* issuer = by_root ? authority.certificate() : authority.issuer();
  EVP_PKEY* key = by_root ? authority.root_key() : authority.issuer_key();
  X509Ptr leaf(X509_new());
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  REQUIRE(X509_set_version(leaf.get(), X509_VERSION_3) == 1);
  REQUIRE(set_random_serial(leaf.get()));
  REQUIRE(set_validity(leaf.get(), now - 60, now + 3600));
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer));
  X509_set_pubkey(leaf.get(), key);
  REQUIRE(add_server_auth(leaf.get()));
  REQUIRE(add_alternative_name(leaf.get(), host, true));
  REQUIRE(add_subject_key_id(leaf.get()));
  REQUIRE(add_authority_key_id(leaf.get(), issuer));
  REQUIRE(sign(leaf.get(), key));
  return leaf;
}

HostName host(std::string_view text) {
  auto name = parse_host_name(text);
  REQUIRE(name);
  return *name;
}

std::string text_of_extension(X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  if (at < 0) return "absent";
  const Owned<BIO, BIO_free> bio(BIO_new(BIO_s_mem()));
  X509V3_EXT_print(bio.get(), X509_get_ext(certificate, at), 0, 0);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_critical(X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) == 1;
}

}  // namespace telltale::certs
