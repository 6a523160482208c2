// ArcSight Common Event Format, version 0 ("Implementing ArcSight CEF", revision 25), without a syslog prefix: one line
// a finding. Covered by tests/e2e/report_formats_test.py.
#include <fmt/format.h>

#include "core/utf8.hpp"
#include "inspect/rule.hpp"
#include "record/report_writer.hpp"
#include "record/utc.hpp"

namespace telltale::record {
namespace {

// The dictionary of the format bounds its fields.
constexpr std::size_t most_text = 1023, most_custom = 4000, most_id = 40;

// Line ends are gone already (escaped as <U+000A>); a backslash goes before itself and what ends the part.
std::string part(std::string_view text, char ends, std::size_t most) {
  std::string out;
  const std::string plain = utf8::escaped(text);
  for (const char c : std::string_view(plain).substr(0, most)) {
    if (c == '\\' || c == ends) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

void append_field(std::string& out, std::string_view key, std::string_view value, std::size_t most = most_text) {
  if (!value.empty()) out += fmt::format(" {}={}", key, part(value, '=', most));
}

void append_custom(std::string& out, int number, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  out += fmt::format(" cs{}Label={}", number, label);
  append_field(out, fmt::format("cs{}", number), value, most_custom);
}

// Of 0 to 10: 0-3 is low, 4-6 medium, 7-8 high, 9-10 very high.
int level_of(inspect::Severity severity) {
  constexpr int levels[] = {1, 3, 5, 8, 10};
  return levels[static_cast<std::size_t>(severity)];
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& one : parts) out += (out.empty() ? "" : " ") + one;
  return out;
}

class CefWriter final : public ReportWriter {
 public:
  explicit CefWriter(ReportOptions options) : options_(std::move(options)) {}

  ReportItem item(const ReportedExchange& exchange) const override {
    ReportItem out;
    for (std::size_t i = 0; i < exchange.verdict->findings.size(); ++i) {
      const inspect::Finding& finding = exchange.verdict->findings[i];
      out.text += head(finding.rule, name_of_rule(finding.rule), level_of(finding.severity));
      append_finding(out.text, exchange, finding, exchange.compared_at(i));
      out.text.push_back('\n');
    }
    return out;
  }

  std::string damaged(std::string_view file, std::uint64_t line, std::string_view reason) override {
    std::string out = head("unreadable", "captured input could not be read", 5);
    append_field(out, "fname", file);
    if (line > 0) out += fmt::format(" cn1Label=line cn1={}", line);
    append_field(out, "msg", reason);
    return out + "\n";
  }

  std::string gone(const FindingKind& kind, std::string_view fingerprint, std::string_view reason) override {
    std::string out = head(kind.rule, "an accepted finding is no longer found", 0);
    append_field(out, "msg", reason);
    append_custom(out, 1, "api", kind.api);
    append_custom(out, 2, "place", kind.where);
    append_custom(out, 3, "codePoints", joined(kind.code_points));
    append_custom(out, 5, "fingerprint", fingerprint);
    append_custom(out, 6, "baseline", "gone");
    return out + "\n";
  }

 private:
  [[nodiscard]] std::string head(std::string_view id, std::string_view name, int level) const {
    return fmt::format("CEF:0|Telltale|telltale|{}|{}|{}|{}|", part(options_.version, '|', most_text),
                       part(id, '|', most_text), part(name, '|', most_text), level);
  }

  [[nodiscard]] std::string name_of_rule(const std::string& id) const {
    const inspect::Rule* const rule = options_.rules ? options_.rules->find(id) : nullptr;
    return rule == nullptr || rule->summary.empty() ? id : rule->summary;
  }

  void append_finding(std::string& out, const ReportedExchange& exchange, const inspect::Finding& finding,
                      const ComparedFinding* compared) const {
    const RequestPlace place = place_of(exchange.capture->request);
    if (const auto time = milliseconds_of(exchange.capture->time)) out += fmt::format(" rt={}", *time);
    append_field(out, "externalId", exchange.capture->id, most_id);
    append_field(out, "dhost", place.host);
    append_field(out, "requestMethod", exchange.capture->request.method);
    append_field(out, "request", place.url);
    append_field(out, "fname", exchange.file);
    out += fmt::format(" cn1Label=line cn1={}", exchange.line);
    append_field(out, "msg", sentence_of(finding));
    append_custom(out, 1, "api", exchange.verdict->api);
    append_custom(out, 2, "place", finding.where);
    append_custom(out, 3, "codePoints", joined(finding.code_points));
    append_custom(out, 4, "action", name_of(finding.action));
    append_custom(out, 5, "fingerprint", fingerprint_of(finding, exchange.verdict->api, options_.digest));
    if (compared != nullptr) append_custom(out, 6, "baseline", to_words(*compared));
  }

  ReportOptions options_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_cef_writer(ReportOptions options) {
  return std::make_unique<CefWriter>(std::move(options));
}

}  // namespace telltale::record
