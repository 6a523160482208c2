#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/feature.hpp"

// What the files that find features share.

namespace telltale::compare {

/// Sorts the runs by what each has, and makes a feature of it if they differ.
class Levels {
 public:
  explicit Levels(std::size_t runs) : forms_of_run_(runs) {}

  void set(std::size_t run, std::string_view form) { forms_of_run_[run] = form; }

  /// The forms, sorted, and for each run which it has. Runs that were not set have no level.
  [[nodiscard]] Feature feature(Aspect aspect, double weight) const;

 private:
  std::vector<std::optional<std::string>> forms_of_run_;
};

/// One row of a series, with what is needed to name the place.
struct RowContext {
  const Series& series;
  const Row& row;
  const Vocabulary& vocabulary;

  [[nodiscard]] std::size_t runs() const { return row.cells.size(); }
  [[nodiscard]] std::string_view value(std::size_t run) const { return vocabulary.texts.at(row.cells[run]->value); }
  /// The latest run that has the place, one that `prefers` likes if there is one.
  [[nodiscard]] std::size_t shown_run(const std::function<bool(std::size_t)>& prefers) const;
  /// Names the place as it is in that run.
  void place_at(Feature& feature, std::size_t run) const;
};

/// Adds the features of texts, of orders. Each looks only at rows of its kind.
void add_text_features(const RowContext& context, std::vector<Feature>& out);
void add_order_features(const RowContext& context, std::vector<Feature>& out);

}  // namespace telltale::compare
