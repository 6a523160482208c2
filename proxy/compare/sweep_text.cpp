// The report for people. Covered by tests/unit/compare/sweep_report_test.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "compare/sweep.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::compare {
namespace {

// Rows of one table; a place with more forms shows the most frequent.
constexpr std::size_t most_forms = 12;
// Names of levels longer than this are cut.
constexpr std::size_t widest_level = 28;

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += between;
    out += utf8::escaped(text);
  }
  return out;
}

std::string level_name(std::string_view level) {
  if (level.empty()) return "(none)";
  std::string out = utf8::escaped(level);
  if (out.size() > widest_level) out = out.substr(0, widest_level - 3) + "...";
  return out;
}

std::string label_of(inspect::Severity severity, bool colour) {
  std::string name(inspect::name_of(severity));
  for (char& c : name) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  name.resize(8, ' ');
  if (!colour) return name;
  return fmt::format("{}{}\x1B[0m", severity >= inspect::Severity::high ? "\x1B[31m" : "\x1B[33m", name);
}

std::string p_of(double p) {
  return p < 0.001 ? fmt::format("{:.1e}", p) : fmt::format("{:.2g}", p);
}

std::string_view words_of(Aspect aspect) {
  switch (aspect) {
    case Aspect::presence:
      return "is there or not";
    case Aspect::value:
      return "value";
    case Aspect::text:
      return "text";
    case Aspect::blanks:
      return "white space around the value (before | behind the key | behind | inside)";
    case Aspect::name_case:
      return "spelling of the field name";
    case Aspect::order:
    case Aspect::pair_order:
      return "order";
    case Aspect::count:
      return "how often a character stands there";
    case Aspect::format:
      return "format of a value that changes anyway";
    case Aspect::digit:
      return "one character of a value that is random elsewhere";
    case Aspect::requests:
      return "whether the request is made";
  }
  return "";
}

std::string form_text(const Form& form) {
  std::string out = form.text.starts_with('(') ? form.text : fmt::format("\"{}\"", form.text);
  if (!form.code_points.empty() && form.code_points.size() <= 4) out += "  " + joined(form.code_points, " ");
  return out;
}

// One row a form: how many runs of each level have it.
std::string table_of(const SweepFinding& finding) {
  std::vector<const Form*> forms;
  for (const Form& form : finding.forms) forms.push_back(&form);
  const auto uses = [](const Form* form) {
    std::size_t sum = 0;
    for (const std::uint32_t runs : form->runs) sum += runs;
    return sum;
  };
  std::stable_sort(forms.begin(), forms.end(), [&uses](const Form* l, const Form* r) { return uses(l) > uses(r); });
  std::string out;
  for (std::size_t i = 0; i < forms.size() && i < most_forms; ++i) {
    out += fmt::format("            {}\n", form_text(*forms[i]));
    std::string where;
    for (std::size_t level = 0; level < finding.levels.size(); ++level) {
      if (forms[i]->runs[level] == 0) continue;
      if (!where.empty()) where += ", ";
      where += fmt::format("{} of {}", forms[i]->runs[level], level_name(finding.levels[level]));
    }
    out += fmt::format("              {}\n", where);
  }
  if (forms.size() > most_forms) out += fmt::format("            and {} more forms\n", forms.size() - most_forms);
  return out;
}

std::string factor_text(const SweepFinding& finding) {
  std::string out = utf8::escaped(finding.factor);
  if (!finding.same.empty()) out += fmt::format(" (always changes together with {})", joined(finding.same, ", "));
  for (const OtherFactor& other : finding.others)
    out += other.adds
               ? fmt::format(", and on {} where that stays the same (p {})", utf8::escaped(other.name), p_of(other.p))
               : fmt::format(", or on {}: these runs cannot tell", utf8::escaped(other.name));
  return out;
}

void append_finding(std::string& out, const SweepFinding& finding, bool colour) {
  out += fmt::format("  {}  {}", label_of(finding.severity, colour), utf8::escaped(finding.where));
  if (finding.span) out += fmt::format(" [{}, {})", finding.span->begin, finding.span->end);
  out += fmt::format("\n            {}: depends on {}\n", words_of(finding.aspect), factor_text(finding));
  out += fmt::format("            p {}, {:.2g} {}{}\n", p_of(finding.p), finding.bits,
                     fmt::format("{:.2g}", finding.bits) == "1" ? "bit" : "bits",
                     finding.discloses ? "; shows the fact as it is" : "");
  out += table_of(finding);
  if (finding.more_places > 0)
    out += fmt::format("            and {} that change alike\n", counted(finding.more_places, "place"));
}

std::string factors_text(const SweepReport& report) {
  std::string out;
  for (const Factor& factor : report.factors.factors) {
    out += fmt::format("  factor {}", utf8::escaped(factor.name));
    if (!factor.same.empty()) out += fmt::format(" = {}", joined(factor.same, " = "));
    out += fmt::format(": {}\n", counted(factor.levels.size(), "level"));
  }
  if (!report.factors.untestable.empty())
    out += fmt::format("  not tested, another in every run: {}\n", joined(report.factors.untestable, ", "));
  return out;
}

}  // namespace

std::string to_text(const SweepReport& report, bool colour) {
  std::string out = fmt::format("{} ({}), {} of requests\n", counted(report.runs, "run"),
                                counted(report.exchanges, "exchange"), counted(report.series.size(), "kind"));
  out += factors_text(report);
  out +=
      fmt::format("  {} that differ between runs; {} arrangements{}, level {:g}\n", counted(report.features, "thing"),
                  report.arrangements, report.exact ? " (all)" : "", report.alpha);
  if (report.blind > 0) out += fmt::format("  not compared, body unreadable: {}\n", counted(report.blind, "exchange"));
  if (report.smallest_p > report.alpha)
    out += fmt::format(
        "  too few runs: even a place that follows a factor exactly gets p {}; repeat each environment more often\n",
        p_of(report.smallest_p));
  out += "\n";
  for (const SweepFinding& finding : report.findings) append_finding(out, finding, colour);
  out += report.findings.empty() ? "nothing depends on the environment, as far as these runs can tell\n"
                                 : counted(report.findings.size(), "finding") + "\n";
  return out;
}

}  // namespace telltale::compare
