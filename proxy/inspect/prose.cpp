// Words, lines and languages of a text, and what in it is code. Covered by tests/unit/inspect/style_test.cpp.
#include "inspect/prose.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::inspect::style {
namespace {

constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_line = 2048;  ///< on either side; a line may be as long as the body
constexpr std::size_t longest_token = 256;
constexpr std::size_t near_by = 200;  ///< as far as a neighbour's language is looked for

constexpr std::array<std::string_view, 48> english_words{
    "a",    "an",   "and",  "any",  "are",  "as",   "at",    "be",    "by",   "can",  "do",  "each",
    "file", "for",  "from", "have", "if",   "in",   "is",    "it",    "its",  "must", "no",  "not",
    "of",   "on",   "one",  "only", "or",   "that", "the",   "their", "then", "this", "to",  "tool",
    "use",  "used", "user", "was",  "what", "when", "where", "which", "will", "with", "you", "your"};
constexpr std::array<std::string_view, 60> other_words{
    "aber", "alla", "auf", "aux", "avec", "che",  "com",  "con", "dans",  "das", "de",  "dei", "del",  "della", "den",
    "der",  "des",  "di",  "die", "du",   "ein",  "eine", "el",  "en",    "es",  "est", "et",  "gli",  "het",   "il",
    "ist",  "la",   "le",  "les", "los",  "las",  "mit",  "na",  "nicht", "nie", "och", "od",  "para", "pas",   "per",
    "por",  "pour", "que", "qui", "się",  "sont", "sur",  "um",  "und",   "une", "van", "von", "wie",  "y",     "zu"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::size_t start_before(std::string_view text, std::size_t at) {
  std::size_t start = at - 1;
  const std::size_t least = at - std::min<std::size_t>(at, 4);
  while (start > least && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
  return start;
}

/// The word round `at`, as blanks cut it.
std::string_view word_at(std::string_view text, std::size_t at) {
  const std::size_t from = at - std::min(at, longest_token);
  const std::size_t start = text.substr(from, at - from).find_last_of(" \t\r\n");
  const std::string_view rest = text.substr(at, longest_token);
  const std::size_t begin = start == std::string_view::npos ? from : from + start + 1;
  return text.substr(begin, at - begin + std::min(rest.find_first_of(" \t\r\n"), rest.size()));
}

/// A run of backticks or tildes that opens or closes a fenced block: at a line's start, blanks aside.
std::string_view fence_of(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  if (at == line.size() || (line[at] != '`' && line[at] != '~')) return {};
  std::size_t end = at;
  while (end < line.size() && line[end] == line[at]) ++end;
  return end - at >= 3 ? line.substr(at, end - at) : std::string_view();
}

/// Code spans of one line: from a run of backticks to the next of the same length. One between two letters is none of
/// them: that is how an apostrophe is sometimes written.
void find_code_spans(std::string_view text, ByteRange line, std::vector<ByteRange>& out) {
  std::size_t open = std::string_view::npos;
  std::size_t width = 0;
  for (std::size_t at = line.begin; at < line.end;) {
    const std::size_t tick = text.substr(0, line.end).find('`', at);
    if (tick == std::string_view::npos) return;
    std::size_t end = tick;
    while (end < line.end && text[end] == '`') ++end;
    at = end;
    const bool inside_word = end - tick == 1 && is_letter(before(text, tick)) && is_letter(after(text, end));
    if (inside_word && open == std::string_view::npos) continue;
    if (open == std::string_view::npos) {
      open = tick;
      width = end - tick;
    } else if (end - tick == width) {
      out.push_back({open, end});
      open = std::string_view::npos;
    }
  }
}

/// A word as blanks cut it: an address, a path, an option, something with a name for machines.
bool is_machine_word(std::string_view word) {
  if (word.find("://") != std::string_view::npos || word.find("www.") != std::string_view::npos) return true;
  if (word.find_first_of("_\\=<>{}$#@") != std::string_view::npos) return true;
  return word.find("::") != std::string_view::npos || word.find('/') != std::string_view::npos;
}

const ByteRange* range_at(const std::vector<ByteRange>& ranges, std::size_t at) {
  const auto behind = std::upper_bound(ranges.begin(), ranges.end(), at,
                                       [](std::size_t offset, const ByteRange& range) { return offset < range.begin; });
  if (behind == ranges.begin()) return nullptr;
  const ByteRange& range = *(behind - 1);
  return range.contains(at) ? &range : nullptr;
}

}  // namespace

char32_t before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  const std::size_t start = start_before(text, at);
  const utf8::Step one = utf8::decode(text, start);
  return one.valid && start + one.length == at ? one.code_point : 0;
}

char32_t after(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const utf8::Step one = utf8::decode(text, at);
  return one.valid ? one.code_point : 0;
}

bool is_letter(char32_t c) {
  if (c < 0x80) return is_ascii_letter(c);
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c < 0x2B0) return c != 0xD7 && c != 0xF7;
  if (c < 0x300) return false;  // modifier letters: the look-alikes of this family
  if (c < 0x2000) return c != 0x55A && c != 0x5F3 && c != 0x5F4 && c != 0x7F4 && c != 0x7F5 && c != 0x1680;
  if (c < 0x2C00) return c == 0x2126 || c == 0x212A || c == 0x212B;
  if (c < 0x3040) return c < 0x2E00 || c == 0x3005;
  if (c == 0xA78B || c == 0xA78C) return false;
  if (c < 0xE000) return true;
  if (c < 0xF900) return false;
  return c < 0xFE00 || (c >= 0xFE70 && c < 0xFF00) || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A) ||
         (c >= 0xFF66 && c <= 0xFFDC) || (c >= 0x20000 && c < 0x40000);
}

std::string_view letters_before(std::string_view text, std::size_t at) {
  std::size_t start = at;
  while (start > 0 && at - start < longest_word) {
    const std::size_t next = start_before(text, start);
    if (!is_letter(before(text, start))) break;
    start = next;
  }
  return text.substr(start, at - start);
}

std::string_view letters_after(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at < longest_word) {
    const utf8::Step one = utf8::decode(text, end);
    if (!one.valid || !is_letter(one.code_point)) break;
    end += one.length;
  }
  return text.substr(at, end - at);
}

ByteRange line_at(std::string_view text, std::size_t at) {
  const std::size_t from = at - std::min(at, longest_line);
  ByteRange line{from, std::min(text.size(), at + longest_line)};
  for (const char sign : {'\n', '\r'}) {
    if (const void* left = ::memrchr(text.data() + line.begin, sign, at - line.begin))
      line.begin = static_cast<std::size_t>(static_cast<const char*>(left) - text.data()) + 1;
    line.end = std::min(text.substr(0, line.end).find(sign, at), line.end);
  }
  return line;
}

bool is_foreign(std::string_view text, ByteRange at) {
  ByteRange line = line_at(text, at.begin);
  if (at.begin - line.begin > near_by) line.begin = at.begin - near_by;
  line.end = std::min(line.end, at.end + near_by);
  return holds_foreign_words(text, line);
}

bool holds_foreign_words(std::string_view text, ByteRange range) {
  int english = 0;
  int other = 0;
  for (std::size_t i = range.begin; i < range.end;) {
    const std::string_view word = letters_after(text, i);
    if (word.empty()) {
      i += utf8::decode(text, i).length;
      continue;
    }
    i += word.size();
    if (!utf8::is_ascii(word)) {
      other += 2;
      continue;
    }
    const std::string low = ascii::lower(word);
    if (is_one_of(english_words, low)) ++english;
    if (is_one_of(other_words, low)) ++other;
  }
  return other > 0 && other >= english;
}

CodeMap::CodeMap(std::string_view text) : text_(text) {
  if (text.find('`') == std::string_view::npos && text.find("~~~") == std::string_view::npos) return;
  std::string_view fence;
  std::size_t opened = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string_view here = fence_of(line);
    if (fence.empty() && here.empty()) find_code_spans(text, {at, end}, spans_);
    if (fence.empty() && !here.empty()) {
      fence = here;
      opened = at;
    } else if (!fence.empty() && !here.empty() && here.front() == fence.front() && here.size() >= fence.size()) {
      fences_.push_back({opened, end});
      fence = {};
    }
    at = end + 1;
  }
  if (!fence.empty()) fences_.push_back({opened, text.size()});
}

bool CodeMap::in_fence(std::size_t at) const {
  return range_at(fences_, at) != nullptr;
}

bool CodeMap::covers_code(std::size_t at) const {
  return in_fence(at) || range_at(spans_, at) != nullptr;
}

bool CodeMap::covers(std::size_t at) const {
  if (covers_code(at)) return true;
  return is_machine_word(word_at(text_, at));
}

std::string as_text(char32_t c) {
  std::string out;
  utf8::append(out, c);
  return out;
}

}  // namespace telltale::inspect::style
