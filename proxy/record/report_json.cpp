// The inspection result as JSON, in ASCII whatever was found. Covered by tests/unit/record/report_test.cpp and the
// golden files in tests/golden/report.
#include "core/utf8.hpp"
#include "record/json_writer.hpp"
#include "record/report.hpp"

namespace telltale::record {
namespace {

void write_range(JsonWriter& json, std::string_view name, const std::optional<ByteRange>& range) {
  json.key(name);
  if (!range) return json.null();
  json.begin_array();
  json.unsigned_integer(range->begin);
  json.unsigned_integer(range->end);
  json.end_array();
}

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

// One code point by its name, as in `code_points`; anything else as it is.
void write_edit(JsonWriter& json, const std::optional<std::string>& edit) {
  json.key("edit");
  if (!edit) return json.null();
  if (edit->empty()) return json.string("");
  const utf8::Step step = utf8::decode(*edit, 0);
  const bool single = step.valid && step.length == edit->size();
  json.string(single ? utf8::name_of(step.code_point) : *edit);
}

void write_comparison(JsonWriter& json, const ComparedFinding& compared) {
  json.member("baseline", name_of(compared.standing));
  json.member("fingerprint", compared.fingerprint);
  if (!compared.reason.empty()) json.member("reason", compared.reason);
  if (!compared.expires.empty()) json.member("expires", compared.expires);
}

void write_finding(JsonWriter& json, const inspect::Finding& finding, const ComparedFinding* compared) {
  json.begin_object();
  json.member("rule", finding.rule);
  json.member("severity", name_of(finding.severity));
  json.key("confidence"), json.real(finding.confidence);
  json.member("where", finding.where);
  write_range(json, "span", finding.span);
  write_range(json, "raw_span", finding.raw_span);
  json.member("source", name_of(finding.source));
  write_strings(json, "code_points", finding.code_points);
  write_strings(json, "expected", finding.expected);
  json.key("carries");
  json.begin_object();
  for (const auto& [name, value] : finding.carries) json.member(name, value);
  json.end_object();
  json.key("bits"), json.real(finding.bits);
  json.member("reference", name_of(finding.reference));
  json.member("action", name_of(finding.action));
  write_edit(json, finding.edit);
  json.member("message", finding.message);
  if (!finding.excerpt.empty()) json.member("excerpt", finding.excerpt);
  if (compared != nullptr) write_comparison(json, *compared);
  json.end_object();
}

void write_segment(JsonWriter& json, const inspect::SegmentSource& segment) {
  json.begin_object();
  json.member("where", segment.where);
  write_range(json, "span", segment.span);
  write_range(json, "raw_span", segment.raw_span);
  json.member("source", name_of(segment.source));
  json.member("role", inspect::name_of(segment.role));
  json.end_object();
}

void write_client(JsonWriter& json, const inspect::Verdict& verdict) {
  // An object also if nothing is known, so that readers can reach into it.
  const auto member = [&json](std::string_view name, const std::string& text) {
    json.key(name);
    if (text.empty()) return json.null();
    json.string(text);
  };
  json.key("client");
  json.begin_object();
  member("name", verdict.client_name);
  member("version", verdict.client_version);
  json.end_object();
}

void write_coverage(JsonWriter& json, const inspect::Coverage& coverage) {
  json.key("coverage");
  json.begin_object();
  json.member("state", name_of(coverage.state));
  write_strings(json, "causes", coverage.causes);
  json.key("bytes_inspected"), json.unsigned_integer(coverage.bytes_inspected);
  json.key("bytes_total"), json.unsigned_integer(coverage.bytes_total);
  if (!coverage.detail.empty()) json.member("detail", coverage.detail);
  json.end_object();
}

}  // namespace

std::string to_json(const inspect::Verdict& verdict, std::string_view exchange_id, Comparison compared) {
  std::string out;
  JsonWriter json(out, JsonText::ascii);
  json.begin_object();
  json.member("exchange", exchange_id);
  write_client(json, verdict);
  json.member("api", verdict.api);
  write_coverage(json, verdict.coverage);
  json.member("action", name_of(verdict.action));
  json.member("mode", name_of(verdict.mode));
  json.key("findings");
  json.begin_array();
  for (std::size_t i = 0; i < verdict.findings.size(); ++i)
    write_finding(json, verdict.findings[i], compared == nullptr ? nullptr : &(*compared)[i]);
  json.end_array();
  if (verdict.findings_not_listed > 0)
    json.key("findings_not_listed"), json.unsigned_integer(verdict.findings_not_listed);
  if (!verdict.segments.empty()) {
    json.key("segments");
    json.begin_array();
    for (const inspect::SegmentSource& segment : verdict.segments) write_segment(json, segment);
    json.end_array();
  }
  json.end_object();
  return out;
}

std::string gone_to_json(const FindingKind& kind, std::string_view fingerprint, std::string_view reason) {
  std::string out;
  JsonWriter json(out, JsonText::ascii);
  json.begin_object();
  json.member("baseline", "gone");
  json.member("rule", kind.rule);
  json.member("api", kind.api);
  json.member("where", kind.where);
  write_strings(json, "code_points", kind.code_points);
  json.member("fingerprint", fingerprint);
  if (!reason.empty()) json.member("reason", reason);
  json.end_object();
  return out;
}

}  // namespace telltale::record
