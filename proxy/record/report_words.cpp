// What several forms of report say alike. Covered by tests/unit/record/report_writer_test.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "record/report_writer.hpp"

namespace telltale::record {
namespace {

// An index, or a name like 3f2a9c0e-... that is another one in every request.
bool is_changing(std::string_view segment) {
  constexpr std::size_t shortest_id = 16;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto hex = [&digit](char c) {
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
  };
  if (segment.empty()) return false;
  if (std::all_of(segment.begin(), segment.end(), digit)) return true;
  return segment.size() >= shortest_id && std::all_of(segment.begin(), segment.end(), hex) &&
         std::any_of(segment.begin(), segment.end(), digit);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : " ") + utf8::escaped(part);
  return out;
}

}  // namespace

RequestPlace place_of(const CapturedRequest& request) {
  std::string_view url = request.url;
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t mark = url.find("://");
  const std::size_t begin = mark == std::string_view::npos ? 0 : mark + 3;
  if (mark == std::string_view::npos && request.method != "CONNECT") return {std::string(url), {}};
  const std::size_t end = std::min(url.find('/', begin), url.size());
  std::string_view authority = url.substr(begin, end - begin);
  if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  std::string_view host = authority;
  if (host.starts_with('['))
    host = host.substr(1, host.find(']') - 1);
  else
    host = host.substr(0, host.find(':'));
  return {std::string(url.substr(0, begin)).append(authority).append(url.substr(end)), std::string(host)};
}

std::string folded_place(std::string_view where) {
  std::string out;
  for (std::size_t at = 0; at <= where.size();) {
    const std::size_t end = std::min(where.find_first_of("/#:", at), where.size());
    const std::string_view segment = where.substr(at, end - at);
    out += is_changing(segment) ? "*" : utf8::escaped(segment);
    if (end < where.size()) out.push_back(where[end]);
    at = end + 1;
  }
  return out;
}

FindingKind kind_of(const inspect::Finding& finding, std::string_view api) {
  FindingKind out{finding.rule, std::string(api), folded_place(finding.where), {}};
  for (const std::string& point : finding.code_points) out.code_points.push_back(utf8::escaped(point));
  std::sort(out.code_points.begin(), out.code_points.end());
  out.code_points.erase(std::unique(out.code_points.begin(), out.code_points.end()), out.code_points.end());
  return out;
}

std::string fingerprint_of(const FindingKind& kind, Digest digest) {
  std::string text = "telltale-finding-1";
  for (const std::string& part : {kind.rule, kind.api, kind.where, joined(kind.code_points)}) text += '\n' + part;
  std::string out;
  for (const char c : digest(text).substr(0, 16)) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string fingerprint_of(const inspect::Finding& finding, std::string_view api, Digest digest) {
  return fingerprint_of(kind_of(finding, api), digest);
}

std::string to_words(const FindingKind& kind) {
  std::string out = utf8::escaped(kind.rule);
  for (const std::string& part : {kind.api, kind.where, joined(kind.code_points)})
    if (!part.empty()) out += " " + utf8::escaped(part);
  return out;
}

std::string_view name_of(Standing standing) {
  constexpr std::string_view names[] = {"new", "unchanged", "expired"};
  return names[static_cast<std::size_t>(standing)];
}

std::string to_words(const ComparedFinding& compared) {
  const std::string reason = utf8::escaped(compared.reason);
  std::string out(name_of(compared.standing));
  if (compared.standing == Standing::expired) out += " " + compared.expires;
  const bool has_end = compared.standing == Standing::unchanged && !compared.expires.empty();
  const std::string until = has_end ? "until " + compared.expires : "";
  const std::string between = !reason.empty() && has_end ? "; " : "";
  if (!reason.empty() || has_end) out += fmt::format(" ({}{}{})", reason, between, until);
  return out;
}

std::string sentence_of(const inspect::Finding& finding) {
  const std::string message = utf8::escaped(finding.message);
  // Most messages name the code points themselves.
  const bool is_told = finding.code_points.empty() || message.find(finding.code_points.front()) != std::string::npos;
  if (!message.empty() && is_told) return message;
  std::string out = joined(finding.code_points);
  if (!out.empty() && !finding.expected.empty()) out += " instead of " + joined(finding.expected);
  if (!out.empty() && !message.empty()) out += ": ";
  out += message;
  return out.empty() ? utf8::escaped(finding.rule) : out;
}

}  // namespace telltale::record
