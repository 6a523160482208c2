// Tag characters: right in the flags of England, Scotland and Wales, and nowhere else. Source: UTS #51, emoji tag
// sequences; the RGI list has these three. Covered by tests/unit/inspect/characters_marked_test.cpp.
#include <algorithm>
#include <array>

#include "inspect/detect/characters.hpp"

namespace telltale::inspect {
namespace {

using unicode::Char;
using unicode::char_at;
using unicode::char_before;

constexpr char32_t black_flag = 0x1F3F4;
constexpr char32_t first_tag = 0xE0000;
constexpr char32_t cancel_tag = 0xE007F;
constexpr std::array<std::string_view, 3> regions{"gbeng", "gbsct", "gbwls"};

constexpr unicode::CodeRange tag_range[]{{first_tag, cancel_tag}};

bool is_tag(char32_t code) {
  return code >= first_tag && code <= cancel_tag;
}

/// Length in bytes of the flag's tags at `at`, which follow a black flag; 0 if they spell none.
std::size_t flag_length(std::string_view text, std::size_t at) {
  std::string region;
  Char one = char_at(text, at);
  for (; is_tag(one.code) && one.code != cancel_tag && region.size() <= 5; one = char_at(text, one.end))
    region.push_back(static_cast<char>(one.code - first_tag));
  const bool known = std::find(regions.begin(), regions.end(), region) != regions.end();
  return known && one.code == cancel_tag ? one.end - at : 0;
}

}  // namespace

void detect_tags(const Scene& /*scene*/, const Passage& passage, const DetectorMatch& /*match*/, Marks& marks) {
  if (passage.text.is_ascii()) return;
  static const unicode::Sieve sieve(tag_range);
  for_each_judged(passage, marks, [&marks](const Judged& judged) {
    Runs runs(marks);
    const auto close = [&] {
      runs.close(runs.is_open() ? decode_tags(judged.text.substr(runs.range().begin, runs.range().size())) : "");
    };
    std::size_t flag_end = 0;
    unicode::for_each_char(judged.text, judged.range, sieve, [&](const Char& one) {
      if (!is_tag(one.code)) return;
      if (char_before(judged.text, one.begin).code == black_flag)
        flag_end = one.begin + flag_length(judged.text, one.begin);
      if (one.begin < flag_end) return;
      if (runs.is_open() && runs.range().end != one.begin) close();
      runs.add(one.range(), "", 7);
    });
    close();
  });
}

}  // namespace telltale::inspect
