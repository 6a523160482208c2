// Open Cybersecurity Schema Framework 1.3.0 (schema.ocsf.io): one Detection Finding (class 2004) a line. Covered by
// tests/e2e/report_formats_test.py.
#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.hpp"
#include "inspect/rule.hpp"
#include "record/json_writer.hpp"
#include "record/report_writer.hpp"
#include "record/utc.hpp"

namespace telltale::record {
namespace {

struct Class {
  std::uint64_t category, uid;
};
constexpr Class detection_finding{2, 2004};
constexpr Class base_event{0, 0};  // what could not be read is no finding

enum Activity : std::uint64_t { created = 1, updated = 2, closed = 3, other = 99 };
enum Status : std::uint64_t { is_new = 1, failure = 2, suppressed = 3, resolved = 4 };

void number(JsonWriter& json, std::string_view name, std::uint64_t value) {
  json.key(name), json.unsigned_integer(value);
}

void text(JsonWriter& json, std::string_view name, std::string_view value) {
  if (!value.empty()) json.member(name, utf8::escaped(value));
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.key(name);
  json.begin_array();
  for (const std::string& one : texts) json.string(utf8::escaped(one));
  json.end_array();
}

class OcsfWriter final : public ReportWriter {
 public:
  explicit OcsfWriter(ReportOptions options) : options_(std::move(options)) {}

  ReportItem item(const ReportedExchange& exchange) const override {
    ReportItem out;
    out.time = milliseconds_of(exchange.capture->time);
    for (std::size_t i = 0; i < exchange.verdict->findings.size(); ++i)
      write_finding(out.text, exchange, exchange.verdict->findings[i], exchange.compared_at(i));
    return out;
  }

  std::string add(ReportItem item) override {
    newest_ = std::max(newest_, item.time.value_or(0));
    return std::move(item.text);
  }

  std::string damaged(std::string_view file, std::uint64_t line, std::string_view reason) override {
    std::string out;
    JsonWriter json(out, JsonText::ascii);
    json.begin_object();
    write_head(json, base_event, other, failure, newest_, 3);
    json.member("activity_name", "unreadable");
    text(json, "message", reason);
    json.key("unmapped");
    json.begin_object();
    text(json, "file", file);
    if (line > 0) number(json, "line", line);
    json.end_object();
    json.end_object();
    return out + "\n";
  }

  std::string gone(const FindingKind& kind, std::string_view fingerprint, std::string_view reason) override {
    std::string out;
    JsonWriter json(out, JsonText::ascii);
    json.begin_object();
    write_head(json, detection_finding, closed, resolved, newest_, 1);
    text(json, "comment", reason);
    write_info(json, kind.rule, fingerprint, "no longer found");
    json.key("unmapped");
    json.begin_object();
    text(json, "api", kind.api);
    text(json, "place", kind.where);
    write_texts(json, "code_points", kind.code_points);
    json.member("baseline", "gone");
    json.end_object();
    json.end_object();
    return out + "\n";
  }

 private:
  void write_head(JsonWriter& json, Class kind, Activity activity, Status status, std::int64_t time,
                  std::uint64_t severity) const {
    number(json, "class_uid", kind.uid);
    number(json, "category_uid", kind.category);
    number(json, "activity_id", activity);
    number(json, "type_uid", kind.uid * 100 + activity);
    json.key("time"), json.integer(time);
    number(json, "severity_id", severity);
    number(json, "status_id", status);
    json.key("metadata");
    json.begin_object();
    json.member("version", "1.3.0");
    json.key("product");
    json.begin_object();
    json.member("name", "telltale");
    json.member("vendor_name", "Telltale");
    json.member("version", options_.version);
    json.end_object();
    json.end_object();
  }

  void write_info(JsonWriter& json, const std::string& id, std::string_view fingerprint, std::string_view desc) const {
    const inspect::Rule* const rule = options_.rules ? options_.rules->find(id) : nullptr;
    json.key("finding_info");
    json.begin_object();
    json.member("uid", fingerprint);
    text(json, "title", rule == nullptr || rule->summary.empty() ? id : rule->summary);
    text(json, "desc", desc);
    write_texts(json, "types", {id});
    json.end_object();
  }

  void write_finding(std::string& out, const ReportedExchange& exchange, const inspect::Finding& finding,
                     const ComparedFinding* compared) const {
    const bool is_accepted = compared != nullptr && !compared->counts();
    const std::int64_t time = milliseconds_of(exchange.capture->time).value_or(0);
    JsonWriter json(out, JsonText::ascii);
    json.begin_object();
    write_head(json, detection_finding, is_accepted ? updated : created, is_accepted ? suppressed : is_new, time,
               static_cast<std::uint64_t>(finding.severity) + 1);
    if (compared != nullptr) text(json, "comment", compared->reason);
    write_info(json, finding.rule, fingerprint_of(finding, exchange.verdict->api, options_.digest),
               sentence_of(finding));
    write_host(json, place_of(exchange.capture->request).host);
    write_unmapped(json, exchange, finding, compared);
    json.end_object();
    out.push_back('\n');
  }

  // The API the request went to.
  static void write_host(JsonWriter& json, const std::string& host) {
    if (host.empty()) return;
    json.key("resources");
    json.begin_array();
    json.begin_object();
    text(json, "name", host);
    json.end_object();
    json.end_array();
    json.key("observables");
    json.begin_array();
    json.begin_object();
    json.member("name", "resources[0].name");
    number(json, "type_id", 1);  // Hostname
    text(json, "value", host);
    json.end_object();
    json.end_array();
  }

  // What the class has no attribute for.
  static void write_unmapped(JsonWriter& json, const ReportedExchange& exchange, const inspect::Finding& finding,
                             const ComparedFinding* compared) {
    const CapturedRequest& request = exchange.capture->request;
    json.key("unmapped");
    json.begin_object();
    text(json, "exchange", exchange.capture->id);
    text(json, "file", exchange.file);
    number(json, "line", exchange.line);
    text(json, "method", request.method);
    text(json, "url", place_of(request).url);
    text(json, "api", exchange.verdict->api);
    text(json, "place", finding.where);
    write_texts(json, "code_points", finding.code_points);
    write_texts(json, "expected", finding.expected);
    json.member("action", name_of(finding.action));
    if (compared != nullptr) json.member("baseline", name_of(compared->standing));
    json.end_object();
  }

  ReportOptions options_;
  std::int64_t newest_ = 0;
};

}  // namespace

std::unique_ptr<ReportWriter> make_ocsf_writer(ReportOptions options) {
  return std::make_unique<OcsfWriter>(std::move(options));
}

}  // namespace telltale::record
