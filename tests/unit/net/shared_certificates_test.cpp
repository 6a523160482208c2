#include "net/shared_certificates.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/proxy_rig.hpp"
#include "support/upstream.hpp"

using namespace telltale;

namespace {

struct FreeStack {
  void operator()(STACK_OF(X509) * p) const { sk_X509_pop_free(p, X509_free); }
};
using Chain = std::unique_ptr<STACK_OF(X509), FreeStack>;

/// What a connection of its own would have: copies.
Chain shown(const std::vector<X509*>& certificates) {
  Chain chain(sk_X509_new_null());
  for (X509* one : certificates) sk_X509_push(chain.get(), X509_dup(one));
  return chain;
}

X509* leaf_of(const test::SslContext& context) {
  return SSL_CTX_get0_certificate(context.get());
}

}  // namespace

TEST_CASE("equal certificates of two connections become one object, others stay themselves", "[net][tls]") {
  const certs::Authority& authority = test::ProxyRig::upstream_authority();
  const test::SslContext one = test::server_context(authority, "one.example");
  const test::SslContext two = test::server_context(authority, "two.example");
  net::SharedCertificates shared;
  const Chain first = shown({leaf_of(one), authority.certificate()});
  const Chain second = shown({leaf_of(one), authority.certificate()});
  const Chain other = shown({leaf_of(two), authority.certificate()});
  for (const Chain* chain : {&first, &second, &other}) shared.share(chain->get());
  CHECK(shared.size() == 3);
  CHECK(sk_X509_value(second.get(), 0) == sk_X509_value(first.get(), 0));
  CHECK(sk_X509_value(second.get(), 1) == sk_X509_value(first.get(), 1));
  CHECK(sk_X509_value(other.get(), 0) != sk_X509_value(first.get(), 0));
  CHECK(X509_cmp(sk_X509_value(other.get(), 0), leaf_of(two)) == 0);
}

TEST_CASE("shared certificates are bounded, and outlive what knew them", "[net][tls][limits]") {
  const certs::Authority& authority = test::ProxyRig::upstream_authority();
  Chain kept;
  {
    net::SharedCertificates shared;
    for (std::size_t i = 0; i <= net::SharedCertificates::most; ++i) {
      Chain chain = shown({leaf_of(test::server_context(authority, "h" + std::to_string(i) + ".example"))});
      shared.share(chain.get());
      CHECK(shared.size() <= net::SharedCertificates::most);
      kept = std::move(chain);
    }
    CHECK(shared.size() == 1);
  }
  CHECK(X509_get_version(sk_X509_value(kept.get(), 0)) == 2);
}
