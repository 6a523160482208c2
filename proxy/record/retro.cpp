// Findings over time. Covered by tests/unit/record/retro_test.cpp.
#include "record/retro.hpp"

#include <algorithm>

namespace telltale::record {
namespace {

std::string bounded(std::string_view name) {
  return std::string(name.empty() ? "-" : name.substr(0, Retro::longest_name));
}

std::string user_of(const Capture& capture) {
  if (!capture.flow_user.empty()) return capture.flow_user;
  const auto known = capture.environment.find("user");
  if (known != capture.environment.end() && !known->second.empty()) return known->second.front();
  // "127.0.0.1:51544", "[::1]:51544"
  return capture.flow_client.substr(0, capture.flow_client.rfind(':'));
}

void widen(Retro::Row& row, std::optional<std::int64_t> time) {
  if (!time) return;
  row.first = row.first ? std::min(*row.first, *time) : *time;
  row.last = row.last ? std::max(*row.last, *time) : *time;
}

}  // namespace

RetroItem retro_item(const Capture& capture, const inspect::Verdict& verdict, std::string_view host) {
  RetroItem out;
  out.client = bounded(verdict.client_name);
  out.version = bounded(verdict.client_version);
  out.user = bounded(user_of(capture));
  out.site = bounded(host);
  out.time = milliseconds_of(capture.time);
  out.not_listed = verdict.findings_not_listed;
  out.covered = verdict.coverage.state == inspect::Coverage::State::full;
  for (const inspect::Finding& finding : verdict.findings) {
    RetroItem::Found& found = out.rules[finding.rule];
    ++found.findings;
    found.severity = std::max(found.severity, finding.severity);
  }
  return out;
}

void Retro::add(const RetroItem& item) {
  ++totals_.exchanges;
  totals_.not_listed += item.not_listed;
  totals_.not_covered += item.covered ? 0U : 1U;
  totals_.undated += item.time ? 0U : 1U;
  totals_.with_findings += item.rules.empty() ? 0U : 1U;
  for (const auto& [rule, found] : item.rules) {
    totals_.findings += found.findings;
    add_row({rule, item.client, item.version, item.user, item.site}, item, found);
  }
  add_step(item);
}

void Retro::add_row(Key key, const RetroItem& item, const RetroItem::Found& found) {
  if (rows_.size() >= most_rows && !rows_.contains(key)) {
    totals_.folded += found.findings;
    const std::string others(all_others);
    key = {key.rule, others, others, others, others};
  }
  Row& row = rows_[std::move(key)];
  row.findings += found.findings;
  ++row.exchanges;
  row.severity = std::max(row.severity, found.severity);
  widen(row, item.time);
}

void Retro::add_step(const RetroItem& item) {
  constexpr std::int64_t day_ms = 86'400'000;
  if (!item.time) return;
  const Day day = static_cast<Day>(*item.time / day_ms);
  const Day from = by_week_ ? week_of(day) : day;
  const auto has_room = [this] { return step_counts_ < most_steps; };
  if (!steps_.contains(from) && !has_room()) {
    for (const auto& [rule, found] : item.rules) totals_.unplaced += found.findings;
    return;
  }
  step_counts_ += steps_.contains(from) ? 0U : 1U;
  Step& step = steps_[from];
  ++step.exchanges;
  for (const auto& [rule, found] : item.rules) {
    const bool is_new = !step.findings.contains(rule);
    if (is_new && !has_room()) {
      totals_.unplaced += found.findings;
      continue;
    }
    step_counts_ += is_new ? 1U : 0U;
    step.findings[rule] += found.findings;
  }
}

}  // namespace telltale::record
