// One change is told once. Covered by tests/unit/diff/compare_sides_test.cpp.
#include "diff/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace telltale::diff {
namespace {

// What is said, wherever it is. A value that came or went is another at each place; words replaced by others in several
// texts are one change, and so is one way of spacing.
std::string saying_of(const Difference& difference) {
  std::string out = fmt::format("{} {} ", static_cast<int>(difference.sort), static_cast<int>(difference.what));
  const auto put = [&out](std::string_view text) { out.append(fmt::format("{}:", text.size())).append(text); };
  for (const Passage& passage : difference.passages) put(passage.removed), put(passage.inserted);
  if (difference.passages.empty()) put(difference.a.text), put(difference.b.text);
  const bool anywhere = !difference.passages.empty() || difference.sort == Sort::spacing;
  if (!anywhere || difference.more_passages > 0) put(difference.place);
  return out;
}

auto order_of(const Difference& difference) {
  return std::tie(difference.sort, difference.place, difference.what, difference.a.text, difference.b.text);
}

}  // namespace

void Gather::fold(const Difference& difference) {
  Folded& folded = folded_[difference.noise];
  folded.noise = difference.noise;
  ++folded.values;
  const bool is_known = std::find(folded.places.begin(), folded.places.end(), difference.place) != folded.places.end();
  if (!is_known && folded.places.size() < most_folded_places) folded.places.push_back(difference.place);
}

void Gather::add(Difference difference) {
  const bool is_noise = difference.noise != Noise::none;
  if (is_noise) {
    fold(difference);
    if (keep_noise_ && noise_.size() < most_differences) noise_.push_back(std::move(difference));
    return;
  }
  const auto [known, is_new] = known_.try_emplace(saying_of(difference), differences_.size());
  if (is_new && differences_.size() == most_differences) {
    known_.erase(known);
    ++left_out_;
    return;
  }
  if (is_new) return differences_.push_back(std::move(difference));
  Difference& first = differences_[known->second];
  for (const std::uint32_t endpoint : difference.endpoints)
    if (std::find(first.endpoints.begin(), first.endpoints.end(), endpoint) == first.endpoints.end())
      first.endpoints.push_back(endpoint);
  const bool is_told = first.place == difference.place ||
                       std::find(first.also_at.begin(), first.also_at.end(), difference.place) != first.also_at.end();
  if (is_told) return;
  if (first.also_at.size() < most_also_at)
    first.also_at.push_back(difference.place);
  else
    ++first.more_places;
}

void Gather::finish(DiffReport& report) {
  const auto is_before = [](const Difference& l, const Difference& r) { return order_of(l) < order_of(r); };
  std::stable_sort(differences_.begin(), differences_.end(), is_before);
  std::stable_sort(noise_.begin(), noise_.end(), is_before);
  report.differences = std::move(differences_);
  report.noise = std::move(noise_);
  for (auto& [noise, folded] : folded_) report.folded.push_back(std::move(folded));
  if (left_out_ > 0)
    notes_.push_back(fmt::format("{} more differences are not listed, past {}", left_out_, most_differences));
  report.notes.insert(report.notes.end(), notes_.begin(), notes_.end());
}

}  // namespace telltale::diff
