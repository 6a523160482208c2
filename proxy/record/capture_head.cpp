// The head of a captured request, built again as HTTP/1.1 would have sent it: origin form, one blank behind the colon.
// Source: RFC 9112 section 3. Covered by tests/unit/record/capture_test.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "record/capture.hpp"

namespace telltale::record {
namespace {

// The target without scheme, authority and fragment. A mask in it holds a blank, which a target cannot.
std::string target_of(const CapturedRequest& request) {
  std::string_view url = request.url;
  url = url.substr(0, url.find('#'));
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos && request.method != "CONNECT")
    url.remove_prefix(std::min(url.find_first_of("/?", scheme + 3), url.size()));
  std::string out;
  if (url.empty() || url[0] == '?') out = "/";
  for (const char c : url) {
    if (c == ' ')
      out += "%20";
    else
      out.push_back(c);
  }
  return out;
}

bool breaks_line(std::string_view text) {
  return text.find('\n') != std::string_view::npos || text.find('\r') != std::string_view::npos;
}

}  // namespace

Result<http::RequestHead> head_of(const CapturedRequest& request, const Limits& limits) {
  const std::string target = target_of(request);
  if (breaks_line(request.method) || breaks_line(target))
    return fail(Errc::capture_malformed, "method or url with a line break");
  std::string raw = fmt::format("{} {} HTTP/{}\r\n", request.method, target, request.http == "1.0" ? "1.0" : "1.1");
  for (const auto& [name, value] : request.headers) {
    // A line break would make one field two, and the head another than was captured.
    if (breaks_line(name) || breaks_line(value)) return fail(Errc::capture_malformed, "a header with a line break");
    raw += name;
    raw += ": ";
    raw += value;
    raw += "\r\n";
  }
  raw += "\r\n";
  auto head = http::parse_request_head(std::move(raw), limits);
  if (!head) return fail(Errc::capture_malformed, "request head: " + head.error().detail);
  return head;
}

}  // namespace telltale::record
