// What passed through the proxy, as a capture. Covered by tests/unit/app/recorder_test.cpp.
#include "app/exchange_capture.hpp"

#include <fmt/format.h>

#include <ctime>

#include "certs/pem.hpp"
#include "record/mask.hpp"

namespace telltale::app {
namespace {

record::Fields fields_of(const http::Head& head) {
  record::Fields fields;
  fields.reserve(head.fields.size());
  for (const auto& field : head.fields) fields.emplace_back(head.name(field), head.value(field));
  return fields;
}

std::string coding_of(const http::Head& head) {
  const auto coding = head.find("content-encoding");
  return coding && *coding != "identity" ? std::string(*coding) : std::string();
}

// A bare IPv6 address needs its brackets before a port.
std::string bracketed(const std::string& host) {
  return host.find(':') != std::string::npos ? "[" + host + "]" : host;
}

std::string url_of(const net::Exchange& exchange) {
  const std::string_view target = exchange.request.target_text();
  if (target.empty() || target[0] != '/') return std::string(target);  // absolute form, CONNECT, "*"
  const bool default_port = exchange.port == (exchange.scheme == "https" ? 443 : 80);
  const std::string host = bracketed(exchange.host);
  return default_port ? fmt::format("{}://{}{}", exchange.scheme, host, target)
                      : fmt::format("{}://{}:{}{}", exchange.scheme, host, exchange.port, target);
}

// RFC 3339 in UTC with milliseconds.
std::string time_text(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = since / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[24];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format("{}.{:03}Z", text, since % 1000);
}

}  // namespace

record::Capture capture_of(net::Exchange&& exchange, const inspect::Environment& environment) {
  record::Capture capture;
  capture.id = exchange.id;
  capture.time = time_text(exchange.time);
  capture.flow_id = exchange.flow_id;
  capture.flow_client = exchange.client;
  capture.flow_via = exchange.via;
  capture.request.method = std::string(exchange.request.method_text());
  capture.request.url = url_of(exchange);
  capture.request.http = exchange.request.version_minor == 0 ? "1.0" : "1.1";
  capture.request.headers = fields_of(exchange.request);
  capture.request.body = {std::move(exchange.request_body), coding_of(exchange.request), false};
  if (exchange.response) {
    record::CapturedResponse response;
    response.status = exchange.response->status;
    response.headers = fields_of(*exchange.response);
    response.body = {std::move(exchange.response_body), coding_of(*exchange.response), exchange.response_truncated};
    response.first_byte_ms = exchange.first_byte.count();
    response.total_ms = exchange.total.count();
    capture.response = std::move(response);
  }
  capture.typed = std::move(exchange.typed);
  capture.environment = environment;
  capture.inspection = std::move(exchange.verdict);
  if (exchange.error) capture.error = std::string(name_of(exchange.error->code));
  return capture;
}

record::Capture capture_of(net::Tunnelled&& tunnel) {
  record::Capture capture;
  capture.id = std::move(tunnel.id);
  capture.time = time_text(tunnel.time);
  capture.flow_id = std::move(tunnel.flow_id);
  capture.flow_client = std::move(tunnel.client);
  capture.flow_via = std::move(tunnel.via);
  capture.request.method = "CONNECT";
  capture.request.url = fmt::format("{}:{}", bracketed(tunnel.host), tunnel.port);
  inspect::Verdict verdict;
  verdict.coverage.state = inspect::Coverage::State::none;
  verdict.coverage.causes.push_back(std::move(tunnel.cause));
  verdict.coverage.bytes_total = tunnel.bytes;
  capture.inspection = std::move(verdict);
  return capture;
}

// The verdict as it may be printed.
inspect::Verdict shown_verdict(const net::Exchange& exchange) {
  const std::string url = url_of(exchange);
  const record::Fields headers = fields_of(exchange.request);
  const std::string coding = coding_of(exchange.request);
  return record::masked_verdict(exchange.verdict, {url, &headers, exchange.request_body, coding}, &certs::sha256);
}

}  // namespace telltale::app
