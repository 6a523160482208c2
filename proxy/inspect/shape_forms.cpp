// Counts of forms and orders, with what "as always" means. Covered by tests/unit/inspect/shape_test.cpp.
#include "inspect/shape_forms.hpp"

#include <algorithm>
#include <unordered_map>

#include "inspect/masked.hpp"

namespace telltale::inspect {
namespace {

/// One odd request in so many is no variation.
constexpr std::uint32_t one_in = 8;

using Names = std::vector<std::uint64_t>;
using Ranks = std::unordered_map<std::uint64_t, std::size_t>;

Ranks ranks_of(const Names& names) {
  Ranks ranks;
  ranks.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) ranks.emplace(names[i], i);
  return ranks;
}

/// `into` with the names of `other` it lacks, each behind the name it follows there.
void merge(Names& into, const Names& other) {
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (std::find(into.begin(), into.end(), other[i]) != into.end()) continue;
    auto place = into.begin();
    if (i > 0) {
      const auto before = std::find(into.begin(), into.end(), other[i - 1]);
      place = before == into.end() ? into.end() : before + 1;
    }
    into.insert(place, other[i]);
  }
}

}  // namespace

void Forms::add(std::string_view text, Room& room) {
  for (Form& form : all) {
    if (form.text == text) {
      ++form.times;
      return;
    }
  }
  const bool is_whole = text.find(mask_begin) == std::string_view::npos;  // else it is not known what stood there
  if (is_whole && all.size() < most && room.take(sizeof(Form) + text.size()))
    all.push_back({std::string(text), 1});
  else
    ++beyond;
}

bool Forms::has(std::string_view text) const {
  return std::any_of(all.begin(), all.end(), [text](const Form& form) { return form.text == text; });
}

std::uint32_t Forms::times() const {
  std::uint32_t sum = beyond;
  for (const Form& form : all) sum += form.times;
  return sum;
}

const Forms::Form* Forms::usual() const {
  const auto top =
      std::max_element(all.begin(), all.end(), [](const Form& a, const Form& b) { return a.times < b.times; });
  if (top == all.end() || top->times < 2) return nullptr;
  return (times() - top->times) * one_in > top->times ? nullptr : &*top;
}

bool orders_agree(const Names& a, const Names& b) {
  if (a == b) return true;
  const Ranks ranks = ranks_of(b);
  std::size_t least = 0;
  for (const std::uint64_t name : a) {
    const auto found = ranks.find(name);
    if (found == ranks.end()) continue;
    if (found->second < least) return false;
    least = found->second;
  }
  return true;
}

void Orders::add(const Names& names, Room& room) {
  if (names.size() < 2 || names.size() > most_names) return;
  ++times;
  for (Order& order : all) {
    if (order.names != names) continue;
    ++order.times;
    return;
  }
  if (all.size() < most && room.take(sizeof(Order) + names.size() * sizeof names.front()))
    all.push_back({names, 1});
  else if (std::any_of(all.begin(), all.end(), [&](const Order& one) { return !orders_agree(one.names, names); }))
    ++beyond;
}

bool Orders::has(const Names& names) const {
  return std::any_of(all.begin(), all.end(), [&](const Order& one) { return one.names == names; });
}

std::optional<std::vector<std::size_t>> Orders::restored(const Names& names) const {
  if (times < 2 || all.empty()) return std::nullopt;
  const auto usual =
      std::max_element(all.begin(), all.end(), [](const Order& a, const Order& b) { return a.times < b.times; });
  const auto counts = [&](const Order& one) { return orders_agree(one.names, usual->names); };
  std::uint32_t against = beyond;
  for (const Order& one : all)
    if (!counts(one)) against += one.times;
  if (against * one_in > times) return std::nullopt;  // there is no usual order
  const bool departs = std::any_of(all.begin(), all.end(),
                                   [&](const Order& one) { return counts(one) && !orders_agree(names, one.names); });
  if (!departs) return std::nullopt;
  Names merged = usual->names;
  for (const Order& one : all)
    if (counts(one)) merge(merged, one.names);
  const Ranks ranks = ranks_of(merged);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (ranks.count(names[i]) != 0) places.push_back(i);
  std::vector<std::size_t> sorted = places;
  std::sort(sorted.begin(), sorted.end(),
            [&](std::size_t a, std::size_t b) { return ranks.at(names[a]) < ranks.at(names[b]); });
  std::vector<std::size_t> out(names.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = i;
  bool moved = false;
  for (std::size_t i = 0; i < places.size(); ++i) {
    out[places[i]] = sorted[i];
    moved = moved || places[i] != sorted[i];
  }
  return moved ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace telltale::inspect
