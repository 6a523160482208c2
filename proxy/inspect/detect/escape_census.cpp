// Counts which characters of a document's strings are escaped, and how. RFC 8259 section 7 leaves that choice to the
// encoder. Covered by tests/unit/inspect/json_form_test.cpp.
#include "inspect/detect/escape_census.hpp"

#include <algorithm>
#include <cstring>

#include "core/utf8.hpp"

namespace telltale::inspect {
namespace {

bool is_special(char32_t c) {
  if (c < 0xA0) return true;
  if (c == 0xAD || c == 0x61C || c == 0x180E || c == 0xFEFF) return true;
  if ((c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F)) return true;
  return c >= 0xFFF0 || (c >= 0xD800 && c <= 0xF8FF);
}

class Counter {
 public:
  explicit Counter(const Scene& scene) : scene_(scene) {}

  EscapeCensus count(bool count_raw) {
    for (std::uint32_t i = 0; i < scene_.passages.size(); ++i) {
      const Passage& passage = scene_.passages[i];
      if (passage.text.source().json && passage.text.source().escaped) {
        use_.passage = i;
        use_.value = EscapeUse::none;
        read(passage.text.source());
      }
    }
    read_names();
    const bool any = std::any_of(census_.escaped.begin(), census_.escaped.end(), [](auto n) { return n != 0; });
    if (any || count_raw) count_raw_characters();
    return std::move(census_);
  }

 private:
  void read_names() {
    const codec::JsonDocument& document = scene_.document;
    for (std::uint32_t i = 0; i < document.values.size(); ++i) {
      const codec::JsonValue& value = document[i];
      if (!value.key_escaped) continue;
      use_.passage = EscapeUse::none;
      use_.value = i;
      read({document.text, {value.key.begin + std::size_t{1}, value.key.end - std::size_t{1}}, true, true});
    }
  }

  void read(const RawText& text) {
    const char* const bytes = text.content.data();
    std::size_t drift = text.range.begin;  // raw offset less decoded offset
    for (std::size_t at = text.range.begin; at < text.range.end;) {
      const void* const found = std::memchr(bytes + at, '\\', text.range.end - at);
      if (found == nullptr) return;
      at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes);
      const RawStep one = step(text, at);
      const std::size_t length = one.escape ? decoded_length(one) : one.length;
      if (one.escape) take(text.content.substr(at, one.length), one.code_point, at, {at - drift, at - drift + length});
      at += one.length;
      drift += one.length - length;
    }
  }

  void take(std::string_view escape, char32_t c, std::size_t at, ByteRange decoded) {
    const bool hex = escape.size() >= 6;
    if (!hex && c < 128) ++census_.by_short[c];
    if (!hex && c != '/') return;
    if (hex) {
      if (c < 128) ++census_.by_hex[c];
      if (c >= 128) ++census_.escaped[static_cast<std::size_t>(escape_class(c))];
      const HexCase digits = hex_case(escape);
      if (digits == HexCase::lower) ++census_.lower_digits;
      if (digits == HexCase::upper) ++census_.upper_digits;
    }
    if (census_.uses.size() >= EscapeCensus::most_uses) return;
    use_.raw = {at, at + escape.size()};
    use_.decoded = decoded;
    use_.code_point = c;
    use_.slash = !hex;
    census_.uses.push_back(use_);
  }

  void count_raw_characters() {
    for (const Passage& passage : scene_.passages) {
      const RawText& text = passage.text.source();
      if (passage.text.is_ascii() || !text.json) continue;
      const std::string_view raw = text.content.substr(text.range.begin, text.range.size());
      for (std::size_t at = 0; at < raw.size();) {
        if (static_cast<unsigned char>(raw[at]) < 0x80) {
          ++at;
          continue;
        }
        const utf8::Step one = utf8::decode(raw, at);
        if (one.valid) ++census_.raw[static_cast<std::size_t>(escape_class(one.code_point))];
        at += one.length;
      }
    }
  }

  const Scene& scene_;
  EscapeCensus census_;
  EscapeUse use_;
};

}  // namespace

EscapeClass escape_class(char32_t code_point) {
  if (code_point > 0xFFFF) return EscapeClass::wide;
  if (is_special(code_point)) return EscapeClass::special;
  return code_point >= 0x2000 && code_point <= 0x20FF ? EscapeClass::punctuation : EscapeClass::letter;
}

EscapeCensus count_escapes(const Scene& scene, bool count_raw) {
  return Counter(scene).count(count_raw);
}

HexCase hex_case(std::string_view escape) {
  bool lower = false;
  bool upper = false;
  for (std::size_t at = 0; at < escape.size(); ++at) {
    if (at % 6 < 2) continue;  // the backslash and its u
    lower = lower || (escape[at] >= 'a' && escape[at] <= 'f');
    upper = upper || (escape[at] >= 'A' && escape[at] <= 'F');
  }
  if (lower && upper) return HexCase::mixed;
  if (lower) return HexCase::lower;
  return upper ? HexCase::upper : HexCase::none;
}

}  // namespace telltale::inspect
