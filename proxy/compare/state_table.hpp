#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "compare/factor.hpp"
#include "compare/feature.hpp"

namespace telltale::compare {

/// Which forms a place takes, for the values of one factor or of two at once.
struct StateTable {
  using Forms = std::vector<std::uint32_t>;  ///< runs by form

  std::string rows;     ///< factor
  std::string columns;  ///< another one; empty: there is a single column
  std::vector<std::string> row_levels;
  std::vector<std::string> column_levels;
  std::vector<std::vector<Forms>> cells;  ///< by row and column
  std::size_t forms = 0;
  bool exact = false;  ///< no cell has two forms: the place is a function of the factors
};

/// Rows and columns in which a form occurs.
struct Region {
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> columns;
  bool is_product = false;  ///< the form, and no other, is in all cells of these rows and columns that have runs
};

/// `columns` may be null.
[[nodiscard]] StateTable tabulate(const Feature& feature, const Factor& rows, const Factor* columns);

[[nodiscard]] Region region_of(const StateTable& table, std::uint32_t form);

/// The form in all cells that the others leave: the one with most runs. What it stands for is "elsewhere".
[[nodiscard]] std::uint32_t usual_form(const StateTable& table);

/// What the forms of an exact table can carry at most: the logarithm of their number; 0 for other tables.
[[nodiscard]] double capacity_bits(const StateTable& table);

}  // namespace telltale::compare
