// The root and the issuing certificate below it: made once, or read back. RFC 5280 section 4.2.1. Covered by
// tests/unit/certs/authority_test.cpp.
#include "certs/authority.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <ctime>

#include "certs/name_constraints.hpp"
#include "certs/parts.hpp"

namespace telltale::certs {
namespace {

constexpr std::int64_t day = 24 * 3600;
constexpr std::int64_t root_valid = 5 * 365 * day;
constexpr std::int64_t issuer_valid = 397 * day;
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

struct Filling {
  const char* name;
  std::int64_t end;
  long path_length;  // how many authorities may be below
};

// All but the issuer's name, the name constraints and the signature.
bool fill(X509* certificate, EVP_PKEY* key, std::int64_t now, const Filling& filling) {
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate) &&
         set_validity(certificate, now - day, filling.end) &&
         set_common_name(certificate, filling.name + short_id(key)) && X509_set_pubkey(certificate, key) == 1 &&
         add_ca_constraint(certificate, filling.path_length) &&
         add_key_usage(certificate, {bit_key_cert_sign, bit_crl_sign}) && add_subject_key_id(certificate);
}

Result<void> check_pair(X509* root, EVP_PKEY* key) {
  if (key == nullptr || X509_check_private_key(root, key) != 1) {
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
  TT_TRY(authority.root_key_, make_key());
  authority.root_.reset(X509_new());
  X509* root = authority.root_.get();
  EVP_PKEY* key = authority.root_key_.get();
  const std::int64_t now = std::time(nullptr);
  if (root == nullptr || !fill(root, key, now, {"Telltale CA ", now - day + root_valid, 1}) ||
      X509_set_issuer_name(root, X509_get_subject_name(root)) != 1)
    return crypto_failure("CA certificate not made");
  if (!permit.empty())
    if (auto added = add_name_constraints(root, permit); !added) return tl::unexpected(std::move(added.error()));
  if (!sign(root, key)) return crypto_failure("CA certificate not signed");
  if (auto added = authority.add_issuer(); !added) return tl::unexpected(std::move(added.error()));
  authority.settle();
  return authority;
}

Result<Authority> Authority::from_root(X509Ptr root, KeyPtr root_key) {
  if (auto good = check_pair(root.get(), root_key.get()); !good) return tl::unexpected(std::move(good.error()));
  Authority authority;
  authority.root_ = std::move(root);
  authority.root_key_ = std::move(root_key);
  if (X509_get_pathlen(authority.root_.get()) != 0)
    if (auto added = authority.add_issuer(); !added) return tl::unexpected(std::move(added.error()));
  authority.settle();
  return authority;
}

Result<Authority> Authority::from_issuer(X509Ptr root, X509Ptr issuer, KeyPtr issuer_key) {
  if (auto good = check_pair(issuer.get(), issuer_key.get()); !good) return tl::unexpected(std::move(good.error()));
  const bool ours = X509_check_issued(root.get(), issuer.get()) == X509_V_OK &&
                    X509_verify(issuer.get(), X509_get0_pubkey(root.get())) == 1;
  ERR_clear_error();
  if (!ours) return fail(Errc::ca_malformed, "the issuing certificate is not one of the root's");
  Authority authority;
  authority.root_ = std::move(root);
  authority.issuer_ = std::move(issuer);
  authority.issuer_key_ = std::move(issuer_key);
  authority.settle();
  return authority;
}

// The issuing certificate does not outlive its root, and is constrained as that is.
Result<void> Authority::add_issuer() {
  TT_TRY(issuer_key_, make_key());
  issuer_.reset(X509_new());
  X509* root = root_.get();
  TT_TRY(const std::int64_t root_end, epoch_of(X509_get0_notAfter(root)));
  const std::int64_t now = std::time(nullptr);
  const Filling filling{"Telltale issuing CA ", std::min(now - day + issuer_valid, root_end), 0};
  if (!issuer_ || !fill(issuer_.get(), issuer_key_.get(), now, filling) ||
      X509_set_issuer_name(issuer_.get(), X509_get_subject_name(root)) != 1 ||
      !add_authority_key_id(issuer_.get(), root) || !copy_name_constraints(root, issuer_.get()) ||
      !sign(issuer_.get(), root_key_.get()))
    return crypto_failure("issuing certificate not made");
  return {};
}

// OpenSSL reads extensions on first use, into the object: here, before it is shared.
void Authority::settle() {
  X509_check_purpose(root_.get(), -1, 0);
  X509_check_purpose(issuer(), -1, 0);
  permit_ = permitted_patterns(issuer());
}

bool Authority::permits(const HostName& host) const {
  return constraints_permit(issuer(), host);
}

}  // namespace telltale::certs
