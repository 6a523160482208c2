// What differs, place by place. Covered by tests/unit/compare/sweep_test.cpp.
#include "compare/feature.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "compare/feature_list.hpp"

namespace telltale::compare {

Feature Levels::feature(Aspect aspect, double weight) const {
  Feature out;
  out.aspect = aspect;
  out.weight = weight;
  std::set<std::string_view> sorted;
  for (const auto& form : forms_of_run_)
    if (form) sorted.insert(*form);
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  for (const std::string_view form : sorted) {
    numbers.emplace(form, static_cast<std::uint32_t>(out.forms.size()));
    out.forms.emplace_back(form);
  }
  for (const auto& form : forms_of_run_) out.levels.push_back(form ? numbers[*form] : no_level);
  return out;
}

std::size_t RowContext::shown_run(const std::function<bool(std::size_t)>& prefers) const {
  const auto key = [this](std::size_t run) {
    const Exchange& exchange = *series.exchanges[run];
    return std::tuple(std::string_view(exchange.time), std::string_view(exchange.id), exchange.digest, exchange.number);
  };
  std::optional<std::size_t> best;
  bool is_preferred = false;
  for (std::size_t run = 0; run < runs(); ++run) {
    if (row.cells[run] == nullptr) continue;
    const bool likes = prefers(run);
    if (best && likes < is_preferred) continue;
    if (!best || likes > is_preferred || key(*best) < key(run)) best = run;
    is_preferred = is_preferred || likes;
  }
  return *best;
}

void RowContext::place_at(Feature& feature, std::size_t run) const {
  feature.series = series.name;
  feature.to_model = series.to_model;
  feature.where = vocabulary.where(row.cells[run]->pointer);
  feature.exchange = series.exchanges[run]->id;
}

namespace {

constexpr double blanks_weight = 0.5;
// Event batches and the like hold fifty times as much that varies as what is said to a model.
constexpr double telemetry_weight = 0.02;

const auto any_run = [](std::size_t) { return true; };

/// The features of one series.
class Finder {
 public:
  Finder(const Series& series, const Vocabulary& vocabulary, std::vector<Feature>& out)
      : series_(series), vocabulary_(vocabulary), out_(out) {
    for (const Row& row : series.rows) rows_.emplace(row.place, &row);
  }

  void find() {
    for (const Row& row : series_.rows) {
      const RowContext context{series_, row, vocabulary_};
      if (is_order(row)) {
        add_order_features(context, out_);
        continue;
      }
      if (!follows_parent(row)) add_presence(context);
      add_dress(context);
      add_text_features(context, out_);
    }
  }

 private:
  [[nodiscard]] bool is_order(const Row& row) const {
    return vocabulary_.texts.at(vocabulary_.places.name(row.place)) == order_name;
  }

  // Absent in exactly the runs in which what it is part of is absent.
  [[nodiscard]] bool follows_parent(const Row& row) const {
    const auto parent = rows_.find(vocabulary_.places.parent(row.place));
    if (parent == rows_.end()) return false;
    const auto same_presence = [](const Cell* l, const Cell* r) { return (l == nullptr) == (r == nullptr); };
    return std::equal(row.cells.begin(), row.cells.end(), parent->second->cells.begin(), same_presence);
  }

  void add_presence(const RowContext& context) {
    if (series_.is_everywhere(context.row)) return;
    Levels levels(context.runs());
    for (std::size_t run = 0; run < context.runs(); ++run)
      if (series_.exchanges[run] != nullptr)
        levels.set(run, context.row.cells[run] == nullptr ? "(absent)" : "(present)");
    Feature feature = levels.feature(Aspect::presence, 1.0);
    const std::size_t shown = context.shown_run(any_run);
    context.place_at(feature, shown);
    out_.push_back(std::move(feature));
  }

  void add_dress(const RowContext& context) {
    std::set<std::uint32_t> dresses;
    Levels levels(context.runs());
    for (std::size_t run = 0; run < context.runs(); ++run) {
      const Cell* cell = context.row.cells[run];
      if (cell == nullptr) continue;
      dresses.insert(cell->dress);
      levels.set(run, vocabulary_.texts.at(cell->dress));
    }
    if (dresses.size() < 2) return;
    const bool is_body = vocabulary_.where(context.row.cells[context.shown_run(any_run)]->pointer).starts_with("body:");
    Feature feature = levels.feature(is_body ? Aspect::blanks : Aspect::name_case, is_body ? blanks_weight : 1.0);
    context.place_at(feature, context.shown_run(any_run));
    out_.push_back(std::move(feature));
  }

  const Series& series_;
  const Vocabulary& vocabulary_;
  std::vector<Feature>& out_;
  std::unordered_map<std::uint32_t, const Row*> rows_;
};

void add_requests(const Series& series, std::vector<Feature>& out) {
  if (series.present == series.exchanges.size()) return;
  Levels levels(series.exchanges.size());
  for (std::size_t run = 0; run < series.exchanges.size(); ++run)
    levels.set(run, series.exchanges[run] == nullptr ? "(no request)" : "(request)");
  Feature feature = levels.feature(Aspect::requests, 1.0);
  feature.where = "requests";
  feature.series = series.name;
  feature.to_model = series.to_model;
  for (const Exchange* exchange : series.exchanges)
    if (exchange != nullptr) feature.exchange = exchange->id;
  out.push_back(std::move(feature));
}

}  // namespace

std::vector<Feature> find_features(const Grid& grid, const Vocabulary& vocabulary) {
  std::vector<Feature> out;
  for (const Series& series : grid.series) {
    const std::size_t first = out.size();
    add_requests(series, out);
    Finder(series, vocabulary, out).find();
    for (std::size_t i = first; i < out.size(); ++i)
      if (!series.to_model) out[i].weight *= telemetry_weight;
  }
  return out;
}

std::string_view name_of(Aspect aspect) {
  switch (aspect) {
    case Aspect::presence:
      return "presence";
    case Aspect::value:
      return "value";
    case Aspect::text:
      return "text";
    case Aspect::blanks:
      return "blanks";
    case Aspect::name_case:
      return "name_case";
    case Aspect::order:
      return "order";
    case Aspect::pair_order:
      return "pair_order";
    case Aspect::count:
      return "count";
    case Aspect::format:
      return "format";
    case Aspect::digit:
      return "digit";
    case Aspect::requests:
      return "requests";
  }
  return "value";
}

}  // namespace telltale::compare
