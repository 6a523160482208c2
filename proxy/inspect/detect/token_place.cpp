// Where an odd token stands: honest places, and what belongs to it. Covered by tests/unit/inspect/token_test.cpp.
#include "inspect/detect/token_place.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t longest_comment = 160;
constexpr std::size_t longest_bracket = 96;
constexpr std::size_t longest_line = 120;
constexpr std::size_t most_of_line = 512;
constexpr std::size_t most_beside = 24;  ///< bytes in the brackets besides the token

/// The line that holds `at`, or of a long one what lies within `most_of_line` bytes of it.
std::string_view line_of(std::string_view text, std::size_t at, ByteRange& range) {
  const std::size_t from = at > most_of_line ? at - most_of_line : 0;
  const std::size_t before = text.substr(from, at - from).find_last_of('\n');
  range.begin = before == std::string_view::npos ? from : from + before + 1;
  const std::string_view after = text.substr(at, most_of_line);
  range.end = at + std::min(after.find('\n'), after.size());
  return text.substr(range.begin, range.size());
}

/// The blank-free stretch that ends where the token begins: "https://host/path?ref=".
std::string_view word_before(std::string_view text, std::size_t at) {
  constexpr std::size_t most = 256;
  const std::size_t from = at > most ? at - most : 0;
  const std::string_view near = text.substr(from, at - from);
  const std::size_t cut = near.find_last_of(" \t\r\n\"'`<>()[]{}|,");
  return cut == std::string_view::npos ? near : near.substr(cut + 1);
}

bool is_in_code(std::string_view text, ByteRange token) {
  std::size_t fences = 0;
  for (std::size_t at = text.find("```"); at < token.begin; at = text.find("```", at + 3)) ++fences;
  if (fences % 2 != 0) return true;
  ByteRange line;
  const std::string_view all = line_of(text, token.begin, line);
  const std::string_view before = all.substr(0, token.begin - line.begin);
  const auto ticks = std::count(before.begin(), before.end(), '`');
  return ticks % 2 != 0 && all.find('`', token.end - line.begin) != std::string_view::npos;
}

/// A hash at the start of a line with words behind it, beside "commit", or in a range of commits.
bool is_commit(std::string_view text, const OddToken& token) {
  if (token.kind != TokenKind::hex || token.range.size() > 64) return false;
  ByteRange line;
  const std::string_view all = line_of(text, token.range.begin, line);
  const std::string lower = ascii::lower(all);
  for (const std::string_view word : {"commit", "index ", "merge", "head", "revision", "git "})
    if (lower.find(word) != std::string::npos) return true;
  if (text.substr(0, line.begin).ends_with("commit\n")) return true;  // a wrapped line
  if (all.find_first_not_of(" *-|\\/") != token.range.begin - line.begin) return false;
  const std::string_view after = text.substr(token.range.end, line.end - token.range.end);
  return after.size() > 2 && after[0] == ' ' && (ascii::is_alpha(after[1]) || after[1] == '(');
}

bool is_content_hash(std::string_view before) {
  const std::string lower = ascii::lower(before.substr(before.size() - std::min<std::size_t>(before.size(), 16)));
  for (const std::string_view word :
       {"sha1", "sha256", "sha384", "sha512", "sha-", "md5", "base64,", "integrity", "0x"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

bool is_in_address(std::string_view word) {
  const std::size_t scheme = word.find("://");
  return scheme != std::string_view::npos && word.find('?', scheme) == std::string_view::npos &&
         word.find('#', scheme) == std::string_view::npos;
}

bool is_file_name(std::string_view text, std::size_t end) {
  if (end + 1 >= text.size() || text[end] != '.' || !ascii::is_alpha(text[end + 1])) return false;
  std::size_t at = end + 1;
  while (at < text.size() && ascii::is_alnum(text[at])) ++at;
  return at - end <= 6;
}

bool is_example(std::string_view before) {
  const std::string lower = ascii::lower(before);
  const std::size_t example = lower.find("example");  // but not of example.com
  if (example != std::string::npos && lower.substr(example + 7, 1) != "." &&
      (example == 0 || lower[example - 1] != '.'))
    return true;
  for (const std::string_view word :
       {"e.g.", "such as", "for instance", "looks like", "placeholder", "color", "colour"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

bool names_id(std::string_view before) {
  const std::string lower = ascii::lower(before);
  for (const std::string_view word : {"session", "conversation", "request", "trace", "thread", "message",
                                      "installation", "device", "account", "organization", "project", "request-id"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

/// What stands on the token's line before it, at most `most` bytes.
std::string_view line_before(std::string_view text, std::size_t at, std::size_t most) {
  ByteRange line;
  (void)line_of(text, at, line);
  const std::size_t begin = std::max(line.begin, at > most ? at - most : 0);
  return text.substr(begin, at - begin);
}

/// Moves over what parts the token from the text before it: one blank, or the line's end.
std::size_t before_blank(std::string_view text, std::size_t begin) {
  return begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\n') ? begin - 1 : begin;
}

bool find_comment(std::string_view text, ByteRange token, TokenSpan& out) {
  const std::size_t from = token.begin > longest_comment ? token.begin - longest_comment : 0;
  const std::size_t open = text.substr(from, token.begin - from).rfind("<!--");
  if (open == std::string_view::npos) return false;
  const std::size_t begin = from + open;
  const std::size_t close = text.find("-->", begin);
  if (close == std::string_view::npos || close < token.end || close - begin > longest_comment) return false;
  out = {{begin, close + 3}, true};
  const bool ends_line = out.range.end == text.size() || text[out.range.end] == '\n';
  if (ends_line) out.range.begin = before_blank(text, begin);
  return true;
}

bool find_brackets(std::string_view text, ByteRange token, TokenSpan& out) {
  constexpr std::string_view opening = "([{<";
  constexpr std::string_view closing = ")]}>";
  ByteRange line;
  (void)line_of(text, token.begin, line);
  const std::string_view before = text.substr(line.begin, token.begin - line.begin);
  const std::size_t open = before.find_last_of("([{<)]}>");
  if (open == std::string_view::npos || opening.find(before[open]) == std::string_view::npos) return false;
  const std::size_t begin = line.begin + open;
  const std::size_t end = text.find(closing[opening.find(text[begin])], token.end);
  if (end == std::string_view::npos || end >= line.end || end - begin > longest_bracket + token.size()) return false;
  if (end + 1 - begin - token.size() > most_beside) return false;
  out = {{before_blank(text, begin), end + 1}, true};
  return true;
}

/// A line of nothing but `name: key=value; key=value;`.
bool find_pair_line(std::string_view text, ByteRange token, TokenSpan& out) {
  ByteRange line;
  std::string_view all = line_of(text, token.begin, line);
  if (all.size() > longest_line || all.find('=') == std::string_view::npos) return false;
  const std::size_t colon = all.find(": ");
  if (colon != std::string_view::npos && all.substr(0, colon).find_first_of(" =") == std::string_view::npos)
    all.remove_prefix(colon + 2);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find_first_of("; ,&", at), all.size());
    const std::string_view pair = all.substr(at, end - at);
    if (!pair.empty() && pair.find('=') == std::string_view::npos) return false;
    at = end + 1;
  }
  out = {{before_blank(text, line.begin), line.end}, line.begin > 0};
  return true;
}

}  // namespace

TokenPlace place_of(std::string_view text, const OddToken& token) {
  const ByteRange range = token.range;
  const char before = range.begin > 0 ? text[range.begin - 1] : ' ';
  if (before == '.' || before == '@' || before == '$' || before == '\\' || before == '%') return TokenPlace::usual;
  const std::string_view word = word_before(text, range.begin);
  const std::string_view left = line_before(text, range.begin, 48);
  if (is_content_hash(left) || is_in_address(word) || is_file_name(text, range.end)) return TokenPlace::usual;
  if (word.find("~/") != std::string_view::npos || (!word.empty() && word.front() == '/')) return TokenPlace::usual;
  if (is_commit(text, token) || is_in_code(text, range)) return TokenPlace::usual;
  if (is_example(left)) return TokenPlace::usual;
  return names_id(left) ? TokenPlace::labelled : TokenPlace::unexplained;
}

TokenSpan span_of(std::string_view text, ByteRange token) {
  TokenSpan out{token, false};
  if (find_comment(text, token, out) || find_brackets(text, token, out) || find_pair_line(text, token, out)) return out;
  const bool tag = token.begin > 0 && text[token.begin - 1] == '#';  // but not of an address
  if (tag && (token.begin == 1 || !ascii::is_alnum(text[token.begin - 2]))) {
    --out.range.begin;
    const bool ends_line = token.end == text.size() || text[token.end] == '\n';
    if (!ends_line) return out;
    out.range.begin = before_blank(text, out.range.begin);
    out.removable = true;
  }
  return out;
}

}  // namespace telltale::inspect
