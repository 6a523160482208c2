// The gate every head passes before a byte of it is forwarded: RFC 9112 sections 2.2, 3, 4 and 5, read strictly, so
// that no other parser can read the same bytes differently. Covered by tests/unit/http/head_test.cpp.
#include "http/head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/ascii.hpp"
#include "http/grammar.hpp"

namespace telltale::http {
namespace {

struct Line {
  ByteRange text;    // without CRLF
  std::size_t next;  // where the next line begins
};

// One line that ends in CRLF; a bare CR or LF anywhere in it is refused (RFC 9112 section 2.2).
Result<Line> take_line(std::string_view raw, std::size_t begin) {
  const std::size_t lf = raw.find('\n', begin);
  if (lf == std::string_view::npos) return fail(Errc::head_malformed, begin, "line without an end");
  if (lf == begin || raw[lf - 1] != '\r') return fail(Errc::head_malformed, lf, "bare LF");
  const std::string_view text = raw.substr(begin, lf - 1 - begin);
  if (const std::size_t cr = text.find('\r'); cr != std::string_view::npos)
    return fail(Errc::head_malformed, begin + cr, "bare CR");
  return Line{{begin, lf - 1}, lf + 1};
}

Result<FieldRange> read_field(std::string_view raw, const Line& line) {
  const auto [begin, end] = line.text;
  if (raw[begin] == ' ' || raw[begin] == '\t') return fail(Errc::head_malformed, begin, "folded field line (obs-fold)");
  std::size_t colon = begin;
  while (colon < end && is_token_byte(raw[colon])) ++colon;
  if (colon == end || raw[colon] != ':')
    return fail(Errc::head_malformed, colon, "field name is not a token before ':'");
  if (colon == begin) return fail(Errc::head_malformed, begin, "empty field name");
  std::size_t from = colon + 1;
  std::size_t to = end;
  while (from < to && (raw[from] == ' ' || raw[from] == '\t')) ++from;
  while (to > from && (raw[to - 1] == ' ' || raw[to - 1] == '\t')) --to;
  for (std::size_t i = from; i < to; ++i)
    if (!is_value_byte(raw[i])) return fail(Errc::head_malformed, i, "control byte in a field value");
  return FieldRange{{begin, colon}, {from, to}, {begin, line.next}};
}

Result<void> read_fields(Head& head, std::size_t at, const Limits& limits) {
  const std::string_view raw = head.raw;
  // A line a field, and two more: an idle stream keeps its heads, so no more than they need.
  const auto lines = std::count(raw.begin() + static_cast<std::ptrdiff_t>(at), raw.end(), '\n');
  head.fields.reserve(std::min<std::size_t>(static_cast<std::size_t>(lines), limits.head_fields));
  for (;;) {
    TT_TRY(const Line line, take_line(raw, at));
    at = line.next;
    if (line.text.empty()) break;
    if (head.fields.size() == limits.head_fields)
      return fail(Errc::head_too_long, line.text.begin, fmt::format("more than {} fields", limits.head_fields));
    TT_TRY(const FieldRange field, read_field(raw, line));
    head.fields.push_back(field);
  }
  if (at != raw.size()) return fail(Errc::head_malformed, at, "bytes after the head");
  return {};
}

Result<std::uint8_t> read_version(std::string_view text, std::size_t at) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !ascii::is_digit(text[5]) || text[6] != '.' ||
      !ascii::is_digit(text[7]))
    return fail(Errc::head_malformed, at, "not an HTTP version");
  if (text[5] != '1' || text[7] > '1')
    return fail(Errc::version_unsupported, at, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  return static_cast<std::uint8_t>(text[7] - '0');
}

Result<void> check_target(std::string_view target, std::size_t at, const Limits& limits) {
  if (target.size() > limits.target_bytes)
    return fail(Errc::target_too_long, at, fmt::format("request target over {} bytes", limits.target_bytes));
  for (std::size_t i = 0; i < target.size(); ++i) {
    const auto byte = static_cast<unsigned char>(target[i]);
    if (byte <= 0x20 || byte > 0x7E) return fail(Errc::head_malformed, at + i, "byte that no target may hold");
    if (byte == '#') return fail(Errc::head_malformed, at + i, "fragment in the request target");
  }
  return {};
}

Result<void> read_request_line(RequestHead& head, const Line& line, const Limits& limits) {
  const std::string_view raw = head.raw;
  std::size_t at = line.text.begin;
  while (at < line.text.end && is_token_byte(raw[at])) ++at;
  head.method = {line.text.begin, at};
  if (head.method.empty() || at == line.text.end || raw[at] != ' ')
    return fail(Errc::head_malformed, at, "request line does not begin with a method and one space");
  const std::size_t target = at + 1;
  const std::size_t space = raw.find(' ', target);
  if (space == std::string_view::npos || space >= line.text.end || space == target)
    return fail(Errc::head_malformed, target, "request line needs method, target and version, one space between them");
  head.target = {target, space};
  TT_TRY(head.version_minor, read_version(raw.substr(space + 1, line.text.end - space - 1), space + 1));
  return check_target(head.target_text(), target, limits);
}

Result<void> read_status_line(ResponseHead& head, const Line& line) {
  const std::string_view text = head.slice(line.text);
  TT_TRY(head.version_minor, read_version(text.substr(0, 8), line.text.begin));
  const bool has_status = text.size() >= 12 && text[8] == ' ' && text[9] >= '1' && text[9] <= '9' &&
                          ascii::is_digit(text[10]) && ascii::is_digit(text[11]) &&
                          (text.size() == 12 || text[12] == ' ');
  if (!has_status) return fail(Errc::head_malformed, line.text.begin, "status line without a three-digit status");
  head.status = static_cast<std::uint16_t>((text[9] - '0') * 100 + (text[10] - '0') * 10 + (text[11] - '0'));
  for (std::size_t i = 12; i < text.size(); ++i)
    if (!is_value_byte(text[i])) return fail(Errc::head_malformed, line.text.begin + i, "control byte in the reason");
  return {};
}

// Lengths first: of thirty names, one or two are looked at.
bool is_named(const Head& head, const FieldRange& field, std::string_view wanted) {
  return field.name.size() == wanted.size() && ascii::equals_ignoring_case(head.name(field), wanted);
}

Result<Line> first_line(const Head& head, const Limits& limits) {
  if (head.raw.size() > limits.head_bytes)
    return fail(Errc::head_too_long, limits.head_bytes, fmt::format("head over {} bytes", limits.head_bytes));
  return take_line(head.raw, 0);
}

}  // namespace

std::optional<std::string_view> Head::find(std::string_view wanted) const {
  for (const FieldRange& field : fields)
    if (is_named(*this, field, wanted)) return value(field);
  return std::nullopt;
}

std::size_t Head::count(std::string_view wanted) const {
  std::size_t n = 0;
  for (const FieldRange& field : fields) n += is_named(*this, field, wanted) ? 1U : 0U;
  return n;
}

bool Head::has_token(std::string_view wanted, std::string_view token) const {
  for (const FieldRange& field : fields) {
    if (!is_named(*this, field, wanted)) continue;
    std::string_view rest = value(field);
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (ascii::equals_ignoring_case(ascii::trim(rest.substr(0, comma)), token)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

std::size_t head_length(std::string_view bytes, std::size_t seen) {
  // An empty line ends the head. A bare LF pair ends it too here, so that the gate gets to see and refuse it.
  std::size_t at = seen < 2 ? 0 : std::min(seen, bytes.size()) - 2;
  while (at < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    if (found == nullptr) return 0;
    const auto lf = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    const std::string_view after = bytes.substr(lf + 1);
    if (after.starts_with("\r\n")) return lf + 3;
    if (after.starts_with("\n")) return lf + 2;
    at = lf + 1;
  }
  return 0;
}

Result<RequestHead> parse_request_head(std::string bytes, const Limits& limits) {
  RequestHead head;
  head.raw = std::move(bytes);
  TT_TRY(const Line line, first_line(head, limits));
  if (auto read = read_request_line(head, line, limits); !read) return tl::unexpected(read.error());
  if (auto read = read_fields(head, line.next, limits); !read) return tl::unexpected(read.error());
  return head;
}

Result<ResponseHead> parse_response_head(std::string bytes, const Limits& limits) {
  ResponseHead head;
  head.raw = std::move(bytes);
  TT_TRY(const Line line, first_line(head, limits));
  if (auto read = read_status_line(head, line); !read) return tl::unexpected(read.error());
  if (auto read = read_fields(head, line.next, limits); !read) return tl::unexpected(read.error());
  return head;
}

}  // namespace telltale::http
