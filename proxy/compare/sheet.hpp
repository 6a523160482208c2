#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compare/naming.hpp"
#include "compare/vocabulary.hpp"
#include "core/limits.hpp"
#include "record/capture.hpp"

namespace telltale::compare {

/// One thing a request says: a value, a header field, an order.
struct Cell {
  std::uint32_t place = 0;    ///< in Vocabulary::places
  std::uint32_t pointer = 0;  ///< in Vocabulary::pointers
  std::uint32_t value =
      0;  ///< in Vocabulary::texts: raw JSON token, field value, or order as names one behind the other
  std::uint32_t dress = 0;  ///< in Vocabulary::texts: blanks around a JSON value, spelling of a field's name
};

/// A request taken apart, each place at most once.
struct Sheet {
  /// Requests of the same series are comparable: method, path (ids in it masked), API, with or without tools.
  std::string series;
  std::vector<Cell> cells;
  bool to_model = false;  ///< in the format of a known API: what is said to a model, and no telemetry
  std::string blind;      ///< why the body was not read (an Errc name); empty if it was
};

/// Name of the cell that holds an order; its place is a child of what is ordered.
inline constexpr std::string_view order_name = "\x01order";
/// Between the names in an order.
inline constexpr char order_separator = name_separator;

/// Values are found again by name: members by key, array elements by their `name` (also `function.name`), else by
/// `role` or `type` and how many of these came before, else by index. A key that occurs twice is two places.
/// Content-Length is left out: it follows from the rest.
[[nodiscard]] Sheet take_apart(const record::Capture& capture, Vocabulary& vocabulary, const Limits& limits);

}  // namespace telltale::compare
