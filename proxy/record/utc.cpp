// RFC 3339 times, read without the machine's clock, zone or locale. Covered by tests/unit/record/utc_test.cpp.
#include "record/utc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/ascii.hpp"

namespace telltale::record {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

// Digits at the front of `text`, exactly `count`, which are taken off; -1 if there are not so many.
int take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int out = 0;
  for (const char c : text.substr(0, count)) {
    if (!ascii::is_digit(c)) return -1;
    out = out * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return out;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Day> take_day(std::string_view& text) {
  const int year = take_number(text, 4);
  if (!take(text, '-')) return std::nullopt;
  const int month = take_number(text, 2);
  if (!take(text, '-')) return std::nullopt;
  const int day = take_number(text, 2);
  if (year < 1970 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return static_cast<Day>(std::chrono::sys_days{date}.time_since_epoch().count());
}

// "02:41:07.113" in milliseconds. Digits past the third say nothing here.
std::optional<std::int64_t> take_clock(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const int second = take_number(text, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  std::int64_t out = ((hour * 60 + minute) * 60 + second) * std::int64_t{1000};
  if (!take(text, '.') && !take(text, ',')) return out;
  std::int64_t unit = 100;
  if (text.empty() || !ascii::is_digit(text.front())) return std::nullopt;
  for (; !text.empty() && ascii::is_digit(text.front()); text.remove_prefix(1), unit /= 10)
    out += (text.front() - '0') * unit;
  return out;
}

// "Z" or "+02:00", in milliseconds east; nothing is UTC too, as some that write HAR have it.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return 0;
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return std::nullopt;
  const int hours = take_number(text, 2);
  take(text, ':');
  const int minutes = take_number(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (hours * 60 + minutes) * std::int64_t{60'000};
}

}  // namespace

std::optional<std::int64_t> milliseconds_of(std::string_view time) {
  const auto day = take_day(time);
  if (!day || (!take(time, 'T') && !take(time, 't') && !take(time, ' '))) return std::nullopt;
  const auto clock = take_clock(time);
  if (!clock) return std::nullopt;
  const auto offset = take_offset(time);
  if (!offset || !time.empty()) return std::nullopt;
  const std::int64_t out = *day * day_ms + *clock - *offset;
  return out < 0 ? std::nullopt : std::optional(out);
}

std::string time_text(std::int64_t milliseconds) {
  const std::int64_t known = std::clamp<std::int64_t>(milliseconds, 0, 253'402'300'799'999);  // the year 9999
  const std::int64_t clock = known % day_ms;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", day_text(static_cast<Day>(known / day_ms)), clock / 3'600'000,
                     clock / 60'000 % 60, clock / 1000 % 60, clock % 1000);
}

std::optional<Day> day_of(std::string_view time) {
  const auto milliseconds = milliseconds_of(time);
  if (!milliseconds) return std::nullopt;
  return static_cast<Day>(*milliseconds / day_ms);
}

std::optional<Day> parse_day(std::string_view text) {
  const auto day = take_day(text);
  return text.empty() ? day : std::nullopt;
}

std::string day_text(Day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Day week_of(Day day) {
  return day - ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
}

}  // namespace telltale::record
