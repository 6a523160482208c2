// One exchange as facts for a lock: its endpoint, header fields, query and findings; the body is taken apart in
// lock_body.cpp. Covered by tests/unit/record/lock_test.cpp.
#include "record/lock_sent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "http/authority.hpp"
#include "record/lock.hpp"
#include "record/lock_body.hpp"
#include "record/report_writer.hpp"
#include "record/value_pattern.hpp"

namespace telltale::record {
namespace {

// A gateway on the machine itself has another port each time; one of the internet is told from others by its address.
std::string host_in_lock(std::string_view host) {
  if (host.starts_with("127.") || host == "::1" || host == "localhost") return "{loopback}";
  if (http::is_ip_literal(host)) {
    const bool is_private = host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("fd") ||
                            host.starts_with("fe80") || host.starts_with("172.");
    return is_private ? "{private-ip}" : std::string(host);
  }
  // "o1234567.ingest.example.com": labels that are drawn tell customers apart, not services.
  std::string out;
  for (std::size_t at = 0; at <= host.size();) {
    const std::size_t end = std::min(host.find('.', at), host.size());
    const std::string label = pattern_of(host.substr(at, end - at), {});
    out += (at == 0 ? "" : ".") + (label.find('{') == std::string::npos ? label : "{id}");
    at = end + 1;
  }
  return out;
}

std::string path_in_lock(std::string_view path, const std::vector<std::string>& known) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    // "v1" and "v1beta" are no versions of anything that moves on.
    out += pattern_of(path.substr(at, end - at), known);
    if (end < path.size()) out.push_back('/');
    at = end + 1;
  }
  return out.empty() ? "-" : out;
}

void add_headers(const Capture& capture, SentFacts& facts) {
  for (const auto& [name, value] : capture.request.headers) {
    const std::string low = ascii::lower(name);
    facts.add_held("header " + lock_word(low), value, "header:" + utf8::escaped(low));
  }
}

// A short word of the machine or of a prompt ("user", "test") stands in many a sentence that has nothing to do with it.
bool is_telling(std::string_view value) {
  constexpr std::size_t shortest = 4;
  constexpr std::size_t long_word = 8;
  const bool is_word = std::all_of(value.begin(), value.end(), ascii::is_alpha);
  return value.size() >= (is_word ? long_word : shortest);
}

// Longest first, so that a value inside another does not split it.
std::vector<std::string> known_of(const Capture& capture) {
  constexpr std::size_t most = 256;
  constexpr std::size_t shortest_prompt = 12;
  std::vector<std::string> out;
  for (const auto& [name, values] : capture.environment)
    for (const std::string& value : values)
      if (is_telling(value) && out.size() < most) out.push_back(value);
  for (const std::string& typed : capture.typed)
    if (typed.size() >= shortest_prompt && out.size() < most) out.push_back(typed);
  std::sort(out.begin(), out.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

std::string section_of(std::string_view client, std::string_view method, std::string_view host, std::string_view path,
                       const std::vector<std::string>& known) {
  return fmt::format("{} {} {} {}", lock_word(client.empty() ? "-" : client), lock_word(method),
                     lock_word(host_in_lock(host)), lock_word(path_in_lock(path, known)));
}

Sent what_was_sent(const Capture& capture, const http::RequestHead& head, std::string_view host,
                   std::string_view content, const inspect::Verdict& verdict, const Limits& limits, Digest digest) {
  Sent out;
  const std::vector<std::string> known = known_of(capture);
  const std::string_view target = head.target_text();
  const std::size_t question = std::min(target.find('?'), target.size());
  // A tunnel's target is its host.
  const bool is_tunnel = capture.request.method == "CONNECT";
  out.section =
      section_of(verdict.client_name, capture.request.method, host, is_tunnel ? "" : target.substr(0, question), known);
  SentFacts facts(out, known, limits);
  for (const inspect::Finding& finding : verdict.findings) {
    out.findings.try_emplace(fmt::format("{} {}", lock_word(finding.rule), lock_word(folded_place(finding.where))),
                             finding.where);
    facts.is_about_someone(finding);
  }
  if (!is_tunnel) add_pairs("query ", target.substr(std::min(question + 1, target.size())), "target", facts);
  add_headers(capture, facts);
  add_body({capture.request.method, target.substr(0, question)}, content, verdict, facts, digest);
  return out;
}

}  // namespace telltale::record
