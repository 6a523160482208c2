#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// A calendar date as it is written somewhere. `format` spells it in strftime's letters without padding being told
/// apart:
/// "%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%A, %d %b %Y".
struct WrittenDate {
  ByteRange range;
  std::string format;
  int year = 0;
  int month = 0;
  int day = 0;
  bool padded = true;  ///< no number of a day or month has one digit only
};

/// Dates with a four-digit year and numbers or English month names, in order, apart. Where day and month could change
/// places ("03/04/2026") the first number is read as the month after a slash, as the day otherwise.
/// Cost: linear; only where four digits stand together is anything looked at.
[[nodiscard]] std::vector<WrittenDate> find_dates(std::string_view text);

/// The same day in another format; nothing if that format cannot be written from it (a weekday with an impossible
/// date).
[[nodiscard]] std::optional<std::string> write_date(const WrittenDate& date, std::string_view format, bool padded);

}  // namespace telltale::inspect
