#pragma once
#include <openssl/ssl.h>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "certs/authority.hpp"

namespace telltale::certs {

/// A leaf certificate; the authority's issuing certificate is sent with it. The private key is one P-256 key per
/// process.
struct Leaf {
  X509Ptr certificate;
  std::shared_ptr<const Authority> authority;  ///< whose issuing certificate that is; null for one minted alone
  std::int64_t valid_from = 0;                 ///< seconds since the epoch
  std::int64_t renew_at = 0;                   ///< the same
};

/// Signs a leaf for that host: SAN, AKI, SKI, EKU serverAuth, random 128-bit serial, 7 days long, backdated 24 hours
/// for clock skew. Errors: host_not_permitted, crypto_failed. Cost: about 0.2 ms.
[[nodiscard]] Result<Leaf> mint_leaf(const Authority& authority, EVP_PKEY* leaf_key, const HostName& host,
                                     std::int64_t now);

/// Leaves by host, bounded, least recently used out first; renewed before they end, and when the clock has gone back to
/// before they began. Thread-safe; signs outside its lock.
class LeafCache {
 public:
  LeafCache(std::shared_ptr<const Authority> authority, std::size_t capacity);
  ~LeafCache();
  [[nodiscard]] Result<std::shared_ptr<const Leaf>> leaf_for(const HostName& host, std::int64_t now);
  [[nodiscard]] EVP_PKEY* leaf_key() const;
  /// Who signs now.
  [[nodiscard]] std::shared_ptr<const Authority> authority() const;
  /// Who signs now, and who did before.
  [[nodiscard]] std::vector<std::shared_ptr<const Authority>> authorities() const;
  /// From now on that authority signs; leaves of the one before are forgotten, but stay good for those who hold them.
  void sign_with(std::shared_ptr<const Authority> authority);
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace telltale::certs
