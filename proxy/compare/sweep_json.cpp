// The report for programs. Members as docs/sweep.md lists them. Covered by tests/unit/compare/sweep_report_test.cpp.
#include "compare/sweep.hpp"
#include "record/json_writer.hpp"

namespace telltale::compare {
namespace {

using record::JsonWriter;

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_count(JsonWriter& json, std::string_view name, std::size_t count) {
  json.key(name);
  json.unsigned_integer(count);
}

void write_factor(JsonWriter& json, const Factor& factor) {
  json.begin_object();
  json.member("name", factor.name);
  write_strings(json, "same", factor.same);
  json.key("levels");
  json.begin_array();
  std::vector<std::size_t> runs(factor.levels.size());
  for (const std::uint32_t level : factor.of_run) ++runs[level];
  for (std::size_t i = 0; i < factor.levels.size(); ++i) {
    json.begin_object();
    json.member("value", factor.levels[i]);
    write_count(json, "runs", runs[i]);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_form(JsonWriter& json, const Form& form) {
  json.begin_object();
  json.member("text", form.text);
  write_strings(json, "code_points", form.code_points);
  json.key("runs");
  json.begin_array();
  for (const std::uint32_t count : form.runs) json.unsigned_integer(count);
  json.end_array();
  json.end_object();
}

// The forms of each cell, by row and column.
void write_table(JsonWriter& json, const StateTable& table) {
  json.begin_object();
  json.member("rows", table.rows);
  json.member("columns", table.columns);
  write_strings(json, "row_levels", table.row_levels);
  write_strings(json, "column_levels", table.column_levels);
  json.key("exact"), json.boolean(table.exact);
  json.key("cells");
  json.begin_array();
  for (const auto& row : table.cells) {
    json.begin_array();
    for (const StateTable::Forms& cell : row) {
      json.begin_array();
      for (std::size_t form = 0; form < cell.size(); ++form)
        if (cell[form] > 0) json.unsigned_integer(form);
      json.end_array();
    }
    json.end_array();
  }
  json.end_array();
  json.end_object();
}

void write_links(JsonWriter& json, const std::vector<Link>& links) {
  json.begin_array();
  for (const Link& link : links) {
    json.begin_object();
    json.member("factor", link.factor);
    json.key("p"), json.real(link.p);
    json.key("bits"), json.real(link.bits);
    json.end_object();
  }
  json.end_array();
}

void write_finding(JsonWriter& json, const SweepFinding& finding) {
  json.begin_object();
  json.member("request", finding.request);
  json.member("aspect", name_of(finding.aspect));
  json.member("severity", inspect::name_of(finding.severity));
  json.member("where", finding.where);
  json.key("span");
  if (finding.span) {
    json.begin_array();
    json.unsigned_integer(finding.span->begin);
    json.unsigned_integer(finding.span->end);
    json.end_array();
  } else {
    json.null();
  }
  json.member("exchange", finding.exchange);
  json.member("factor", finding.factor);
  write_strings(json, "same", finding.same);
  json.key("others");
  json.begin_array();
  for (const OtherFactor& other : finding.others) {
    json.begin_object();
    json.member("factor", other.name);
    json.key("adds"), json.boolean(other.adds);
    json.key("p"), json.real(other.p);
    json.end_object();
  }
  json.end_array();
  json.key("p"), json.real(finding.p);
  json.key("bits"), json.real(finding.bits);
  json.key("capacity_bits"), json.real(capacity_bits(finding.table));
  json.key("discloses"), json.boolean(finding.discloses);
  write_strings(json, "levels", finding.levels);
  json.key("forms");
  json.begin_array();
  for (const Form& form : finding.forms) write_form(json, form);
  json.end_array();
  json.key("table"), write_table(json, finding.table);
  json.key("links"), write_links(json, finding.links);
  write_count(json, "more_places", finding.more_places);
  json.end_object();
}

}  // namespace

std::string to_json(const SweepReport& report) {
  std::string out;
  JsonWriter json(out, record::JsonText::ascii);
  json.begin_object();
  write_count(json, "sweep", 1);
  write_count(json, "exchanges", report.exchanges);
  write_count(json, "runs", report.runs);
  write_strings(json, "series", report.series);
  write_count(json, "not_compared", report.blind);
  json.key("factors");
  json.begin_array();
  for (const Factor& factor : report.factors.factors) write_factor(json, factor);
  json.end_array();
  write_strings(json, "untestable", report.factors.untestable);
  write_count(json, "features", report.features);
  write_count(json, "tested", report.tested);
  write_count(json, "arrangements", report.arrangements);
  json.key("exact"), json.boolean(report.exact);
  json.key("alpha"), json.real(report.alpha);
  json.key("smallest_p"), json.real(report.smallest_p);
  json.key("findings");
  json.begin_array();
  for (const SweepFinding& finding : report.findings) write_finding(json, finding);
  json.end_array();
  json.end_object();
  return out;
}

}  // namespace telltale::compare
