// The report as one page to hand on: what depends on what as a heat map, then each place with its text and its table of
// states. No script, no network, everything from captures escaped. Covered by tests/unit/compare/sweep_rule_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compare/sweep.hpp"
#include "core/utf8.hpp"

namespace telltale::compare {
namespace {

// Findings with a section of their own; the heat map and the JSON report have all.
constexpr std::size_t most_sections = 60;
constexpr std::size_t most_rows = 400;
constexpr std::size_t longest_cell = 24;
constexpr std::size_t tints = 8;

constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Telltale sweep</title>
<style>
:root { color-scheme: light dark; --ink: #1d2129; --soft: #5b6472; --line: #d5dae2; --paper: #ffffff; --hot: #d9480f; --mark: #ffe066; --on-mark: #1d2129; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa4b2; --line: #3a424e; --paper: #15181d; --hot: #e8590c; --mark: #b08900; --on-mark: #ffffff; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.8rem 0 .3rem; }
p { margin: .4rem 0; max-width: 60rem; } .soft { color: var(--soft); } code, pre, .form { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border-left: 3px solid var(--line); padding: .5rem .8rem; margin: .5rem 0; }
mark { background: var(--mark); color: var(--on-mark); padding: 0 .15em; border-radius: .2em; font-weight: 600; } .also { text-decoration: underline dotted; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: .6rem 0; font-size: .875rem; } th, td { border: 1px solid var(--line); padding: .3rem .55rem; text-align: left; vertical-align: top; }
th { font-weight: 600; overflow-wrap: anywhere; } th[scope=col] { vertical-align: bottom; } td.heat { text-align: right; min-width: 4.5rem; background: color-mix(in srgb, var(--hot) calc(var(--heat) * 75%), transparent); } td.sure { font-weight: 700; outline: 2px solid var(--hot); outline-offset: -2px; }
.high { color: var(--hot); font-weight: 700; } .tint0 { background: transparent; }
.tint1 { background: #4dabf74d; } .tint2 { background: #ffa94d59; } .tint3 { background: #69db7c4d; } .tint4 { background: #da77f24d; } .tint5 { background: #ff87874d; } .tint6 { background: #38d9a94d; } .tint7 { background: #ffd43b4d; }
section { break-inside: avoid-page; } @media print { :root { --ink: #000; --soft: #444; --paper: #fff; --line: #999; --mark: #ffe066; --on-mark: #000; } body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; } td, mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
</style>
</head>
<body>
)";

std::string html(std::string_view text) {
  std::string out;
  for (const char c : utf8::escaped(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string level(std::string_view name) {
  return name.empty() ? std::string("(none)") : html(name);
}

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string p_text(double p) {
  return p < 0.001 ? fmt::format("{:.1e}", p) : fmt::format("{:.2g}", p);
}

std::string place(const SweepFinding& finding) {
  std::string out = html(finding.where);
  if (finding.span) out += fmt::format(" [{}, {})", finding.span->begin, finding.span->end);
  return out;
}

// A form as a cell of a table shows it: code points if it has odd ones, else its text.
std::string form_name(const Form& form) {
  if (form.value.empty() && form.text.empty()) return "(nothing)";
  if (utf8::length(form.value) == 1 && form.code_points.size() == 1)
    return form.value[0] > ' ' && form.value[0] < 0x7F ? html(form.value) + " " + form.code_points[0]
                                                       : form.code_points[0];
  std::string text = form.text;  // printable ASCII
  if (text.size() > longest_cell) text = text.substr(0, longest_cell - 3) + "...";
  return html(text);
}

void append_summary(std::string& out, const SweepReport& report) {
  const auto high = std::count_if(report.findings.begin(), report.findings.end(),
                                  [](const SweepFinding& f) { return f.severity >= inspect::Severity::high; });
  out += "<h1>What this client's requests say about its environment</h1>\n<p>";
  if (report.findings.empty())
    out += "Nothing in them depends on the environment, as far as these runs can tell.";
  else
    out += fmt::format(
        "{} in them depend on the environment: {} in a way that does not say so, {} by showing the fact as it is.",
        counted(report.findings.size(), "place"), high, report.findings.size() - static_cast<std::size_t>(high));
  out += fmt::format(
      "</p>\n<p class=\"soft\">{} with {}. {} that differ between runs, tested against {}; the chance of any false "
      "finding is {:g}.",
      counted(report.runs, "run"), counted(report.exchanges, "exchange"), counted(report.features, "thing"),
      counted(report.factors.factors.size(), "factor"), report.alpha);
  if (report.smallest_p > report.alpha)
    out +=
        fmt::format(" Too few runs: even a place that follows a factor exactly gets p {}.", p_text(report.smallest_p));
  if (report.blind > 0) out += fmt::format(" Not compared, body unreadable: {}.", counted(report.blind, "exchange"));
  out += "</p>\n<h2>Factors</h2>\n<ul>\n";
  for (const Factor& factor : report.factors.factors) {
    out += fmt::format("<li><strong>{}</strong>", html(factor.name));
    for (const std::string& same : factor.same) out += " = " + html(same);
    out += ": ";
    for (std::size_t i = 0; i < factor.levels.size(); ++i) out += (i == 0 ? "" : ", ") + level(factor.levels[i]);
    out += "</li>\n";
  }
  for (const std::string& name : report.factors.untestable)
    out += fmt::format("<li class=\"soft\">not tested, another value in every run: {}</li>\n", html(name));
  out += "</ul>\n";
}

void append_heat_map(std::string& out, const SweepReport& report) {
  double most = 0;
  for (const SweepFinding& finding : report.findings)
    for (const Link& link : finding.links) most = std::max(most, link.bits);
  out +=
      "<h2>Which place depends on which factor</h2>\n"
      "<p class=\"soft\">Bits that the place tells of the factor. Framed: surer than chance.</p>\n"
      "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">place</th>";
  for (const Factor& factor : report.factors.factors)
    out += fmt::format("<th scope=\"col\">{}</th>", html(factor.name));
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < report.findings.size() && i < most_rows; ++i) {
    const SweepFinding& finding = report.findings[i];
    if (i == 0 || finding.request != report.findings[i - 1].request)
      out += fmt::format("<tr><th colspan=\"{}\" scope=\"rowgroup\">{}</th></tr>\n", report.factors.factors.size() + 1,
                         html(finding.request));
    const std::string name =
        i < most_sections ? fmt::format("<a href=\"#place-{}\">{}</a>", i + 1, place(finding)) : place(finding);
    out += fmt::format("<tr><th scope=\"row\">{} <span class=\"soft\">{}</span></th>", name, name_of(finding.aspect));
    for (const Link& link : finding.links)
      out += fmt::format("<td class=\"heat{}\" style=\"--heat:{:.2f}\" title=\"p {}\">{:.2f}</td>",
                         link.p <= report.alpha ? " sure" : "", most > 0 ? link.bits / most : 0.0, p_text(link.p),
                         link.bits);
    out += "</tr>\n";
  }
  out += "</tbody>\n</table></div>\n";
  if (report.findings.size() > most_rows)
    out += fmt::format("<p>and {} more; the JSON report has all.</p>\n", report.findings.size() - most_rows);
}

// The line, with the slots of this finding marked and other varying places underlined.
void append_excerpt(std::string& out, const SweepFinding& finding) {
  const Excerpt& excerpt = finding.excerpt;
  if (excerpt.text.empty()) return;
  const auto is_own = [&](const ByteRange& range) {
    const std::size_t begin = excerpt.begin + utf8::length(std::string_view(excerpt.text).substr(0, range.begin));
    return std::any_of(finding.slots.begin(), finding.slots.end(),
                       [begin](const SlotPlace& slot) { return slot.begin == begin; });
  };
  out += "<pre>";
  std::size_t at = 0;
  for (const ByteRange& range : excerpt.varying) {
    out += html(std::string_view(excerpt.text).substr(at, range.begin - at));
    const std::string_view inside = std::string_view(excerpt.text).substr(range.begin, range.size());
    const bool own = is_own(range);
    out += fmt::format("<{0}>{1}</{2}>", own ? "mark" : "span class=\"also\"",
                       inside.empty() ? std::string("&#8203;") : html(inside), own ? "mark" : "span");
    at = range.end;
  }
  out += html(std::string_view(excerpt.text).substr(at)) + "</pre>\n";
}

// Tint 0 is the usual form's.
std::size_t tint_of(const StateTable& table, std::size_t form) {
  const std::size_t usual = usual_form(table);
  if (form == usual) return 0;
  return 1 + (form < usual ? form : form - 1) % (tints - 1);
}

void append_state(std::string& out, const SweepFinding& finding, const StateTable::Forms& cell) {
  const auto most = std::max_element(cell.begin(), cell.end());
  if (most == cell.end() || *most == 0) {
    out += "<td class=\"soft\">no run</td>";
    return;
  }
  out +=
      fmt::format("<td class=\"form tint{}\">", tint_of(finding.table, static_cast<std::size_t>(most - cell.begin())));
  std::size_t shown = 0;
  for (std::size_t form = 0; form < cell.size(); ++form) {
    if (cell[form] == 0) continue;
    constexpr std::size_t most_shown = 4;
    if (++shown > most_shown) continue;
    out += fmt::format("{}{} <span class=\"soft\">{}&#215;</span>", shown == 1 ? "" : "<br>",
                       form_name(finding.forms[form]), cell[form]);
  }
  if (shown > 4) out += fmt::format("<br>and {} more", shown - 4);
  out += "</td>";
}

// The factor with more values goes down the side.
void append_table(std::string& out, const SweepFinding& finding) {
  const StateTable& table = finding.table;
  const bool is_turned = table.column_levels.size() > table.row_levels.size();
  const auto& down = is_turned ? table.column_levels : table.row_levels;
  const auto& across = is_turned ? table.row_levels : table.column_levels;
  const std::string& side = is_turned ? table.columns : table.rows;
  const std::string& top = is_turned ? table.rows : table.columns;
  out += fmt::format("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">{}{}</th>", html(side),
                     top.empty() ? std::string() : " \\ " + html(top));
  for (const std::string& name : across)
    out += fmt::format("<th scope=\"col\">{}</th>", top.empty() ? "form" : level(name));
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < down.size(); ++row) {
    out += fmt::format("<tr><th scope=\"row\">{}</th>", level(down[row]));
    for (std::size_t column = 0; column < across.size(); ++column)
      append_state(out, finding, is_turned ? table.cells[column][row] : table.cells[row][column]);
    out += "</tr>\n";
  }
  out += "</tbody>\n</table></div>\n";
}

void append_section(std::string& out, const SweepFinding& finding, std::size_t number) {
  const bool is_high = finding.severity >= inspect::Severity::high;
  out += fmt::format(
      "<section>\n<h3 id=\"place-{}\"><span{}>{}</span> {}</h3>\n<p>In {}: {} depends on <strong>{}</strong>", number,
      is_high ? " class=\"high\"" : "", inspect::name_of(finding.severity), place(finding), html(finding.request),
      name_of(finding.aspect), html(finding.factor));
  for (const std::string& same : finding.same) out += " = " + html(same);
  for (const OtherFactor& other : finding.others)
    out += other.adds ? fmt::format(", and on <strong>{}</strong> where that stays the same", html(other.name))
                      : fmt::format(", or on {}: these runs cannot tell", html(other.name));
  out += fmt::format(". p {}, {:.2g} bits", p_text(finding.p), finding.bits);
  const double capacity = capacity_bits(finding.table);
  if (capacity > 0 && !finding.discloses)
    out += fmt::format(" in these runs; {} states have room for {:.2g}", finding.table.forms, capacity);
  out += finding.discloses ? ". It shows the fact as it is.</p>\n" : ".</p>\n";
  append_excerpt(out, finding);
  if (!finding.table.cells.empty()) append_table(out, finding);
  if (finding.more_places > 0)
    out += fmt::format("<p class=\"soft\">and {} that change alike</p>\n", counted(finding.more_places, "place"));
  out += "</section>\n";
}

}  // namespace

std::string to_html(const SweepReport& report) {
  std::string out(head);
  append_summary(out, report);
  if (!report.findings.empty()) {
    append_heat_map(out, report);
    out +=
        "<h2>Place by place</h2>\n<p class=\"soft\">Marked: what varies with the environment. Dotted: what varies for "
        "other reasons. "
        "In the tables, a colour is a form; no colour is the usual one.</p>\n";
    for (std::size_t i = 0; i < report.findings.size() && i < most_sections; ++i)
      append_section(out, report.findings[i], i + 1);
    if (report.findings.size() > most_sections)
      out += fmt::format("<p>and {} more; the JSON report has all.</p>\n", report.findings.size() - most_sections);
  }
  out +=
      "<p class=\"soft\">Facts that did not vary are not in here, and neither is what a client does by account, date "
      "or flags set from afar.</p>\n"
      "</body>\n</html>\n";
  return out;
}

}  // namespace telltale::compare
