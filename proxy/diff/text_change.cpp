// Two texts against each other: lines, then words, then characters. Covered by tests/unit/diff/text_change_test.cpp.
#include "diff/text_change.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "compare/align.hpp"
#include "compare/tokens.hpp"
#include "core/utf8.hpp"

namespace telltale::diff {
namespace {

using compare::Hunk;
using Pieces = std::vector<ByteRange>;
using Numbers = std::vector<std::uint32_t>;

/// Equal pieces have equal numbers.
class Numbering {
 public:
  [[nodiscard]] Numbers numbers(std::string_view text, const Pieces& pieces) {
    Numbers out;
    out.reserve(pieces.size());
    for (const ByteRange& piece : pieces) {
      const auto next = static_cast<std::uint32_t>(ids_.size());
      out.push_back(ids_.try_emplace(text.substr(piece.begin, piece.size()), next).first->second);
    }
    return out;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

// With their ends.
Pieces cut_lines(std::string_view text) {
  Pieces out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    out.push_back({at, end});
    at = end;
  }
  return out;
}

ByteRange in_bytes(const ByteRange& range, const Pieces& pieces, std::size_t size) {
  const std::size_t begin = range.begin < pieces.size() ? pieces[range.begin].begin : size;
  return {begin, range.empty() ? begin : pieces[range.end - 1].end};
}

/// Aligns pieces of two texts as long as there is work left to spend.
class Aligner {
 public:
  /// Ranges of bytes.
  [[nodiscard]] std::vector<Hunk> hunks(std::string_view a, const Pieces& in_a, std::string_view b,
                                        const Pieces& in_b) {
    Numbering numbering;
    const Numbers of_a = numbering.numbers(a, in_a);
    const Numbers of_b = numbering.numbers(b, in_b);
    const std::size_t size = of_a.size() + of_b.size() + 1;
    const std::size_t affordable = std::min(most_edits, (most_work - spent_) / size);
    std::vector<Hunk> out = compare::align(of_a, of_b, affordable);
    // One hunk with both sides, more than could have been looked through: the search was given up.
    const bool gave_up =
        out.size() == 1 && !out[0].a.empty() && !out[0].b.empty() && out[0].a.size() + out[0].b.size() > affordable;
    const std::size_t edits = gave_up ? affordable : edits_of(out);
    spent_ = std::min(most_work, spent_ + (edits + 1) * size);
    coarse_ = coarse_ || gave_up;
    for (Hunk& hunk : out) hunk = {in_bytes(hunk.a, in_a, a.size()), in_bytes(hunk.b, in_b, b.size())};
    return out;
  }
  [[nodiscard]] bool coarse() const { return coarse_; }
  void forgive() { coarse_ = false; }

 private:
  static std::size_t edits_of(const std::vector<Hunk>& hunks) {
    std::size_t sum = 0;
    for (const Hunk& hunk : hunks) sum += hunk.a.size() + hunk.b.size();
    return sum;
  }

  std::size_t spent_ = 0;
  bool coarse_ = false;
};

// The words of lines that stand for each other, as ranges of the whole texts.
void append_word_hunks(std::string_view a, std::string_view b, const Hunk& lines, Aligner& aligner,
                       std::vector<Hunk>& out) {
  if (lines.a.empty() || lines.b.empty()) return out.push_back(lines);
  const std::string_view in_a = a.substr(lines.a.begin, lines.a.size());
  const std::string_view in_b = b.substr(lines.b.begin, lines.b.size());
  const auto spelling = compare::Spelling::plain;
  for (const Hunk& hunk :
       aligner.hunks(in_a, compare::cut_tokens(in_a, spelling), in_b, compare::cut_tokens(in_b, spelling)))
    out.push_back({{lines.a.begin + hunk.a.begin, lines.a.begin + hunk.a.end},
                   {lines.b.begin + hunk.b.begin, lines.b.begin + hunk.b.end}});
}

// A blank between two replaced words is no common ground, and neither is a word between two replaced sentences.
std::vector<Hunk> join_close(const std::vector<Hunk>& hunks) {
  std::vector<Hunk> out;
  const auto weight = [](const Hunk& hunk) { return std::max(hunk.a.size(), hunk.b.size()); };
  for (const Hunk& hunk : hunks) {
    const std::size_t gap = out.empty() ? 0 : hunk.a.begin - out.back().a.end;
    const bool joins = !out.empty() && gap <= std::min(weight(out.back()), weight(hunk));
    if (!joins) {
      out.push_back(hunk);
      continue;
    }
    out.back().a.end = hunk.a.end;
    out.back().b.end = hunk.b.end;
  }
  return out;
}

std::size_t common_start(std::string_view a, std::string_view b) {
  std::size_t at = 0;
  while (at < a.size() && at < b.size()) {
    const std::size_t length = utf8::decode(a, at).length;
    if (a.substr(at, length) != b.substr(at, length)) break;
    at += length;
  }
  return at;
}

// Bytes, never from inside of a code point.
std::size_t common_end(std::string_view a, std::string_view b) {
  std::size_t size = 0;
  while (size < a.size() && size < b.size() && a[a.size() - 1 - size] == b[b.size() - 1 - size]) ++size;
  const auto is_inside = [](std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (size > 0 && (is_inside(a, a.size() - size) || is_inside(b, b.size() - size))) --size;
  return size;
}

Change with_inner(std::string_view a, std::string_view b, const Hunk& hunk) {
  const std::string_view of_a = a.substr(hunk.a.begin, hunk.a.size());
  const std::string_view of_b = b.substr(hunk.b.begin, hunk.b.size());
  const std::size_t start = common_start(of_a, of_b);
  const std::size_t end = common_end(of_a.substr(start), of_b.substr(start));
  return {hunk.a, hunk.b, {hunk.a.begin + start, hunk.a.end - end}, {hunk.b.begin + start, hunk.b.end - end}};
}

}  // namespace

TextChanges find_changes(std::string_view a, std::string_view b) {
  Aligner aligner;
  const std::vector<Hunk> lines = aligner.hunks(a, cut_lines(a), b, cut_lines(b));
  // Lines too many to be told apart may still turn out to differ in few words.
  aligner.forgive();
  std::vector<Hunk> words;
  for (const Hunk& hunk : lines) append_word_hunks(a, b, hunk, aligner, words);
  TextChanges out;
  for (const Hunk& hunk : join_close(words)) out.changes.push_back(with_inner(a, b, hunk));
  out.coarse = aligner.coarse();
  return out;
}

}  // namespace telltale::diff
