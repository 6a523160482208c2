// Which format a capture file has, and one way into all of them. Covered by tests/unit/record/formats_test.cpp.
#include <fmt/format.h>

#include "core/ascii.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

struct Unread {
  std::string_view start;
  std::string_view what;
};
constexpr Unread unread[] = {
    {"\x0A\x0D\x0D\x0A", "a pcapng file; export its exchanges as HAR or mitmproxy flows"},
    {"\xD4\xC3\xB2\xA1", "a pcap file; export its exchanges as HAR or mitmproxy flows"},
    {"\xA1\xB2\xC3\xD4", "a pcap file; export its exchanges as HAR or mitmproxy flows"},
    {"PK\x03\x04", "a zip archive; unpack it"},
    {"\xFD\x37\x7A\x58\x5A", "xz data; unpack it"},
    {"BZh", "bzip2 data; unpack it"},
};

bool begins_flow(std::string_view start) {
  std::size_t digits = 0;
  while (digits < start.size() && digits < 13 && ascii::is_digit(start[digits])) ++digits;
  return digits > 0 && digits < start.size() && start[digits] == ':';
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

// The first of the two names among the keys near the start. A capture line may name its members in any order.
bool begins_har(std::string_view start) {
  if (!start.starts_with('{')) return false;
  const std::string_view first = without_blanks(start.substr(1));
  if (first.starts_with("\"log\"")) return true;
  if (first.starts_with("\"telltale\"")) return false;
  const std::string_view head = start.substr(0, 4096);
  return head.find("\"telltale\"") == std::string_view::npos && head.find("\"entries\"") != std::string_view::npos;
}

}  // namespace

Result<Format> format_of(std::string_view start) {
  for (const Unread& row : unread)
    if (start.starts_with(row.start)) return fail(Errc::input_unreadable, std::string(row.what));
  if (begins_flow(start)) return Format::flows;
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  return begins_har(without_blanks(start)) ? Format::har : Format::jsonl;
}

std::string_view noun_of(Format format) {
  switch (format) {
    case Format::har:
      return "entry";
    case Format::flows:
      return "flow";
    case Format::jsonl:
      break;
  }
  return "line";
}

Result<Capture> parse_exchange(Format format, std::string_view text, const Limits& limits, Digest digest) {
  if (format == Format::jsonl) return parse_capture(text, limits);
  auto capture = format == Format::har ? parse_har_entry(text, limits) : parse_flow(text, limits);
  if (capture) mask_credentials(*capture, digest);
  return capture;
}

std::string time_text(std::int64_t milliseconds) {
  constexpr std::int64_t day_ms = 86'400'000;
  // Civil date of days since 1970, after Howard Hinnant's days algorithm; years 1970 to 9999.
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
