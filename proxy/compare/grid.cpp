// From a heap of exchanges to a table of runs. Covered by tests/unit/compare/grid_test.cpp.
#include "compare/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "compare/factor.hpp"

namespace telltale::compare {
namespace {

using Run = std::vector<const Exchange*>;

std::string text_of(const inspect::Environment& environment) {
  std::string out;
  for (const auto& [name, values] : environment) {
    out.append(name) += '\x1E';
    for (const std::string& value : values) out.append(value) += '\x1F';
  }
  return out;
}

bool names_runs(const std::vector<Exchange>& exchanges) {
  return std::all_of(exchanges.begin(), exchanges.end(),
                     [](const Exchange& e) { return e.environment.contains(run_fact); });
}

// True if the files are runs: none mixes environments, and one environment has several files.
bool files_are_runs(const std::vector<Exchange>& exchanges) {
  std::map<std::string, std::set<std::string>> environments;
  for (const Exchange& exchange : exchanges) environments[exchange.file].insert(text_of(exchange.environment));
  std::map<std::string, unsigned> files;
  bool repeats = false;
  for (const auto& [file, texts] : environments) {
    if (texts.size() > 1) return false;
    repeats = ++files[*texts.begin()] > 1 || repeats;
  }
  return repeats;
}

// What a run is sorted by, most telling first; texts of cells and not their numbers, which depend on the order read.
auto sort_key(const Exchange& exchange) {
  return std::tuple(text_of(exchange.environment), exchange.time, exchange.id, exchange.sheet.series, exchange.digest);
}

std::vector<Run> sort_into_runs(const std::vector<Exchange>& exchanges) {
  const bool by_name = names_runs(exchanges);
  const bool by_file = !by_name && files_are_runs(exchanges);
  std::map<std::string, Run> named;
  std::vector<Run> out;
  for (const Exchange& exchange : exchanges) {
    if (by_name)
      named[text_of(exchange.environment)].push_back(&exchange);
    else if (by_file)
      named[exchange.file].push_back(&exchange);
    else
      out.push_back({&exchange});
  }
  for (auto& [name, run] : named) out.push_back(std::move(run));
  for (Run& run : out)
    std::stable_sort(run.begin(), run.end(),
                     [](const Exchange* l, const Exchange* r) { return sort_key(*l) < sort_key(*r); });
  std::stable_sort(out.begin(), out.end(),
                   [](const Run& l, const Run& r) { return sort_key(*l[0]) < sort_key(*r[0]); });
  return out;
}

bool is_alike(const Series& series, const Row& row) {
  if (!series.is_everywhere(row)) return false;
  const Cell* first = nullptr;
  for (const Cell* cell : row.cells) {
    if (cell == nullptr) continue;
    if (first == nullptr) first = cell;
    if (cell->value != first->value || cell->dress != first->dress) return false;
  }
  return true;
}

void fill_rows(Series& series) {
  std::unordered_map<std::uint32_t, std::size_t> rows;
  for (std::size_t run = 0; run < series.exchanges.size(); ++run) {
    if (series.exchanges[run] == nullptr) continue;
    ++series.present;
    for (const Cell& cell : series.exchanges[run]->sheet.cells) {
      const auto [found, is_new] = rows.try_emplace(cell.place, series.rows.size());
      if (is_new) series.rows.push_back({cell.place, std::vector<const Cell*>(series.exchanges.size()), 0});
      Row& row = series.rows[found->second];
      row.cells[run] = &cell;
      ++row.present;
    }
  }
  std::erase_if(series.rows, [&series](const Row& row) { return is_alike(series, row); });
}

}  // namespace

Grid lay_out(const std::vector<Exchange>& exchanges) {
  const std::vector<Run> runs = sort_into_runs(exchanges);
  Grid out;
  std::map<std::string, std::vector<const Exchange*>> series;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    out.runs.push_back(runs[run].front()->environment);
    std::map<std::string, unsigned> seen;
    for (const Exchange* exchange : runs[run]) {
      const std::string& name = exchange->sheet.series;
      const unsigned count = ++seen[name];
      auto& row = series[count == 1 ? name : fmt::format("{} ({})", name, count)];
      row.resize(runs.size());  // of null pointers, the first time
      row[run] = exchange;
    }
  }
  for (auto& [name, row] : series) {
    const auto some = std::find_if(row.begin(), row.end(), [](const Exchange* e) { return e != nullptr; });
    Series one{name, {}, 0, (*some)->sheet.to_model, {}};
    one.exchanges = std::move(row);
    fill_rows(one);
    out.series.push_back(std::move(one));
  }
  return out;
}

}  // namespace telltale::compare
