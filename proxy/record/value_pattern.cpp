// Values as patterns. Covered by tests/unit/record/value_pattern_test.cpp.
#include "record/value_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "http/authority.hpp"

namespace telltale::record {
namespace {

using ascii::is_alnum;
using ascii::is_alpha;
using ascii::is_digit;

bool is_hex(char c) {
  return ascii::hex_value(c) >= 0;
}
bool is_joiner(char c) {
  return std::string_view("-._:/@+%~\\").find(c) != std::string_view::npos;
}

template <class Test>
bool all(std::string_view text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}
std::size_t count(std::string_view text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !is_hex(text[i])) return false;
  return true;
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != 0 && at != std::string_view::npos && text.find('.', at) != std::string_view::npos &&
         text.find('/') == std::string_view::npos;
}

// "2026-11-21", "21/11/2026", "02:41:07.113", "2026-11-21T02:41:07+03:30".
bool is_clock(std::string_view text) {
  if (!all(text, [](char c) { return is_digit(c) || std::string_view("-/:.TZ+").find(c) != std::string_view::npos; }))
    return false;
  if (std::count_if(text.begin(), text.end(), is_digit) < 3 || !is_digit(text.front())) return false;
  return count(text, '-') == 2 || count(text, '/') == 2 || (count(text, ':') >= 1 && text.find('/') == text.npos) ||
         (count(text, '-') > 2 && count(text, ':') >= 1);
}

// "2.1.196", "v20.20.2", "0.61", "1.0.0-beta.3", "6.1.0-28-amd64".
bool is_version(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  if (text.size() < 3 || !is_digit(text.front())) return false;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot > 4 || dot + 1 == text.size() || !is_digit(text[dot + 1])) return false;
  return all(text, [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '+' || c == '_'; });
}

bool is_path(std::string_view text) {
  const bool rooted = text.starts_with('/') || text.starts_with("~/") ||
                      (text.size() > 3 && is_alpha(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/'));
  const auto slashes = count(text, '/') + count(text, '\\');
  return rooted && (slashes >= 2 || (text[0] == '~' && text.size() > 2));
}

bool is_host(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !all(text.substr(colon + 1), is_digit)) return false;
  const std::string_view name = text.substr(0, colon);
  const std::size_t last = name.rfind('.');
  if (last == std::string_view::npos || last == 0 || name.size() - last < 3) return false;
  if (count(name, '.') < 2 && colon == std::string_view::npos) return false;
  return all(name.substr(last + 1), is_alpha) && name.find("..") == name.npos &&
         all(name, [](char c) { return is_alnum(c) || c == '-' || c == '.'; });
}

bool is_address(std::string_view text) {
  if (http::is_ip_literal(text)) return true;
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && http::is_ip_literal(text.substr(0, colon)) && count(text, ':') == 1;
}

bool is_base64(std::string_view text) {
  constexpr std::size_t shortest = 32;
  if (text.size() < shortest) return false;
  const bool fits = all(text, [](char c) { return is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_'; });
  return fits && std::any_of(text.begin(), text.end(), is_digit) &&
         std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; }) &&
         count(text, '-') + count(text, '_') + count(text, '/') <= text.size() / 8;
}

// Letters and digits, as drawn: not "utf8", "x64" or "claude3".
bool is_drawn(std::string_view part) {
  constexpr std::size_t longest_word = 24;
  if (part.size() >= 8 && all(part, is_hex) && std::any_of(part.begin(), part.end(), is_digit)) return true;
  if (part.size() > longest_word && std::any_of(part.begin(), part.end(), is_digit)) return true;
  std::size_t turns = 0;
  for (std::size_t i = 1; i < part.size(); ++i) turns += is_digit(part[i]) != is_digit(part[i - 1]) ? 1U : 0U;
  return part.size() >= 6 && turns >= 3;
}

// "9:05" and "14:05" are one form, "2026" and "26" are not.
std::string digits_folded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::size_t digits = end - at;
    if (digits > 0) out += digits <= 2 ? "99" : digits == 4 ? "9999" : "999";
    if (end < text.size()) out.push_back(text[end]);
    at = end + 1;
  }
  return out;
}

// "cch=0ab1c": short digests behind a sign, some of which are digits or letters alone.
bool is_short_digest(std::string_view token, bool behind_sign) {
  constexpr std::size_t shortest = 5;
  return behind_sign && token.size() >= shortest && all(token, is_hex);
}

// A series of letters and digits inside a token.
std::string pattern_of_part(std::string_view part) {
  constexpr std::size_t longest_number = 19;
  if (all(part, is_digit)) return part.size() > longest_number ? "{hex}" : "{number}";
  if (!is_drawn(part)) return std::string(part);
  return all(part, is_hex) ? "{hex}" : "{id}";
}

constexpr std::string_view months[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

std::string_view calendar_slot(std::string_view token) {
  if (std::find(std::begin(months), std::end(months), token) != std::end(months)) return "{month}";
  if (std::find(std::begin(days), std::end(days), token) != std::end(days)) return "{day}";
  return {};
}

std::string pattern_of_token(std::string_view token) {
  if (const std::string_view slot = calendar_slot(token); !slot.empty()) return std::string(slot);
  if (is_uuid(token)) return "{uuid}";
  if (token.find("://") != std::string_view::npos) return "{url}";
  if (is_email(token)) return "{email}";
  if (is_address(token)) return "{ip}";
  if (is_clock(token)) return fmt::format("{{{}}}", digits_folded(token));
  if (is_version(token)) return "{version}";
  if (is_path(token)) return "{path}";
  if (is_host(token)) return "{host}";
  if (is_base64(token)) return "{base64}";
  // "claude-cli/2.1.196", "os/linux": each side by itself.
  const std::size_t slash = token.find('/');
  if (slash != std::string_view::npos && slash > 0 && is_version(token.substr(slash + 1)))
    return pattern_of_token(token.substr(0, slash)) + "/{version}";
  std::string out;
  for (std::size_t at = 0; at < token.size();) {
    std::size_t end = at;
    while (end < token.size() && is_alnum(token[end])) ++end;
    if (end > at) out += pattern_of_part(token.substr(at, end - at));
    if (end < token.size()) out.push_back(token[end]);
    at = end + 1;
  }
  return out;
}

// Where the token at `at` ends; the punctuation of a sentence is none of it.
std::size_t token_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (is_alnum(text[end]) || is_joiner(text[end]))) ++end;
  while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == ':')) --end;
  return end;
}

// "[masked sha256:0a1b2c3d]", as captures hold credentials.
std::size_t mask_end(std::string_view text, std::size_t at) {
  constexpr std::string_view start = "[masked sha256:";
  if (!text.substr(at).starts_with(start)) return at;
  const std::size_t end = text.find(']', at);
  return end == std::string_view::npos || end - at > start.size() + 64 ? at : end + 1;
}

std::size_t known_end(std::string_view text, std::size_t at, const std::vector<std::string>& known) {
  const bool inside_word = at > 0 && is_alnum(text[at - 1]) && is_alnum(text[at]);
  if (inside_word) return at;
  for (const std::string& value : known)
    if (text.substr(at).starts_with(value)) {
      const std::size_t end = at + value.size();
      if (end == text.size() || !is_alnum(text[end]) || !is_alnum(text[end - 1])) return end;
    }
  return at;
}

// What the client itself wrote in braces is no slot.
bool is_slot_name(std::string_view name) {
  constexpr std::string_view names[] = {"uuid", "hex", "id",    "base64", "number", "version", "path", "url",
                                        "host", "ip",  "email", "secret", "day",    "month",   "known"};
  if (std::find(std::begin(names), std::end(names), name) != std::end(names)) return true;
  return name.starts_with('9') &&
         all(name, [](char c) { return std::string_view("9-/:.TZ+").find(c) != std::string_view::npos; });
}

}  // namespace

std::string pattern_of(std::string_view text, const std::vector<std::string>& known) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t end = known_end(text, at, known); end > at) {
      out += "{known}";
      at = end;
      continue;
    }
    if (const std::size_t end = mask_end(text, at); end > at) {
      out += "{secret}";
      at = end;
      continue;
    }
    const bool begins_token = is_alnum(text[at]) || text[at] == '/' || text[at] == '~';
    if (!begins_token) {
      out.push_back(text[at++]);
      continue;
    }
    const std::size_t end = std::max(token_end(text, at), at + 1);
    std::string_view token = text.substr(at, end - at);
    // A known value further in ends the token before it.
    for (std::size_t i = 1; !known.empty() && i < token.size(); ++i)
      if (!is_alnum(token[i - 1]) && known_end(text, at + i, known) > at + i) token = token.substr(0, i);
    out += is_short_digest(token, at > 0 && text[at - 1] == '=') ? "{hex}" : pattern_of_token(token);
    at += token.size();
  }
  return out;
}

std::string class_of(std::string_view pattern) {
  if (pattern.empty()) return "empty";
  const bool is_slot = pattern.front() == '{' && pattern.find('}') == pattern.size() - 1 && pattern.size() > 2;
  if (is_slot) {
    const std::string_view inside = pattern.substr(1, pattern.size() - 2);
    if (is_slot_name(inside)) return std::string(inside);
  }
  if (pattern.size() > longest_phrase || pattern.find('\n') != std::string_view::npos) return "text";
  return pattern.find_first_of(" \t\r") == std::string_view::npos ? "word" : "phrase";
}

bool is_listable(std::string_view value_class) {
  return value_class == "word" || value_class == "phrase" || value_class == "bool";
}

void collect_alphabet(std::string_view text, bool ascii, std::set<char32_t>& out) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      if (ascii && !is_alnum(text[at])) out.insert(byte);
      ++at;
      continue;
    }
    const utf8::Step step = utf8::decode(text, at);
    out.insert(step.valid ? step.code_point : char32_t{0xDC00} + byte);
    at += step.length;
  }
}

}  // namespace telltale::record
