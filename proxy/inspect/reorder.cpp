// Lists brought into another order by splices. Items that stay are the heaviest run that is already in order, so that a
// small member moves past a large one and not the other way round. Covered by tests/unit/inspect/reorder_test.cpp.
#include "inspect/reorder.hpp"

#include <algorithm>
#include <string>

namespace telltale::inspect {
namespace {

constexpr std::size_t nobody = ~std::size_t{0};

/// For each item: does it stay? The heaviest increasing subsequence of `order`, by the bytes of its items.
std::vector<bool> heaviest_in_order(const std::vector<ByteRange>& items, const std::vector<std::size_t>& order) {
  const std::size_t count = order.size();
  std::vector<std::size_t> weight(count);
  std::vector<std::size_t> before(count, nobody);
  std::size_t best = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t heaviest = 0;
    for (std::size_t j = 0; j < i; ++j) {
      if (order[j] >= order[i] || weight[j] <= heaviest) continue;
      heaviest = weight[j];
      before[i] = j;
    }
    weight[i] = heaviest + items[order[i]].size() + 1;
    if (weight[i] > weight[best]) best = i;
  }
  std::vector<bool> stays(count, false);
  for (std::size_t i = best; i != nobody; i = before[i]) stays[order[i]] = true;
  return stays;
}

bool separators_are_alike(std::string_view text, const std::vector<ByteRange>& items) {
  const auto between = [&](std::size_t i) { return text.substr(items[i].end, items[i + 1].begin - items[i].end); };
  for (std::size_t i = 1; i + 1 < items.size(); ++i)
    if (between(i) != between(0)) return false;
  return true;
}

/// Runs of items that leave, each with one separator.
std::vector<Edit> removals(const std::vector<ByteRange>& items, const std::vector<bool>& stays) {
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (stays[i]) continue;
    std::size_t last = i;
    while (last + 1 < items.size() && !stays[last + 1]) ++last;
    if (last + 1 < items.size())
      edits.push_back({{items[i].begin, items[last + 1].begin}, ""});
    else
      edits.push_back({{items[i - 1].end, items[last].end}, ""});
    i = last;
  }
  return edits;
}

/// Puts `text` in at `at`; joined to a removal that begins there, since two edits must not begin at one byte.
void insert(std::vector<Edit>& edits, std::size_t at, const std::string& text) {
  const auto same = std::find_if(edits.begin(), edits.end(), [at](const Edit& edit) { return edit.range.begin == at; });
  if (same != edits.end())
    same->text += text;
  else
    edits.push_back({{at, at}, text});
}

}  // namespace

Reordering reorder(std::string_view text, const std::vector<ByteRange>& items, const std::vector<std::size_t>& order) {
  Reordering out;
  const std::vector<bool> stays = heaviest_in_order(items, order);
  for (std::size_t i = 0; i < items.size(); ++i)
    if (!stays[i]) out.moved.push_back(i);
  if (out.moved.empty() || !separators_are_alike(text, items)) return out;
  const std::string separator(text.substr(items[0].end, items[1].begin - items[0].end));
  out.edits = removals(items, stays);
  std::string pending;  // items that belong ahead of the first one that stays
  std::size_t kept = nobody;
  for (const std::size_t item : order) {
    const std::string_view bytes = text.substr(items[item].begin, items[item].size());
    if (stays[item]) {
      if (kept == nobody && !pending.empty()) insert(out.edits, items[item].begin, pending);
      kept = item;
    } else if (kept == nobody) {
      pending += std::string(bytes) + separator;
    } else {
      insert(out.edits, items[kept].end, separator + std::string(bytes));
    }
  }
  std::sort(out.edits.begin(), out.edits.end(),
            [](const Edit& a, const Edit& b) { return a.range.begin < b.range.begin; });
  return out;
}

}  // namespace telltale::inspect
