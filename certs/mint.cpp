// One leaf for one host. RFC 5280 section 4.2.1, RFC 9525 (names are in the SAN). Covered by
// tests/unit/certs/leaf_test.cpp.
#include <algorithm>

#include "certs/leaf_cache.hpp"
#include "certs/parts.hpp"

namespace telltale::certs {
namespace {

constexpr std::int64_t day = 24 * 3600;
constexpr std::int64_t backdated = day;
constexpr std::int64_t lifetime = 7 * day - 1;  // both ends count: seven days, not one second more
constexpr std::size_t common_name_bytes = 64;   // ub-common-name, RFC 5280 appendix A.1
constexpr int bit_digital_signature = 0;

struct Validity {
  std::int64_t begin;
  std::int64_t end;
};

// A leaf does not reach outside its CA.
Result<Validity> validity_of(X509* issuer, std::int64_t now) {
  TT_TRY(const std::int64_t issuer_begin, epoch_of(X509_get0_notBefore(issuer)));
  TT_TRY(const std::int64_t issuer_end, epoch_of(X509_get0_notAfter(issuer)));
  if (now >= issuer_end) return fail(Errc::crypto_failed, "the CA's certificate has expired; make a new CA");
  return Validity{std::max(now - backdated, issuer_begin), std::min(now - backdated + lifetime, issuer_end)};
}

bool fill_leaf(X509* leaf, const Authority& authority, EVP_PKEY* key, const HostName& host, Validity validity) {
  X509* issuer = authority.issuer();
  // An address in the common name would be read as a host name, and fail the name constraints for those.
  const bool named = !host.is_ip() && host.text.size() <= common_name_bytes;
  if (named && !set_common_name(leaf, host.text)) return false;
  return X509_set_version(leaf, X509_VERSION_3) == 1 && set_random_serial(leaf) &&
         set_validity(leaf, validity.begin, validity.end) &&
         X509_set_issuer_name(leaf, X509_get_subject_name(issuer)) == 1 && X509_set_pubkey(leaf, key) == 1 &&
         add_key_usage(leaf, {bit_digital_signature}) && add_server_auth(leaf) &&
         add_alternative_name(leaf, host, !named) && add_subject_key_id(leaf) && add_authority_key_id(leaf, issuer) &&
         sign(leaf, authority.issuer_key());
}

}  // namespace

Result<Leaf> mint_leaf(const Authority& authority, EVP_PKEY* leaf_key, const HostName& host, std::int64_t now) {
  if (!authority.permits(host))
    return fail(Errc::host_not_permitted, "the CA's name constraints do not permit " + host.text);
  TT_TRY(const Validity validity, validity_of(authority.issuer(), now));
  Leaf leaf;
  leaf.certificate.reset(X509_new());
  if (!leaf.certificate || !fill_leaf(leaf.certificate.get(), authority, leaf_key, host, validity))
    return crypto_failure("leaf certificate not made");
  // OpenSSL reads extensions on first use, into the object: done here, before threads share it.
  X509_check_purpose(leaf.certificate.get(), -1, 0);
  leaf.valid_from = validity.begin;
  leaf.renew_at = std::max(validity.end - day, std::min(now + 60, validity.end));
  return leaf;
}

}  // namespace telltale::certs
