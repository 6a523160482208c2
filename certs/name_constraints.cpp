// Name constraints written from host patterns and read back. RFC 5280 section 4.2.1.10. Covered by
// tests/unit/certs/name_constraints_test.cpp, which has OpenSSL enforce them.
#include "certs/name_constraints.hpp"

#include <algorithm>

#include "certs/parts.hpp"
#include "core/ascii.hpp"

namespace telltale::certs {
namespace {

using Constraints = Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using Subtrees = STACK_OF(GENERAL_SUBTREE);

// One subtree: a dNSName, or an iPAddress followed by its mask.
bool push(Subtrees*& list, int type, std::string_view bytes) {
  if (list == nullptr) list = sk_GENERAL_SUBTREE_new_null();
  Owned<GENERAL_SUBTREE, GENERAL_SUBTREE_free> subtree(GENERAL_SUBTREE_new());
  Owned<ASN1_STRING, ASN1_STRING_free> value(
      ASN1_STRING_type_new(type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING));
  if (list == nullptr || !subtree || !value) return false;
  if (ASN1_STRING_set(value.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  GENERAL_NAME_set0_value(subtree->base, type, value.release());
  if (sk_GENERAL_SUBTREE_push(list, subtree.get()) <= 0) return false;
  static_cast<void>(subtree.release());  // now the list's
  return true;
}

bool push_host(NAME_CONSTRAINTS* constraints, const HostName& host) {
  if (!host.is_ip()) return push(constraints->permittedSubtrees, GEN_DNS, host.text);
  return push(constraints->permittedSubtrees, GEN_IPADD, host.address + std::string(host.address.size(), '\xff'));
}

bool exclude_addresses(NAME_CONSTRAINTS* constraints) {
  return push(constraints->excludedSubtrees, GEN_IPADD, std::string(8, '\0')) &&
         push(constraints->excludedSubtrees, GEN_IPADD, std::string(32, '\0'));
}

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

Constraints constraints_of(X509* certificate) {
  return Constraints(
      static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(certificate, NID_name_constraints, nullptr, nullptr)));
}

// The bytes of every subtree of that type.
std::vector<std::string> bases_of(const Subtrees* list, int type) {
  std::vector<std::string> bases;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(list); ++i) {
    const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(list, i)->base;
    if (base->type == type) bases.emplace_back(bytes_of(type == GEN_IPADD ? base->d.iPAddress : base->d.dNSName));
  }
  return bases;
}

bool covers_name(std::string_view base, std::string_view host) {
  if (base.empty() || ascii::equals_ignoring_case(base, host)) return true;
  if (host.size() <= base.size()) return false;
  const std::size_t cut = host.size() - base.size();
  if (!ascii::equals_ignoring_case(host.substr(cut), base)) return false;
  return base.front() == '.' || host[cut - 1] == '.';
}

bool covers_address(std::string_view base, std::string_view address) {
  if (base.size() != address.size() * 2) return false;
  for (std::size_t i = 0; i < address.size(); ++i)
    if (((base[i] ^ address[i]) & base[address.size() + i]) != 0) return false;
  return true;
}

bool any_covers(const std::vector<std::string>& bases, const HostName& host) {
  return std::any_of(bases.begin(), bases.end(), [&host](const std::string& base) {
    return host.is_ip() ? covers_address(base, host.address) : covers_name(base, host.text);
  });
}

std::string text_of_address(std::string_view base) {
  const std::string_view address = base.substr(0, base.size() / 2);
  std::string text;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const auto byte = static_cast<unsigned char>(address[i]);
    if (address.size() == 4) text += (i == 0 ? "" : ".") + std::to_string(byte);
    if (address.size() != 4 && i != 0 && i % 2 == 0) text += ':';
    if (address.size() != 4) text += std::string{"0123456789abcdef"[byte >> 4U], "0123456789abcdef"[byte & 15U]};
  }
  const auto canonical = parse_host_name(text);
  return canonical ? canonical->text : text;
}

}  // namespace

Result<void> add_name_constraints(X509* certificate, const std::vector<std::string>& permit) {
  const Constraints constraints(NAME_CONSTRAINTS_new());
  if (!constraints) return crypto_failure("no name constraints could be made");
  bool any_name = false;
  bool any_address = false;
  for (const std::string& pattern : permit) {
    const bool wildcard = pattern.starts_with("*.");
    TT_TRY(const HostName host, parse_host_name(std::string_view(pattern).substr(wildcard ? 2 : 0)));
    if (wildcard && host.is_ip()) return fail(Errc::host_name_invalid, "an address has no names below it");
    if (!push_host(constraints.get(), host)) return crypto_failure("name constraint refused");
    any_name = any_name || !host.is_ip();
    any_address = any_address || host.is_ip();
  }
  if (!any_address && !exclude_addresses(constraints.get())) return crypto_failure("name constraint refused");
  if (!any_name && !push(constraints->excludedSubtrees, GEN_DNS, "")) return crypto_failure("name constraint refused");
  if (X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(), 1, X509V3_ADD_DEFAULT) != 1)
    return crypto_failure("name constraints refused");
  return {};
}

bool copy_name_constraints(X509* from, X509* to) {
  const int at = X509_get_ext_by_NID(from, NID_name_constraints, -1);
  return at < 0 || X509_add_ext(to, X509_get_ext(from, at), -1) == 1;
}

std::vector<std::string> permitted_patterns(X509* certificate) {
  std::vector<std::string> patterns;
  const Constraints constraints = constraints_of(certificate);
  if (!constraints) return patterns;
  for (const std::string& base : bases_of(constraints->permittedSubtrees, GEN_DNS)) {
    const bool below_only = base.starts_with('.');
    if (!below_only) patterns.push_back(base);
    patterns.push_back((below_only ? "*" : "*.") + base);
  }
  for (const std::string& base : bases_of(constraints->permittedSubtrees, GEN_IPADD))
    patterns.push_back(text_of_address(base));
  return patterns;
}

bool constraints_permit(X509* certificate, const HostName& host) {
  const Constraints constraints = constraints_of(certificate);
  if (!constraints) return true;
  const int type = host.is_ip() ? GEN_IPADD : GEN_DNS;
  if (any_covers(bases_of(constraints->excludedSubtrees, type), host)) return false;
  const std::vector<std::string> permitted = bases_of(constraints->permittedSubtrees, type);
  return permitted.empty() || any_covers(permitted, host);
}

}  // namespace telltale::certs
