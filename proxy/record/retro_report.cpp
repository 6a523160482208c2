// Findings over time, told. Covered by tests/unit/record/retro_test.cpp and tests/e2e/retro_test.py.
#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.hpp"
#include "record/json_writer.hpp"
#include "record/retro.hpp"
#include "record/splitter.hpp"

namespace telltale::record {
namespace {

std::string counted(std::uint64_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string day_of_time(std::optional<std::int64_t> time) {
  return time ? time_text(*time).substr(0, 10) : "-";
}

using Entry = std::pair<const Retro::Key, Retro::Row>;

/// The rows of one rule, and what they make together.
struct Rule {
  std::vector<const Entry*> rows;
  Retro::Row all;
};

std::vector<std::pair<std::string, Rule>> by_gravity(const Retro& retro) {
  std::map<std::string, Rule> rules;
  for (const Entry& entry : retro.rows()) {
    Rule& rule = rules[entry.first.rule];
    const Retro::Row& row = entry.second;
    rule.rows.push_back(&entry);
    rule.all.findings += row.findings;
    rule.all.exchanges += row.exchanges;
    rule.all.severity = std::max(rule.all.severity, row.severity);
    if (row.first) rule.all.first = std::min(rule.all.first.value_or(*row.first), *row.first);
    if (row.last) rule.all.last = std::max(rule.all.last.value_or(*row.last), *row.last);
  }
  std::vector<std::pair<std::string, Rule>> out(rules.begin(), rules.end());
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.second.all.severity > b.second.all.severity; });
  return out;
}

void append_rule(std::string& out, const std::string& name, const Rule& rule) {
  constexpr std::size_t most_rows = 20;
  out += fmt::format("{:<8}  {}  {} in {}, first {}, last {}\n", name_of(rule.all.severity), utf8::escaped(name),
                     counted(rule.all.findings, "finding"), counted(rule.all.exchanges, "exchange"),
                     day_of_time(rule.all.first), day_of_time(rule.all.last));
  for (std::size_t i = 0; i < rule.rows.size() && i < most_rows; ++i) {
    const auto& [key, row] = *rule.rows[i];
    out += fmt::format("          {} {}  {}  {}  {} in {}, {} to {}\n", utf8::escaped(key.client),
                       utf8::escaped(key.version), utf8::escaped(key.user), utf8::escaped(key.site), row.findings,
                       row.exchanges, day_of_time(row.first), day_of_time(row.last));
  }
  if (rule.rows.size() > most_rows) out += fmt::format("          and {} more\n", rule.rows.size() - most_rows);
}

void append_step(std::string& out, Day from, const Retro::Step& step) {
  std::uint64_t all = 0;
  std::string rules;
  for (const auto& [rule, count] : step.findings) {
    all += count;
    rules += fmt::format("{}{} {}", rules.empty() ? "  " : ", ", utf8::escaped(rule), count);
  }
  out += fmt::format("{}  {}, {}{}\n", day_text(from), counted(step.exchanges, "exchange"), counted(all, "finding"),
                     rules);
}

void write_time(JsonWriter& json, std::string_view name, std::optional<std::int64_t> time) {
  json.key(name);
  if (!time) return json.null();
  json.string(time_text(*time));
}

void write_row(JsonWriter& json, const Retro::Key& key, const Retro::Row& row) {
  json.begin_object();
  json.member("retro", "row");
  json.member("rule", key.rule);
  json.member("severity", name_of(row.severity));
  json.member("client", key.client);
  json.member("version", key.version);
  json.member("user", key.user);
  json.member("site", key.site);
  json.key("findings"), json.unsigned_integer(row.findings);
  json.key("exchanges"), json.unsigned_integer(row.exchanges);
  write_time(json, "first", row.first);
  write_time(json, "last", row.last);
  json.end_object();
}

void write_step(JsonWriter& json, std::string_view unit, Day from, const Retro::Step& step) {
  json.begin_object();
  json.member("retro", unit);
  json.member("from", day_text(from));
  json.key("exchanges"), json.unsigned_integer(step.exchanges);
  json.key("findings");
  json.begin_object();
  for (const auto& [rule, count] : step.findings) json.key(rule), json.unsigned_integer(count);
  json.end_object();
  json.end_object();
}

void write_totals(JsonWriter& json, const Retro::Totals& totals) {
  const std::pair<std::string_view, std::uint64_t> members[] = {
      {"exchanges", totals.exchanges},   {"with_findings", totals.with_findings}, {"findings", totals.findings},
      {"not_listed", totals.not_listed}, {"not_covered", totals.not_covered},     {"undated", totals.undated},
      {"without_a_row", totals.folded},  {"without_a_step", totals.unplaced}};
  json.begin_object();
  json.member("retro", "summary");
  for (const auto& [name, count] : members) json.key(name), json.unsigned_integer(count);
  json.end_object();
}

}  // namespace

std::string to_text(const Retro& retro) {
  std::string out;
  for (const auto& [name, rule] : by_gravity(retro)) append_rule(out, name, rule);
  if (!retro.steps().empty()) out += fmt::format("\nby {}\n", retro.by_week() ? "week, from Monday" : "day");
  for (const auto& [from, step] : retro.steps()) append_step(out, from, step);
  const Retro::Totals& totals = retro.totals();
  out += fmt::format("\n{}, {} in {}", counted(totals.exchanges, "exchange"), counted(totals.findings, "finding"),
                     totals.with_findings);
  const std::pair<std::uint64_t, std::string_view> more[] = {{totals.not_covered, "not wholly inspected"},
                                                             {totals.undated, "without a time"},
                                                             {totals.not_listed, "more findings not listed"},
                                                             {totals.folded, "findings without a row of their own"},
                                                             {totals.unplaced, "findings in no timeline"}};
  for (const auto& [count, what] : more)
    if (count > 0) out += fmt::format(", {} {}", count, what);
  return out + "\n";
}

std::string to_json_lines(const Retro& retro) {
  std::string out;
  const auto line = [&out](const auto& write) {
    JsonWriter json(out, JsonText::ascii);
    write(json);
    out.push_back('\n');
  };
  for (const auto& [key, row] : retro.rows())
    line([&key = key, &row = row](JsonWriter& json) { write_row(json, key, row); });
  const std::string_view unit = retro.by_week() ? "week" : "day";
  for (const auto& [from, step] : retro.steps())
    line([unit, &from = from, &step = step](JsonWriter& json) { write_step(json, unit, from, step); });
  line([&retro](JsonWriter& json) { write_totals(json, retro.totals()); });
  return out;
}

}  // namespace telltale::record
