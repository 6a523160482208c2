#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "certs/host_name.hpp"
#include "certs/pem.hpp"

namespace telltale::certs {

/// The certificate authority (EC P-256): a root that clients trust, and below it the issuing certificate that signs
/// leaves and is sent with them, under the same name constraints. Most verifiers check those of a certificate they are
/// sent, not all those of a root they trust; and the root's key need not be where leaves are signed. A CA of the
/// operator's own may have one level: then the root issues. Immutable once made; share it between threads.
class Authority {
 public:
  /// A new root and issuing certificate. `permit` are the host patterns they may sign for (`api.example.com`,
  /// `*.example.com`), written as critical name constraints; empty means any host. Name constraints cannot express "*":
  /// pass no patterns. Source: RFC 5280 section 4.2.1.10. Errors: host_name_invalid, crypto_failed.
  [[nodiscard]] static Result<Authority> create(const std::vector<std::string>& permit);
  /// From the root and its key: issues below it if the root may have a CA below it, else with the root itself.
  /// Errors: ca_malformed, crypto_failed.
  [[nodiscard]] static Result<Authority> from_root(X509Ptr root, KeyPtr root_key);
  /// From the root's certificate and the issuing pair, without the root's key. Error: ca_malformed.
  [[nodiscard]] static Result<Authority> from_issuer(X509Ptr root, X509Ptr issuer, KeyPtr issuer_key);

  [[nodiscard]] X509* certificate() const { return root_.get(); }       ///< the root
  [[nodiscard]] EVP_PKEY* root_key() const { return root_key_.get(); }  ///< null if it is kept elsewhere
  [[nodiscard]] X509* issuer() const { return issuer_ ? issuer_.get() : root_.get(); }
  [[nodiscard]] EVP_PKEY* issuer_key() const { return issuer_ ? issuer_key_.get() : root_key_.get(); }
  /// Whether leaves need the issuing certificate sent with them.
  [[nodiscard]] bool has_issuer() const { return issuer_ != nullptr; }
  [[nodiscard]] std::string certificate_pem() const { return to_pem(root_.get()); }
  [[nodiscard]] bool constrained() const { return !permit_.empty(); }
  /// Patterns of its name constraints, read from the issuing certificate.
  [[nodiscard]] const std::vector<std::string>& permit() const { return permit_; }
  /// Whether a leaf for that host would be accepted by a client that enforces name constraints.
  [[nodiscard]] bool permits(const HostName& host) const;

 private:
  Authority() = default;
  [[nodiscard]] Result<void> add_issuer();
  void settle();
  X509Ptr root_;
  KeyPtr root_key_;
  X509Ptr issuer_;  ///< null: the root issues
  KeyPtr issuer_key_;
  std::vector<std::string> permit_;
};

}  // namespace telltale::certs
