#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::inspect {

/// Bytes a Shape may still take up. Whoever adds something pays first; what cannot be paid is not kept.
class Room {
 public:
  explicit Room(std::size_t bytes) : left_(bytes) {}
  [[nodiscard]] bool take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  std::size_t left_;
};

/// The forms one thing took in earlier requests, each with its count.
struct Forms {
  static constexpr std::size_t most = 8;
  struct Form {
    std::string text;
    std::uint32_t times = 1;
  };
  std::vector<Form> all;
  std::uint32_t beyond = 0;  ///< times it took a form that is not kept

  void add(std::string_view text, Room& room);
  [[nodiscard]] bool has(std::string_view text) const;
  [[nodiscard]] std::uint32_t times() const;
  /// The one form it always took, at least twice. One odd request among eight does not count; null if it varied.
  [[nodiscard]] const Form* usual() const;
};

/// The orders in which the same names were met.
struct Orders {
  static constexpr std::size_t most = 4;
  static constexpr std::size_t most_names = 256;
  struct Order {
    std::vector<std::uint64_t> names;  ///< their hashes, each once
    std::uint32_t times = 1;
  };
  std::vector<Order> all;
  std::uint32_t times = 0;   ///< met in all
  std::uint32_t beyond = 0;  ///< of these, how many are not kept and contradict one that is

  void add(const std::vector<std::uint64_t>& names, Room& room);
  /// True if this very order is kept.
  [[nodiscard]] bool has(const std::vector<std::uint64_t>& names) const;
  /// How to bring `names` into the usual order: element i of the result is the index of the name that belongs at place
  /// i. Names not met before keep their places. Nothing if the order is as usual, or if there is no usual order.
  [[nodiscard]] std::optional<std::vector<std::size_t>> restored(const std::vector<std::uint64_t>& names) const;
};

/// True if the names both lists hold stand in the same order in both.
[[nodiscard]] bool orders_agree(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);

}  // namespace telltale::inspect
