// How a rule about headers or members takes its value. Covered by tests/unit/inspect/environment_rules_test.cpp.
#include "inspect/value_of.hpp"

#include <re2/re2.h>

#include <vector>

namespace telltale::inspect {

/// The text a rule with a value pattern takes from `value`; nothing if the pattern or the list refuses it.
std::optional<std::string> taken(const Rule& rule, const re2::RE2* regex, int group, std::string_view value) {
  if (regex == nullptr) {
    if (!is_known(rule, value)) return std::nullopt;
    return std::string(value);
  }
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(group) + 1);
  const re2::StringPiece input(value.data(), value.size());
  if (!regex->Match(input, 0, input.size(), re2::RE2::UNANCHORED, groups.data(), group + 1)) return std::nullopt;
  const re2::StringPiece& piece = groups[static_cast<std::size_t>(group)];
  std::string text(piece.data() == nullptr ? "" : piece.data(), piece.size());
  if (!is_known(rule, text)) return std::nullopt;
  return text;
}

Found found_value(const Rule& rule, std::string value, ByteRange range) {
  Found found;
  found.range = range;
  found.match = range;
  found.carries = carries_of(rule, "value", value);
  found.value = std::move(value);
  return found;
}

}  // namespace telltale::inspect
