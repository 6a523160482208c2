#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace telltale::inspect {

/// Texts that were looked at before and found quiet, by a keyed 128-bit fingerprint. A conversation sends its whole
/// history again with every turn; with this the cost of a request follows what is new in it. Only texts whose result
/// depends on nothing but themselves are remembered (tool results, earlier answers, tool calls), so that what an
/// inspection finds is the same with it and without it.
///
/// Not shared between threads. Bounded: `slots` fingerprints, 16 bytes each, the older of two making room.
class SeenTexts {
 public:
  static constexpr std::size_t slots = std::size_t{1} << 16U;  ///< 1 MB: some hundred long conversations

  /// `seed` must not be guessable: who knew it could make a text that passes for another.
  explicit SeenTexts(std::uint64_t seed) : seed_(seed), table_(slots) {}

  /// What was seen holds under one set of rules and one environment. A change of either forgets all.
  void hold_for(std::uint64_t rules, std::uint64_t environment);

  struct Print {
    std::uint64_t low = 0;
    std::uint64_t high = 0;  ///< never 0, which stands for an empty slot
    friend bool operator==(const Print&, const Print&) = default;
  };
  [[nodiscard]] Print print_of(std::string_view raw, std::uint64_t kind) const;
  [[nodiscard]] bool contains(const Print& print) const;
  void add(const Print& print);

 private:
  [[nodiscard]] static std::size_t slot_of(const Print& print) { return print.low % (slots / 2) * 2; }

  std::uint64_t seed_;
  std::uint64_t rules_ = 0;
  std::uint64_t environment_ = 0;
  std::vector<Print> table_;
};

}  // namespace telltale::inspect
