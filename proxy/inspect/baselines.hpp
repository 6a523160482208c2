#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "http/head.hpp"
#include "inspect/baseline.hpp"

namespace telltale::inspect {

/// Which client spoke, and to what: requests with the same key are comparable.
struct BaselineKey {
  std::string product;   ///< of User-Agent, up to the slash; lower case
  std::string version;   ///< what follows it
  std::string endpoint;  ///< name of the API; for other JSON host and path
  friend auto operator<=>(const BaselineKey&, const BaselineKey&) = default;
};

[[nodiscard]] BaselineKey baseline_key(const http::RequestHead& head, std::string_view api, std::string_view host);

/// Baselines of all clients seen. A value: copying it copies pointers, what is learned replaces one of them, so that a
/// copy can be read while another learns.
///
/// Bound: `most_clients` keys; past it the one used least recently goes. Memory: see Baseline, times that.
class Baselines {
 public:
  static constexpr std::size_t most_clients = 128;

  /// The baseline of that key, or else of the newest other version of the same client at the same endpoint.
  struct Found {
    const Baseline* baseline = nullptr;
    bool same_version = true;
  };
  [[nodiscard]] Found find(const BaselineKey& key) const;

  /// A changed copy takes the place of what is known under the key.
  void put(const BaselineKey& key, std::shared_ptr<const Baseline> baseline);
  [[nodiscard]] std::shared_ptr<const Baseline> get(const BaselineKey& key) const;
  /// All of them, the one that changed longest ago first: `put` in this order makes the same Baselines.
  [[nodiscard]] std::vector<std::pair<BaselineKey, std::shared_ptr<const Baseline>>> by_age() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [key, entry] : entries_) visit(key, *entry.baseline);
  }

 private:
  struct Entry {
    std::shared_ptr<const Baseline> baseline;
    std::uint64_t changed = 0;  ///< number of the last `put`
  };
  std::map<BaselineKey, Entry> entries_;
  std::uint64_t puts_ = 0;
};

}  // namespace telltale::inspect
