// The summary of `telltale run`. Covered by tests/unit/app/run_report_test.cpp.
#include "app/run_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "certs/pem.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "record/mask.hpp"
#include "record/report.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t most_shown = 5;  // carried values and places of one rule in text; JSON has all

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

/// "https://host/path?query" in its parts; a query may hold a key and is never shown.
struct Place {
  std::string host;
  std::string path;
};
Place place_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = std::min(url.find('/'), url.size());
  return {utf8::escaped(url.substr(0, slash)), utf8::escaped(url.substr(slash))};
}

std::string carried_text(const inspect::Finding& finding) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : finding.carries) parts.push_back(fmt::format("{} = {}", name, utf8::escaped(value)));
  if (!finding.code_points.empty())
    parts.push_back(fmt::format("{}{}", joined(finding.code_points, " "),
                                finding.expected.empty() ? "" : " in place of " + joined(finding.expected, " ")));
  return joined(parts, ", ");
}

std::string times(std::uint64_t count) {
  return count == 1 ? std::string() : fmt::format("  ({} times)", count);
}

std::string list_text(const std::map<std::string, std::uint64_t>& entries, std::string_view label) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& [text, count] : entries) {
    if (shown++ == most_shown) {
      out += fmt::format("      {:<8} ... and {} more\n", label, entries.size() - most_shown);
      break;
    }
    out += fmt::format("      {:<8} {}{}\n", label, text, times(count));
  }
  return out;
}

nlohmann::ordered_json counts_json(const std::map<std::string, std::uint64_t>& entries) {
  auto out = nlohmann::ordered_json::object();
  for (const auto& [text, count] : entries) out[text] = count;
  return out;
}

}  // namespace

void RunReport::add(const record::Capture& capture) {
  ++exchanges_;
  const Place place = place_of(record::masked_url(capture.request.url, &certs::sha256));
  Requests& requests = requests_[fmt::format("{} {}{}", capture.request.method, place.host, place.path)];
  ++requests.count;
  requests.bytes += capture.request.body.bytes.size();
  requests.failed = requests.failed || !capture.error.empty();
  if (!capture.inspection) return;
  const inspect::Verdict verdict = record::masked_verdict(*capture.inspection, capture.request, &certs::sha256);
  requests.api = verdict.api;
  requests.action = std::max(requests.action, verdict.action);
  requests.findings += verdict.findings.size() + verdict.findings_not_listed;
  findings_ += verdict.findings.size() + verdict.findings_not_listed;
  for (const inspect::Finding& finding : verdict.findings) add_finding(finding, place.host);
  const std::string causes = verdict.coverage.causes.empty() ? "no cause given" : joined(verdict.coverage.causes, ", ");
  if (verdict.coverage.state == inspect::Coverage::State::partial) ++partly_[causes];
  if (verdict.coverage.state == inspect::Coverage::State::none) ++not_[causes];
  lines_.push_back(record::to_json(verdict, capture.id));
}

void RunReport::add_finding(const inspect::Finding& finding, const std::string& host) {
  worst_ = worst_ ? std::max(*worst_, finding.severity) : finding.severity;
  Found& found = found_[finding.rule];
  ++found.count;
  found.severity = std::max(found.severity, finding.severity);
  if (found.message.empty()) found.message = utf8::escaped(finding.message);
  // Odd characters are named by number: the words round them let a reader see what was altered.
  if (found.near.empty() && !finding.code_points.empty()) found.near = utf8::escaped(finding.excerpt);
  if (const std::string carried = carried_text(finding); !carried.empty()) ++found.carries[carried];
  ++found.places[fmt::format("{} {}", host, utf8::escaped(finding.where))];
}

void RunReport::add_tunnelled(std::string_view host, std::string_view cause, std::uint64_t bytes) {
  auto& [count, total] = tunnelled_[fmt::format("{}: {}", utf8::escaped(host), cause)];
  ++count;
  total += bytes;
}

void RunReport::add_refused(std::string_view host, std::string_view cause) {
  ++refused_[fmt::format("{}: {}", host.empty() ? "-" : utf8::escaped(host), cause)];
}

std::string RunReport::requests_text() const {
  constexpr std::size_t widest = 72;  // longer paths stick out
  std::size_t width = 0;
  for (const auto& entry : requests_) width = std::max(width, std::min(entry.first.size(), widest));
  std::string out;
  for (const auto& [name, requests] : requests_) {
    const std::string found = requests.findings == 0 ? "" : fmt::format("  {} findings", requests.findings);
    out += fmt::format("  {:<{}}  {:<23} {:>8} B  {}{}{}{}\n", name, width, requests.api, requests.bytes,
                       inspect::name_of(requests.action), found, requests.failed ? "  no whole response" : "",
                       times(requests.count));
  }
  return out;
}

std::string RunReport::findings_text() const {
  if (found_.empty()) return "no findings\n";
  std::vector<const std::pair<const std::string, Found>*> sorted;
  for (const auto& entry : found_) sorted.push_back(&entry);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->second.severity > b->second.severity; });
  std::string out = fmt::format("{} findings, {} rules\n", findings_, found_.size());
  for (const auto* entry : sorted) {
    const Found& found = entry->second;
    out += fmt::format("  {:<8} {}{}\n", upper(inspect::name_of(found.severity)), entry->first, times(found.count));
    if (!found.message.empty()) out += fmt::format("      {}\n", found.message);
    if (!found.near.empty()) out += fmt::format("      {:<8} {}\n", "near", found.near);
    out += list_text(found.carries, "carries") + list_text(found.places, "at");
  }
  out += "what a rule means: telltale rules explain RULE\n";
  return out;
}

std::string RunReport::blind_text() const {
  if (not_.empty() && partly_.empty() && tunnelled_.empty() && refused_.empty())
    return "everything the client sent through the proxy was inspected\n";
  std::string out = "not inspected\n";
  for (const auto& [causes, count] : not_) out += fmt::format("  {} requests not at all: {}\n", count, causes);
  for (const auto& [causes, count] : partly_) out += fmt::format("  {} requests only in part: {}\n", count, causes);
  for (const auto& [what, sums] : tunnelled_)
    out += fmt::format("  {} connections ({} bytes) carried unseen: {}\n", sums.first, sums.second, what);
  for (const auto& [what, count] : refused_) out += fmt::format("  {} refused: {}\n", count, what);
  return out;
}

std::string RunReport::notes_text(const RunFacts& facts) {
  std::string out;
  if (!facts.stand_ins.empty())
    out += fmt::format("set for the mock, as the client had none: {}\n", joined(facts.stand_ins, ", "));
  if (!facts.leftovers.empty())
    out += fmt::format("ended {} left running by the client: {}\n",
                       facts.leftovers.size() == 1 ? "a process" : fmt::format("{} processes", facts.leftovers.size()),
                       utf8::escaped(joined(facts.leftovers, ", ")));
  if (facts.typed_truncated) out += "stdin was longer than is kept: what came late is not known to be typed\n";
  if (facts.dropped != 0) out += fmt::format("{} records were lost to a full queue or disk\n", facts.dropped);
  if (!facts.save.empty()) out += fmt::format("captures: {}\n", utf8::escaped(facts.save));
  return out;
}

std::string RunReport::text(const RunFacts& facts) const {
  std::string out;
  if (!facts.start_error.empty())
    return fmt::format("telltale run: cannot start {}: {}\n", utf8::escaped(facts.client), facts.start_error);
  out += fmt::format("\ntelltale run: {} ended with {} after {} requests\n", utf8::escaped(facts.client), facts.status,
                     exchanges_);
  return out + requests_text() + findings_text() + blind_text() + notes_text(facts);
}

std::string RunReport::json(const RunFacts& facts) const {
  using Json = nlohmann::ordered_json;
  Json found = Json::object();
  for (const auto& [rule, one] : found_)
    found[rule] = {{"count", one.count},
                   {"severity", inspect::name_of(one.severity)},
                   {"carries", counts_json(one.carries)},
                   {"places", counts_json(one.places)}};
  Json tunnelled = Json::object();
  for (const auto& [what, sums] : tunnelled_) tunnelled[what] = {{"connections", sums.first}, {"bytes", sums.second}};
  const Json summary = {{"client", facts.client},
                        {"status", facts.status},
                        {"start_error", facts.start_error.empty() ? Json() : Json(facts.start_error)},
                        {"exchanges", exchanges_},
                        {"findings", findings_},
                        {"rules", found},
                        {"not_inspected", counts_json(not_)},
                        {"partly_inspected", counts_json(partly_)},
                        {"tunnelled", tunnelled},
                        {"refused", counts_json(refused_)},
                        {"stand_ins", facts.stand_ins},
                        {"leftovers", facts.leftovers},
                        {"typed_truncated", facts.typed_truncated},
                        {"dropped", facts.dropped}};
  std::string out;
  for (const std::string& line : lines_) out += line + "\n";
  return out + Json{{"summary", summary}}.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace telltale::app
