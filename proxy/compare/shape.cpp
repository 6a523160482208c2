// What kind of thing a text is. Covered by tests/unit/compare/shape_test.cpp.
#include "compare/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compare/tokens.hpp"
#include "core/ascii.hpp"

namespace telltale::compare {
namespace {

using ascii::is_alpha;
using ascii::is_digit;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return ascii::hex_value(c) >= 0; });
}

std::string shape_of_word(std::string_view word) {
  if (all_digits(word)) return word.size() <= 4 ? std::string(word.size(), '9') : "9+";
  const bool has_upper = std::any_of(word.begin(), word.end(), is_upper);
  if (is_identifier(word))
    return fmt::format("{}{}#{}", has_upper ? "ID" : "id", is_hex(word) ? ":hex" : "", word.size());
  if (!has_upper) return "a";
  if (!is_upper(word.front())) return "aA";
  return std::none_of(word.begin() + 1, word.end(), is_upper) && word.size() > 1 ? "Aa" : "A";
}

constexpr std::array<std::string_view, 19> clock_words = {
    "january",  "february", "march",  "april",   "may",       "june",     "july",   "august",   "september", "october",
    "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

bool is_clock_word(std::string_view word) {
  const std::string low = ascii::lower(word);
  if (low == "am" || low == "pm" || low == "sept") return true;
  return std::any_of(clock_words.begin(), clock_words.end(),
                     [&low](std::string_view w) { return low == w || low == w.substr(0, 3); });
}

bool is_date_byte(char c) {
  return is_digit(c) || c == '-' || c == '/' || c == '.' || c == ':' || c == 'T' || c == 'Z' || c == '+';
}

// "2026-05-13", "13/05/26", "14:02", "2026-05-13T14:02:11.083Z", "13.05.2026"; not "2.1.196", not "4096".
bool is_date(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_date_byte) || std::count_if(text.begin(), text.end(), is_digit) < 3)
    return false;
  const auto count = [text](char c) { return std::count(text.begin(), text.end(), c); };
  if (count('-') >= 2 || count('/') >= 2 || count(':') >= 1) return true;
  const std::size_t year = text.find_last_of('.');
  return count('.') == 2 && text.find('.') <= 2 && text.size() - year == 5;
}

// What joins the slot to a date or time: its part at the end of `before`, and at the start of `behind`.
std::string_view date_end(std::string_view before) {
  std::size_t begin = before.size();
  while (begin > 0 && is_date_byte(before[begin - 1])) --begin;
  return before.substr(begin);
}
std::string_view date_start(std::string_view behind) {
  std::size_t end = 0;
  while (end < behind.size() && is_date_byte(behind[end])) ++end;
  // The stop of the sentence is none of it.
  while (end > 0 && behind[end - 1] == '.') --end;
  return behind.substr(0, end);
}

// True if what follows is the offset of a time, as in "14:02:11+0": that is the zone's doing, not the clock's.
bool begins_offset(std::string_view left) {
  const std::size_t sign = left.find_last_of("+-");
  return sign != std::string_view::npos && (left[sign] == '+' || left.find(':') < sign);
}

// "May 13", "13 May 2026": a month or a day one blank away.
bool is_beside_clock_word(std::string_view before, std::string_view behind) {
  const std::size_t end = before.find_last_not_of(" ,.");
  if (end != std::string_view::npos && before.size() - end <= 3) {
    std::size_t word = end + 1;
    while (word > 0 && is_alpha(before[word - 1])) --word;
    if (is_clock_word(before.substr(word, end + 1 - word))) return true;
  }
  const std::size_t begin = behind.find_first_not_of(" ,.");
  if (begin == std::string_view::npos || begin > 2) return false;
  std::size_t word = begin;
  while (word < behind.size() && is_alpha(behind[word])) ++word;
  return is_clock_word(behind.substr(begin, word - begin));
}

// "13th".
std::string_view without_ordinal(std::string_view text) {
  for (const std::string_view ending : {"st", "nd", "rd", "th"})
    if (text.size() > 2 && text.size() <= 4 && text.ends_with(ending)) return text.substr(0, text.size() - 2);
  return text;
}

// U+5E74, U+6708 and U+65E5 behind a number: year, month, day.
bool begins_with_unit(std::string_view behind) {
  return behind.starts_with("\xE5\xB9\xB4") || behind.starts_with("\xE6\x9C\x88") || behind.starts_with("\xE6\x97\xA5");
}

// "20260513".
bool is_packed_date(std::string_view text) {
  return text.size() == 8 && all_digits(text) && text.starts_with("20") && text[4] <= '1' && text[6] <= '3';
}

// Seconds, milliseconds, microseconds or nanoseconds since 1970, for the years 2017 to 2033.
bool is_epoch(std::string_view text) {
  const bool fits = text.size() == 10 || text.size() == 13 || text.size() == 16 || text.size() == 19;
  return fits && all_digits(text) && text[0] == '1' && text[1] >= '5';
}

}  // namespace

bool is_identifier(std::string_view text) {
  if (text.size() < 4 || !std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alnum(c) || c == '_'; }))
    return false;
  const bool has_digit = std::any_of(text.begin(), text.end(), is_digit);
  const bool has_letter = std::any_of(text.begin(), text.end(), is_alpha);
  return has_digit && (has_letter || text.size() >= 8);
}

std::string shape_of(std::string_view text) {
  constexpr std::size_t most = 64;  // a longer text is prose, and its length says enough
  if (text.size() > 4096) return "long";
  std::string out;
  for (const ByteRange& token : cut_tokens(text, Spelling::json)) {
    const std::string_view piece = text.substr(token.begin, token.size());
    out += is_word(piece) ? shape_of_word(piece) : std::string(piece);
    if (out.size() > most) return out.substr(0, most);
  }
  return out;
}

std::vector<std::string> shapes_of(const std::vector<std::string_view>& forms) {
  std::vector<std::string> out;
  std::size_t length = 0;
  bool is_one_word = true;
  bool any_identifier = false;
  std::size_t lower = 0;
  std::size_t upper = 0;
  for (const std::string_view form : forms) {
    out.push_back(shape_of(form));
    if (form.empty()) continue;
    if (length == 0) length = form.size();
    is_one_word = is_one_word && form.size() == length && std::all_of(form.begin(), form.end(), ascii::is_alnum);
    any_identifier = any_identifier || is_identifier(form);
    const bool has_upper = std::any_of(form.begin(), form.end(), is_upper);
    upper += has_upper ? 1U : 0U;
    lower += !has_upper && std::any_of(form.begin(), form.end(), is_alpha) ? 1U : 0U;
  }
  if (!is_one_word || !any_identifier) return out;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (forms[i].empty()) continue;
    const bool has_upper =
        all_digits(forms[i]) ? upper > lower : std::any_of(forms[i].begin(), forms[i].end(), is_upper);
    out[i] = fmt::format("{}#{}", has_upper ? "ID" : "id", length);
  }
  return out;
}

bool is_clock(const std::vector<std::string_view>& forms, std::string_view before, std::string_view behind) {
  const std::string_view left = date_end(before);
  const std::string_view right = date_start(behind);
  if (begins_offset(left)) return false;
  bool any = false;
  for (const std::string_view form : forms) {
    if (form.empty()) continue;
    any = true;
    if (is_epoch(form) || is_packed_date(form) || is_clock_word(form)) continue;
    if (is_date(std::string(left).append(form).append(right))) continue;
    const std::string_view number = without_ordinal(form);
    if (!all_digits(number) || number.size() > 4) return false;
    if (!begins_with_unit(behind) && !is_beside_clock_word(before, behind)) return false;
  }
  return any;
}

}  // namespace telltale::compare
