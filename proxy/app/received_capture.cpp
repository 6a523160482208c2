// A captured request as the engine takes it. Covered by tests/e2e/replay_test.py and
// tests/unit/app/baseline_keeper_test.cpp.
#include "app/received_capture.hpp"

#include "http/authority.hpp"

namespace telltale::app {

Result<ReceivedCapture> received_capture(const record::Capture& capture, const Limits& limits) {
  ReceivedCapture out;
  TT_TRY(out.head, record::head_of(capture.request, limits));
  std::string_view authority = out.head.find("host").value_or("");
  const std::string_view url = capture.request.url;
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    out.scheme = url.substr(0, scheme);
    authority = url.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    const std::size_t user = authority.rfind('@');
    if (user != std::string_view::npos) authority.remove_prefix(user + 1);
  }
  const auto parsed = http::parse_host_field(authority, out.scheme == "http" ? 80 : 443);
  out.host = parsed ? parsed->host : std::string(authority);
  return out;
}

inspect::Received received_of(const record::Capture& capture, const ReceivedCapture& received) {
  inspect::Received out;
  out.scheme = received.scheme;
  out.host = received.host;
  out.head = &received.head;
  out.body = capture.request.body.bytes;
  out.typed = &capture.typed;
  out.environment = &capture.environment;
  return out;
}

}  // namespace telltale::app
