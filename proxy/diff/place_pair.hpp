#pragma once
#include <cstdint>
#include <string>

#include "diff/gather.hpp"
#include "diff/profile.hpp"

// How one place of an endpoint is filled on either side. Used by compare_sides alone.

namespace telltale::diff {

/// Bytes of text that may still be compared word by word.
struct Budget {
  std::size_t left;
  [[nodiscard]] bool spend(std::size_t bytes) {
    if (bytes > left) return exhausted = true, false;
    left -= bytes;
    return true;
  }
  bool exhausted = false;
};

struct Sides {
  const EndpointProfile& a;
  const EndpointProfile& b;
  std::uint32_t number;  ///< of the pair, in DiffReport::endpoints
};

/// A place that both sides have.
struct PlacePair {
  Sort sort;
  const std::string& name;
  const Place& a;
  const Place& b;
  const Sides& sides;
};

/// A difference of that place with nothing in it yet.
[[nodiscard]] Difference start_of(const PlacePair& pair, What what);
[[nodiscard]] Sample sample_of(const Form& form, std::uint32_t of);

/// A text at a place where the other side has none, or something else.
struct LooseText {
  const Form* form;
  const std::string* place;
  const Place* of;
};
struct LooseTexts {
  std::vector<LooseText> a, b;
};
/// Adds the text of a place, if it is worth looking for it elsewhere.
void add_loose(const Form& form, const std::string& name, const Place& place, std::vector<LooseText>& out);

/// Values, fields and names of fields. Texts in place of which there is something else are added to `loose`.
void compare_values(const PlacePair& pair, Budget& budget, LooseTexts& loose, Gather& out);
/// Pairs texts that one side has elsewhere.
void compare_loose(const LooseTexts& loose, const Sides& sides, Budget& budget, Gather& out);
void compare_orders(const PlacePair& pair, Gather& out);
/// Blanks: a place may be without any in one of the two (null).
void compare_spacing(const std::string& name, const Place* a, const Place* b, const Sides& sides, Gather& out);

/// True for text that a model, a tool or the user has written, as far as the API says so.
[[nodiscard]] bool is_conversation(codec::SegmentKind kind);

/// Bytes of a value that a report shows, more are cut off.
inline constexpr std::size_t longest_sample = 400;
inline constexpr std::size_t most_passages = 24;

}  // namespace telltale::diff
