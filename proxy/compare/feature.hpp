#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/grid.hpp"
#include "compare/permutation_test.hpp"
#include "core/byte_range.hpp"

namespace telltale::compare {

/// In what respect requests differ.
enum class Aspect : std::uint8_t {
  presence,    ///< whether it is there
  value,       ///< a number, a literal, a change of kind
  text,        ///< what a slot of a text says or how it is spelt
  blanks,      ///< white space around a JSON value
  name_case,   ///< spelling of a header field's name
  order,       ///< of members, items or header fields
  pair_order,  ///< of two of them
  count,       ///< how often a character stands in a text, wherever
  format,      ///< how a value that differs each time is written
  digit,       ///< one character of such a value
  requests     ///< whether the request is made at all
};

/// The line a slot stands in, as far as it is of use, in the exchange that is shown.
struct Excerpt {
  std::string text;                ///< escapes undone
  std::size_t begin = 0;           ///< code points of the string before it
  std::vector<ByteRange> varying;  ///< bytes of `text` that some run fills differently; in order, apart
  std::string tag;                 ///< "system-reminder" if an open tag of that name began a line not far before
};

/// Something that differs between the runs, before it is known whether the environment has to do with it.
struct Feature {
  Aspect aspect = Aspect::value;
  std::vector<std::uint32_t> levels;  ///< by run, indices into `forms`; no_level where the run lacks the place
  std::vector<std::string> forms;     ///< as they stand in the request; JSON strings with their escapes
  double weight = 1.0;                ///< its share of the error rate: less for what mostly varies by chance
  std::string where;                  ///< as in a finding
  std::string series;                 ///< of which requests
  bool to_model = false;              ///< these go to a model
  std::optional<ByteRange> span;      ///< code points, in the exchange named here
  std::string exchange;
  Excerpt excerpt;  ///< of a slot: what it stands in
};

/// Everything in which the runs differ. What follows from something else (members of an object that is not there)
/// is left out. Deterministic; no look at the environment.
[[nodiscard]] std::vector<Feature> find_features(const Grid& grid, const Vocabulary& vocabulary);

[[nodiscard]] std::string_view name_of(Aspect aspect);

}  // namespace telltale::compare
