#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// What many requests have in common is kept once: texts, and places as paths in a tree. Numbers stand for both.

namespace telltale::compare {

/// Each different text once.
class TextPool {
 public:
  [[nodiscard]] std::uint32_t put(std::string_view text);
  /// Valid as long as the pool.
  [[nodiscard]] std::string_view at(std::uint32_t id) const { return texts_[id]; }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

/// Each different path once. Node 0 is the root.
class PathTree {
 public:
  static constexpr std::uint32_t root = 0;

  [[nodiscard]] std::uint32_t child(std::uint32_t parent, std::uint32_t name);
  [[nodiscard]] std::uint32_t parent(std::uint32_t node) const { return nodes_[node].parent; }
  [[nodiscard]] std::uint32_t name(std::uint32_t node) const { return nodes_[node].name; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  struct Node {
    std::uint32_t parent = 0;
    std::uint32_t name = 0;
  };
  std::vector<Node> nodes_ = {Node{}};
  std::unordered_map<std::uint64_t, std::uint32_t> children_;
};

/// `places` are paths by name, equal for all requests that hold the thing; `pointers` are the paths it has in one of
/// them, with indices.
struct Vocabulary {
  TextPool texts;
  PathTree places;
  PathTree pointers;

  [[nodiscard]] std::uint32_t place(std::uint32_t parent, std::string_view name) {
    return places.child(parent, texts.put(name));
  }
  [[nodiscard]] std::uint32_t pointer(std::uint32_t parent, std::string_view name) {
    return pointers.child(parent, texts.put(name));
  }
  /// "body:/tools/0/name", "header:user-agent", "headers", "target": where a finding says it stands.
  [[nodiscard]] std::string where(std::uint32_t pointer) const;
};

}  // namespace telltale::compare
