#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "inspect/verdict.hpp"

namespace telltale::inspect {

/// Returns `body` with all `edits` applied.
///
/// Edits may come in any order; they must lie inside the body and must not
/// overlap. Two edits may touch. Every byte outside them comes out as it went
/// in, so no edits means an identical body.
///
/// Errors (nothing is applied; Error::at is the offset of the offending edit):
///   edit_out_of_range  begin > end, or end > body.size()
///   edit_overlap       two edits claim the same byte
/// Cost: O(body + n log n), one allocation for the result.
[[nodiscard]] Result<std::string> apply_edits(std::string_view body, std::vector<Edit> edits);

}  // namespace telltale::inspect
