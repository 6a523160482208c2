// Which format a capture file has, and one way into all of them. Covered by tests/unit/record/formats_test.cpp.
#include <algorithm>
#include <charconv>

#include "core/ascii.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

// pcapng; pcap with microseconds and with nanoseconds, in either order of bytes.
constexpr std::string_view packets[] = {"\x0A\x0D\x0D\x0A", "\xD4\xC3\xB2\xA1", "\xA1\xB2\xC3\xD4", "\x4D\x3C\xB2\xA1",
                                        "\xA1\xB2\x3C\x4D"};

struct Foreign {
  std::string_view start;
  std::string_view what;
};
constexpr Foreign foreign[] = {
    {"PK\x03\x04", "a zip archive; unpack it"},
    {"\xFD\x37\x7A\x58\x5A", "xz data; unpack it"},
    {"BZh", "bzip2 data; unpack it"},
};

bool begins_flow(std::string_view start) {
  std::size_t digits = 0;
  while (digits < start.size() && digits < 13 && ascii::is_digit(start[digits])) ++digits;
  return digits > 0 && digits < start.size() && start[digits] == ':';
}

// A log can begin with digits and a colon too; a flow has a key and its length behind them.
bool begins_flow_beyond_doubt(std::string_view start) {
  if (!begins_flow(start)) return false;
  const std::string_view inside = start.substr(start.find(':') + 1);
  std::size_t length = 0;
  const auto [end, error] =
      std::from_chars(inside.data(), inside.data() + std::min<std::size_t>(inside.size(), 3), length);
  const auto digits = static_cast<std::size_t>(end - inside.data());
  const std::size_t type = digits + 1 + length;
  return error == std::errc{} && type < inside.size() && inside[digits] == ':' &&
         (inside[type] == ';' || inside[type] == ',');
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

bool begins_packets(std::string_view start) {
  return std::any_of(std::begin(packets), std::end(packets),
                     [&](std::string_view one) { return start.starts_with(one); });
}

Result<Format> format_of(std::string_view start) {
  if (begins_packets(start)) return fail(Errc::input_unreadable, "packets; name the file, tshark reads it by its name");
  for (const Foreign& row : foreign)
    if (start.starts_with(row.start)) return fail(Errc::input_unreadable, std::string(row.what));
  if (begins_flow(start)) return Format::flows;
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  return begins_har(without_blanks(start)) ? Format::har : Format::jsonl;
}

bool begins_capture(std::string_view start) {
  const auto format = format_of(start);
  if (!format) return false;
  if (*format == Format::har) return true;
  if (*format == Format::flows) return begins_flow_beyond_doubt(start);
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  start = without_blanks(start);
  return start.starts_with('{') && start.substr(0, start.find('\n')).find("\"telltale\"") != std::string_view::npos;
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

std::string_view nouns_of(Format format, std::uint64_t count) {
  if (count == 1) return noun_of(format);
  return format == Format::har ? "entries" : format == Format::flows ? "flows" : "lines";
}

Result<Capture> parse_exchange(Format format, std::string_view text, const Limits& limits, Digest digest,
                               Unread* unread) {
  if (format == Format::jsonl) return parse_capture(text, limits, unread);
  auto capture = format == Format::har ? parse_har_entry(text, limits, unread) : parse_flow(text, limits, unread);
  if (capture) mask_credentials(*capture, digest);
  return capture;
}

}  // namespace telltale::record
