// Covered by tests/unit/record/conversion_test.cpp.
#include "record/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"

namespace telltale::record {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

// Days since 1970 of a civil date, and back: Howard Hinnant's days algorithms; years 0 to 9999.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t yoe = year - era * 400;
  const std::int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719'468;
}

// Takes so many digits from the front.
std::optional<std::int64_t> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  std::int64_t out = 0;
  for (const char c : text.substr(0, count)) {
    if (!ascii::is_digit(c)) return std::nullopt;
    out = out * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return out;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Behind the seconds: `.113`.
std::int64_t take_fraction(std::string_view& text) {
  if (!take(text, ".,")) return 0;
  std::int64_t out = 0;
  for (std::int64_t worth = 100; !text.empty() && ascii::is_digit(text.front()); worth /= 10) {
    out += worth * (text.front() - '0');
    text.remove_prefix(1);
  }
  return out;
}

// `Z`, `+02:00` or `+0200`; a time without a zone is taken for UTC.
std::optional<std::int64_t> take_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const std::int64_t sign = text.front() == '-' ? -1 : 1;
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take(text, ":");
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  return sign * (*hours * 60 + *minutes) * 60'000;
}

}  // namespace

std::optional<std::int64_t> milliseconds_of_time(std::string_view text) {
  constexpr std::pair<std::size_t, std::string_view> parts[] = {{4, "-"}, {2, "-"}, {2, "Tt "},
                                                                {2, ":"}, {2, ":"}, {2, ""}};
  std::int64_t found[6] = {};
  for (std::size_t i = 0; i < 6; ++i) {
    const auto digits = take_digits(text, parts[i].first);
    if (!digits || (i < 5 && !take(text, parts[i].second))) return std::nullopt;
    found[i] = *digits;
  }
  const std::int64_t fraction = take_fraction(text);
  const auto zone = take_zone(text);
  const bool is_date = found[1] >= 1 && found[1] <= 12 && found[2] >= 1 && found[2] <= 31;
  if (!zone || !is_date || found[3] > 24 || found[4] > 59 || found[5] > 60) return std::nullopt;
  const std::int64_t seconds = (found[3] * 60 + found[4]) * 60 + found[5];
  return days_of(found[0], found[1], found[2]) * day_ms + seconds * 1000 + fraction - *zone;
}

std::string time_text(std::int64_t milliseconds) {
  milliseconds = std::min(std::max<std::int64_t>(milliseconds, 0), std::int64_t{253'402'300'799'999});
  const std::int64_t days = milliseconds / day_ms + 719'468;
  const std::int64_t era = days / 146'097;
  const std::int64_t doe = days - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
  const std::int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  const std::int64_t rest = milliseconds % day_ms;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year, month, doy - (153 * mp + 2) / 5 + 1,
                     rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60, rest % 1000);
}

}  // namespace telltale::record
