// Splices edits into a body. Covered by tests/unit/inspect/edit_test.cpp.
#include "inspect/edit.hpp"

#include <algorithm>

namespace telltale::inspect {

Result<std::string> apply_edits(std::string_view body, std::vector<Edit> edits) {
  std::size_t size = body.size();
  for (const Edit& edit : edits) {
    if (edit.range.begin > edit.range.end || edit.range.end > body.size())
      return fail(Errc::edit_out_of_range, edit.range.begin, "edit lies outside the body");
    size += edit.text.size();
  }
  // Stable, so that two insertions at one place keep the order they were given in.
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return a.range.begin != b.range.begin ? a.range.begin < b.range.begin : a.range.end < b.range.end;
  });
  std::string out;
  out.reserve(size);
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    if (edit.range.begin < done) return fail(Errc::edit_overlap, edit.range.begin, "two edits claim the same byte");
    out.append(body.substr(done, edit.range.begin - done));
    out.append(edit.text);
    done = edit.range.end;
  }
  out.append(body.substr(done));
  return out;
}

}  // namespace telltale::inspect
