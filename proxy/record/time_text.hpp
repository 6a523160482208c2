#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Times as captures and HAR files write them. Source: RFC 3339.

namespace telltale::record {

/// `2026-06-30T09:41:07.113Z` of milliseconds since 1970.
[[nodiscard]] std::string time_text(std::int64_t milliseconds);

/// The milliseconds since 1970 of such a text, with any zone and any number of digits (those past the third are cut
/// off); nothing if it is none.
[[nodiscard]] std::optional<std::int64_t> milliseconds_of_time(std::string_view text);

}  // namespace telltale::record
