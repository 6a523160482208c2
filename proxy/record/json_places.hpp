#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "codec/json_scan.hpp"

namespace telltale::record {

/// Places of values by name: "/messages/*/content/*/text", with names that differ from request to request in slots, as
/// pattern_of() makes them. Values past some depth, and in containers past `most_places` different ones, have the place
/// of what holds them.
class JsonPlaces {
 public:
  static constexpr std::size_t most_places = 20'000;

  /// Both must outlive it.
  JsonPlaces(const codec::JsonDocument& document, const std::vector<std::string>& known)
      : document_(document), known_(known) {}

  /// "" for the document itself.
  [[nodiscard]] std::string of(std::uint32_t value);

 private:
  [[nodiscard]] std::string under(const std::string& parent, std::uint32_t value) const;
  [[nodiscard]] const std::string& of_container(std::uint32_t container);

  const codec::JsonDocument& document_;
  const std::vector<std::string>& known_;
  std::unordered_set<std::string> places_;
  std::unordered_map<std::uint32_t, const std::string*> containers_;
};

/// "object", "list", "number", "bool", "null"; "text" for a string.
[[nodiscard]] std::string_view class_of_value(const codec::JsonDocument& document, std::uint32_t value);

}  // namespace telltale::record
