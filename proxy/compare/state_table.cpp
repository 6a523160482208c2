// From runs to the table of states of one place. Covered by tests/unit/compare/state_table_test.cpp.
#include "compare/state_table.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::compare {
namespace {

std::size_t forms_in(const StateTable::Forms& cell) {
  return static_cast<std::size_t>(std::count_if(cell.begin(), cell.end(), [](std::uint32_t runs) { return runs > 0; }));
}

bool is_exact(const StateTable& table) {
  for (const auto& row : table.cells)
    for (const StateTable::Forms& cell : row)
      if (forms_in(cell) > 1) return false;
  return true;
}

}  // namespace

StateTable tabulate(const Feature& feature, const Factor& rows, const Factor* columns) {
  StateTable out;
  out.rows = rows.name;
  out.row_levels = rows.levels;
  out.column_levels = {""};
  if (columns != nullptr) {
    out.columns = columns->name;
    out.column_levels = columns->levels;
  }
  out.forms = feature.forms.size();
  out.cells.assign(out.row_levels.size(),
                   std::vector<StateTable::Forms>(out.column_levels.size(), StateTable::Forms(out.forms)));
  for (std::size_t run = 0; run < feature.levels.size(); ++run) {
    if (feature.levels[run] == no_level) continue;
    const std::uint32_t column = columns == nullptr ? 0 : columns->of_run[run];
    ++out.cells[rows.of_run[run]][column][feature.levels[run]];
  }
  out.exact = is_exact(out);
  return out;
}

Region region_of(const StateTable& table, std::uint32_t form) {
  Region out;
  std::vector<bool> in_column(table.column_levels.size());
  for (std::uint32_t row = 0; row < table.cells.size(); ++row) {
    bool in_row = false;
    for (std::uint32_t column = 0; column < in_column.size(); ++column) {
      if (table.cells[row][column][form] == 0) continue;
      in_row = true;
      in_column[column] = true;
    }
    if (in_row) out.rows.push_back(row);
  }
  for (std::uint32_t column = 0; column < in_column.size(); ++column)
    if (in_column[column]) out.columns.push_back(column);
  const auto is_alone = [&table, form](std::uint32_t row, std::uint32_t column) {
    const StateTable::Forms& cell = table.cells[row][column];
    return forms_in(cell) == (cell[form] > 0 ? 1U : 0U);
  };
  out.is_product = true;
  for (const std::uint32_t row : out.rows)
    for (const std::uint32_t column : out.columns) out.is_product = out.is_product && is_alone(row, column);
  return out;
}

std::uint32_t usual_form(const StateTable& table) {
  StateTable::Forms sums(table.forms);
  for (const auto& row : table.cells)
    for (const StateTable::Forms& cell : row)
      for (std::size_t form = 0; form < cell.size(); ++form) sums[form] += cell[form];
  return static_cast<std::uint32_t>(std::distance(sums.begin(), std::max_element(sums.begin(), sums.end())));
}

double capacity_bits(const StateTable& table) {
  return table.exact && table.forms > 0 ? std::log2(static_cast<double>(table.forms)) : 0;
}

}  // namespace telltale::compare
