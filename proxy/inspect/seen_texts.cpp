// Fingerprints of texts seen before. XXH3 with a secret seed; https://xxhash.com. Covered by
// tests/unit/inspect/seen_texts_test.cpp.
#include "inspect/seen_texts.hpp"

#include <algorithm>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace telltale::inspect {

void SeenTexts::hold_for(std::uint64_t rules, std::uint64_t environment) {
  if (rules == rules_ && environment == environment_) return;
  rules_ = rules;
  environment_ = environment;
  std::fill(table_.begin(), table_.end(), Print{});
}

SeenTexts::Print SeenTexts::print_of(std::string_view raw, std::uint64_t kind) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(raw.data(), raw.size(), seed_ + kind);
  return {hash.low64, hash.high64 | 1U};
}

bool SeenTexts::contains(const Print& print) const {
  const std::size_t slot = slot_of(print);
  return table_[slot] == print || table_[slot + 1] == print;
}

void SeenTexts::add(const Print& print) {
  const std::size_t slot = slot_of(print);
  if (contains(print)) return;
  table_[slot + 1] = std::exchange(table_[slot], print);
}

}  // namespace telltale::inspect
