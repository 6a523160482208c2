#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inspect/typed_index.hpp"

namespace telltale::app {

/// What the user typed, from all sources, the newest of it. Used from any thread.
///
/// A request only takes the snapshot: a pointer, under a lock that is held for nothing else. Adding builds the next
/// snapshot beside it. A text that comes again moves to the end.
class TypedTexts {
 public:
  /// Keeps at most so many texts and bytes; the newest text is kept whatever its length.
  TypedTexts(std::uint32_t most_texts, std::uint64_t most_bytes);

  /// In order of their age, the newest last. Cost: that of an index over all that is kept, about a millisecond.
  void add(std::vector<std::string> texts);
  [[nodiscard]] std::shared_ptr<const inspect::TypedIndex> snapshot() const;  ///< null if nothing is known

 private:
  using Text = inspect::TypedIndex::Text;
  using Order = std::list<Text>;
  void take(std::string&& text);

  const std::uint32_t most_texts_;
  const std::uint64_t most_bytes_;

  std::mutex adding_;                                             ///< guards all but `snapshot_`
  Order texts_;                                                   ///< oldest first
  std::unordered_map<std::string_view, Order::iterator> places_;  ///< by text; the keys lie in `texts_`
  std::uint64_t bytes_ = 0;

  mutable std::mutex lock_;  ///< guards `snapshot_` alone
  std::shared_ptr<const inspect::TypedIndex> snapshot_;
};

}  // namespace telltale::app
