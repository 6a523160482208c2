// Which of many typed texts a request may repeat. Covered by tests/unit/inspect/typed_index_test.cpp.
#include "inspect/typed_index.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace telltale::inspect {
namespace {

constexpr unsigned filter_log2 = 19;  // 64 KB of bits: 12000 probes set one in 44

/// Sixteen bytes mixed into eight. Two that fall together only make a text be compared in vain.
std::uint64_t window_at(std::string_view text, std::size_t at) {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::memcpy(&first, text.data() + at, sizeof first);
  std::memcpy(&second, text.data() + at + sizeof first, sizeof second);
  const std::uint64_t mixed = first * 0x9E3779B97F4A7C15ULL ^ (second + 0x632BE59BD9B4E019ULL) * 0xD6E8FEB86659FD93ULL;
  return mixed ^ mixed >> 29;
}

std::size_t bit_of(std::uint64_t window) {
  return static_cast<std::size_t>((window * 0x9E3779B97F4A7C15ULL) >> (64 - filter_log2));
}

/// Bytes that stand in a JSON string as they are, whoever wrote it: some serialisers escape more than they must.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> out{};
  for (std::size_t byte = 0x20; byte < out.size(); ++byte) out[byte] = byte != 0x7f;
  for (const char c : std::string_view("\"\\/<>&'")) out[static_cast<unsigned char>(c)] = false;
  return out;
}();

template <class Take>
void each_place(std::string_view text, Take take) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    run = plain[static_cast<unsigned char>(text[i])] ? run + 1 : 0;
    if (run >= TypedIndex::probe_bytes) take(i + 1 - TypedIndex::probe_bytes);
  }
}

/// Where a probe of plain bytes may begin: `most` of these places, spread evenly.
std::vector<std::size_t> places_in(std::string_view text, std::size_t most) {
  std::size_t count = 0;
  each_place(text, [&count](std::size_t) { ++count; });
  std::vector<std::size_t> out;
  std::size_t number = 0;
  each_place(text, [&](std::size_t place) {
    const bool wanted = count <= most || number == out.size() * (count - 1) / (most - 1);
    if (wanted) out.push_back(place);
    ++number;
  });
  return out;
}

}  // namespace

TypedIndex::TypedIndex(std::vector<Text> texts) : texts_(std::move(texts)), wanted_(texts_.size(), 0) {
  if (texts_.size() <= always_chosen) return;
  filter_.resize((std::size_t{1} << filter_log2) / 64);
  for (std::uint32_t i = 0; i < texts_.size() - always_chosen; ++i) add_probes(i);
  std::sort(probes_.begin(), probes_.end());
}

void TypedIndex::add_probes(std::uint32_t number) {
  const std::string_view text = *texts_[number];
  const std::vector<std::size_t> places = places_in(text, probes_each);
  // A window may be a common phrase: one alone says little.
  wanted_[number] = static_cast<std::uint8_t>((places.size() + 2) / 3);
  for (const std::size_t place : places) {
    const std::uint64_t window = window_at(text, place);
    const std::size_t bit = bit_of(window);
    filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    probes_.emplace_back(window, number);
  }
}

// Each window counts once, however often it stands there.
void TypedIndex::count(std::uint64_t window, Tally& tally) const {
  auto probe = std::lower_bound(probes_.begin(), probes_.end(), Probe{window, 0});
  if (probe == probes_.end() || probe->first != window) return;
  std::uint8_t& seen = tally.seen[static_cast<std::size_t>(probe - probes_.begin())];
  if (seen != 0) return;
  seen = 1;
  for (; probe != probes_.end() && probe->first == window; ++probe) {
    std::uint8_t& missing = tally.missing[probe->second];
    if (missing > 0 && --missing == 0) --tally.left;
  }
}

std::vector<std::string> TypedIndex::near(std::string_view content) const {
  Tally tally{wanted_, std::vector<std::uint8_t>(probes_.size(), 0), 0};
  tally.left = wanted_.size() - static_cast<std::size_t>(std::count(wanted_.begin(), wanted_.end(), 0));
  for (std::size_t at = 0; tally.left > 0 && at + probe_bytes <= content.size(); ++at) {
    const std::uint64_t window = window_at(content, at);
    const std::size_t bit = bit_of(window);
    if (((filter_[bit / 64] >> (bit % 64)) & 1) != 0) count(window, tally);
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < texts_.size(); ++i)
    if (tally.missing[i] == 0) out.push_back(*texts_[i]);
  return out;
}

}  // namespace telltale::inspect
