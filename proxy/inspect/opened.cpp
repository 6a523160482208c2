// Strings that hold documents: JSON written as a string, and JSON in base64. Covered by
// tests/unit/inspect/opened_test.cpp.
#include "inspect/opened.hpp"

#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/base64.hpp"

namespace telltale::inspect {
namespace {

using Step = PointerMatch::Step;

constexpr std::size_t shortest_base64 = 24;  ///< 18 bytes: less holds no member worth telling, and words decode too
constexpr std::size_t most_values = 256;     ///< of one path in one string

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// True if the text begins as an object or a list, blanks aside.
bool begins_document(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && at < 16 && is_blank(text[at])) ++at;
  return at < text.size() && (text[at] == '{' || text[at] == '[');
}

bool is_digit_of_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '-' || c == '_';
}

/// The first group of four tells whether the rest is worth decoding: prose and ids fail here.
bool begins_base64_document(std::string_view text) {
  if (text.size() < shortest_base64 || !std::all_of(text.begin(), text.begin() + 4, is_digit_of_base64)) return false;
  const auto start = base64::decode(text.substr(0, 4));
  if (!start) return false;
  const char first = start->front();
  return first == '{' || first == '[' || (is_blank(first) && begins_document(*start + "{"));
}

ByteRange inside_quotes(ByteRange string) {
  return string.size() < 2 ? string : ByteRange{string.begin + 1, string.end - 1};
}

/// The values a step leads to.
std::vector<std::uint32_t> places_of(const Step& step, const codec::JsonDocument& document, std::size_t most) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < document.values.size() && out.size() < most; ++i) {
    const codec::JsonValue& value = document[i];
    const std::string& key = step.place.key;
    if (!key.empty()) {
      const bool named = value.key.size() >= 2;
      if (named && !value.key_escaped && document.slice(value.key).substr(1, value.key.size() - 2) != key) continue;
      if (!named && key != std::to_string(value.index)) continue;
    }
    const std::uint32_t at = select(step.place, document, i, "");
    if (at != codec::JsonValue::none) out.push_back(at);
  }
  return out;
}

}  // namespace

std::string_view name_of(Step::Opener opener) {
  return opener == Step::Opener::json ? "#json" : "#base64";
}

bool may_hold_document(const RawText& text) {
  std::string_view raw = text.content.substr(text.range.begin, text.range.size());
  if (raw.empty()) return false;
  // A blank may be written as an escape; such a text is decoded to see.
  if (text.escaped && raw.front() == '\\') return raw.size() > 2 && raw[1] != '"' && raw[1] != '\\';
  return begins_document(raw) || begins_base64_document(raw);
}

std::optional<HeldDocument> held_document(std::string_view text) {
  if (begins_document(text)) return HeldDocument{Step::Opener::json, std::string(text)};
  if (!begins_base64_document(text)) return std::nullopt;
  auto decoded = base64::decode(text);
  if (!decoded || !begins_document(*decoded)) return std::nullopt;
  return HeldDocument{Step::Opener::base64, std::move(*decoded)};
}

/// Works through a list, never by recursion.
std::vector<Opened> open_path(std::string text, const std::vector<Step>& steps, const Limits& limits) {
  struct Work {
    std::string text;
    std::size_t step;
  };
  std::vector<Work> work{{std::move(text), 0}};
  std::vector<Opened> out;
  if (steps.empty() || steps.size() > limits.nesting) return out;
  for (std::size_t next = 0; next < work.size() && next < most_values && out.size() < most_values; ++next) {
    const std::size_t number = work[next].step;
    const Step& step = steps[number];
    std::string opened = std::move(work[next].text);
    if (step.opener == Step::Opener::base64) {
      auto decoded = base64::decode(opened);
      if (!decoded) continue;
      opened = std::move(*decoded);
    }
    const codec::JsonDocument document = codec::scan_json(opened, limits);
    for (const std::uint32_t place : places_of(step, document, most_values - out.size())) {
      const codec::JsonValue& value = document[place];
      const bool container = value.kind == codec::JsonKind::object || value.kind == codec::JsonKind::array;
      if (number + 1 < steps.size()) {
        if (!container && work.size() < most_values) work.push_back({text_of(document, place), number + 1});
        continue;
      }
      const std::size_t quote = value.kind == codec::JsonKind::string ? 1 : 0;
      out.push_back({text_of(document, place),
                     name_of(document, place),
                     container,
                     {value.raw.begin + quote, value.raw.end - quote},
                     inside_quotes(value.key)});
    }
  }
  return out;
}

ByteRange raw_range(const RawText& text, ByteRange inner) {
  std::size_t raw = text.range.begin;
  std::size_t offset = 0;
  ByteRange out{text.range.begin, text.range.end};
  while (raw < text.range.end && offset < inner.end) {
    if (offset <= inner.begin) out.begin = raw;
    const RawStep one = step(text, raw);
    offset += decoded_length(one);
    raw += one.length;
  }
  out.end = raw;
  return out;
}

}  // namespace telltale::inspect
