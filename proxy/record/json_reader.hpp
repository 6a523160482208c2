#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_scan.hpp"

namespace telltale::record {

/// Reads the members of one object of a scanned document. A missing member, null and a value of another kind all read
/// as nothing; what must be there is checked by the caller.
class JsonReader {
 public:
  using Index = std::uint32_t;
  static constexpr Index none = codec::JsonValue::none;

  explicit JsonReader(const codec::JsonDocument& document) : document_(document) {}

  [[nodiscard]] Index member(Index object, std::string_view name) const;
  [[nodiscard]] bool is(Index value, codec::JsonKind kind) const;
  [[nodiscard]] std::string text(Index value) const;  ///< "" if it is no string
  [[nodiscard]] std::string text_of(Index object, std::string_view name) const { return text(member(object, name)); }
  [[nodiscard]] std::optional<std::int64_t> integer(Index value) const;
  [[nodiscard]] std::uint64_t count_of(Index object, std::string_view name) const;  ///< 0 if it is no count
  [[nodiscard]] double real_of(Index object, std::string_view name) const;
  [[nodiscard]] bool flag_of(Index object, std::string_view name) const;
  [[nodiscard]] std::vector<Index> items(Index array) const;  ///< also the members of an object
  [[nodiscard]] std::string key(Index value) const;
  [[nodiscard]] std::vector<std::string> texts(Index value) const;  ///< of an array, or of one string
  [[nodiscard]] std::size_t offset(Index value) const;
  [[nodiscard]] std::string_view raw(Index value) const { return document_.slice(document_[value].raw); }

 private:
  const codec::JsonDocument& document_;
};

}  // namespace telltale::record
