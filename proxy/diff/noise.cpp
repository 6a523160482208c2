// What differs by chance. By format, never by the name of a client's field, but for counters of attempts. Covered by
// tests/unit/diff/noise_test.cpp.
#include "diff/noise.hpp"

#include <algorithm>
#include <string>

#include "compare/shape.hpp"
#include "core/ascii.hpp"
#include "inspect/masked.hpp"

namespace telltale::diff {
namespace {

using ascii::is_alnum;
using ascii::is_alpha;
using ascii::is_digit;

// A longer stretch is prose, whatever it holds.
constexpr std::size_t longest_stretch = 512;

bool is_run_byte(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}

std::string_view slice(std::string_view text, ByteRange range) {
  return text.substr(range.begin, range.size());
}

// To whole runs of letters, digits, `_` and `-`.
ByteRange widened(std::string_view text, ByteRange range) {
  while (range.begin > 0 && is_run_byte(text[range.begin - 1])) --range.begin;
  while (range.end < text.size() && is_run_byte(text[range.end])) ++range.end;
  return range;
}

std::size_t count_if(std::string_view text, bool (*is)(char)) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is));
}

bool is_upper(char c) {
  return is_alpha(c) && c != ascii::to_lower(c);
}

// How often neighbours are of another sort: "a1b2" changes three times, "sha256" once.
std::size_t changes_of_sort(std::string_view text) {
  const auto sort = [](char c) { return is_digit(c) ? 0 : is_upper(c) ? 1 : 2; };
  std::size_t out = 0;
  for (std::size_t i = 1; i < text.size(); ++i) out += sort(text[i]) != sort(text[i - 1]) ? 1U : 0U;
  return out;
}

bool is_drawn_part(std::string_view part) {
  const std::size_t digits = count_if(part, is_digit);
  const std::size_t letters = count_if(part, is_alpha);
  if (digits == part.size()) return digits >= 12;
  const bool is_hex = std::all_of(part.begin(), part.end(), [](char c) { return ascii::hex_value(c) >= 0; });
  if (is_hex && part.size() >= 8) return digits >= 1;
  if (part.size() >= 10 && digits >= 2 && letters >= 2) return changes_of_sort(part) >= 3;
  return part.size() >= 20 && changes_of_sort(part) >= part.size() / 4;
}

bool is_uuid(std::string_view word) {
  constexpr std::size_t dashes[] = {8, 13, 18, 23};
  if (word.size() != 36) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool wants_dash = std::find(std::begin(dashes), std::end(dashes), i) != std::end(dashes);
    if (wants_dash ? word[i] != '-' : ascii::hex_value(word[i]) < 0) return false;
  }
  return true;
}

// "msg_01HX...", "session-3f9c0a77e1": with a sign for what was drawn, so that what was not can be compared.
std::string without_drawn_parts(std::string_view word) {
  if (is_uuid(word)) return "\x02";
  std::string out;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t end = std::min(word.find_first_of("-_", at), word.size());
    const std::string_view part = word.substr(at, end - at);
    out += is_drawn_part(part) ? std::string_view("\x02") : part;
    if (end < word.size()) out += word[end];
    at = end + 1;
  }
  return out;
}

// A date at the end of a name tells versions apart: "interleaved-thinking-2025-05-14", "model-20250805".
bool belongs_to_name(std::string_view text, ByteRange range) {
  const std::string_view run = slice(text, widened(text, range));
  const auto letter = std::find_if(run.begin(), run.end(), is_alpha);
  const auto digit = std::find_if(run.begin(), run.end(), is_digit);
  return letter < digit && digit != run.end();
}

bool is_time(std::string_view a, ByteRange in_a, std::string_view b, ByteRange in_b) {
  if (in_a.empty() || in_b.empty() || !same_signs(slice(a, in_a), slice(b, in_b))) return false;
  if (belongs_to_name(a, in_a) || belongs_to_name(b, in_b)) return false;
  const auto is_clock = [](std::string_view text, ByteRange range) {
    constexpr std::size_t near = 64;
    const std::size_t from = range.begin - std::min(range.begin, near);
    const std::string_view form = slice(text, range);
    return std::any_of(form.begin(), form.end(), is_alnum) &&
           compare::is_clock({form}, text.substr(from, range.begin - from), text.substr(range.end, near));
  };
  return is_clock(a, in_a) && is_clock(b, in_b);
}

// Both stretches, with the drawn words taken out, are the same.
bool is_identifier(std::string_view a, ByteRange in_a, std::string_view b, ByteRange in_b) {
  const std::string_view of_a = slice(a, widened(a, in_a));
  const std::string_view of_b = slice(b, widened(b, in_b));
  if (of_a.size() > longest_stretch || of_b.size() > longest_stretch) return false;
  return without_drawn(of_a) == without_drawn(of_b);
}

bool is_measurement(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point == 0 || text.size() - point < 5 || text.size() > 32) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+'; });
}

bool is_masked(std::string_view text, ByteRange range) {
  return inspect::is_in_mask(text, range) || slice(text, range).starts_with(inspect::mask_begin);
}

}  // namespace

std::string_view name_of(Noise noise) {
  switch (noise) {
    case Noise::none:
      return "none";
    case Noise::time:
      return "time";
    case Noise::identifier:
      return "identifier";
    case Noise::credential:
      return "credential";
    case Noise::measurement:
      return "measurement";
    case Noise::counter:
      return "counter";
    case Noise::typed:
      return "typed";
    case Noise::conversation:
      return "conversation";
    case Noise::further_turn:
      return "further_turn";
    case Noise::varies:
      return "varies";
  }
  return "";
}

std::string_view words_of(Noise noise) {
  switch (noise) {
    case Noise::none:
      return "no noise";
    case Noise::time:
      return "dates and times, written alike";
    case Noise::identifier:
      return "ids and random tokens, written alike";
    case Noise::credential:
      return "masked credentials";
    case Noise::measurement:
      return "measured numbers";
    case Noise::counter:
      return "counts of attempts";
    case Noise::typed:
      return "what the user typed";
    case Noise::conversation:
      return "texts of user, model and tools that are others altogether";
    case Noise::further_turn:
      return "said in turns that the other side has none of";
    case Noise::varies:
      return "differ from request to request within the sides too";
  }
  return "";
}

std::string without_drawn(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_run_byte(text[end])) ++end;
    if (end > at) out += without_drawn_parts(text.substr(at, end - at));
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

bool is_drawn(std::string_view word) {
  return without_drawn_parts(word).find('\x02') != std::string::npos;
}

bool same_signs(std::string_view a, std::string_view b) {
  const auto is_sign = [](char c) { return !is_alnum(c) && c != '_'; };
  auto left = a.begin();
  auto right = b.begin();
  for (;;) {
    left = std::find_if(left, a.end(), is_sign);
    right = std::find_if(right, b.end(), is_sign);
    if (left == a.end() || right == b.end()) return left == a.end() && right == b.end();
    if (*left++ != *right++) return false;
  }
}

bool counts_attempts(std::string_view name) {
  const std::string low = ascii::lower(name.substr(name.find_last_of("/:") + 1));
  return low.find("retry") != std::string::npos || low.find("attempt") != std::string::npos;
}

Noise noise_of(std::string_view a, ByteRange in_a, std::string_view b, ByteRange in_b) {
  if (is_masked(a, in_a) && is_masked(b, in_b)) return Noise::credential;
  if (is_time(a, in_a, b, in_b)) return Noise::time;
  if (is_identifier(a, in_a, b, in_b)) return Noise::identifier;
  if (is_measurement(slice(a, widened(a, in_a))) && is_measurement(slice(b, widened(b, in_b))))
    return Noise::measurement;
  if (is_measurement(a) && is_measurement(b)) return Noise::measurement;
  return Noise::none;
}

}  // namespace telltale::diff
