// The report for people. Covered by tests/unit/compare/sweep_report_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compare/sweep.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::compare {
namespace {

// Rows of one table; a place with more forms shows the most frequent.
constexpr std::size_t most_forms = 12;
// Findings told of one kind of request.
constexpr std::ptrdiff_t most_shown = 24;
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

std::uint32_t uses_of(const Form& form) {
  return std::accumulate(form.runs.begin(), form.runs.end(), std::uint32_t{0});
}

// "8 of Asia/Tehran, 8 of UTC".
std::string runs_text(const SweepFinding& finding, const Form& form) {
  std::string out;
  for (std::size_t level = 0; level < finding.levels.size(); ++level) {
    if (form.runs[level] == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} of {}", form.runs[level], level_name(finding.levels[level]));
  }
  return out;
}

std::string levels_text(const std::vector<std::string>& names, const std::vector<std::uint32_t>& levels) {
  if (levels.size() == names.size()) return "any";
  std::string out;
  for (const std::uint32_t level : levels) out += (out.empty() ? "" : ", ") + level_name(names[level]);
  return out;
}

// Where a form stands that two factors decide on: "TZ Asia/Shanghai; HOST a, b" or "elsewhere". Empty if no such
// sentence is true.
std::string region_text(const StateTable& table, std::uint32_t form) {
  if (table.columns.empty() || !table.exact) return "";
  if (form == usual_form(table)) {
    for (std::uint32_t other = 0; other < table.forms; ++other)
      if (other != form && !region_of(table, other).is_product) return "";
    return "elsewhere";
  }
  const Region region = region_of(table, form);
  if (!region.is_product) return "";
  return fmt::format("{} {}; {} {}", utf8::escaped(table.rows), levels_text(table.row_levels, region.rows),
                     utf8::escaped(table.columns), levels_text(table.column_levels, region.columns));
}

// One row a form: where it stands.
std::string table_of(const SweepFinding& finding) {
  std::vector<std::uint32_t> forms(finding.forms.size());
  std::iota(forms.begin(), forms.end(), std::uint32_t{0});
  std::stable_sort(forms.begin(), forms.end(), [&finding](std::uint32_t l, std::uint32_t r) {
    return uses_of(finding.forms[l]) > uses_of(finding.forms[r]);
  });
  std::string out;
  for (std::size_t i = 0; i < forms.size() && i < most_forms; ++i) {
    const Form& form = finding.forms[forms[i]];
    const std::string region = region_text(finding.table, forms[i]);
    out += fmt::format("            {}\n", form_text(form));
    out += region.empty() ? fmt::format("              {}\n", runs_text(finding, form))
                          : fmt::format("              {} ({})\n", region, counted(uses_of(form), "run"));
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

std::string bits_text(double bits) {
  const std::string number = fmt::format("{:.2g}", bits);
  return number + (number == "1" ? " bit" : " bits");
}

// How much the place has room for, where that is more than these runs made use of.
std::string capacity_text(const SweepFinding& finding) {
  const double capacity = capacity_bits(finding.table);
  const bool says_more = capacity > 0 && bits_text(capacity) != bits_text(finding.bits);
  if (!says_more || finding.discloses) return "";
  return fmt::format(" here; {} states: room for {}", finding.table.forms, bits_text(capacity));
}

void append_finding(std::string& out, const SweepFinding& finding, bool colour) {
  out += fmt::format("  {}  {}", label_of(finding.severity, colour), utf8::escaped(finding.where));
  if (finding.span) out += fmt::format(" [{}, {})", finding.span->begin, finding.span->end);
  out += fmt::format("\n            {}: depends on {}\n", words_of(finding.aspect), factor_text(finding));
  out += fmt::format("            p {}, {}{}{}\n", p_of(finding.p), bits_text(finding.bits), capacity_text(finding),
                     finding.discloses ? "; shows the fact as it is" : "");
  out += table_of(finding);
  if (finding.more_places > 0)
    out += fmt::format("            and {} that change alike\n", counted(finding.more_places, "place"));
}

// By kind of request; of each the surest.
void append_findings(std::string& out, const std::vector<SweepFinding>& findings, bool colour) {
  for (auto at = findings.begin(); at != findings.end();) {
    const auto end = std::find_if(at, findings.end(), [at](const SweepFinding& f) { return f.request != at->request; });
    out += fmt::format("{}\n", utf8::escaped(at->request));
    const auto shown = std::min(end, at + std::min<std::ptrdiff_t>(end - at, most_shown));
    for (auto one = at; one != shown; ++one) append_finding(out, *one, colour);
    if (shown != end) out += fmt::format("  and {} more, see --format json\n", end - shown);
    out += "\n";
    at = end;
  }
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
  append_findings(out, report.findings, colour);
  out += report.findings.empty() ? "nothing depends on the environment, as far as these runs can tell\n"
                                 : counted(report.findings.size(), "finding") + "\n";
  return out;
}

}  // namespace telltale::compare
