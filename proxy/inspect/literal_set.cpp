// A multi-literal search by sampled groups of four bytes (a Rabin-Karp filter without rolling, since the stride equals
// the group). Covered by tests/unit/inspect/literal_set_test.cpp, which compares it with std::string_view::find.
#include "inspect/literal_set.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <tuple>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t group_size = 4;

std::uint32_t load(const char* at) {
  std::uint32_t group = 0;
  std::memcpy(&group, at, group_size);
  return group;
}

/// How common a byte is in prompts and JSON, roughly: what is rare makes a good group.
unsigned commonness(char c) {
  if (c == 'e' || c == 't' || c == 'a' || c == 'o' || c == 'i' || c == 'n' || c == 's' || c == 'r' || c == ' ')
    return 9;
  if (c >= 'a' && c <= 'z') return 6;
  if (c == '"' || c == '\\' || c == ',' || c == '.' || c == ':') return 4;
  if (ascii::is_alnum(c)) return 3;
  return 2;
}

/// Start of the seven bytes of `literal` whose groups are, taken together, the least common.
std::size_t rarest_window(std::string_view literal) {
  std::size_t best = 0;
  unsigned best_score = ~0U;
  for (std::size_t begin = 0; begin + LiteralSet::shortest <= literal.size(); ++begin) {
    unsigned score = 0;
    for (std::size_t group = begin; group < begin + group_size; ++group) {
      unsigned product = 1;
      for (std::size_t i = group; i < group + group_size; ++i) product *= commonness(literal[i]);
      score += product;
    }
    if (score < best_score) {
      best_score = score;
      best = begin;
    }
  }
  return best;
}

}  // namespace

LiteralSet::LiteralSet(std::vector<std::string> literals) : literals_(std::move(literals)) {
  for (std::uint32_t number = 0; number < literals_.size(); ++number) {
    const std::string& literal = literals_[number];
    if (literal.size() < shortest) continue;
    const std::size_t window = rarest_window(literal);
    for (std::size_t i = window; i < window + group_size; ++i) {
      // The end of the window that this group covers least tells most of what the group leaves open.
      const std::size_t other = i < window + 2 ? window + group_size - 1 : window;
      entries_.push_back({load(literal.data() + i), number, static_cast<std::uint32_t>(i),
                          static_cast<std::uint32_t>(other), load(literal.data() + other)});
    }
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tuple(bucket_of(a.group), a.group, a.literal) < std::tuple(bucket_of(b.group), b.group, b.literal);
  });
  buckets_.assign(1025, 0);  // bucket_of leaves ten bits
  for (const Entry& entry : entries_) ++buckets_[bucket_of(entry.group) + 1];
  std::partial_sum(buckets_.begin(), buckets_.end(), buckets_.begin());
  // 64 slots an entry leave one false alarm in 64 groups of random text; 2^17 slots (16 KB) still fit the first cache.
  const auto wanted = static_cast<unsigned>(std::bit_width(entries_.size() * 64));
  const unsigned width = std::clamp(wanted, 10U, 17U);
  shift_ = 32U - width;
  bits_.assign((std::size_t{1} << width) / 64, 0);
  for (const Entry& entry : entries_) {
    const std::uint32_t slot = slot_of(entry.group);
    bits_[slot >> 6U] |= std::uint64_t{1} << (slot & 63U);
  }
}

void LiteralSet::find(std::string_view text, std::vector<Hit>& out) const {
  if (entries_.empty() || text.size() < shortest) return;
  const std::size_t first = out.size();
  const char* data = text.data();
  // Copies on the stack: the compiler need not fear that `out` overlaps them.
  const std::uint64_t* const bits = bits_.data();
  const std::uint32_t shift = shift_;
  for (std::size_t at = 0; at + group_size <= text.size(); at += group_size) {
    const std::uint32_t group = load(data + at);
    const std::uint32_t slot = (group * multiplier) >> shift;
    if ((bits[slot >> 6U] >> (slot & 63U) & 1U) != 0) [[unlikely]]
      confirm(text, at, group, out);
  }
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
            [](const Hit& a, const Hit& b) { return a.at != b.at ? a.at < b.at : a.literal < b.literal; });
}

void LiteralSet::confirm(std::string_view text, std::size_t at, std::uint32_t group, std::vector<Hit>& out) const {
  const std::uint32_t bucket = bucket_of(group);
  for (std::uint32_t i = buckets_[bucket]; i < buckets_[bucket + 1]; ++i) {
    const Entry* entry = &entries_[i];
    if (entry->group != group) continue;
    if (at < entry->offset) continue;
    const std::string& literal = literals_[entry->literal];
    const std::size_t begin = at - entry->offset;
    if (text.size() - begin < literal.size() || load(text.data() + begin + entry->other_offset) != entry->other)
      continue;
    if (std::memcmp(text.data() + begin, literal.data(), literal.size()) == 0) out.push_back({entry->literal, begin});
  }
}

}  // namespace telltale::inspect
