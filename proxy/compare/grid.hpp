#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "compare/sheet.hpp"
#include "inspect/engine.hpp"

namespace telltale::compare {

/// A request and what it came with.
struct Exchange {
  Sheet sheet;
  inspect::Environment environment;
  std::string id;
  std::string time;
  std::string file;
  std::uint64_t digest = 0;  ///< of what it holds; orders exchanges that have neither time nor id
  std::size_t number = 0;    ///< in the order read; says which of several is shown
};

/// What one place holds in the runs. `cells[run]` is null where the run has no such place.
struct Row {
  std::uint32_t place = 0;
  std::vector<const Cell*> cells;
  std::uint32_t present = 0;
};

/// The requests of one series, one a run, laid next to each other.
struct Series {
  std::string name;                        ///< "POST /v1/messages anthropic.messages tools", "... (2)" for the second
  std::vector<const Exchange*> exchanges;  ///< by run; null where a run has none
  std::size_t present = 0;                 ///< how many are not null
  bool to_model = false;                   ///< as in Sheet
  std::vector<Row> rows;                   ///< only those that are not alike in all requests

  [[nodiscard]] bool is_everywhere(const Row& row) const { return row.present == present; }
};

struct Grid {
  std::vector<inspect::Environment> runs;
  std::vector<Series> series;  ///< sorted by name
};

/// Sorts exchanges into runs and series. A run is: the exchanges with the same `run` in their environment; without
/// that, those of one file, if every file has one environment and some environment comes in several files; else each
/// exchange by itself. Runs are put in an order that depends on what they hold, not on the order of the files.
[[nodiscard]] Grid lay_out(const std::vector<Exchange>& exchanges);

}  // namespace telltale::compare
