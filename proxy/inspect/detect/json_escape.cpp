// The choice between a character and its escapes. A parser hands on the character alone, so each is a bit nobody sees.
// An encoder escapes a character everywhere or nowhere; what encoders escape beyond need (JavaScript, Go, Python, PHP,
// Java's org.json and Gson, .NET, Rails) is listed below and is no marker where it is done throughout. Covered by
// tests/unit/inspect/json_form_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.hpp"
#include "inspect/baseline.hpp"
#include "inspect/detect/escape_census.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"

namespace telltale::inspect {
namespace {

/// Of at most so many uses in one string: could be single choices. More, and alike: a string from another encoder,
/// put into the document as it was.
constexpr std::uint32_t few = 2;

/// With so many escapes it is the encoder that changed, not a character.
constexpr std::uint32_t most_against_baseline = 64;

/// A form used this rarely beside the other is the departure, the other the style.
constexpr bool is_minority(std::uint32_t form, std::uint32_t other) {
  return form > 0 && other > 0 && form <= std::max<std::uint32_t>(1, (form + other) / 20);
}

/// Where an escape stands and what goes there instead.
class Judge {
 public:
  Judge(const Scene& scene, const DetectorMatch& match, Marks& marks)
      : scene_(scene), match_(match), marks_(marks), census_(count_escapes(scene, false)) {}

  void look() {
    for (const EscapeUse& use : census_.uses) look_at(use);
    for (std::size_t i = 0; i < escape_classes; ++i) look_for_raw_minority(static_cast<EscapeClass>(i));
  }

 private:
  // --- one escape ---

  void look_at(const EscapeUse& use) {
    const char32_t c = use.code_point;
    if (use.slash) return look_at_slash(use);
    const bool needless = c < 0x80 ? is_needless_ascii(static_cast<char>(c)) : departs_from_class(use);
    if (needless) return mark(use, c < 0x80 && is_never_escaped(c) ? "needless" : "minority", plain(use), "");
    look_at_digits(use);
  }

  /// Letters, digits, blanks and most punctuation: no encoder escapes them.
  static bool is_never_escaped(char32_t c) {
    return c >= 0x20 && c < 0x7F &&
           std::string_view("<>&'=+`\"\\/").find(static_cast<char>(c)) == std::string_view::npos;
  }

  bool is_needless_ascii(char c) {
    if (is_never_escaped(static_cast<char32_t>(c))) return true;
    const auto at = static_cast<std::size_t>(c);
    switch (c) {
      case '\n':
      case '\r':
      case '\t':
        // Encoders that know one of these short forms know all three.
        return census_.by_short['\n'] + census_.by_short['\r'] + census_.by_short['\t'] > 0;
      case '\b':
      case '\f':  // Go before 1.22 has no short form for these
      case '"':   // .NET writes \u0022 for all of them
      case '\\':
        return census_.by_short[at] > 0;
      case '/':
        return raw_count('/') + census_.by_short['/'] > 0;
      case '<':
      case '>':
      case '&':
        return raw_count('<') + raw_count('>') > 0 || raw_count(c) >= census_.by_hex[at];
      case '\'':
      case '=':
      case '+':
      case '`':
        // Who escapes these for the sake of HTML escapes the brackets first.
        return raw_count('<') + raw_count('>') > 0 || raw_count(c) >= census_.by_hex[at];
      default:
        return false;  // a control character, which must be escaped, or DEL, which may be
    }
  }

  /// Beyond ASCII: does the document write this class of characters raw?
  bool departs_from_class(const EscapeUse& use) {
    const EscapeClass kind = escape_class(use.code_point);
    if (use.code_point >= 0xD800 && use.code_point <= 0xDFFF) return false;  // half a pair has no other form
    const std::uint32_t escaped = escaped_of(kind);
    const std::uint32_t raw = raw_of(kind);
    if (raw > 0) {
      if (raw < escaped) return false;  // the raw ones depart
      return is_minority(escaped, raw) || in_string(use).raw[index(kind)] > 0 || in_string(use).escaped <= few;
    }
    // None of its like is raw. Encoders that escape one class alone do so to all of that class.
    const std::uint32_t others =
        raw_of(EscapeClass::letter) + raw_of(EscapeClass::wide) + raw_of(EscapeClass::punctuation);
    if (others == 0 && kind != EscapeClass::special && escaped <= most_against_baseline && usually_raw_) return true;
    if (others == 0 || kind == EscapeClass::special) return false;
    if (kind == EscapeClass::letter) return escaped <= few;
    const bool dot_net = kind == EscapeClass::wide && hex_case(written(use)) != HexCase::lower;
    return escaped == 1 && others > few && !dot_net;
  }

  void look_at_slash(const EscapeUse& use) {
    const std::uint32_t escaped = census_.by_short['/'];
    const std::uint32_t raw = raw_count('/');
    if (raw == 0 || escaped > raw) return;
    // `<\/` keeps a script element open; some encoders escape that one and no other.
    if (use.raw.begin > 0 && scene_.document.text[use.raw.begin - 1] == '<' && !has_raw_close_tags()) return;
    const bool alone = in_string(use).escaped <= few || is_minority(escaped, raw);
    if (alone || has_raw_slash(use)) mark(use, "minority", "/", "");
  }

  void look_at_digits(const EscapeUse& use) {
    if (!match_.has_family("hex")) return;
    const std::string_view escape = written(use);
    const HexCase digits = hex_case(escape);
    if (digits == HexCase::none) return;
    const std::uint32_t lower = census_.lower_digits;
    const std::uint32_t upper = census_.upper_digits;
    const bool rare = digits == HexCase::upper ? is_minority(upper, lower) : is_minority(lower, upper);
    if (digits != HexCase::mixed && !rare) return;
    std::string neutral(escape);
    const bool to_upper = upper > lower;
    for (std::size_t at = 0; at < neutral.size(); ++at) {
      char& c = neutral[at];
      if (at % 6 < 2) continue;
      if (to_upper && c >= 'a' && c <= 'f') c = static_cast<char>(c - 32);
      if (!to_upper && c >= 'A' && c <= 'F') c = static_cast<char>(c + 32);
    }
    mark(use, "hex", neutral, "its hexadecimal digits are in the other case than the document's");
  }

  // --- raw characters in a document that escapes their like ---

  void look_for_raw_minority(EscapeClass kind) {
    const std::uint32_t escaped = escaped_of(kind);
    const std::uint32_t raw = raw_of(kind);
    if (escaped == 0 || raw == 0 || raw >= escaped || kind == EscapeClass::special || !match_.has_family("minority"))
      return;
    for (std::uint32_t i = 0; i < scene_.passages.size(); ++i) {
      const RawText& text = scene_.passages[i].text.source();
      if (scene_.passages[i].text.is_ascii() || !text.json) continue;
      const StringCount count = count_string(i);
      const bool departs = count.raw[index(kind)] <= few || count.escaped > 0 || is_minority(raw, escaped);
      if (count.raw[index(kind)] > 0 && departs) mark_raw(i, kind);
    }
  }

  void mark_raw(std::uint32_t passage, EscapeClass kind) {
    const Text& text = scene_.passages[passage].text;
    const std::string_view view = text.view();
    for (std::size_t at = 0; at < view.size();) {
      const utf8::Step one = utf8::decode(view, at);
      const ByteRange here{at, at + one.length};
      at = here.end;
      if (!one.valid || one.code_point < 0x80 || escape_class(one.code_point) != kind || text.is_escape(here.begin))
        continue;
      EscapeUse use;
      use.passage = passage;
      use.decoded = here;
      use.raw = text.raw(here);
      use.code_point = one.code_point;
      mark(use, "minority", escape_of(one.code_point), "written raw where the document escapes its like");
    }
  }

  [[nodiscard]] std::string escape_of(char32_t c) const {
    const bool upper = census_.upper_digits > census_.lower_digits;
    const auto unit = [upper](char32_t u) {
      return upper ? fmt::format("\\u{:04X}", static_cast<unsigned>(u))
                   : fmt::format("\\u{:04x}", static_cast<unsigned>(u));
    };
    if (c <= 0xFFFF) return unit(c);
    return unit(0xD800 + ((c - 0x10000) >> 10U)) + unit(0xDC00 + ((c - 0x10000) & 0x3FFU));
  }

  // --- counts ---

  struct StringCount {
    std::uint32_t escaped = 0;  ///< listed uses in it
    std::array<std::uint32_t, escape_classes> raw{};
  };

  static std::size_t index(EscapeClass kind) { return static_cast<std::size_t>(kind); }
  [[nodiscard]] std::uint32_t escaped_of(EscapeClass kind) const { return census_.escaped[index(kind)]; }
  [[nodiscard]] std::uint32_t raw_of(EscapeClass kind) const { return census_.raw[index(kind)]; }

  [[nodiscard]] StringCount count_string(std::uint32_t passage) const {
    StringCount count;
    const auto first = std::partition_point(census_.uses.begin(), census_.uses.end(),
                                            [&](const EscapeUse& use) { return use.passage < passage; });
    for (auto use = first; use != census_.uses.end() && use->passage == passage; ++use) ++count.escaped;
    const RawText& text = scene_.passages[passage].text.source();
    const std::string_view raw = text.content.substr(text.range.begin, text.range.size());
    for (std::size_t at = 0; at < raw.size();) {
      if (static_cast<unsigned char>(raw[at]) < 0x80) {
        ++at;
        continue;
      }
      const utf8::Step one = utf8::decode(raw, at);
      if (one.valid) ++count.raw[index(escape_class(one.code_point))];
      at += one.length;
    }
    return count;
  }

  /// Of the string the use stands in; asked again and again for the same one.
  const StringCount& in_string(const EscapeUse& use) {
    if (use.passage == EscapeUse::none) {
      name_.escaped = 1;
      return name_;
    }
    if (counted_ != use.passage) string_ = count_string(use.passage);
    counted_ = use.passage;
    return string_;
  }

  /// Occurrences of an ASCII character in strings, as itself; counted when first asked for.
  std::uint32_t raw_count(char c) {
    std::int64_t& count = raw_ascii_[static_cast<std::size_t>(c)];
    if (count >= 0) return static_cast<std::uint32_t>(count);
    count = 0;
    for (const Passage& passage : scene_.passages) {
      const RawText& text = passage.text.source();
      const std::string_view raw = text.content.substr(text.range.begin, text.range.size());
      count += std::count(raw.begin(), raw.end(), c);
    }
    // A backslash ahead of it makes it an escape; of ours only the slash and the quote can follow one.
    if (c == '/') count -= std::min<std::int64_t>(count, census_.by_short['/']);
    return static_cast<std::uint32_t>(count);
  }

  /// True if the string the use stands in has a slash as itself; asked again and again for the same one.
  bool has_raw_slash(const EscapeUse& use) {
    if (use.passage == EscapeUse::none) return false;
    if (slash_asked_ == use.passage) return has_raw_slash_;
    slash_asked_ = use.passage;
    const RawText& text = scene_.passages[use.passage].text.source();
    const std::string_view raw = text.content.substr(text.range.begin, text.range.size());
    std::size_t at = raw.find('/');
    while (at != std::string_view::npos && at > 0 && raw[at - 1] == '\\') at = raw.find('/', at + 1);
    has_raw_slash_ = at != std::string_view::npos;
    return has_raw_slash_;
  }

  bool has_raw_close_tags() {
    if (!raw_close_tags_) raw_close_tags_ = scene_.document.text.find("</") != std::string_view::npos;
    return *raw_close_tags_;
  }

  // --- marks ---

  [[nodiscard]] std::string_view written(const EscapeUse& use) const { return scene_.document.slice(use.raw); }

  /// The shortest way to write the character.
  static std::string plain(const EscapeUse& use) {
    std::string text;
    utf8::append(text, use.code_point);
    return codec::escape_json(text);
  }

  void mark(const EscapeUse& use, std::string_view family, const std::string& neutral, const char* note) {
    const bool in_name = use.passage == EscapeUse::none;
    if (!match_.has_family(in_name ? "name" : family)) return;
    Mark one;
    one.edits.push_back({use.raw, neutral});
    one.bits = 1;
    one.note = in_name ? "in a member name" : note;
    if (in_name) {
      one.value = use.value;
    } else {
      one.passage = use.passage;
      one.range = use.decoded;
    }
    marks_.push_back(std::move(one));
  }

  /// True if every earlier request of the client wrote characters beyond ASCII as they are.
  [[nodiscard]] static bool is_usually_raw(const Scene& scene) {
    const Forms::Form* const usual = scene.baseline == nullptr ? nullptr : scene.baseline->shape().letters().usual();
    return usual != nullptr && usual->text == "raw" && scene.same_version;
  }

  const Scene& scene_;
  const DetectorMatch& match_;
  Marks& marks_;
  EscapeCensus census_;
  bool usually_raw_ = is_usually_raw(scene_);
  StringCount string_;
  StringCount name_;
  std::uint32_t counted_ = EscapeUse::none;
  std::uint32_t slash_asked_ = EscapeUse::none;  ///< the passage that has_raw_slash_ is about
  bool has_raw_slash_ = false;
  std::optional<bool> raw_close_tags_;
  std::array<std::int64_t, 128> raw_ascii_ = [] {
    std::array<std::int64_t, 128> all{};
    all.fill(-1);
    return all;
  }();
};

}  // namespace

void detect_json_escape(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (scene.is_json) Judge(scene, match, marks).look();
}

}  // namespace telltale::inspect
