// The pages of the admin listener. Prometheus text format 0.0.4. Covered by tests/unit/app/admin_content_test.cpp and
// tests/e2e/admin_test.py.
#include "app/admin_content.hpp"

#include <fmt/format.h>

#include "app/descriptors.hpp"
#include "app/version.hpp"
#include "record/json_writer.hpp"
#include "record/transcript.hpp"

namespace telltale::app {
namespace {

using Counts = std::map<std::string, std::uint64_t, std::less<>>;

void describe(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out += fmt::format("# HELP telltale_{0} {1}\n# TYPE telltale_{0} {2}\n", name, help, type);
}

void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            std::uint64_t value) {
  describe(out, name, type, help);
  out += fmt::format("telltale_{} {}\n", name, value);
}

// Names of errors and causes are ours: letters, digits, `-` and `_`, so that nothing in a label needs an escape.
void labelled(std::string& out, std::string_view name, std::string_view help, std::string_view label,
              const Counts& counts) {
  describe(out, name, "counter", help);
  for (const auto& [value, count] : counts)
    out += fmt::format("telltale_{}{{{}=\"{}\"}} {}\n", name, label, value, count);
}

net::AdminAnswer text_answer(unsigned status, std::string body) {
  net::AdminAnswer out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

}  // namespace

std::string metrics_text(const Recorder::Totals& totals, const net::Proxy::Counters& counters,
                         const net::Proxy::Usage& usage, std::size_t typed_texts, std::chrono::seconds uptime) {
  std::string out;
  describe(out, "build_info", "gauge", "The version that runs.");
  out += fmt::format("telltale_build_info{{version=\"{}\"}} 1\n", TELLTALE_VERSION);
  single(out, "uptime_seconds", "gauge", "Seconds since the start.", static_cast<std::uint64_t>(uptime.count()));
  single(out, "connections_total", "counter", "Client connections accepted.", counters.connections.load());
  single(out, "exchanges_total", "counter", "Requests inspected.", totals.exchanges);
  single(out, "exchanges_not_fully_inspected_total", "counter", "Of them, those whose coverage is not full.",
         totals.not_inspected);
  Counts findings;
  for (std::size_t i = 0; i < totals.by_severity.size(); ++i)
    findings.emplace(inspect::name_of(static_cast<inspect::Severity>(i)), totals.by_severity[i]);
  labelled(out, "findings_total", "Findings in inspected requests.", "severity", findings);
  single(out, "tunnels_total", "counter", "Connections carried without being looked into.", totals.tunnelled);
  labelled(out, "not_inspected_total", "Exchanges and tunnels that were not, or not fully, inspected.", "cause",
           totals.blind);
  labelled(out, "not_inspected_blocked_total", "Of them, exchanges refused for it.", "cause", totals.unseen);
  labelled(out, "refused_total", "Connections and requests refused.", "cause", totals.turned_away);
  single(out, "records_dropped_total", "counter", "Captures and lines lost to a full queue or disk.", totals.dropped);
  single(out, "unacknowledged_total", "counter", "Responses that ended before their record was written.",
         counters.unacknowledged.load());
  single(out, "upstream_connections_total", "counter", "Connections made to upstreams.",
         counters.upstream_dials.load());
  single(out, "upstream_reused_total", "counter", "Requests sent on a connection that was there.",
         counters.upstream_reused.load());
  single(out, "upstream_cancelled_total", "counter", "Upstreams left because the client had gone.",
         counters.upstream_cancelled.load());
  single(out, "status_asked_total", "counter", "Responders and servers of revocation lists asked.",
         counters.status_asked.load());
  single(out, "status_unknown_total", "counter", "Upstreams used although nothing is known of their revocation.",
         counters.status_unknown.load());
  single(out, "connections", "gauge", "Client connections open.", usage.connections);
  single(out, "connections_limit", "gauge", "Most client connections that may be open.", usage.most_connections);
  single(out, "clients", "gauge", "Client addresses with a connection.", usage.clients);
  single(out, "held_bytes", "gauge", "Bytes of messages held.", usage.held_bytes);
  single(out, "held_limit_bytes", "gauge", "Most bytes of messages that may be held; 0: no bound.",
         usage.most_held_bytes);
  single(out, "resolver_threads", "gauge", "Threads that look names up.", usage.resolver_threads);
  single(out, "typed_texts", "gauge", "Texts known to have been typed by the user.", typed_texts);
  return out;
}

void AdminContent::attach(Recorder& recorder, const net::Proxy::Counters& counters,
                          std::function<net::Proxy::Usage()> usage, ProxyFacts facts) {
  recorder_ = &recorder;
  counters_ = &counters;
  usage_ = std::move(usage);
  facts_ = std::move(facts);
}

std::string AdminContent::diagnostics_text() const {
  const Recorder::Totals totals = recorder_->totals();
  std::string out;
  record::JsonWriter json(out, record::JsonText::ascii);
  const auto number = [&json](std::string_view name, std::uint64_t value) {
    json.key(name);
    json.unsigned_integer(value);
  };
  json.begin_object();
  json.member("version", TELLTALE_VERSION);
  json.member("mode", facts_.mode);
  json.member("ca_dir", facts_.ca_dir);
  json.member("root_sha256", facts_.root_sha256 ? facts_.root_sha256() : "");
  json.member("captures", facts_.captures);
  json.key("danger");
  json.begin_array();
  for (const std::string& danger : facts_.dangers) json.string(danger);
  json.end_array();
  const Descriptors descriptors = count_descriptors();
  number("descriptors", descriptors.open);
  number("descriptor_limit", descriptors.limit);
  number("connections", counters_->connections.load());
  number("exchanges", totals.exchanges);
  number("not_fully_inspected", totals.not_inspected);
  number("records_dropped", totals.dropped);
  write_members(json, recorder_->noticed());
  json.end_object();
  return out + "\n";
}

std::vector<net::AdminRoute> AdminContent::routes() {
  const auto healthz = [](const net::AdminRequest&) -> Result<net::AdminAnswer> { return text_answer(200, "ok\n"); };
  const auto readyz = [this](const net::AdminRequest&) -> Result<net::AdminAnswer> {
    return ready_ ? text_answer(200, "ready\n") : text_answer(503, "not ready\n");
  };
  const auto metrics = [this](const net::AdminRequest&) -> Result<net::AdminAnswer> {
    const auto typed = recorder_->typed();
    const auto uptime = std::chrono::steady_clock::now() - started_;
    net::AdminAnswer out =
        text_answer(200, metrics_text(recorder_->totals(), *counters_, usage_(), typed ? typed->size() : 0,
                                      std::chrono::duration_cast<std::chrono::seconds>(uptime)));
    out.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return out;
  };
  const auto typed = [this](const net::AdminRequest& request) -> Result<net::AdminAnswer> {
    TT_TRY(auto texts, record::posted_texts(request.content_type, request.body, Limits{}));
    recorder_->add_typed(std::move(texts));
    return text_answer(204, "");  // a hook's output would become part of the prompt: there is none
  };
  const auto findings = [](const net::AdminRequest&) -> Result<net::AdminAnswer> {
    net::AdminAnswer out = text_answer(200, ": findings as they happen\n\n");
    out.content_type = "text/event-stream";
    out.stream = true;
    return out;
  };
  const auto exchanges = [this](const net::AdminRequest&) -> Result<net::AdminAnswer> {
    net::AdminAnswer out = text_answer(200, recent_.text());
    out.content_type = "application/x-ndjson";
    return out;
  };
  const auto diagnostics = [this](const net::AdminRequest&) -> Result<net::AdminAnswer> {
    net::AdminAnswer out = text_answer(200, diagnostics_text());
    out.content_type = "application/json";
    return out;
  };
  return {{"GET", "/healthz", true, healthz},
          {"GET", "/readyz", true, readyz},
          {"GET", "/metrics", false, metrics},
          {"POST", "/v1/typed", false, typed},
          {"GET", "/v1/findings", false, findings},
          {"GET", "/v1/exchanges", false, exchanges},
          {"GET", "/v1/diagnostics", false, diagnostics}};
}

}  // namespace telltale::app
