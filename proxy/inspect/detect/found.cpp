// What the detectors share: state tables, values as shown, replacements as written. Covered by
// tests/unit/inspect/date_line_test.cpp and engine_test.cpp.
#include "inspect/detect/found.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/utf8.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t longest_shown = 200;

void append_escape(std::string& out, std::uint32_t unit, bool upper) {
  out += upper ? fmt::format("\\u{:04X}", unit) : fmt::format("\\u{:04x}", unit);
}

/// What JSON must escape, and all that is not ASCII, as escapes; pairs for code points above U+FFFF.
std::string as_ascii(std::string_view text, bool upper) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const utf8::Step one = utf8::decode(text, at);
    const auto code = static_cast<std::uint32_t>(one.valid ? one.code_point : 0xFFFD);
    if (code < 0x80)
      out += codec::escape_json(text.substr(at, 1));
    else if (code < 0x10000)
      append_escape(out, code, upper);
    else {
      append_escape(out, 0xD800 + ((code - 0x10000) >> 10U), upper);
      append_escape(out, 0xDC00 + ((code - 0x10000) & 0x3FFU), upper);
    }
    at += one.length;
  }
  return out;
}

}  // namespace

bool is_known(const Rule& rule, std::string_view value) {
  return rule.known.empty() || std::binary_search(rule.known.begin(), rule.known.end(), value, std::less<>{});
}

Carries carries_of(const Rule& rule, std::string_view slot, const std::string& state) {
  for (const DecodeRow& row : rule.decode) {
    const auto when = row.when.find(slot);
    if (when != row.when.end() && (when->second == state || when->second == "*")) return row.carries;
  }
  if (rule.carry.empty()) return {};
  return {{rule.carry, shown(rule, state)}};
}

std::string shown(const Rule& rule, std::string_view value) {
  if (rule.masked) return utf8::escaped(value.substr(0, utf8::offset_of(value, 4))) + "...";
  if (value.size() <= longest_shown) return utf8::escaped(value);
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
  return utf8::escaped(value.substr(0, end)) + "...";
}

std::string written(const RawText& text, ByteRange range, std::string_view replacement) {
  if (!text.json) return std::string(replacement);
  const std::string_view stood = text.content.substr(range.begin, std::min<std::size_t>(range.size(), 6));
  const bool was_escape = text.escaped && stood.substr(0, 2) == "\\u" && step(text, range.begin).escape;
  if (!was_escape && !text.ascii) return codec::escape_json(replacement);
  return as_ascii(replacement, std::any_of(stood.begin() + std::min<std::ptrdiff_t>(2, std::ssize(stood)), stood.end(),
                                           [](char c) { return c >= 'A' && c <= 'F'; }));
}

std::vector<std::string> code_point_names(std::string_view text) {
  constexpr std::size_t most = 16;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size() && out.size() < most;) {
    const utf8::Step one = utf8::decode(text, at);
    out.push_back(
        utf8::name_of(one.valid ? one.code_point : static_cast<char32_t>(static_cast<unsigned char>(text[at]))));
    at += one.length;
  }
  return out;
}

Found known_value(const Rule& rule, std::string_view name, std::string_view value, ByteRange range,
                  const RawText& text) {
  Found found;
  found.range = range;
  found.match = range;
  found.value = std::string(value);
  found.carries = {{std::string(name), shown(rule, value)}};
  if (rule.normalise_to) {
    found.edit = rule.normalise_to;
    found.edits.push_back({range, written(text, range, *rule.normalise_to)});
  }
  return found;
}

}  // namespace telltale::inspect
