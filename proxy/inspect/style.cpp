// What detectors of style share. Covered by tests/unit/inspect/style_test.cpp.
#include "inspect/style.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::inspect::style {
namespace {

constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_line = 2048;  ///< on either side; a line may be as long as the body
constexpr std::size_t longest_token = 256;
constexpr std::size_t near_by = 200;  ///< as far as a neighbour's language is looked for

constexpr std::array<std::string_view, 48> english_words{
    "a",    "an",   "and",  "any",  "are",  "as",   "at",    "be",    "by",   "can",  "do",  "each",
    "file", "for",  "from", "have", "if",   "in",   "is",    "it",    "its",  "must", "no",  "not",
    "of",   "on",   "one",  "only", "or",   "that", "the",   "their", "then", "this", "to",  "tool",
    "use",  "used", "user", "was",  "what", "when", "where", "which", "will", "with", "you", "your"};
constexpr std::array<std::string_view, 60> other_words{
    "aber", "alla", "auf", "aux", "avec", "che",  "com",  "con", "dans",  "das", "de",  "dei", "del",  "della", "den",
    "der",  "des",  "di",  "die", "du",   "ein",  "eine", "el",  "en",    "es",  "est", "et",  "gli",  "het",   "il",
    "ist",  "la",   "le",  "les", "los",  "las",  "mit",  "na",  "nicht", "nie", "och", "od",  "para", "pas",   "per",
    "por",  "pour", "que", "qui", "się",  "sont", "sur",  "um",  "und",   "une", "van", "von", "wie",  "y",     "zu"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::size_t start_before(std::string_view text, std::size_t at) {
  std::size_t start = at - 1;
  const std::size_t least = at - std::min<std::size_t>(at, 4);
  while (start > least && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
  return start;
}

/// The word round `at`, as blanks cut it.
std::string_view word_at(std::string_view text, std::size_t at) {
  const std::size_t from = at - std::min(at, longest_token);
  const std::size_t start = text.substr(from, at - from).find_last_of(" \t\r\n");
  const std::string_view rest = text.substr(at, longest_token);
  const std::size_t begin = start == std::string_view::npos ? from : from + start + 1;
  return text.substr(begin, at - begin + std::min(rest.find_first_of(" \t\r\n"), rest.size()));
}

/// A run of backticks or tildes that opens or closes a fenced block: at a line's start, blanks aside.
std::string_view fence_of(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  if (at == line.size() || (line[at] != '`' && line[at] != '~')) return {};
  std::size_t end = at;
  while (end < line.size() && line[end] == line[at]) ++end;
  return end - at >= 3 ? line.substr(at, end - at) : std::string_view();
}

/// Code spans of one line: from a run of backticks to the next of the same length. One between two letters is none of
/// them: that is how an apostrophe is sometimes written.
void find_code_spans(std::string_view text, ByteRange line, std::vector<ByteRange>& out) {
  std::size_t open = std::string_view::npos;
  std::size_t width = 0;
  for (std::size_t at = line.begin; at < line.end;) {
    const std::size_t tick = text.substr(0, line.end).find('`', at);
    if (tick == std::string_view::npos) return;
    std::size_t end = tick;
    while (end < line.end && text[end] == '`') ++end;
    at = end;
    const bool inside_word = end - tick == 1 && is_letter(before(text, tick)) && is_letter(after(text, end));
    if (inside_word && open == std::string_view::npos) continue;
    if (open == std::string_view::npos) {
      open = tick;
      width = end - tick;
    } else if (end - tick == width) {
      out.push_back({open, end});
      open = std::string_view::npos;
    }
  }
}

/// A word as blanks cut it: an address, a path, an option, something with a name for machines.
bool is_machine_word(std::string_view word) {
  if (word.find("://") != std::string_view::npos || word.find("www.") != std::string_view::npos) return true;
  if (word.find_first_of("_\\=<>{}$#@") != std::string_view::npos) return true;
  return word.find("::") != std::string_view::npos || word.find('/') != std::string_view::npos;
}

const ByteRange* range_at(const std::vector<ByteRange>& ranges, std::size_t at) {
  const auto behind = std::upper_bound(ranges.begin(), ranges.end(), at,
                                       [](std::size_t offset, const ByteRange& range) { return offset < range.begin; });
  if (behind == ranges.begin()) return nullptr;
  const ByteRange& range = *(behind - 1);
  return range.contains(at) ? &range : nullptr;
}

}  // namespace

std::vector<Stretch> client_stretches(const Scene& scene) {
  std::vector<Stretch> out;
  for (std::uint32_t i = 0; i < scene.passages.size(); ++i) {
    const Passage& passage = scene.passages[i];
    for (const Piece& piece : passage.pieces)
      if (piece.voice == Voice::client) out.push_back({i, passage.text.view(), piece.range});
  }
  return out;
}

bool all_ascii(const Scene& scene, const std::vector<Stretch>& stretches) {
  return std::all_of(stretches.begin(), stretches.end(),
                     [&](const Stretch& one) { return scene.passages[one.passage].text.is_ascii(); });
}

char32_t before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  const std::size_t start = start_before(text, at);
  const utf8::Step one = utf8::decode(text, start);
  return one.valid && start + one.length == at ? one.code_point : 0;
}

char32_t after(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const utf8::Step one = utf8::decode(text, at);
  return one.valid ? one.code_point : 0;
}

bool is_letter(char32_t c) {
  if (c < 0x80) return is_ascii_letter(c);
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c < 0x2B0) return c != 0xD7 && c != 0xF7;
  if (c < 0x300) return false;  // modifier letters: the look-alikes of this family
  if (c < 0x2000) return c != 0x55A && c != 0x5F3 && c != 0x5F4 && c != 0x7F4 && c != 0x7F5 && c != 0x1680;
  if (c < 0x2C00) return c == 0x2126 || c == 0x212A || c == 0x212B;
  if (c < 0x3040) return c < 0x2E00 || c == 0x3005;
  if (c == 0xA78B || c == 0xA78C) return false;
  if (c < 0xE000) return true;
  if (c < 0xF900) return false;
  return c < 0xFE00 || (c >= 0xFE70 && c < 0xFF00) || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A) ||
         (c >= 0xFF66 && c <= 0xFFDC) || (c >= 0x20000 && c < 0x40000);
}

std::string_view letters_before(std::string_view text, std::size_t at) {
  std::size_t start = at;
  while (start > 0 && at - start < longest_word) {
    const std::size_t next = start_before(text, start);
    if (!is_letter(before(text, start))) break;
    start = next;
  }
  return text.substr(start, at - start);
}

std::string_view letters_after(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at < longest_word) {
    const utf8::Step one = utf8::decode(text, end);
    if (!one.valid || !is_letter(one.code_point)) break;
    end += one.length;
  }
  return text.substr(at, end - at);
}

ByteRange line_at(std::string_view text, std::size_t at) {
  const std::size_t from = at - std::min(at, longest_line);
  ByteRange line{from, std::min(text.size(), at + longest_line)};
  for (const char sign : {'\n', '\r'}) {
    if (const void* left = ::memrchr(text.data() + line.begin, sign, at - line.begin))
      line.begin = static_cast<std::size_t>(static_cast<const char*>(left) - text.data()) + 1;
    line.end = std::min(text.substr(0, line.end).find(sign, at), line.end);
  }
  return line;
}

bool is_foreign(std::string_view text, ByteRange at) {
  ByteRange line = line_at(text, at.begin);
  if (at.begin - line.begin > near_by) line.begin = at.begin - near_by;
  line.end = std::min(line.end, at.end + near_by);
  return holds_foreign_words(text, line);
}

bool holds_foreign_words(std::string_view text, ByteRange range) {
  int english = 0;
  int other = 0;
  for (std::size_t i = range.begin; i < range.end;) {
    const std::string_view word = letters_after(text, i);
    if (word.empty()) {
      i += utf8::decode(text, i).length;
      continue;
    }
    i += word.size();
    if (!utf8::is_ascii(word)) {
      other += 2;
      continue;
    }
    const std::string low = ascii::lower(word);
    if (is_one_of(english_words, low)) ++english;
    if (is_one_of(other_words, low)) ++other;
  }
  return other > 0 && other >= english;
}

CodeMap::CodeMap(std::string_view text) : text_(text) {
  if (text.find('`') == std::string_view::npos && text.find("~~~") == std::string_view::npos) return;
  std::string_view fence;
  std::size_t opened = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string_view here = fence_of(line);
    if (fence.empty() && here.empty()) find_code_spans(text, {at, end}, spans_);
    if (fence.empty() && !here.empty()) {
      fence = here;
      opened = at;
    } else if (!fence.empty() && !here.empty() && here.front() == fence.front() && here.size() >= fence.size()) {
      fences_.push_back({opened, end});
      fence = {};
    }
    at = end + 1;
  }
  if (!fence.empty()) fences_.push_back({opened, text.size()});
}

bool CodeMap::in_fence(std::size_t at) const {
  return range_at(fences_, at) != nullptr;
}

bool CodeMap::covers_code(std::size_t at) const {
  return in_fence(at) || range_at(spans_, at) != nullptr;
}

bool CodeMap::covers(std::size_t at) const {
  if (covers_code(at)) return true;
  return is_machine_word(word_at(text_, at));
}

void Census::add(const Use& use) {
  if (is_full()) return;
  uses_.push_back(use);
  count(use);
}

void Census::recount() {
  tallies_.clear();
  for (const Use& use : uses_) count(use);
}

void Census::count(const Use& use) {
  for (const std::uint32_t scope : {stretches_[use.stretch].passage, all}) {
    Tally& tally = tallies_[{scope, use.role}];
    const auto found =
        std::find_if(tally.forms.begin(), tally.forms.end(), [&](const auto& one) { return one.first == use.form; });
    if (found == tally.forms.end())
      tally.forms.emplace_back(use.form, 1);
    else
      ++found->second;
    if (tally.last != 0 && tally.last != use.form) ++tally.switches;
    tally.last = use.form;
  }
}

const Census::Tally& Census::tally(std::uint32_t passage, std::uint8_t role) const {
  static const Tally none;
  const auto found = tallies_.find({passage, role});
  return found == tallies_.end() ? none : found->second;
}

Census::Standing Census::standing_of(const Tally& tally, char32_t form) {
  Standing out;
  std::size_t most = 0;
  for (const auto& [one, count] : tally.forms) {
    out.total += count;
    if (one == form) out.mine = count;
    if (count > most || (count == most && one < 0x80)) {
      most = count;
      out.usual = one;
    }
  }
  return out;
}

Census::Standing Census::standing_in_text(const Use& use) const {
  return standing_of(tally(stretches_[use.stretch].passage, use.role), use.form);
}

Census::Standing Census::standing_in_all(const Use& use) const {
  return standing_of(tally(all, use.role), use.form);
}

Census::Standing Census::standing(const Use& use) const {
  const Standing own = standing_in_text(use);
  return own.total >= enough ? own : standing_in_all(use);
}

bool Census::is_minority(const Use& use) const {
  const Standing standing = this->standing(use);
  if (standing.usual == use.form) return false;
  if (standing.mine <= std::max<std::size_t>(1, standing.total / 20)) return true;
  return standing.total < enough && use.form >= 0x80 && standing.usual < 0x80;
}

bool Census::alternates(const Use& use) const {
  const Tally& own = tally(stretches_[use.stretch].passage, use.role);
  return own.switches >= 3 && standing_of(own, use.form).usual != use.form;
}

std::size_t Census::count(std::uint8_t role, char32_t form) const {
  return standing_of(tally(all, role), form).mine;
}

namespace {

/// Earlier requests had the same there.
bool was_said_before(const Passage& passage, ByteRange range) {
  if (!passage.in_baseline) return false;
  return std::none_of(passage.changes.begin(), passage.changes.end(), [&](const Change& change) {
    return change.range.begin <= range.end && range.begin <= change.range.end;
  });
}

}  // namespace

void mark_uses(const Scene& scene, const std::vector<Stretch>& stretches, Census& census,
               const std::function<std::optional<Decision>(const Use&)>& judge, std::vector<Mark>& marks) {
  constexpr int most_rounds = 8;
  std::map<std::size_t, Decision> decided;
  const auto is_info = [&](const Use& use, const Decision& decision) {
    const Passage& passage = scene.passages[stretches[use.stretch].passage];
    return decision.info || (!decision.always && was_said_before(passage, use.range));
  };
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<std::pair<std::size_t, char32_t>> edits;
    for (std::size_t i = 0; i < census.uses().size(); ++i) {
      const Use& use = census.uses()[i];
      const std::optional<Decision> decision = judge(use);
      if (!decision) continue;
      const auto [place, is_new] = decided.try_emplace(i, *decision);
      if (is_info(use, place->second)) continue;
      place->second.neutral = decision->neutral;
      edits.emplace_back(i, decision->neutral);
    }
    if (edits.empty()) break;
    for (const auto& [index, form] : edits) census.change(index, form);
    census.recount();
  }
  for (const auto& [index, decision] : decided) {
    const Use& use = census.uses()[index];
    Mark mark = mark_of(scene, stretches[use.stretch], use.range, as_text(decision.neutral), decision.always);
    mark.info = mark.info || decision.info;
    mark.bits = decision.bits;
    marks.push_back(std::move(mark));
  }
}

Mark mark_of(const Scene& scene, const Stretch& stretch, ByteRange range, std::string neutral, bool always) {
  Mark mark;
  mark.passage = stretch.passage;
  mark.range = range;
  mark.neutral = std::move(neutral);
  mark.bits = 1;
  mark.info = !always && was_said_before(scene.passages[stretch.passage], range);
  if (mark.info) mark.note = "and earlier requests said the same";
  return mark;
}

std::string as_text(char32_t c) {
  std::string out;
  utf8::append(out, c);
  return out;
}

}  // namespace telltale::inspect::style
