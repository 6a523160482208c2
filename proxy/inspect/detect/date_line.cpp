// Dates in year-month-day order in sentences that tell the date: their separators are a choice of two bits and more.
// Source: ISO 8601, and the known date line (see marker.date-line). Covered by tests/unit/inspect/date_style_test.cpp.
#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "inspect/detect/layout.hpp"
#include "inspect/style.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

/// Words that announce a date, in lower case.
constexpr std::array<std::string_view, 26> date_words{"date",
                                                      "today",
                                                      "now",
                                                      "time",
                                                      "datum",
                                                      "heute",
                                                      "jour",
                                                      "aujourd",
                                                      "fecha",
                                                      "hoy",
                                                      "oggi",
                                                      "hoje",
                                                      "dzi",
                                                      "dnes",
                                                      "dag",
                                                      "tarih",
                                                      "bug\xC3\xBCn",
                                                      "\xD0\xB4\xD0\xB0\xD1\x82\xD0\xB0",
                                                      "\xD1\x81\xD0\xB5\xD0\xB3\xD0\xBE\xD0\xB4\xD0\xBD\xD1\x8F",
                                                      "\xE6\x97\xA5\xE6\x9C\x9F",
                                                      "\xE4\xBB\x8A\xE5\xA4\xA9",
                                                      "\xE4\xBB\x8A\xE6\x97\xA5",
                                                      "\xE6\x97\xA5\xE4\xBB\x98",
                                                      "\xEC\x98\xA4\xEB\x8A\x98",
                                                      "\xEB\x82\xA0\xEC\xA7\x9C",
                                                      "day"};

/// What may stand between the numbers of a date: ASCII signs, dashes, slashes and dots.
bool is_separator(char32_t c) {
  constexpr std::array<char32_t, 24> signs{'-',    '/',    '.',    '_',    ':',    ',',    0x00B7, 0x02D7,
                                           0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2024, 0x2043,
                                           0x2044, 0x2212, 0x2215, 0x29F8, 0xFE63, 0xFF0D, 0xFF0E, 0xFF0F};
  return std::find(signs.begin(), signs.end(), c) != signs.end();
}

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (!ascii::is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

struct Date {
  ByteRange range;
  std::string neutral;
};

/// "2026/04/15" at `at`, with anything but two hyphens between.
std::optional<Date> date_at(std::string_view text, std::size_t at) {
  const char32_t left = before(text, at);
  if (is_letter(left) || is_digit(left) || is_separator(left)) return std::nullopt;
  std::size_t end = at + 4;
  std::string neutral(text.substr(at, 4));
  bool is_canonical = true;
  for (const int most : {12, 31}) {
    const char32_t sign = after(text, end);
    if (!is_separator(sign)) return std::nullopt;
    end += as_text(sign).size();
    const auto part = number_at(text, end, 2);
    if (!part || *part < 1 || *part > most) return std::nullopt;
    neutral += '-';
    neutral += text.substr(end, 2);
    is_canonical = is_canonical && sign == '-';
    end += 2;
  }
  const char32_t right = after(text, end);
  if (is_canonical || is_letter(right) || is_digit(right)) return std::nullopt;
  if (right != '.' && right != ',' && right != ':' && is_separator(right)) return std::nullopt;
  return Date{{at, end}, std::move(neutral)};
}

/// The words beside the date say what it is.
bool tells_date(std::string_view text, ByteRange date) {
  constexpr std::size_t reach = 80;
  ByteRange line = line_at(text, date.begin);
  line.begin = std::max(line.begin, date.begin - std::min(date.begin, reach));
  line.end = std::min(line.end, date.end + reach / 2);
  const std::string words = ascii::lower(text.substr(line.begin, line.size()));
  return std::any_of(date_words.begin(), date_words.end(),
                     [&](std::string_view word) { return words.find(word) != std::string::npos; });
}

}  // namespace

void detect_date_separators(const Scene& scene, const DetectorMatch& /*match*/, std::vector<Mark>& marks) {
  for (const Stretch& stretch : client_stretches(scene)) {
    const std::string_view text = stretch.text.substr(0, stretch.range.end);
    for (std::size_t at = stretch.range.begin; at + 10 <= text.size(); ++at) {
      if (!ascii::is_digit(text[at])) continue;
      const auto year = number_at(text, at, 4);
      if (year && *year >= 1900 && *year < 2100) {
        if (auto date = date_at(text, at); date && tells_date(text, date->range)) {
          Mark mark = mark_of(scene, stretch, date->range, std::move(date->neutral), true);
          mark.bits = 2;
          marks.push_back(std::move(mark));
        }
      }
      while (at + 1 < text.size() && ascii::is_digit(text[at + 1])) ++at;
    }
  }
}

}  // namespace telltale::inspect
