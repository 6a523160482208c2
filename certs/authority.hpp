#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "certs/host_name.hpp"
#include "certs/pem.hpp"

namespace telltale::certs {

/// The certificate authority: one root and its key (EC P-256). Immutable once made; share it between threads.
class Authority {
 public:
  /// A new root. `permit` are the host patterns it may sign for (`api.example.com`, `*.example.com`), written as
  /// critical name constraints; empty means any host. Name constraints cannot express "*": pass no patterns. Source:
  /// RFC 5280 section 4.2.1.10. Errors: host_name_invalid, crypto_failed.
  [[nodiscard]] static Result<Authority> create(const std::vector<std::string>& permit);
  [[nodiscard]] static Result<Authority> from_pem(std::string_view certificate_pem, std::string_view key_pem);

  [[nodiscard]] X509* certificate() const { return certificate_.get(); }
  [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }
  [[nodiscard]] std::string certificate_pem() const { return to_pem(certificate_.get()); }
  [[nodiscard]] Secret key_pem() const { return to_pem(key_.get()); }
  [[nodiscard]] bool constrained() const { return !permit_.empty(); }
  /// Patterns of its name constraints, read from the certificate.
  [[nodiscard]] const std::vector<std::string>& permit() const { return permit_; }
  /// Whether a leaf for that host would be accepted by a client that enforces name constraints.
  [[nodiscard]] bool permits(const HostName& host) const;

 private:
  Authority() = default;
  X509Ptr certificate_;
  KeyPtr key_;
  std::vector<std::string> permit_;
};

}  // namespace telltale::certs
