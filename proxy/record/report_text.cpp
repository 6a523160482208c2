// Findings in words, for a terminal: nothing but printable ASCII leaves here, whatever the request held. Covered by
// tests/unit/record/report_test.cpp and the golden files in tests/golden/report.
#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "record/report.hpp"

namespace telltale::record {
namespace {

using inspect::Action;
using inspect::Finding;
using inspect::Severity;
using inspect::Verdict;

std::string printable(std::string_view text) {
  return utf8::escaped(text);
}

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
    case Severity::high:
      return "\x1B[31m";
    case Severity::medium:
      return "\x1B[33m";
    default:
      return "\x1B[36m";
  }
}

// The name in capitals, padded so that rules stand below each other.
std::string label_of(Severity severity, TextStyle style) {
  std::string name(name_of(severity));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  const std::string padded = fmt::format("{:<8}", name);
  return style.colour ? fmt::format("{}{}\x1B[0m", colour_of(severity), padded) : padded;
}

std::string_view done_word(Action action) {
  switch (action) {
    case Action::pass:
      return "passed";
    case Action::flag:
      return "flagged";
    case Action::strip:
      return "stripped";
    case Action::block:
      return "blocked";
  }
  return "passed";
}

// "/messages/0/content/0/text[112,113]": the body is where findings are looked for first, so it goes unnamed.
std::string place_of(const Finding& finding) {
  std::string_view where = finding.where;
  if (where.starts_with("body:")) where.remove_prefix(5);
  std::string out = where.empty() ? "body" : printable(where);
  if (finding.span) out += fmt::format("[{},{}]", finding.span->begin, finding.span->end);
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += printable(part);
  }
  return out;
}

std::string bits_of(const Finding& finding) {
  if (finding.bits <= 0) return {};
  return fmt::format(" ({:.3g} {})", finding.bits, finding.bits == 1 ? "bit" : "bits");
}

std::string carried_by(const Finding& finding) {
  std::string out;
  for (const auto& [name, value] : finding.carries) {
    if (!out.empty()) out += ", ";
    out += printable(name) + " = " + printable(value);
  }
  return out;
}

// "U+02BC instead of U+0027", or the message where no code point tells it.
std::string what_of(const Finding& finding) {
  if (finding.code_points.empty()) return printable(finding.message);
  std::string out = joined(finding.code_points, " ");
  if (!finding.expected.empty()) out += " instead of " + joined(finding.expected, " ");
  return out;
}

std::string summary_of(const Finding& finding) {
  const std::string carried = carried_by(finding);
  return what_of(finding) + (carried.empty() ? "" : ": " + carried) + bits_of(finding);
}

std::string coverage_of(const inspect::Coverage& coverage) {
  std::string out = fmt::format("coverage {}", name_of(coverage.state));
  if (coverage.state != inspect::Coverage::State::full)
    out += fmt::format(", {} of {} bytes", coverage.bytes_inspected, coverage.bytes_total);
  if (!coverage.causes.empty()) out += fmt::format(" ({})", joined(coverage.causes, ", "));
  return out;
}

std::string edit_of(const Finding& finding) {
  if (finding.action != Action::strip || !finding.edit) return {};
  if (finding.edit->empty()) return "; removed";
  // A code point by its name needs no quotes.
  const bool is_named = finding.edit->starts_with("U+");
  return is_named ? "; now " + printable(*finding.edit) : fmt::format("; now \"{}\"", printable(*finding.edit));
}

void append_finding(std::string& out, const Finding& finding, TextStyle style, const ComparedFinding* compared) {
  const std::string standing = compared == nullptr ? "" : "  " + to_words(*compared);
  out += fmt::format("  {}  {}  {}{}\n", label_of(finding.severity, style), printable(finding.rule), place_of(finding),
                     standing);
  if (compared != nullptr && !compared->counts()) return;
  out += fmt::format("            {}\n", summary_of(finding));
  if (!finding.code_points.empty() && !finding.message.empty())
    out += fmt::format("            {}\n", printable(finding.message));
  if (!finding.excerpt.empty()) out += fmt::format("            near: {}\n", printable(finding.excerpt));
  out += fmt::format("            source {}, reference {}, confidence {:.2g}; {}{}\n", name_of(finding.source),
                     name_of(finding.reference), finding.confidence, done_word(finding.action), edit_of(finding));
}

}  // namespace

std::string to_text(const Verdict& verdict, std::string_view exchange_id, std::string_view url, TextStyle style,
                    Comparison compared) {
  std::string out = fmt::format("{}  {}", printable(exchange_id), printable(url));
  if (!verdict.api.empty()) out += "  " + printable(verdict.api);
  if (!verdict.client_name.empty()) {
    out += "  " + printable(verdict.client_name);
    if (!verdict.client_version.empty()) out += " " + printable(verdict.client_version);
  }
  out += fmt::format("  {}  {}\n", done_word(verdict.action), coverage_of(verdict.coverage));
  for (std::size_t i = 0; i < verdict.findings.size(); ++i)
    append_finding(out, verdict.findings[i], style, compared == nullptr ? nullptr : &(*compared)[i]);
  if (verdict.findings_not_listed > 0) out += fmt::format("  and {} more findings\n", verdict.findings_not_listed);
  return out;
}

std::string to_one_line(const Finding& finding, const Verdict& verdict, std::string_view exchange_id,
                        std::string_view host, TextStyle style) {
  std::string out = label_of(finding.severity, style);
  for (const std::string& part : {printable(finding.rule), printable(host), printable(verdict.api), place_of(finding),
                                  summary_of(finding), std::string(done_word(finding.action)), printable(exchange_id)})
    if (!part.empty()) out += "  " + part;
  return out;
}

}  // namespace telltale::record
