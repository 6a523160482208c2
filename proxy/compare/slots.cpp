// From many texts to the places where they differ. Covered by tests/unit/compare/slots_test.cpp.
#include "compare/slots.hpp"

#include <algorithm>
#include <unordered_map>

#include "compare/align.hpp"

namespace telltale::compare {
namespace {

using Hunks = std::vector<Hunk>;

/// Texts as numbers: equal tokens have equal numbers, and those of words are odd.
class Numbering {
 public:
  [[nodiscard]] std::vector<std::uint32_t> numbers(std::string_view text, const std::vector<ByteRange>& tokens) {
    std::vector<std::uint32_t> out;
    out.reserve(tokens.size());
    for (const ByteRange& token : tokens) {
      const std::string_view word = text.substr(token.begin, token.size());
      const auto next = static_cast<std::uint32_t>(ids_.size() * 2 + (is_word(word) ? 1 : 0));
      out.push_back(ids_.try_emplace(word, next).first->second);
    }
    return out;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

// A hunk whose two sides have the same sorts of tokens in the same order is a replacement token by token.
void append_split(Hunks& out, const Hunk& hunk, const std::vector<std::uint32_t>& a,
                  const std::vector<std::uint32_t>& b) {
  bool is_alike = hunk.a.size() == hunk.b.size();
  for (std::size_t i = 0; is_alike && i < hunk.a.size(); ++i)
    is_alike = (a[hunk.a.begin + i] & 1U) == (b[hunk.b.begin + i] & 1U);
  if (!is_alike) return out.push_back(hunk);
  for (std::size_t i = 0; i < hunk.a.size(); ++i) {
    if (a[hunk.a.begin + i] == b[hunk.b.begin + i]) continue;
    out.push_back({{hunk.a.begin + i, hunk.a.begin + i + 1}, {hunk.b.begin + i, hunk.b.begin + i + 1}});
  }
}

ByteRange in_bytes(const ByteRange& range, const std::vector<ByteRange>& tokens, std::size_t size) {
  const std::size_t begin = range.begin < tokens.size() ? tokens[range.begin].begin : size;
  return {begin, range.empty() ? begin : tokens[range.end - 1].end};
}

// Ranges of the reference that some text fills differently, joined where they overlap or where one is an insertion at
// the edge of the other.
std::vector<ByteRange> join_ranges(const std::vector<Hunks>& all, std::size_t size, std::size_t most) {
  std::vector<ByteRange> ranges;
  for (const Hunks& hunks : all)
    for (const Hunk& hunk : hunks) ranges.push_back(hunk.a);
  std::sort(ranges.begin(), ranges.end(), [](const ByteRange& l, const ByteRange& r) {
    return std::pair(l.begin, l.end) < std::pair(r.begin, r.end);
  });
  std::vector<ByteRange> out;
  for (const ByteRange& range : ranges) {
    const bool touches = !out.empty() && (range.begin < out.back().end ||
                                          (range.begin == out.back().end && (range.empty() || out.back().empty())));
    if (touches)
      out.back().end = std::max(out.back().end, range.end);
    else if (out.size() < most)
      out.push_back(range);
    else
      out.back().end = size;
  }
  return out;
}

// Where the text of these hunks has what the reference has in `slot`.
ByteRange map_slot(const Hunks& hunks, const ByteRange& slot) {
  std::ptrdiff_t before = 0;
  std::ptrdiff_t inside = 0;
  for (const Hunk& hunk : hunks) {
    const std::ptrdiff_t grown =
        static_cast<std::ptrdiff_t>(hunk.b.size()) - static_cast<std::ptrdiff_t>(hunk.a.size());
    if (hunk.a.begin >= slot.begin && hunk.a.end <= slot.end)
      inside += grown;
    else if (hunk.a.end <= slot.begin)
      before += grown;
  }
  const auto begin = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(slot.begin) + before);
  return {begin, static_cast<std::size_t>(static_cast<std::ptrdiff_t>(begin + slot.size()) + inside)};
}

}  // namespace

std::vector<Slot> find_slots(const std::vector<std::string_view>& texts, std::size_t reference, Spelling spelling,
                             std::size_t most_slots) {
  // Edits looked for in one pair: many for a few texts, fewer for many, so that the work stays bounded.
  const std::size_t most_edits = std::clamp<std::size_t>(16'384 / std::max<std::size_t>(texts.size(), 1), 128, 1024);
  Numbering numbering;
  const std::string_view base = texts[reference];
  const std::vector<ByteRange> base_tokens = cut_tokens(base, spelling);
  const std::vector<std::uint32_t> base_numbers = numbering.numbers(base, base_tokens);
  std::vector<Hunks> all;
  all.reserve(texts.size());
  for (const std::string_view text : texts) {
    const std::vector<ByteRange> tokens = cut_tokens(text, spelling);
    const std::vector<std::uint32_t> numbers = numbering.numbers(text, tokens);
    Hunks hunks;
    for (const Hunk& hunk : align(base_numbers, numbers, most_edits)) append_split(hunks, hunk, base_numbers, numbers);
    for (Hunk& hunk : hunks) hunk = {in_bytes(hunk.a, base_tokens, base.size()), in_bytes(hunk.b, tokens, text.size())};
    all.push_back(std::move(hunks));
  }
  std::vector<Slot> out;
  for (const ByteRange& range : join_ranges(all, base.size(), most_slots)) {
    Slot slot;
    slot.in_text.reserve(texts.size());
    for (const Hunks& hunks : all) slot.in_text.push_back(map_slot(hunks, range));
    out.push_back(std::move(slot));
  }
  return out;
}

}  // namespace telltale::compare
