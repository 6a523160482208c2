// What the detectors of characters share: runs, quoted examples, payloads. Covered by
// tests/unit/inspect/characters_marked_test.cpp.
#include "inspect/detect/characters.hpp"

#include <algorithm>
#include <utility>

#include "core/utf8.hpp"

namespace telltale::inspect {
namespace {

using unicode::Char;
using unicode::char_at;
using unicode::char_before;

constexpr std::size_t longest_decoded = 64;
constexpr std::size_t longest_example = 4;
constexpr std::size_t surrounding_bytes = 512;

/// Payloads are shown only if they are text: anything else is bytes of nobody knows what.
std::string shown_payload(std::string_view bytes) {
  const bool printable = !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t';
  });
  return printable ? utf8::escaped(bytes.substr(0, longest_decoded)) : std::string();
}

std::vector<char32_t> code_points(std::string_view run) {
  std::vector<char32_t> out;
  for (std::size_t at = 0; at < run.size();) {
    const Char one = char_at(run, at);
    out.push_back(one.code);
    at = one.end;
  }
  return out;
}

std::string bits_as_text(const std::vector<char32_t>& symbols, char32_t one) {
  std::string bytes;
  for (std::size_t at = 0; at + 8 <= symbols.size(); at += 8) {
    unsigned byte = 0;
    for (std::size_t i = 0; i < 8; ++i) byte = byte * 2 + (symbols[at + i] == one ? 1U : 0U);
    bytes.push_back(static_cast<char>(byte));
  }
  return shown_payload(bytes);
}

bool is_quote(char32_t code) {
  return code == '"' || code == '\'' || code == '`' || unicode::is_quotation(code);
}

}  // namespace

ByteRange Judged::surroundings() const {
  return {range.begin - std::min(range.begin, surrounding_bytes), std::min(text.size(), range.end + surrounding_bytes)};
}

void Runs::add(ByteRange range, std::optional<std::string_view> neutral, double bits, std::string_view note) {
  const bool joins = open_ && run_.range.end == range.begin && run_.neutral.has_value() == neutral.has_value();
  if (!joins) close();
  if (!joins) run_.range = range;
  run_.range.end = range.end;
  if (neutral) run_.neutral = run_.neutral.value_or(std::string()).append(*neutral);
  run_.bits += bits;
  if (run_.note.empty()) run_.note = note;
  open_ = true;
}

void Runs::close(const std::string& decoded) {
  if (!open_) return;
  if (!decoded.empty()) run_.carries.emplace_back("decoded", decoded);
  marks_.push_back(std::move(run_));
  run_ = Mark();
  open_ = false;
}

bool is_quoted_example(std::string_view text, ByteRange at) {
  constexpr int most_looked_at = 16;
  std::size_t visible = 0;
  int looked_at = 0;
  const auto is_inside = [&](char32_t code) {
    if (code == Char::none || is_quote(code) || visible > longest_example || ++looked_at > most_looked_at) return false;
    visible += unicode::is_default_ignorable(code) ? 0U : 1U;
    return true;
  };
  Char before = char_before(text, at.begin);
  while (is_inside(before.code)) before = char_before(text, before.begin);
  Char after = char_at(text, at.end);
  while (is_inside(after.code)) after = char_at(text, after.end);
  return visible <= longest_example && is_quote(before.code) && is_quote(after.code);
}

bool is_table_entry(std::string_view text, ByteRange at) {
  constexpr std::string_view of_prose = " ,.;:!?()";
  const auto is_prose = [&](char32_t code) {
    if (code >= 0x80) return unicode::is_default_ignorable(code);  // a run of them is no entry
    return (unicode::is_letter(code) || unicode::digit_value(code) >= 0 ||
            of_prose.find(static_cast<char>(code)) != std::string_view::npos);
  };
  return !is_prose(char_before(text, at.begin).code) && !is_prose(char_at(text, at.end).code);
}

bool is_about_characters(std::string_view text, ByteRange at) {
  constexpr std::size_t side = 160;
  constexpr std::string_view words[]{"U+",       "nicode",        "code point", "codepoint",
                                     "Cyrillic", "homoglyph",     "zero-width", "zero width",
                                     "nvisible", "right-to-left", "non-ASCII",  "mojibake"};
  const std::size_t begin = at.begin - std::min(at.begin, side);
  const std::string_view around = text.substr(begin, at.end - begin + side);
  return std::any_of(std::begin(words), std::end(words),
                     [around](std::string_view word) { return around.find(word) != std::string_view::npos; });
}

bool reads_as_english(std::string_view text) {
  constexpr std::size_t enough_bytes = 4096;
  constexpr std::size_t enough_words = 2;
  constexpr std::string_view words[]{" the ", " and ", " is ",  " of ", " to ",   " in ",   " for ",
                                     " a ",   " are ", " but ", " as ", " with ", " that ", " it "};
  const std::string_view start = text.substr(0, enough_bytes);
  const auto found = std::count_if(std::begin(words), std::end(words), [start](std::string_view word) {
    return start.find(word) != std::string_view::npos;
  });
  return static_cast<std::size_t>(found) >= enough_words;
}

std::string decode_tags(std::string_view run) {
  std::string bytes;
  for (const char32_t code : code_points(run))
    if (code >= 0xE0020 && code < 0xE007F) bytes.push_back(static_cast<char>(code - 0xE0000));
  return shown_payload(bytes);
}

std::string decode_selectors(std::string_view run) {
  std::string bytes;
  for (const char32_t code : code_points(run)) {
    if (code >= 0xFE00 && code <= 0xFE0F) bytes.push_back(static_cast<char>(code - 0xFE00));
    if (code >= 0xE0100 && code <= 0xE01EF) bytes.push_back(static_cast<char>(code - 0xE0100 + 16));
  }
  return shown_payload(bytes);
}

std::string decode_binary(std::string_view run) {
  const std::vector<char32_t> symbols = code_points(run);
  if (symbols.size() < 8 || symbols.size() % 8 != 0) return {};
  const auto other = std::find_if(symbols.begin(), symbols.end(), [&](char32_t one) { return one != symbols.front(); });
  if (other == symbols.end()) return {};
  const bool two =
      std::all_of(other, symbols.end(), [&](char32_t one) { return one == symbols.front() || one == *other; });
  if (!two) return {};
  // Text in ASCII begins each byte with a zero, so the first symbol is that, if it is text at all.
  return bits_as_text(symbols, *other);
}

}  // namespace telltale::inspect
