// Bullets and the signs behind numbers, compared within one list. Covered by tests/unit/inspect/blank_test.cpp.
#include <algorithm>
#include <optional>

#include "core/ascii.hpp"
#include "inspect/detect/layout.hpp"
#include "inspect/style.hpp"

namespace telltale::inspect {
namespace {

using namespace style;

/// One item's sign: a bullet, or what stands behind the number.
struct Item {
  ByteRange sign;
  char32_t form = 0;
  std::size_t indent = 0;
  bool numbered = false;
};

bool is_bullet_form(char32_t c) {
  return c == '-' || c == '*' || c == '+' || c == 0xB7 || c == 0x2022 || c == 0x2023 || c == 0x2043 || c == 0x2219 ||
         c == 0x25AA || c == 0x25CF || c == 0x25E6 || c == 0x2013 || c == 0x2014 || c == 0x30FB;
}

std::optional<Item> item_at(std::string_view text, ByteRange line) {
  Item item;
  std::size_t at = line.begin;
  while (at < line.end && (text[at] == ' ' || text[at] == '\t')) ++at;
  item.indent = at - line.begin;
  const std::size_t number = at;
  while (at < line.end && ascii::is_digit(text[at]) && at - number < 3) ++at;
  item.numbered = at > number;
  item.form = after(text, at);
  const bool is_sign = item.numbered ? item.form == '.' || item.form == ')' || item.form == ':' || item.form == 0xFF0E
                                     : is_bullet_form(item.form);
  if (!is_sign) return std::nullopt;
  item.sign = {at, at + as_text(item.form).size()};
  const char32_t behind = after(text, item.sign.end);
  if ((behind != ' ' && behind != '\t') || item.sign.end + 1 >= line.end) return std::nullopt;
  return item;
}

/// Marks the one item that differs in a list of four or more.
void judge_list(const Scene& scene, const Stretch& stretch, const std::vector<Item>& list, Marks& marks) {
  for (const Item& item : list) {
    std::size_t others = 0;
    std::size_t alike = 0;
    char32_t usual = 0;
    bool is_uniform = true;
    for (const Item& one : list) {
      if (one.indent != item.indent || one.numbered != item.numbered) continue;
      if (one.form == item.form) {
        ++alike;
        continue;
      }
      ++others;
      is_uniform = is_uniform && (usual == 0 || usual == one.form);
      usual = one.form;
    }
    if (alike == 1 && others >= 3 && is_uniform)
      marks.push_back(mark_of(scene, stretch, item.sign, as_text(usual), false));
  }
}

}  // namespace

void detect_list_signs(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  constexpr std::size_t longest_list = 64;  // a longer one is compared in parts
  for (const Stretch& stretch : client_stretches(scene)) {
    std::vector<Item> list;
    const std::string_view text = stretch.text.substr(0, stretch.range.end);
    for (std::size_t at = stretch.range.begin; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const auto item = item_at(text, {at, end});
      // A line that is no item ends the list, unless it is indented: then it belongs to the item before.
      const bool goes_on = !list.empty() && end > at && (text[at] == ' ' || text[at] == '\t');
      if (item) list.push_back(*item);
      if ((!item && !goes_on) || list.size() >= longest_list) {
        judge_list(scene, stretch, list, marks);
        list.clear();
      }
      at = end + 1;
    }
    judge_list(scene, stretch, list, marks);
  }
}

}  // namespace telltale::inspect
