// The root: made once, or read back from its two PEM files. RFC 5280 section 4.2.1. Covered by
// tests/unit/certs/authority_test.cpp.
#include "certs/authority.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <ctime>

#include "certs/name_constraints.hpp"
#include "certs/parts.hpp"

namespace telltale::certs {
namespace {

constexpr std::int64_t day = 24 * 3600;
constexpr std::int64_t years_valid = 5 * 365 * day;
constexpr int bit_key_cert_sign = 5;
constexpr int bit_crl_sign = 6;

// Two installations must not make two roots of one name: clients tell them apart by name before they look at keys.
std::string short_id(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return "unknown";
  const std::string digest = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  std::string id;
  for (std::size_t i = 0; i < 4; ++i) id += fmt::format("{:02x}", static_cast<unsigned char>(digest[i]));
  return id;
}

bool fill_root(X509* root, EVP_PKEY* key, std::int64_t now) {
  return X509_set_version(root, X509_VERSION_3) == 1 && set_random_serial(root) &&
         set_validity(root, now - day, now - day + years_valid) &&
         set_common_name(root, "Telltale CA " + short_id(key)) &&
         X509_set_issuer_name(root, X509_get_subject_name(root)) == 1 && X509_set_pubkey(root, key) == 1 &&
         add_ca_constraint(root) && add_key_usage(root, {bit_key_cert_sign, bit_crl_sign}) && add_subject_key_id(root);
}

Result<void> check_root(X509* root, EVP_PKEY* key) {
  if (X509_check_private_key(root, key) != 1) {
    ERR_clear_error();
    return fail(Errc::ca_malformed, "the CA's key does not belong to its certificate");
  }
  if (X509_check_ca(root) != 1 || (X509_get_key_usage(root) & KU_KEY_CERT_SIGN) == 0)
    return fail(Errc::ca_malformed, "the certificate is not one of a CA");
  TT_TRY(const std::int64_t ends, epoch_of(X509_get0_notAfter(root)));
  if (ends <= std::time(nullptr)) return fail(Errc::ca_malformed, "the CA's certificate has expired; make a new CA");
  return {};
}

}  // namespace

Result<Authority> Authority::create(const std::vector<std::string>& permit) {
  Authority authority;
  TT_TRY(authority.key_, make_key());
  authority.certificate_.reset(X509_new());
  X509* root = authority.certificate_.get();
  if (root == nullptr || !fill_root(root, authority.key_.get(), std::time(nullptr)))
    return crypto_failure("CA certificate not made");
  if (!permit.empty())
    if (auto added = add_name_constraints(root, permit); !added) return tl::unexpected(std::move(added.error()));
  if (!sign(root, authority.key_.get())) return crypto_failure("CA certificate not signed");
  X509_check_purpose(root, -1, 0);  // OpenSSL reads extensions on first use, into the object: here, before it is shared
  authority.permit_ = permitted_patterns(root);
  return authority;
}

Result<Authority> Authority::from_pem(std::string_view certificate_pem, std::string_view key_pem) {
  Authority authority;
  TT_TRY(authority.certificate_, certificate_from_pem(certificate_pem));
  TT_TRY(authority.key_, key_from_pem(key_pem));
  X509* root = authority.certificate_.get();
  if (auto good = check_root(root, authority.key_.get()); !good) return tl::unexpected(std::move(good.error()));
  authority.permit_ = permitted_patterns(root);
  return authority;
}

bool Authority::permits(const HostName& host) const {
  return constraints_permit(certificate_.get(), host);
}

}  // namespace telltale::certs
