// Leaves by host, least recently used out first. Covered by tests/unit/certs/leaf_cache_test.cpp.
#include "certs/leaf_cache.hpp"

#include <algorithm>
#include <list>
#include <stdexcept>
#include <unordered_map>

#include "certs/parts.hpp"

namespace telltale::certs {

// One lock for all: it is held for a look-up, never while signing, and a look-up is far shorter than a handshake.
struct LeafCache::State {
  struct Entry {
    std::string host;
    std::shared_ptr<const Leaf> leaf;
  };
  using Entries = std::list<Entry>;  // most recently used first

  std::vector<std::shared_ptr<const Authority>> authorities;  // the last one signs
  KeyPtr key;
  std::size_t capacity = 1;
  mutable std::mutex mutex;
  Entries entries;
  std::unordered_map<std::string_view, Entries::iterator> by_host;  // keys are views of Entry::host

  std::shared_ptr<const Leaf> find(const std::string& host, std::int64_t now) {
    const std::lock_guard lock(mutex);
    const auto found = by_host.find(host);
    if (found == by_host.end()) return nullptr;
    const Leaf& kept = *found->second->leaf;
    if (now < kept.valid_from || now >= kept.renew_at) return nullptr;
    entries.splice(entries.begin(), entries, found->second);
    return found->second->leaf;
  }

  void keep(const std::string& host, std::shared_ptr<const Leaf> leaf) {
    const std::lock_guard lock(mutex);
    if (leaf->authority != authorities.back()) return;  // another one signs since it was asked for
    if (const auto found = by_host.find(host); found != by_host.end()) {
      found->second->leaf = std::move(leaf);
      entries.splice(entries.begin(), entries, found->second);
      return;
    }
    if (entries.size() == capacity) {
      by_host.erase(entries.back().host);
      entries.pop_back();
    }
    entries.push_front({host, std::move(leaf)});
    by_host.emplace(entries.front().host, entries.begin());
  }
};

LeafCache::LeafCache(std::shared_ptr<const Authority> authority, std::size_t capacity)
    : state_(std::make_unique<State>()) {
  auto key = make_key();
  if (!key) throw std::runtime_error(key.error().detail);  // at start-up only
  state_->authorities.push_back(std::move(authority));
  state_->key = std::move(*key);
  state_->capacity = std::max<std::size_t>(capacity, 1);
}

LeafCache::~LeafCache() = default;

Result<std::shared_ptr<const Leaf>> LeafCache::leaf_for(const HostName& host, std::int64_t now) {
  if (auto kept = state_->find(host.text, now)) return kept;
  const auto signer = authority();
  TT_TRY(Leaf minted, mint_leaf(*signer, state_->key.get(), host, now));
  minted.authority = signer;
  // Two threads may sign for one host at once; the last one is kept, both are good.
  auto leaf = std::make_shared<const Leaf>(std::move(minted));
  state_->keep(host.text, leaf);
  return leaf;
}

EVP_PKEY* LeafCache::leaf_key() const {
  return state_->key.get();
}

std::shared_ptr<const Authority> LeafCache::authority() const {
  const std::lock_guard lock(state_->mutex);
  return state_->authorities.back();
}

std::vector<std::shared_ptr<const Authority>> LeafCache::authorities() const {
  const std::lock_guard lock(state_->mutex);
  return state_->authorities;
}

void LeafCache::sign_with(std::shared_ptr<const Authority> authority) {
  const std::lock_guard lock(state_->mutex);
  state_->authorities.push_back(std::move(authority));
  state_->by_host.clear();
  state_->entries.clear();
}

std::size_t LeafCache::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->entries.size();
}

}  // namespace telltale::certs
