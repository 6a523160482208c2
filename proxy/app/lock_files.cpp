// Lock files, and exchanges against them. Covered by tests/e2e/lock_test.py.
#include "app/lock_files.hpp"

#include <fmt/format.h>

#include "app/file_text.hpp"
#include "app/received_capture.hpp"
#include "certs/pem.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "http/coding.hpp"
#include "record/json_writer.hpp"

namespace telltale::app {
namespace {

// "" if it cannot be decoded; coverage says that.
std::string content_of(const record::Capture& capture, const http::RequestHead& head, const Limits& limits) {
  std::string list;
  for (const http::FieldRange& field : head.fields)
    if (ascii::equals_ignoring_case(head.name(field), "content-encoding"))
      list.append(list.empty() ? "" : ", ").append(head.value(field));
  const auto content = http::parse_codings(list, limits).and_then([&](const std::vector<http::Coding>& codings) {
    return http::decode_content(capture.request.body.bytes, codings, limits);
  });
  return content.value_or("");
}

}  // namespace

Result<record::Lock> read_lock(std::string_view option, const std::string& path) {
  const auto text = read_file(path, record::Lock::most_bytes);
  if (!text) return fail(Errc::input_unreadable, fmt::format("{} {}", option, text.error().detail));
  auto out = record::parse_lock(*text);
  if (out) return out;
  return fail(Errc::input_unreadable, fmt::format("{} {}: {}", option, path, out.error().detail));
}

Result<record::Sent> sent_of(const record::Capture& capture, const inspect::Verdict& verdict, const Limits& limits) {
  TT_TRY(const ReceivedCapture received, received_capture(capture, limits));
  const std::string content = content_of(capture, received.head, limits);
  return record::what_was_sent(capture, received.head, received.host, content, verdict, limits, &certs::sha256);
}

std::vector<inspect::Finding> lock_findings(const record::Lock& lock, const record::Sent& sent, inspect::Mode mode) {
  auto out = record::news_of(lock, sent);
  for (inspect::Finding& finding : out)
    finding.action = mode == inspect::Mode::observe ? inspect::Action::pass : inspect::Action::flag;
  return out;
}

std::string gone_line(const std::string& gone, bool json) {
  if (!json) return fmt::format("gone  {}\n", utf8::escaped(gone));
  std::string out;
  record::JsonWriter writer(out, record::JsonText::ascii);
  writer.begin_object();
  writer.member("gone", gone);
  writer.end_object();
  return out + "\n";
}

}  // namespace telltale::app
