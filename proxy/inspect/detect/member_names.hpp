#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "inspect/detect/json_parts.hpp"
#include "inspect/shape.hpp"
#include "inspect/shape_walk.hpp"

namespace telltale::inspect {

/// Which names an object or list has, found by hash: one made to be slow has a hundred thousand.
class NameIndex {
 public:
  explicit NameIndex(const std::vector<ShapeName>& names) : names_(names) {
    if (names.size() <= few) return;
    for (std::uint32_t i = 0; i < names.size(); ++i) sorted_.emplace_back(names[i].hash, i);
    std::sort(sorted_.begin(), sorted_.end());
  }

  /// Null if there is none.
  [[nodiscard]] const ShapeName* find(std::uint64_t hash) const {
    if (names_.size() <= few) {
      const auto found =
          std::find_if(names_.begin(), names_.end(), [hash](const auto& one) { return one.hash == hash; });
      return found == names_.end() ? nullptr : &*found;
    }
    const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), std::pair(hash, std::uint32_t{0}));
    return found == sorted_.end() || found->first != hash ? nullptr : &names_[found->second];
  }

 private:
  static constexpr std::size_t few = 32;
  const std::vector<ShapeName>& names_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted_;  ///< hash, index in names_
};

/// The names of a place's members in earlier requests, and their bare words.
class KnownNames {
 public:
  explicit KnownNames(const Shape::Node& node) : node_(node) {}

  [[nodiscard]] const Shape::Member* find(std::uint64_t hash) const {
    const auto found = std::find_if(node_.members.begin(), node_.members.end(),
                                    [hash](const Shape::Member& member) { return member.hash == hash; });
    return found == node_.members.end() ? nullptr : &*found;
  }

  /// The first one that is `name` but for its spelling; null if there is none.
  [[nodiscard]] const Shape::Member* find_otherwise(const std::string& name) {
    const std::string bare = bare_word(name);
    if (bare.empty()) return nullptr;
    if (bare_.empty())
      for (const Shape::Member& member : node_.members) bare_.push_back(bare_word(member.name));
    const auto found = std::find(bare_.begin(), bare_.end(), bare);
    return found == bare_.end() ? nullptr : &node_.members[static_cast<std::size_t>(found - bare_.begin())];
  }

 private:
  const Shape::Node& node_;
  std::vector<std::string> bare_;  ///< by member; made when it is first asked for
};

}  // namespace telltale::inspect
