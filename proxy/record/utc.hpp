#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Times and days as captures write them (RFC 3339), in UTC whatever the offset they were written with.

namespace telltale::record {

/// A day of the calendar, as a count from 1970-01-01.
using Day = std::int32_t;

/// Milliseconds since 1970 of `2026-11-21T02:41:07.113Z` or `...+02:00`, years 1970 to 9999. Nothing if it is no such
/// time. Without an offset it is UTC; a leap second counts as the second after it.
[[nodiscard]] std::optional<std::int64_t> milliseconds_of(std::string_view time);
/// `2026-06-30T09:41:07.113Z` of milliseconds since 1970; what lies outside of the years 1970 to 9999 is their end.
[[nodiscard]] std::string time_text(std::int64_t milliseconds);
/// The day of such a time, in UTC.
[[nodiscard]] std::optional<Day> day_of(std::string_view time);

/// The day of `2026-11-21`; nothing if there is no such day.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);
[[nodiscard]] std::string day_text(Day day);
/// The Monday of its week (ISO 8601).
[[nodiscard]] Day week_of(Day day);

}  // namespace telltale::record
