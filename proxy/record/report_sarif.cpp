// SARIF 2.1.0 (OASIS, 27 March 2020): results as they come, then the rules they name. Covered by
// tests/unit/record/report_writer_test.cpp and tests/e2e/report_formats_test.py.
#include <fmt/format.h>

#include <map>
#include <set>

#include "core/utf8.hpp"
#include "inspect/rule.hpp"
#include "record/json_writer.hpp"
#include "record/lock_compare.hpp"
#include "record/report_writer.hpp"

namespace telltale::record {
namespace {

using inspect::Finding;
using inspect::Severity;

std::string_view level_of(Severity severity) {
  if (severity >= Severity::high) return "error";
  return severity == Severity::medium ? "warning" : "note";
}

// The middle of the band that code scanning puts that word on; information has none.
std::string_view score_of(Severity severity) {
  constexpr std::string_view scores[] = {"", "3.0", "5.5", "8.0", "9.5"};
  return scores[static_cast<std::size_t>(severity)];
}

// A path as a relative URI reference (RFC 3986): what is not unreserved is escaped, ':' too, as it may end a scheme.
std::string uri_of(std::string_view path) {
  if (path == "-") return "stdin";
  std::string out = path.starts_with("/") ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

void text_member(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  json.begin_object();
  json.member("text", text);
  json.end_object();
}

class SarifWriter final : public ReportWriter {
 public:
  explicit SarifWriter(ReportOptions options) : options_(std::move(options)) {}

  std::string open() override {
    return "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
           "sarif-schema-2.1.0.json\","
           "\"version\":\"2.1.0\",\"runs\":[{\"columnKind\":\"unicodeCodePoints\",\"results\":[";
  }

  ReportItem item(const ReportedExchange& exchange) const override {
    ReportItem out;
    for (std::size_t i = 0; i < exchange.verdict->findings.size(); ++i) {
      out.text += out.text.empty() ? "\n" : ",\n";
      write_result(out.text, exchange, exchange.verdict->findings[i], exchange.compared_at(i));
      out.rules.push_back(exchange.verdict->findings[i].rule);
    }
    return out;
  }

  std::string add(ReportItem item) override {
    if (item.text.empty()) return {};
    used_.insert(item.rules.begin(), item.rules.end());
    const std::string between = any_ ? "," : "";
    any_ = true;
    return between + item.text;
  }

  std::string damaged(std::string_view file, std::uint64_t line, std::string_view reason) override {
    constexpr std::size_t most = 100;  // kept until the end, so bounded
    is_whole_ = false;
    if (unread_.size() < most) unread_.push_back({std::string(file), line, utf8::escaped(reason)});
    return {};
  }

  std::string gone(const FindingKind& kind, std::string_view fingerprint, std::string_view reason) override {
    ReportItem item{"\n", {kind.rule}};
    JsonWriter json(item.text, JsonText::ascii);
    json.begin_object();
    json.member("ruleId", utf8::escaped(kind.rule));
    json.member("level", "none");
    text_member(json, "message", "no longer found: " + to_words(kind));
    write_fingerprints(json, fingerprint);
    json.member("baselineState", "absent");
    write_suppressions(json, true, reason);
    json.end_object();
    return add(std::move(item));
  }

  std::string close() override {
    std::string out = "],\n\"tool\":";
    JsonWriter json(out, JsonText::ascii);
    write_tool(json);
    out += ",\n\"invocations\":";
    JsonWriter invocation(out, JsonText::ascii);
    write_invocation(invocation);
    return out + "}]}\n";
  }

 private:
  struct Unread {
    std::string file;
    std::uint64_t line;
    std::string reason;
  };

  static void write_location(JsonWriter& json, std::string_view file, std::uint64_t line, std::string_view pointer) {
    json.begin_object();
    json.key("physicalLocation");
    json.begin_object();
    json.key("artifactLocation");
    json.begin_object();
    json.member("uri", uri_of(file));
    json.end_object();
    if (line > 0) {
      json.key("region");
      json.begin_object();
      json.key("startLine"), json.unsigned_integer(line);
      json.end_object();
    }
    json.end_object();
    if (!pointer.empty()) {
      json.key("logicalLocations");
      json.begin_array();
      json.begin_object();
      json.member("fullyQualifiedName", utf8::escaped(pointer));
      json.end_object();
      json.end_array();
    }
    json.end_object();
  }

  static void write_fingerprints(JsonWriter& json, std::string_view fingerprint) {
    json.key("partialFingerprints");
    json.begin_object();
    json.member("telltaleFinding/v1", fingerprint);
    json.member("primaryLocationLineHash", std::string(fingerprint) + ":1");
    json.end_object();
  }

  // Section 3.27.23: an empty list says that it was looked for and there is none; if one result has it, all have.
  static void write_suppressions(JsonWriter& json, bool is_accepted, std::string_view reason) {
    json.key("suppressions");
    json.begin_array();
    if (is_accepted) {
      json.begin_object();
      json.member("kind", "external");
      json.member("status", "accepted");
      if (!reason.empty()) json.member("justification", utf8::escaped(reason));
      json.end_object();
    }
    json.end_array();
  }

  static void write_comparison(JsonWriter& json, const ComparedFinding& compared) {
    json.member("baselineState", compared.standing == Standing::fresh ? "new" : "unchanged");
    write_suppressions(json, !compared.counts(), compared.reason);
  }

  void write_result(std::string& out, const ReportedExchange& exchange, const Finding& finding,
                    const ComparedFinding* compared) const {
    JsonWriter json(out, JsonText::ascii);
    json.begin_object();
    json.member("ruleId", finding.rule);
    json.member("level", level_of(finding.severity));
    text_member(json, "message", sentence_of(finding));
    json.key("locations");
    json.begin_array();
    write_location(json, exchange.file, exchange.line, finding.where);
    json.end_array();
    const std::string fingerprint = fingerprint_of(finding, exchange.verdict->api, options_.digest);
    write_fingerprints(json, fingerprint);
    if (compared != nullptr) write_comparison(json, *compared);
    if (finding.reference == inspect::Reference::typed) write_flow(json, exchange, finding);
    write_request(json, exchange.capture->request);
    json.key("properties");
    json.begin_object();
    json.member("exchange", utf8::escaped(exchange.capture->id));
    json.member("api", exchange.verdict->api);
    json.member("severity", name_of(finding.severity));
    json.member("action", name_of(finding.action));
    if (finding.edit) json.member("neutral", utf8::escaped(*finding.edit));
    if (compared != nullptr) json.member("baseline", to_words(*compared));
    json.end_object();
    json.end_object();
  }

  // From what the user typed to what was sent.
  static void write_flow(JsonWriter& json, const ReportedExchange& exchange, const Finding& finding) {
    std::string typed = "typed:";
    for (const std::string& point : finding.expected) typed += " " + utf8::escaped(point);
    const std::string sent =
        "sent: " + (finding.excerpt.empty() ? sentence_of(finding) : utf8::escaped(finding.excerpt));
    json.key("codeFlows");
    json.begin_array();
    json.begin_object();
    json.key("threadFlows");
    json.begin_array();
    json.begin_object();
    json.key("locations");
    json.begin_array();
    const std::pair<std::string, std::string> steps[] = {{typed, "/typed"}, {sent, finding.where}};
    for (const auto& [text, place] : steps) {
      std::string location;
      JsonWriter inner(location, JsonText::ascii);
      write_location(inner, exchange.file, exchange.line, place);
      // The message joins the location's own members.
      location.pop_back();
      location += ",\"message\":{\"text\":\"";
      append_escaped(location, text, JsonText::ascii);
      location += "\"}}";
      json.begin_object();
      json.key("location"), json.raw(location);
      json.end_object();
    }
    json.end_array();
    json.end_object();
    json.end_array();
    json.end_object();
    json.end_array();
  }

  // Without its body: a report holds no prompt.
  static void write_request(JsonWriter& json, const CapturedRequest& request) {
    json.key("webRequest");
    json.begin_object();
    json.member("protocol", "HTTP");
    json.member("version", utf8::escaped(request.http));
    json.member("method", utf8::escaped(request.method));
    json.member("target", utf8::escaped(request.url));
    std::map<std::string, std::string> headers;
    for (const auto& [name, value] : request.headers) {
      std::string& all = headers[utf8::escaped(name)];
      all += (all.empty() ? "" : ", ") + utf8::escaped(value);
    }
    json.key("headers");
    json.begin_object();
    for (const auto& [name, value] : headers) json.member(name, value);
    json.end_object();
    json.end_object();
  }

  void write_tool(JsonWriter& json) const {
    json.begin_object();
    json.key("driver");
    json.begin_object();
    json.member("name", "telltale");
    json.member("version", options_.version);
    json.key("rules");
    json.begin_array();
    for (const std::string& id : used_) write_rule(json, id);
    json.end_array();
    json.end_object();
    json.end_object();
  }

  void write_rule(JsonWriter& json, const std::string& id) const {
    const inspect::Rule* const rule = options_.rules ? options_.rules->find(id) : nullptr;
    json.begin_object();
    json.member("id", id);
    if (const std::string_view summary = summary_of_lock_rule(id); !summary.empty()) {
      text_member(json, "shortDescription", summary);
      text_member(json, "help", summary);
    }
    if (rule != nullptr) {
      text_member(json, "shortDescription", utf8::escaped(rule->summary));
      if (!rule->why.empty()) text_member(json, "fullDescription", utf8::escaped(rule->why));
      std::string help = utf8::escaped(rule->why.empty() ? rule->summary : rule->why);
      if (!rule->source.empty()) help += "\nSource: " + utf8::escaped(rule->source);
      if (!rule->risk.breaks.empty()) help += "\nTaken out: " + utf8::escaped(rule->risk.breaks);
      text_member(json, "help", help);
      json.key("defaultConfiguration");
      json.begin_object();
      json.member("level", level_of(rule->severity));
      json.end_object();
      if (const std::string_view score = score_of(rule->severity); !score.empty()) {
        json.key("properties");
        json.begin_object();
        json.member("security-severity", score);
        json.end_object();
      }
    }
    json.end_object();
  }

  void write_invocation(JsonWriter& json) const {
    json.begin_array();
    json.begin_object();
    json.key("executionSuccessful"), json.boolean(is_whole_);
    if (!unread_.empty()) {
      json.key("toolExecutionNotifications");
      json.begin_array();
      for (const Unread& unread : unread_) {
        json.begin_object();
        json.member("level", "error");
        text_member(json, "message", unread.reason);
        json.key("locations");
        json.begin_array();
        write_location(json, unread.file, unread.line, "");
        json.end_array();
        json.end_object();
      }
      json.end_array();
    }
    json.end_object();
    json.end_array();
  }

  ReportOptions options_;
  std::set<std::string> used_;
  std::vector<Unread> unread_;
  bool any_ = false;
  bool is_whole_ = true;
};

}  // namespace

std::unique_ptr<ReportWriter> make_sarif_writer(ReportOptions options) {
  return std::make_unique<SarifWriter>(std::move(options));
}

}  // namespace telltale::record
