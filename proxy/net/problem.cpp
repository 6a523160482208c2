// Refusals in a form programs can read: application/problem+json with the error's stable name as `code`. RFC 9457.
// Covered by tests/unit/net/pieces_test.cpp.
#include "net/problem.hpp"

#include <fmt/format.h>

namespace telltale::net {
namespace {

// What is full now has mostly made room a moment later. RFC 9110 section 10.2.3, RFC 6585 section 4.
constexpr std::string_view retry_later = "retry-after: 2\r\n";

void append_json_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte > 0x7E) {
      out += fmt::format("\\u{:04x}", byte);  // details are ASCII; anything else is shown byte by byte
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 508:
      return "Loop Detected";
    default:
      return "Internal Server Error";
  }
}

std::string problem_response(const Error& error, std::string_view extra, bool bodiless, std::string_view code) {
  const unsigned known = status_of(error.code);
  const unsigned status = known == 0 ? 500 : known;
  std::string body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","detail":")",
                                 reason_phrase(status), status, code.empty() ? name_of(error.code) : code);
  append_json_text(body, error.detail);
  body += "\"}\n";
  const std::string_view later = status == 429 || status == 503 ? retry_later : std::string_view();
  const std::string_view connection = error.code == Errc::upgrade_refused ? "close, upgrade" : "close";
  return fmt::format(
      "HTTP/1.1 {} {}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\ncache-control: "
      "no-store\r\n{}{}connection: {}\r\n\r\n{}",
      status, reason_phrase(status), body.size(), later, extra, connection,
      bodiless ? std::string_view() : std::string_view(body));
}

}  // namespace telltale::net
