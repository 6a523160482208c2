// Dates in year-month-day order in sentences that tell the date: their separators are a choice of two bits and more.
// Source: ISO 8601, and the known date line (see marker.date-line). Covered by tests/unit/inspect/style_test.cpp.
#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "inspect/detect/layout.hpp"
#include "inspect/style.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

/// Words that announce a date, in lower case; Cyrillic without its first letter, which may be a capital.
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
                                                      "day",
                                                      "tarih",
                                                      "bug\u00FCn",
                                                      "\u0430\u0442\u0430",
                                                      "\u0435\u0433\u043E\u0434\u043D\u044F",
                                                      "\u65E5\u671F",
                                                      "\u4ECA\u5929",
                                                      "\u4ECA\u65E5",
                                                      "\u65E5\u4ED8",
                                                      "\uC624\uB298",
                                                      "\uB0A0\uC9DC"};

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
  if (right == '.' && is_digit(after(text, end + 1))) return std::nullopt;  // a version, an address
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

void detect_date_separators(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  for (const Stretch& stretch : client_stretches(scene)) {
    const std::string_view text = stretch.text.substr(0, stretch.range.end);
    for (std::size_t at = stretch.range.begin; at + 10 <= text.size(); ++at) {
      while (at + 10 <= text.size() && !ascii::is_digit(text[at])) ++at;
      if (at + 10 > text.size()) break;
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
