#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "inspect/scene.hpp"

namespace telltale::inspect {

/// A hash that is the same on every machine: shapes are stored. FNV-1a, 64 bits.
[[nodiscard]] constexpr std::uint64_t shape_hash(std::string_view text, std::uint64_t seed = 0xCBF29CE484222325ULL) {
  for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return seed;
}

/// Where a value stands in the structure of a request, whatever the conversation. Elements of arrays are told apart by
/// their name (tools), else by their type and role (messages, blocks), else not at all.
struct ShapePlace {
  std::uint32_t value = 0;
  std::uint64_t node = 0;  ///< hash of the path to it
  bool in_history = false;
  bool in_tools = false;
};

/// The place below `node` that is called `name`.
[[nodiscard]] constexpr std::uint64_t shape_child(std::uint64_t node, std::uint64_t name) {
  return shape_hash("/", node) ^ (name * 0x9E3779B97F4A7C15ULL);
}

/// The places of a request's JSON that its client decides on: all but what messages say, and the arguments and results
/// of tools. Document order. Empty unless the content is one object of an API that is known. Linear, and
/// done once a scene.
[[nodiscard]] const std::vector<ShapePlace>& shape_places(const Scene& scene);

/// A member of an object, or an element of an array that has a name of its own.
struct ShapeName {
  std::uint64_t hash = 0;
  std::uint32_t value = 0;
  std::uint32_t label = 0;  ///< of an element: the string that names it
};

/// Members of an object in order. Empty if a name occurs twice.
[[nodiscard]] std::vector<ShapeName> member_names(const codec::JsonDocument& document, std::uint32_t object);
/// Elements of an array: strings, or objects with a name or type. Empty if some element has none, or two the same.
[[nodiscard]] std::vector<ShapeName> element_names(const codec::JsonDocument& document, std::uint32_t array);

/// The hashes alone.
[[nodiscard]] std::vector<std::uint64_t> hashes_of(const std::vector<ShapeName>& names);

}  // namespace telltale::inspect
