// What reached the built-in upstream, on disk: how a test shows that stripping changed what it should and nothing else.
// Covered by tests/e2e/run_test.py.
#include "app/mock_log.hpp"

#include <fmt/format.h>

#include "certs/pem.hpp"
#include "http/head.hpp"
#include "record/capture.hpp"

namespace telltale::app {

Result<std::unique_ptr<MockLog>> MockLog::open(const std::string& path) {
  Journal::Options options;
  options.path = path;
  TT_TRY(std::unique_ptr<Journal> journal, Journal::open(std::move(options)));
  return std::unique_ptr<MockLog>(new MockLog(std::move(journal)));
}

void MockLog::add(const http::Authority& target, std::string_view head, std::string_view body) {
  const auto parsed = http::parse_request_head(std::string(head), Limits());
  if (!parsed) return;  // the mock has read it before; it cannot fail here
  record::Capture capture;
  capture.flow_via = "import";
  capture.request.method = std::string(parsed->method_text());
  capture.request.url =
      fmt::format("https://{}{}", target.port == 443 ? target.host : http::text_of(target), parsed->target_text());
  for (const http::FieldRange& field : parsed->fields)
    capture.request.headers.emplace_back(parsed->name(field), parsed->value(field));
  capture.request.body.bytes = std::string(body);
  if (const auto coding = parsed->find("content-encoding")) capture.request.body.coding = std::string(*coding);
  const std::lock_guard lock(lock_);
  capture.id = fmt::format("mock-{:06}", ++number_);
  const auto written = journal_->append(record::to_line(std::move(capture), &certs::sha256));
  static_cast<void>(written);  // a full disk must not end the client's turn
}

}  // namespace telltale::app
