// Covered by tests/unit/compare/sheet_test.cpp.
#include "compare/vocabulary.hpp"

#include <algorithm>

namespace telltale::compare {
namespace {

// RFC 6901, section 3.
void append_reference_token(std::string& out, std::string_view name) {
  out.push_back('/');
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out.push_back(c);
  }
}

}  // namespace

std::uint32_t TextPool::put(std::string_view text) {
  const auto found = ids_.find(text);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  ids_.emplace(texts_.back(), id);
  return id;
}

std::uint32_t PathTree::child(std::uint32_t parent, std::uint32_t name) {
  const std::uint64_t key = (std::uint64_t{parent} << 32U) | name;
  const auto [found, is_new] = children_.try_emplace(key, static_cast<std::uint32_t>(nodes_.size()));
  if (is_new) nodes_.push_back({parent, name});
  return found->second;
}

std::string Vocabulary::where(std::uint32_t pointer) const {
  std::vector<std::string_view> names;
  for (std::uint32_t at = pointer; at != PathTree::root; at = pointers.parent(at))
    names.push_back(texts.at(pointers.name(at)));
  std::reverse(names.begin(), names.end());
  if (names.empty()) return {};
  std::string out(names.front());
  if (out == "header") return names.size() > 1 ? out.append(":").append(names[1]) : "headers";
  if (out != "body") return out;
  out.push_back(':');
  for (std::size_t i = 1; i < names.size(); ++i) append_reference_token(out, names[i]);
  return out;
}

}  // namespace telltale::compare
