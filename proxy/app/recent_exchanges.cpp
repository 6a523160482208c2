// Exchanges in a line each. Covered by tests/unit/app/admin_content_test.cpp and tests/e2e/admin_test.py.
#include "app/recent_exchanges.hpp"

#include <algorithm>

#include "certs/pem.hpp"
#include "record/json_writer.hpp"
#include "record/mask.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t longest_url = 200;

/// Without query and fragment, where credentials can stand.
std::string_view shown_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  if (url.size() <= longest_url) return url;
  std::size_t end = longest_url;
  while (end > 0 && (static_cast<unsigned char>(url[end]) & 0xC0U) == 0x80U) --end;
  return url.substr(0, end);
}

void write_inspection(record::JsonWriter& json, const inspect::Verdict& verdict) {
  json.key("inspection");
  json.begin_object();
  json.member("action", inspect::name_of(verdict.action));
  json.member("coverage", inspect::name_of(verdict.coverage.state));
  json.key("causes");
  json.begin_array();
  for (const std::string& cause : verdict.coverage.causes) json.string(cause);
  json.end_array();
  json.key("findings");
  json.unsigned_integer(verdict.findings.size() + verdict.findings_not_listed);
  const auto worst = std::max_element(verdict.findings.begin(), verdict.findings.end(),
                                      [](const auto& a, const auto& b) { return a.severity < b.severity; });
  if (worst != verdict.findings.end()) json.member("worst", inspect::name_of(worst->severity));
  json.end_object();
}

std::string line_of(const record::Capture& capture) {
  std::string out;
  record::JsonWriter json(out, record::JsonText::ascii);
  json.begin_object();
  json.member("id", capture.id);
  json.member("time", capture.time);
  json.member("from", capture.flow_client);
  json.member("method", capture.request.method);
  json.member("url", shown_url(record::masked_url(capture.request.url, &certs::sha256)));
  json.key("request_bytes");
  json.unsigned_integer(capture.request.body.bytes.size());
  if (capture.response) {
    json.key("status");
    json.unsigned_integer(capture.response->status);
    json.key("first_byte_ms");
    json.integer(capture.response->first_byte_ms);
    json.key("total_ms");
    json.integer(capture.response->total_ms);
  }
  if (!capture.error.empty()) json.member("error", capture.error);
  if (capture.inspection && !capture.inspection->client_name.empty())
    json.member("client", capture.inspection->client_name);
  if (capture.inspection) write_inspection(json, *capture.inspection);
  json.end_object();
  return out + "\n";
}

}  // namespace

void RecentExchanges::add(const record::Capture& capture) {
  std::string line = line_of(capture);
  const std::lock_guard lock(lock_);
  if (lines_.size() == most) lines_.pop_front();
  lines_.push_back(std::move(line));
}

std::string RecentExchanges::text() const {
  const std::lock_guard lock(lock_);
  std::string out;
  for (const std::string& line : lines_) out += line;
  return out;
}

}  // namespace telltale::app
