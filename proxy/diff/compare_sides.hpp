#pragma once
#include "diff/profile.hpp"
#include "diff/report.hpp"

namespace telltale::diff {

struct CompareOptions {
  bool all = false;  ///< tell what is noise too
};

/// What two sides, both settled, say differently. Endpoints are paired by method, host, path and API; one that is left
/// over on either side alone with the same API is paired too (another gateway, another model in the path). Within a
/// pair, places are compared by the ways in which they are filled, so that neither the number nor the order of requests
/// counts. Deterministic. Cost: bounded by what a Profile holds and by `most_compared` bytes of texts compared word by
/// word; past it texts are only told to differ, and a note says so. Fills all of the report but summaries and findings.
[[nodiscard]] DiffReport compare_sides(const Profile& a, const Profile& b, const CompareOptions& options);

inline constexpr std::size_t most_compared = std::size_t{256} * 1024 * 1024;

}  // namespace telltale::diff
