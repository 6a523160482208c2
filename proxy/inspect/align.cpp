// Alignment of a text with a reference: lines, then words, then code points. Covered by
// tests/unit/inspect/align_test.cpp.
#include "inspect/align.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/dates.hpp"

namespace telltale::inspect {
namespace {

/// Most differences looked for between two sequences. Past it the rest counts as replaced whole.
constexpr std::int32_t most_differences = 400;
/// Stretches with more tokens than this are not compared word by word.
constexpr std::size_t most_tokens = 20'000;
/// Words are compared by code points if each is at most this long...
constexpr std::size_t longest_compared = 512;
/// ...and so much of the longer one is in the shorter one too.
constexpr double near = 0.6;

Token token_at(char32_t code) {
  if (code < 0x80) return ascii::is_alnum(static_cast<char>(code)) ? Token::word : Token::other;
  // Thai, Lao, Tibetan, Burmese, Khmer; Han, kana and what goes with them.
  const bool blankless = (code >= 0x0E00 && code < 0x10A0) || (code >= 0x1780 && code < 0x1800) ||
                         (code >= 0x2E80 && code < 0xA4D0 && code != 0x3000) || (code >= 0x20000 && code < 0x40000);
  if (blankless) return Token::ideograph;
  // General punctuation, blanks and signs; private use, variation selectors, full width forms, tags, emoji.
  const bool apart = code < 0xC0 || (code >= 0x2000 && code < 0x2E80) || code == 0x3000 ||
                     (code >= 0xE000 && code < 0x10000) || code >= 0x1F000;
  return apart ? Token::other : Token::word;
}

/// One text cut into items: `starts` has one more entry, the end; `keys` are equal where the items are.
struct Items {
  std::string_view text;
  std::vector<std::size_t> starts;
  std::vector<std::uint64_t> keys;

  [[nodiscard]] std::size_t count() const { return keys.size(); }
};

void fill_keys(Items& items) {
  const std::size_t count = items.starts.size() - 1;
  items.keys.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    items.keys.push_back(
        std::hash<std::string_view>{}(items.text.substr(items.starts[i], items.starts[i + 1] - items.starts[i])));
}

Items lines_of(std::string_view text) {
  Items items{text, {0}, {}};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    if (at + 1 < text.size()) items.starts.push_back(at + 1);
  if (!text.empty()) items.starts.push_back(text.size());
  fill_keys(items);
  return items;
}

Items tokens_of(std::string_view text, Dates dates) {
  Items items{text, find_tokens(text).starts, {}};
  if (dates == Dates::as_written) {
    fill_keys(items);
    return items;
  }
  const std::vector<WrittenDate> found = find_dates(text);
  const auto inside = [&](std::size_t at) {
    return std::any_of(found.begin(), found.end(),
                       [at](const WrittenDate& one) { return one.range.begin < at && at < one.range.end; });
  };
  if (!found.empty())
    items.starts.erase(std::remove_if(items.starts.begin(), items.starts.end(), inside), items.starts.end());
  fill_keys(items);
  std::size_t item = 0;
  for (const WrittenDate& one : found) {
    while (item < items.count() && items.starts[item] < one.range.begin) ++item;
    if (item < items.count() && items.starts[item] == one.range.begin)
      items.keys[item] = std::hash<std::string>{}(one.padded ? one.format : one.format + " short");
  }
  return items;
}

Items code_points_of(std::string_view text) {
  Items items{text, {}, {}};
  for (std::size_t at = 0; at < text.size(); at += utf8::decode(text, at).length) items.starts.push_back(at);
  items.starts.push_back(text.size());
  fill_keys(items);
  return items;
}

/// A hunk in items instead of bytes.
struct Step {
  ByteRange reference;
  ByteRange sent;
};

/// Myers' greedy search on what lies between the common ends of two sequences.
class Difference {
 public:
  Difference(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) : a_(a), b_(b) {
    const std::size_t shortest = std::min(a.size(), b.size());
    while (head_ < shortest && a[head_] == b[head_]) ++head_;
    while (tail_ < shortest - head_ && a[a.size() - 1 - tail_] == b[b.size() - 1 - tail_]) ++tail_;
    n_ = static_cast<std::int32_t>(a.size() - head_ - tail_);
    m_ = static_cast<std::int32_t>(b.size() - head_ - tail_);
  }

  std::vector<Step> steps() {
    if (n_ == 0 && m_ == 0) return {};
    if (n_ == 0 || m_ == 0 || !search()) return {whole()};
    return walk_back();
  }

 private:
  [[nodiscard]] Step whole() const {
    return {{head_, head_ + static_cast<std::size_t>(n_)}, {head_, head_ + static_cast<std::size_t>(m_)}};
  }
  [[nodiscard]] bool same(std::int32_t x, std::int32_t y) const {
    return a_[head_ + static_cast<std::size_t>(x)] == b_[head_ + static_cast<std::size_t>(y)];
  }

  /// Furthest x on diagonal k after d differences, for k = -d, -d+2 ... d; kept for every d.
  bool search() {
    std::vector<std::int32_t> furthest{0};
    const std::int32_t most = std::min(most_differences, n_ + m_);
    for (std::int32_t d = 0; d <= most; ++d) {
      std::vector<std::int32_t> row(static_cast<std::size_t>(2 * d + 1), -1);
      for (std::int32_t k = -d; k <= d; k += 2) {
        std::int32_t x = 0;
        if (d > 0) x = entry(furthest, d - 1, k);
        if (x < 0) continue;
        while (x < n_ && x - k < m_ && same(x, x - k)) ++x;
        row[static_cast<std::size_t>(k + d)] = x;
        if (x < n_ || x - k < m_) continue;
        rows_.push_back(std::move(row));
        return true;
      }
      furthest = row;
      rows_.push_back(std::move(row));
    }
    return false;
  }

  /// Where a path with d differences may enter diagonal k + (none yet walked there): from k-1 by a deletion, from k+1
  /// by an insertion; -1 if neither stays inside.
  [[nodiscard]] std::int32_t entry(const std::vector<std::int32_t>& row, std::int32_t d, std::int32_t k) const {
    const auto at = [&](std::int32_t diagonal) {
      return diagonal < -d || diagonal > d ? -1 : row[static_cast<std::size_t>(diagonal + d)];
    };
    const std::int32_t left = at(k - 1);
    const std::int32_t down = at(k + 1);
    std::int32_t x = -1;
    if (left >= 0 && left + 1 <= n_) x = left + 1;
    if (down >= 0 && down - k <= m_) x = std::max(x, down);
    return x >= 0 && x - k >= 0 && x - k <= m_ ? x : -1;
  }

  std::vector<Step> walk_back() const {
    std::vector<Step> out;
    std::int32_t x = n_;
    std::int32_t y = m_;
    for (auto d = static_cast<std::int32_t>(rows_.size()) - 1; d > 0; --d) {
      const std::vector<std::int32_t>& row = rows_[static_cast<std::size_t>(d - 1)];
      const std::int32_t k = x - y;
      const std::int32_t start = entry(row, d - 1, k);
      const auto at = [&](std::int32_t diagonal) {
        return diagonal < -(d - 1) || diagonal > d - 1 ? -1 : row[static_cast<std::size_t>(diagonal + d - 1)];
      };
      const bool deleted = at(k - 1) >= 0 && at(k - 1) + 1 == start;
      const std::int32_t from_x = deleted ? start - 1 : start;
      const std::int32_t from_y = deleted ? start - k : start - k - 1;
      push_front(out, from_x, start, from_y, start - k);
      x = from_x;
      y = from_y;
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

  /// Joins with the step behind it if the two touch: a deletion and an insertion are one replacement.
  void push_front(std::vector<Step>& out, std::int32_t x0, std::int32_t x1, std::int32_t y0, std::int32_t y1) const {
    const auto at = [this](std::int32_t i) { return head_ + static_cast<std::size_t>(i); };
    if (!out.empty() && out.back().reference.begin == at(x1) && out.back().sent.begin == at(y1)) {
      out.back().reference.begin = at(x0);
      out.back().sent.begin = at(y0);
      return;
    }
    out.push_back({{at(x0), at(x1)}, {at(y0), at(y1)}});
  }

  const std::vector<std::uint64_t>& a_;
  const std::vector<std::uint64_t>& b_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  std::int32_t n_ = 0;
  std::int32_t m_ = 0;
  std::vector<std::vector<std::int32_t>> rows_;
};

std::vector<Hunk> difference(const Items& reference, const Items& sent) {
  std::vector<Hunk> out;
  for (const Step& step : Difference(reference.keys, sent.keys).steps())
    out.push_back({{reference.starts[step.reference.begin], reference.starts[step.reference.end]},
                   {sent.starts[step.sent.begin], sent.starts[step.sent.end]}});
  return out;
}

Hunk moved(Hunk hunk, const Hunk& by) {
  return {{hunk.reference.begin + by.reference.begin, hunk.reference.end + by.reference.begin},
          {hunk.sent.begin + by.sent.begin, hunk.sent.end + by.sent.begin}};
}

std::string_view part(std::string_view text, ByteRange range) {
  return text.substr(range.begin, range.size());
}

/// A replaced stretch by code points, if its two sides are nearly alike; else as it is.
void refine(std::string_view reference, std::string_view sent, const Hunk& hunk, std::vector<Hunk>& out) {
  const std::string_view was = part(reference, hunk.reference);
  const std::string_view is = part(sent, hunk.sent);
  const bool numbers =
      std::all_of(was.begin(), was.end(), ascii::is_digit) && std::all_of(is.begin(), is.end(), ascii::is_digit);
  if (numbers || was.empty() || is.empty() || was.size() > longest_compared || is.size() > longest_compared) {
    out.push_back(hunk);
    return;
  }
  const std::vector<Hunk> fine = difference(code_points_of(was), code_points_of(is));
  const double share =
      likeness(was, fine) * static_cast<double>(was.size()) / static_cast<double>(std::max(was.size(), is.size()));
  const bool one_sided = std::all_of(fine.begin(), fine.end(), [](const Hunk& one) { return one.reference.empty(); }) ||
                         std::all_of(fine.begin(), fine.end(), [](const Hunk& one) { return one.sent.empty(); });
  if (share < near && !one_sided) {
    out.push_back(hunk);
    return;
  }
  for (const Hunk& one : fine) out.push_back(moved(one, hunk));
}

}  // namespace

Tokens find_tokens(std::string_view text) {
  Tokens out;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const utf8::Step one = utf8::decode(text, at);
    const Token kind = token_at(one.valid ? one.code_point : static_cast<unsigned char>(text[at]));
    if (kind != Token::word || !in_word) {
      out.starts.push_back(at);
      out.kinds.push_back(kind);
    }
    in_word = kind == Token::word;
    at += one.length;
  }
  out.starts.push_back(text.size());
  return out;
}

double likeness(std::string_view reference, const std::vector<Hunk>& hunks) {
  if (reference.empty()) return 1;
  std::size_t touched = 0;
  for (const Hunk& hunk : hunks) touched += hunk.reference.size();
  return 1 - static_cast<double>(touched) / static_cast<double>(reference.size());
}

std::vector<Hunk> align(std::string_view reference, std::string_view sent, Dates dates) {
  if (reference == sent) return {};
  std::vector<Hunk> out;
  for (const Hunk& lines : difference(lines_of(reference), lines_of(sent))) {
    const std::string_view was = part(reference, lines.reference);
    const std::string_view is = part(sent, lines.sent);
    const Items was_tokens = tokens_of(was, dates);
    const Items is_tokens = tokens_of(is, dates);
    if (was_tokens.count() + is_tokens.count() > most_tokens) {
      out.push_back(lines);
      continue;
    }
    for (const Hunk& words : difference(was_tokens, is_tokens)) {
      const bool dated = dates == Dates::by_format &&
                         !(find_dates(part(was, words.reference)).empty() && find_dates(part(is, words.sent)).empty());
      if (dated)
        out.push_back(moved(words, lines));
      else
        refine(reference, sent, moved(words, lines), out);
    }
  }
  return out;
}

}  // namespace telltale::inspect
