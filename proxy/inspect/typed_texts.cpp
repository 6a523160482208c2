// Typed text found in what was sent. Covered by tests/unit/inspect/typed_texts_test.cpp.
#include "inspect/typed_texts.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include "codec/json_scan.hpp"
#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t start_bytes = 8;
constexpr double altered_at_most = 0.7;
constexpr std::size_t longest_searched = std::size_t{256} * 1024;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return std::string(text);
}

std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  return out;
}

std::uint64_t start_of(std::string_view text, std::size_t at) {
  std::uint64_t out = 0;
  std::memcpy(&out, text.data() + at, start_bytes);
  return out;
}

std::size_t slot_of(std::uint64_t start) {
  return static_cast<std::size_t>((start * 0x9E3779B97F4A7C15ULL) >> 52U);
}

/// True if a short text standing at `range` stands alone.
bool stands_alone(std::string_view text, ByteRange range) {
  constexpr std::string_view before = "\n\"'`>:";
  constexpr std::string_view after = "\n\"'`<";
  while (range.begin > 0 && text[range.begin - 1] == ' ') --range.begin;
  while (range.end < text.size() && text[range.end] == ' ') ++range.end;
  const bool opens = range.begin == 0 || before.find(text[range.begin - 1]) != std::string_view::npos;
  const bool closes = range.end == text.size() || after.find(text[range.end]) != std::string_view::npos;
  return opens && closes;
}

/// Words of a text (where no blanks part them, characters), by place and by hash.
struct Words {
  std::vector<ByteRange> ranges;
  std::vector<std::uint64_t> keys;

  explicit Words(std::string_view text) {
    const Tokens tokens = find_tokens(text);
    for (std::size_t i = 0; i < tokens.kinds.size(); ++i) {
      if (tokens.kinds[i] == Token::other) continue;
      ranges.push_back({tokens.starts[i], tokens.starts[i + 1]});
      keys.push_back(std::hash<std::string_view>{}(text.substr(ranges.back().begin, ranges.back().size())));
    }
  }
  [[nodiscard]] std::uint64_t pair(std::size_t i) const { return keys[i] * 31 + keys[i + 1]; }
};

/// Where in `text` the words of `wanted` stand, judged by pairs of words that both have at nearly the same distance.
std::optional<ByteRange> find_region(const Words& wanted, const Words& text) {
  constexpr std::size_t most_same = 8;
  constexpr std::int64_t drift = 6;
  if (wanted.keys.size() < 2 || text.keys.size() < 2) return std::nullopt;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> places;
  for (std::size_t j = 0; j + 1 < text.keys.size(); ++j) {
    auto& same = places[text.pair(j)];
    if (same.size() < most_same) same.push_back(j);
  }
  struct Pair {
    std::int64_t i, j;
  };
  std::vector<Pair> pairs;
  std::unordered_map<std::int64_t, std::size_t> votes;
  for (std::size_t i = 0; i + 1 < wanted.keys.size(); ++i) {
    const auto found = places.find(wanted.pair(i));
    if (found == places.end()) continue;
    for (const std::size_t j : found->second) {
      pairs.push_back({static_cast<std::int64_t>(i), static_cast<std::int64_t>(j)});
      ++votes[static_cast<std::int64_t>(j) - static_cast<std::int64_t>(i)];
    }
  }
  std::int64_t best = 0;
  std::size_t most = 0;
  for (const auto& [diagonal, count] : votes)
    if (count > most || (count == most && diagonal < best)) {
      best = diagonal;
      most = count;
    }
  if (most == 0 || most * 4 < wanted.keys.size() - 1) return std::nullopt;
  Pair first{INT64_MAX, 0};
  Pair last{-1, 0};
  for (const Pair& one : pairs) {
    if (std::abs(one.j - one.i - best) > drift) continue;
    if (one.i < first.i) first = one;
    if (one.i > last.i) last = one;
  }
  const auto words = static_cast<std::int64_t>(text.keys.size());
  std::int64_t begin = std::max<std::int64_t>(0, first.j - first.i);
  const std::int64_t rest = static_cast<std::int64_t>(wanted.keys.size()) - (last.i + 2);
  std::int64_t end = std::min(words - 1, last.j + 1 + rest);
  // A word that was cut in two shifts the count: the first and the last word are looked for a little farther out.
  constexpr std::int64_t shift = 4;
  const auto key = [&text](std::int64_t i) { return text.keys[static_cast<std::size_t>(i)]; };
  for (std::int64_t i = begin; first.i > 0 && i >= std::max<std::int64_t>(0, begin - shift); --i)
    if (key(i) == wanted.keys.front()) {
      begin = i;
      break;
    }
  for (std::int64_t i = end; rest > 0 && i < std::min(words, end + shift); ++i)
    if (key(i) == wanted.keys.back()) {
      end = i;
      break;
    }
  return ByteRange{text.ranges[static_cast<std::size_t>(begin)].begin, text.ranges[static_cast<std::size_t>(end)].end};
}

/// Widens a region to whole words: a letter that was put into the first or the last word cuts it in two. What frames a
/// typed text (blanks, quotes, brackets) ends it.
ByteRange to_word_ends(std::string_view text, ByteRange region) {
  constexpr std::size_t farthest = 64;
  constexpr std::string_view frames = " \t\r\n\"'`<>()[]{}:";
  const auto is_frame = [&](std::size_t at) { return frames.find(text[at]) != std::string_view::npos; };
  const std::size_t least = region.begin - std::min(region.begin, farthest);
  while (region.begin > least && !is_frame(region.begin - 1)) --region.begin;
  const std::size_t most = std::min(text.size(), region.end + farthest);
  while (region.end < most && !is_frame(region.end)) ++region.end;
  return region;
}

/// Widens the region of the words by what the typed text has before its first and behind its last word.
ByteRange with_ends(std::string_view wanted, const Words& words, std::string_view text, ByteRange region) {
  ByteRange out = to_word_ends(text, region);
  const std::size_t lead = words.ranges.front().begin;
  const std::size_t tail = wanted.size() - words.ranges.back().end;
  const std::size_t room = std::min(lead, region.begin);
  const bool same_lead = text.substr(region.begin - room, room) == wanted.substr(lead - room, room);
  if (same_lead || out.begin == region.begin) {
    std::size_t begin = region.begin;
    while (begin > region.begin - room && text[begin - 1] != '\n') --begin;
    out.begin = std::min(out.begin, begin);
  }
  if (text.substr(region.end, tail) == wanted.substr(wanted.size() - tail)) {
    out.end = std::max(out.end, region.end + tail);
    return out;
  }
  // Something else closes the line: its end is the end of the typed text if it is near.
  const std::size_t line_end = std::min(text.find('\n', out.end), text.size());
  if (line_end - out.end <= tail + 4) out.end = line_end;
  return out;
}

}  // namespace

TypedTexts::TypedTexts(const std::vector<std::string>& typed) {
  for (const std::string& one : typed) {
    const auto number = static_cast<std::uint32_t>(wanted_.size());
    wanted_.push_back(trimmed(with_line_feeds(one)));
    add_form(one, number);
    add_form(trimmed(one), number);
    add_form(wanted_.back(), number);
    add_form(codec::escape_json(wanted_.back()), number);
    for (std::size_t at = one.find('@'); at != std::string::npos; at = one.find('@', at + 1)) {
      std::size_t end = at + 1;
      while (end < one.size() && !is_blank(one[end]) && one[end] != ',' && one[end] != '"') ++end;
      if (end - at > 3) mentioned_.push_back(one.substr(at + 1, end - at - 1));
    }
  }
  for (auto& [start, forms] : by_start_)
    std::stable_sort(forms.begin(), forms.end(), [this](std::uint32_t a, std::uint32_t b) {
      return forms_[a].text.size() > forms_[b].text.size();
    });
}

void TypedTexts::add_form(std::string text, std::uint32_t typed) {
  if (text.empty()) return;
  const auto known = [&](const Form& form) { return form.typed == typed && form.text == text; };
  if (std::any_of(forms_.rbegin(),
                  forms_.rend() - static_cast<std::ptrdiff_t>(forms_.size() > 4 ? forms_.size() - 4 : 0), known))
    return;
  const auto number = static_cast<std::uint32_t>(forms_.size());
  if (text.size() < start_bytes) {
    tiny_.push_back(number);
  } else {
    const std::uint64_t start = start_of(text, 0);
    by_start_[start].push_back(number);
    filter_[slot_of(start) / 64] |= std::uint64_t{1} << (slot_of(start) % 64);
  }
  forms_.push_back({std::move(text), typed});
}

const TypedTexts::Form* TypedTexts::form_at(std::string_view text, std::size_t at) const {
  if (at + start_bytes <= text.size()) {
    const std::uint64_t start = start_of(text, at);
    const std::size_t slot = slot_of(start);
    if ((filter_[slot / 64] >> (slot % 64) & 1U) != 0) {
      const auto found = by_start_.find(start);
      if (found != by_start_.end()) {
        for (const std::uint32_t number : found->second) {
          const Form& form = forms_[number];
          if (text.compare(at, form.text.size(), form.text) != 0) continue;
          if (form.text.size() >= short_text || stands_alone(text, {at, at + form.text.size()})) return &form;
        }
      }
    }
  }
  for (const std::uint32_t number : tiny_) {
    const Form& form = forms_[number];
    if (text.compare(at, form.text.size(), form.text) == 0 && stands_alone(text, {at, at + form.text.size()}))
      return &form;
  }
  return nullptr;
}

std::vector<TypedTexts::Place> TypedTexts::exact(std::string_view text) const {
  std::vector<Place> out;
  for (std::size_t at = 0; at < text.size();) {
    const Form* const form = form_at(text, at);
    if (form == nullptr) {
      ++at;
      continue;
    }
    out.push_back({{at, at + form->text.size()}, form->typed});
    at += form->text.size();
  }
  return out;
}

std::optional<TypedTexts::Near> TypedTexts::near(std::string_view text, std::uint32_t typed) const {
  const std::string& wanted = wanted_[typed];
  if (wanted.size() < 4 || wanted.size() > longest_searched || text.size() > longest_searched) return std::nullopt;
  const Words words(wanted);
  ByteRange region;
  if (const auto found = find_region(words, Words(text))) {
    region = with_ends(wanted, words, text, *found);
  } else {  // too few words to go by: the whole text, if it is about as long
    while (region.begin < text.size() && is_blank(text[region.begin])) ++region.begin;
    region.end = text.size();
    while (region.end > region.begin && is_blank(text[region.end - 1])) --region.end;
    if (region.size() * 10 > wanted.size() * 15 + 80 || wanted.size() * 10 > region.size() * 15 + 80)
      return std::nullopt;
  }
  std::vector<Hunk> hunks = align(wanted, text.substr(region.begin, region.size()));
  if (likeness(wanted, hunks) < altered_at_most) return std::nullopt;
  for (Hunk& hunk : hunks) {
    hunk.sent.begin += region.begin;
    hunk.sent.end += region.begin;
  }
  return Near{region, std::move(hunks)};
}

bool TypedTexts::mentions_file_of(std::string_view text) const {
  const std::string_view start = text.substr(0, 512);
  return std::any_of(mentioned_.begin(), mentioned_.end(),
                     [start](const std::string& path) { return start.find(path) != std::string_view::npos; });
}

}  // namespace telltale::inspect
