// What concerns one hop of a message's way and not its ends. RFC 9110 section 7.6. Covered by
// tests/unit/http/hop_test.cpp.
#include "http/hop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace telltale::http {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](auto known) { return ascii::equals_ignoring_case(known, name); });
}

// "1.1 name:port (comment)" -> "name:port"
std::string_view received_by(std::string_view entry) {
  entry = ascii::trim(entry);
  const std::size_t space = entry.find_first_of(" \t");
  if (space == std::string_view::npos) return {};
  entry = ascii::trim(entry.substr(space));
  return entry.substr(0, entry.find_first_of(" \t("));
}

}  // namespace

bool is_hop_field(const Head& head, std::string_view name) {
  constexpr std::array<std::string_view, 7> always = {
      "connection", "keep-alive", "proxy-connection", "te", "upgrade", "proxy-authorization", "proxy-authenticate",
  };
  return is_one_of(always, name) || head.has_token("connection", name);
}

Result<std::optional<std::uint32_t>> forwards_left(const RequestHead& head) {
  constexpr std::array<std::string_view, 2> counted = {"TRACE", "OPTIONS"};
  const std::string_view method = head.method_text();
  const auto field = head.find("max-forwards");
  if (!field || std::find(counted.begin(), counted.end(), method) == counted.end()) return std::nullopt;
  if (head.count("max-forwards") > 1 || field->empty() || field->size() > 9)
    return fail(Errc::head_malformed, "Max-Forwards is not one number");
  std::uint32_t left = 0;
  for (const char c : *field) {
    if (!ascii::is_digit(c)) return fail(Errc::head_malformed, "Max-Forwards is not a number");
    left = left * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return left;
}

bool has_passed(const Head& head, std::string_view pseudonym) {
  for (const FieldRange& field : head.fields) {
    if (!ascii::equals_ignoring_case(head.name(field), "via")) continue;
    std::string_view rest = head.value(field);
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (ascii::equals_ignoring_case(received_by(rest.substr(0, comma)), pseudonym)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

std::string last_hop_answer(const RequestHead& head) {
  if (head.method_text() != "TRACE")
    return "HTTP/1.1 200 OK\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT\r\ncontent-length: "
           "0\r\n\r\n";
  constexpr std::array<std::string_view, 3> shown = {"host", "via", "max-forwards"};
  std::string echo(head.raw, 0, head.raw.find('\n') + 1);
  for (const FieldRange& field : head.fields)
    if (is_one_of(shown, head.name(field))) echo += head.slice(field.line);
  echo += "\r\n";
  return fmt::format("HTTP/1.1 200 OK\r\ncontent-type: message/http\r\ncontent-length: {}\r\n\r\n{}", echo.size(),
                     echo);
}

}  // namespace telltale::http
