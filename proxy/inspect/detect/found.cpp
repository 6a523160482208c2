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

/// As `\u0027`; pairs for code points above U+FFFF.
std::string as_escapes(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const utf8::Step one = utf8::decode(text, at);
    at += one.length;
    const auto code = static_cast<std::uint32_t>(one.valid ? one.code_point : 0xFFFD);
    if (code < 0x10000)
      out += fmt::format("\\u{:04x}", code);
    else
      out +=
          fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((code - 0x10000) >> 10U), 0xDC00 + ((code - 0x10000) & 0x3FFU));
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
  const bool was_escape =
      text.escaped && text.content.substr(range.begin, 2) == "\\u" && step(text, range.begin).escape;
  return was_escape ? as_escapes(replacement) : codec::escape_json(replacement);
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
