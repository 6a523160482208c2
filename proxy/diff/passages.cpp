// The places where a text was changed, with a few words around. Covered by tests/unit/diff/compare_sides_test.cpp.
#include "diff/passages.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "diff/likeness.hpp"
#include "diff/text_change.hpp"

namespace telltale::diff {
namespace {

constexpr std::size_t context_bytes = 40;
// Of the texts of one side, so many are looked at for what varies among them.
constexpr std::size_t most_siblings = 4;
constexpr std::size_t most_tried = 12;

bool is_inside_code_point(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// The last words before `at`, within its line if there are some.
std::string_view before(std::string_view text, std::size_t at) {
  std::size_t begin = at - std::min(at, context_bytes);
  while (is_inside_code_point(text, begin)) ++begin;
  const std::size_t line = text.substr(begin, at - begin).rfind('\n');
  if (line != std::string_view::npos && begin + line + 1 < at) begin += line + 1;
  return text.substr(begin, at - begin);
}

std::string_view behind(std::string_view text, std::size_t at) {
  std::size_t end = std::min(text.size(), at + context_bytes);
  while (is_inside_code_point(text, end)) --end;
  end = std::max(end, at);
  const std::size_t line = text.substr(at, end - at).find('\n');
  if (line != std::string_view::npos && line > 0) end = at + line;
  return text.substr(at, end - at);
}

/// Where a text differs from others of its own side. Looked for when it is first asked.
class Varying {
 public:
  Varying(const Form& form, const Place& place, Budget& budget) : form_(form), place_(place), budget_(budget) {}

  [[nodiscard]] bool touches(ByteRange range) {
    if (!looked_) look();
    return std::any_of(ranges_.begin(), ranges_.end(), [&range](const ByteRange& varying) {
      return varying.begin <= range.end && range.begin <= varying.end;
    });
  }

 private:
  void look() {
    looked_ = true;
    // Two forms may be two models, or two versions.
    if (place_.forms.size() < 3) return;
    const Sketch sketch(form_.text);
    std::size_t tried = 0;
    std::size_t alike = 0;
    for (const Form& other : place_.forms) {
      if (&other == &form_ || !other.kept) continue;
      if (++tried > most_tried || alike == most_siblings) return;
      if (!budget_.spend(form_.text.size() + other.text.size())) return;
      if (Sketch(other.text).likeness(sketch) < 0.5) continue;
      ++alike;
      for (const Change& change : find_changes(form_.text, other.text).changes) ranges_.push_back(change.a);
    }
  }

  const Form& form_;
  const Place& place_;
  Budget& budget_;
  bool looked_ = false;
  std::vector<ByteRange> ranges_;
};

bool is_small_number(std::string_view text) {
  return !text.empty() && text.size() <= 4 && std::all_of(text.begin(), text.end(), ascii::is_digit);
}

// Three words or more.
bool is_prose(std::string_view text) {
  return std::count(text.begin(), text.end(), ' ') >= 2;
}

/// Judges the changes of two texts.
class Judge {
 public:
  Judge(const PlacePair& pair, const Form& a, const Form& b, Budget& budget)
      : pair_(pair), a_(a.text), b_(b.text), varying_a_(a, pair.a, budget), varying_b_(b, pair.b, budget) {}

  [[nodiscard]] Noise noise(const Change& change) {
    const std::string_view removed = a_.substr(change.a.begin, change.a.size());
    const std::string_view inserted = b_.substr(change.b.begin, change.b.size());
    if (stands_for_typed(a_, change.a) || stands_for_typed(b_, change.b)) return Noise::typed;
    const Noise by_format = noise_of(a_, change.a, b_, change.b);
    if (by_format != Noise::none) return by_format;
    if (counts_attempts(pair_.name) && is_small_number(a_) && is_small_number(b_)) return Noise::counter;
    // What varies within a side may still be spelt in a way that the other side never has.
    const bool in_a = varying_a_.touches(change.a);
    const bool in_b = varying_b_.touches(change.b);
    if ((in_a || in_b) && !removed.empty() && !inserted.empty() && same_signs(removed, inserted)) return Noise::varies;
    if (in_a && in_b && is_prose(removed) && is_prose(inserted)) return Noise::varies;
    return Noise::none;
  }

 private:
  // The words of `typed_text` may have been cut apart.
  static bool stands_for_typed(std::string_view text, ByteRange range) {
    const std::size_t from = range.begin - std::min(range.begin, typed_text.size());
    const std::size_t found = text.substr(from, range.end + typed_text.size() - from).find(typed_text);
    if (found == std::string_view::npos) return false;
    const std::size_t begin = from + found;
    return begin < range.end && range.begin < begin + typed_text.size();
  }

  const PlacePair& pair_;
  std::string_view a_;
  std::string_view b_;
  Varying varying_a_;
  Varying varying_b_;
};

/// Numbers of code points for offsets that only grow.
class CodePoints {
 public:
  explicit CodePoints(std::string_view text) : text_(text) {}
  [[nodiscard]] ByteRange of(ByteRange bytes) {
    const std::size_t begin = at(bytes.begin);
    return {begin, at(bytes.end)};
  }

 private:
  std::size_t at(std::size_t offset) {
    while (bytes_ < offset) bytes_ += utf8::decode(text_, bytes_).length, ++count_;
    return count_;
  }

  std::string_view text_;
  std::size_t bytes_ = 0;
  std::size_t count_ = 0;
};

// No more of a rewritten block than can be read.
std::string shown_passage(std::string_view text, ByteRange range, ByteRange& inner) {
  std::string out = shown_start(text.substr(range.begin, range.size()));
  inner = {std::min(inner.begin - range.begin, out.size()), std::min(inner.end - range.begin, out.size())};
  return out;
}

}  // namespace

std::string shown_start(std::string_view text) {
  std::size_t end = std::min(text.size(), longest_sample);
  while (end > 0 && is_inside_code_point(text, end)) --end;
  return std::string(text.substr(0, end));
}

Noise add_passages(const PlacePair& pair, const Form& a, const Form& b, Budget& budget, Difference& difference) {
  const TextChanges found = find_changes(a.text, b.text);
  difference.coarse = found.coarse;
  Judge judge(pair, a, b, budget);
  CodePoints in_a(a.text);
  CodePoints in_b(b.text);
  Noise first = Noise::none;
  for (const Change& change : found.changes) {
    const Noise noise = judge.noise(change);
    if (first == Noise::none) first = noise;
    if (noise != Noise::none) continue;
    if (difference.passages.size() == most_passages) {
      ++difference.more_passages;
      continue;
    }
    Passage passage{std::string(before(a.text, change.a.begin)),
                    {},
                    {},
                    std::string(behind(a.text, change.a.end)),
                    change.inner_a,
                    change.inner_b,
                    in_a.of(change.a),
                    in_b.of(change.b)};
    passage.removed = shown_passage(a.text, change.a, passage.inner_removed);
    passage.inserted = shown_passage(b.text, change.b, passage.inner_inserted);
    difference.passages.push_back(std::move(passage));
  }
  return difference.passages.empty() ? first : Noise::none;
}

}  // namespace telltale::diff
