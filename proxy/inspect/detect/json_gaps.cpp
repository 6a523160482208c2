// The white space of a document, by where it stands. Covered by tests/unit/inspect/json_form_test.cpp.
#include "inspect/detect/json_gaps.hpp"

namespace telltale::inspect {
namespace {

constexpr std::uint32_t fewest_commas = 5;
constexpr std::string_view in_lines = "lines";

const GapCount& of_place(const GapStyle& style, GapPlace place) {
  return style.counts[static_cast<std::size_t>(place)];
}

}  // namespace

bool is_in_lines(const codec::JsonDocument& document) {
  std::size_t commas = 0;
  std::size_t broken = 0;
  GapReader(document, false).read([&](const Gap& gap) {
    if (gap.place != GapPlace::after_comma) return;
    ++commas;
    if (document.slice(gap.range).find('\n') != std::string_view::npos) ++broken;
  });
  return broken * 4 > commas;
}

GapStyle gap_style_of(const codec::JsonDocument& document, bool lines) {
  GapStyle style;
  GapReader(document, lines).read([&](const Gap& gap) { style.add(gap, document.slice(gap.range)); });
  return style;
}

std::string GapStyle::signature() const {
  if (on_lines >= fewest_commas) return std::string(in_lines) + unit;
  if (of_place(*this, GapPlace::after_comma).all() < fewest_commas) return {};
  return "," + std::string(of_place(*this, GapPlace::after_comma).usual()) + ":" +
         std::string(of_place(*this, GapPlace::after_colon).usual());
}

GapStyle GapStyle::of(std::string_view signature) {
  GapStyle style;
  if (signature.starts_with(", ")) ++style.counts[static_cast<std::size_t>(GapPlace::after_comma)].blank;
  if (signature.ends_with(": ")) ++style.counts[static_cast<std::size_t>(GapPlace::after_colon)].blank;
  return style;
}

}  // namespace telltale::inspect
