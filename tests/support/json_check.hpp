#pragma once
#include <string>

#include "codec/json_scan.hpp"

namespace telltale::test {

/// Nothing of the text escapes: what is in no key and no scalar is blank or structure (or the byte order mark).
inline bool is_covered(const codec::JsonDocument& document) {
  std::string rest(document.text);
  const auto blank_out = [&rest](ByteRange range) { rest.replace(range.begin, range.size(), range.size(), ' '); };
  for (const codec::JsonValue& value : document.values) {
    blank_out(value.key);
    if (value.kind != codec::JsonKind::object && value.kind != codec::JsonKind::array) blank_out(value.raw);
  }
  if (rest.starts_with("\xEF\xBB\xBF")) rest.erase(0, 3);
  return rest.find_first_not_of(" \t\r\n{}[],:") == std::string::npos;
}

/// What holds for every document, whatever the text: values in order, ranges inside their parents, children counted
/// from 0, strings in quotes, decoding and pointers without surprise. Returns the first broken rule, or "".
inline std::string broken_rule(const codec::JsonDocument& document) {
  using codec::JsonKind;
  using codec::JsonValue;
  std::vector<std::uint32_t> next_index(document.values.size() + 1, 0);
  std::size_t last_begin = 0;
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    const JsonValue& value = document[i];
    if (value.raw.begin > value.raw.end || value.raw.end > document.text.size()) return "raw outside the text";
    if (value.raw.empty()) return "empty raw";
    if (value.raw.begin < last_begin) return "not in document order";
    last_begin = value.raw.begin;
    if (value.after <= i || value.after > document.values.size()) return "after out of range";
    const bool container = value.kind == JsonKind::object || value.kind == JsonKind::array;
    if (!container && value.after != i + 1) return "a scalar with children";
    const std::size_t counter = value.parent == JsonValue::none ? document.values.size() : value.parent;
    if (value.index != next_index[counter]++) return "index does not count";
    if (value.parent == JsonValue::none) {
      if (!value.key.empty()) return "key without an object";
    } else {
      const JsonValue& parent = document[value.parent];
      if (value.parent >= i || i >= parent.after || value.after > parent.after) return "not nested by index";
      if (value.raw.begin <= parent.raw.begin || value.raw.end > parent.raw.end) return "not nested by range";
      if ((parent.kind == JsonKind::object) == value.key.empty()) return "key does not fit the parent";
    }
    if (!value.key.empty()) {
      const std::string_view key = document.slice(value.key);
      if (key.size() < 2 || key.front() != '"' || key.back() != '"') return "key without quotes";
      if (value.key.end >= value.raw.begin) return "key behind its value";
      if (value.key_escaped != (key.find('\\') != std::string_view::npos)) return "key_escaped is wrong";
    }
    if (value.kind == JsonKind::string) {
      const std::string_view raw = document.slice(value.raw);
      if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return "string without quotes";
      if (value.escaped != (raw.find('\\') != std::string_view::npos)) return "escaped is wrong";
      bool ascii = true;
      for (const char c : raw) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
      if (value.ascii != ascii) return "ascii is wrong";
      if (!document.string_equals(i, document.string_at(i))) return "string_equals disagrees with string_at";
    }
  }
  if (!document.stopped && !is_covered(document)) return "text outside every value";
  if (document.stopped && document.stopped->at > document.text.size()) return "stopped outside the text";
  return {};
}

}  // namespace telltale::test
