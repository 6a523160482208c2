#pragma once
#include <openssl/x509.h>
#include <memory>
#include <string>
#include <unordered_map>

namespace telltale::net {

/// The certificates upstreams have shown, one object for all connections that were shown the same one. OpenSSL keeps a
/// connection's chain as long as the connection, some 5 KB a certificate, and most connections go to few upstreams.
/// One thread's; holds at most `most` certificates, then starts anew.
class SharedCertificates {
 public:
  static constexpr std::size_t most = 256;

  /// Puts known objects in the place of equal ones, and remembers the others. Equal means the same SHA-256 of the whole
  /// certificate; nothing is said about whether they are to be trusted.
  void share(STACK_OF(X509) * shown);
  [[nodiscard]] std::size_t size() const { return known_.size(); }

 private:
  struct FreeCertificate {
    void operator()(X509* p) const { X509_free(p); }
  };
  std::unordered_map<std::string, std::unique_ptr<X509, FreeCertificate>> known_;
};

}  // namespace telltale::net
