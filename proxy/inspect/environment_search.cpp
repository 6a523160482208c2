// Finds known values in one text: the forms of the needle set, then what runs of token characters decode to. Covered by
// tests/unit/inspect/environment_pass_test.cpp.
#include "inspect/environment_search.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "core/ascii.hpp"
#include "inspect/label_context.hpp"
#include "inspect/reading.hpp"
#include "inspect/token_run.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t shortest_run = 8;
constexpr std::size_t longest_whole_run = 160;  ///< of a longer run, only what writes the value is covered
constexpr std::size_t shortest_xored = 7;       ///< of five bytes, four equal keys occur by chance
constexpr std::size_t longest_escaped = 2048;
constexpr std::size_t longest_name = 24;  ///< what is longer is an id, which `_` may join to others

bool is_word(char c) {
  return ascii::is_alnum(c) || c == '_';
}

bool is_base64_digit(char c) {
  return ascii::is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

/// A distinctive value needs only that its word does not go on; a shared one must not be part of a longer name, path or
/// address either.
bool stands_alone(std::string_view text, ByteRange range, bool shared) {
  if (range.begin > 0) {
    const char before = text[range.begin - 1];
    if (is_word(before) && is_word(text[range.begin]) && (before != '_' || range.size() < longest_name)) return false;
    if (shared && (before == '-' || before == '.' || before == '/' || before == '\\' || before == '@' || before == '+'))
      return false;
  }
  if (range.end >= text.size()) return true;
  const char after = text[range.end];
  if (is_word(after) && is_word(text[range.end - 1]) && (after != '_' || range.size() < longest_name)) return false;
  if (!shared) return true;
  if (after == '-' || after == '/' || after == '\\' || after == '@' || after == '+') return false;
  return after != '.' || range.end + 1 == text.size() || !ascii::is_alnum(text[range.end + 1]);
}

std::string_view name_of(Form form) {
  switch (form) {
    case Form::plain:
      return {};
    case Form::escaped:
      return "JSON in a string";
    case Form::reversed:
      return "reversed";
    case Form::rot13:
      return "rot13";
    case Form::base64:
      return "base64";
  }
  return {};
}

std::string_view name_of(Alphabet alphabet, bool xored, bool inflated) {
  switch (alphabet) {
    case Alphabet::hex:
      return xored ? "XOR and hex" : inflated ? "compressed and hex" : "hex";
    case Alphabet::base32:
      return xored ? "XOR and base32" : "base32";
    case Alphabet::base64:
      return xored ? "XOR and base64" : inflated ? "compressed and base64" : "base64";
  }
  return {};
}

/// A shared value inside decoded bytes: the bytes are it, or a text that states it.
bool is_stated(std::string_view bytes, ByteRange range, Family family) {
  if (is_whole(bytes, range)) return true;
  return is_printable(bytes) && (has_label(bytes, range, family) || has_word_near(bytes, range, family));
}

class Search {
 public:
  Search(std::string_view text, const NeedleSet& needles, std::size_t& runs_left)
      : text_(text), needles_(needles), runs_left_(runs_left) {}

  std::vector<Sighting> run() {
    look_for_needles();
    look_at_escapes();
    look_at_runs();
    keep_outermost();
    return std::move(out_);
  }

 private:
  void look_for_needles() {
    std::vector<NeedleSet::Hit> hits;
    needles_.find(text_, hits);
    for (const NeedleSet::Hit& hit : hits) {
      const Needle& needle = needles_.needle(hit.needle);
      const bool shared = needles_.facts()[needle.fact].shared;
      ByteRange range{hit.at, hit.at + needle.text.size()};
      if (needle.form == Form::base64) {
        if (!widen_base64(range, needle.text.size() < 10 || shared)) continue;
      } else if (!stands_alone(text_, range, shared || (needle.form != Form::plain && needle.text.size() < 8))) {
        continue;
      }
      out_.push_back({range, needle.fact, name_of(needle.form), {}});
    }
  }

  /// Takes in the rest of the base64 text that `range` lies in. False if it had to be all of it, and is not.
  bool widen_base64(ByteRange& range, bool whole) const {
    ByteRange run = range;
    // No further than tells that the run is longer than the value, and too long to be covered whole.
    const std::size_t most = std::max(longest_whole_run, range.size()) + 1;
    while (run.begin > 0 && run.size() < most && is_base64_digit(text_[run.begin - 1])) --run.begin;
    while (run.end < text_.size() && run.size() < most && is_base64_digit(text_[run.end])) ++run.end;
    if (whole && run != range) return false;
    while (run.end < text_.size() && text_[run.end] == '=' && run.end - range.end < 2) ++run.end;
    if (run.size() <= longest_whole_run) range = run;
    return true;
  }

  /// %2F, \u002f, \x2f: stretches that hold such escapes are read with them undone.
  void look_at_escapes() {
    std::size_t done = 0;
    for (std::size_t at = find_escape(text_, 0); at != std::string_view::npos; at = find_escape(text_, done)) {
      constexpr std::string_view ends = " \t\r\n\"'<>`";
      const std::size_t first = std::max(done, at - std::min(at, longest_escaped));
      const std::size_t before = text_.substr(first, at - first).find_last_of(ends);
      const std::size_t begin = before == std::string_view::npos ? first : first + before + 1;
      const std::string_view rest = text_.substr(at, longest_escaped);
      const std::size_t end = at + std::min(rest.find_first_of(ends), rest.size());
      look_at_unescaped({begin, end});
      done = end;
    }
  }

  void look_at_unescaped(ByteRange range) {
    const Unescaped undone = undo_escapes(text_.substr(range.begin, range.size()));
    std::vector<NeedleSet::Hit> hits;
    needles_.find(undone.text, hits);
    for (const NeedleSet::Hit& hit : hits) {
      const Needle& needle = needles_.needle(hit.needle);
      const ByteRange in{hit.at, hit.at + needle.text.size()};
      const ByteRange there{range.begin + undone.at[in.begin], range.begin + undone.at[in.end]};
      if (there.size() == in.size() || needle.form == Form::base64) continue;  // written plain: found already
      if (stands_alone(undone.text, in, needles_.facts()[needle.fact].shared))
        out_.push_back({there, needle.fact, "with escapes", {}});
    }
  }

  void look_at_runs() {
    std::vector<TokenRun> runs;
    find_token_runs(text_, shortest_run, runs);
    for (const TokenRun& run : runs) {
      const std::string_view digits = text_.substr(run.range.begin, run.range.size());
      if (look_at_digest(run.range, digits)) continue;
      if (runs_left_ == 0) return;
      --runs_left_;
      for (const Reading& reading : read_run(digits))
        if (look_at_reading(run.range, reading)) break;
    }
  }

  bool look_at_digest(ByteRange run, std::string_view digits) {
    std::size_t at = digits.find_last_of("=_-/+");
    at = at == std::string_view::npos ? 0 : at + 1;
    const auto fact = needles_.fact_of_digest(digits.substr(at));
    if (fact) out_.push_back({{run.begin + at, run.end}, *fact, "a digest", {}});
    return fact.has_value();
  }

  bool look_at_reading(ByteRange run, const Reading& reading) {
    const std::optional<std::string> inflated = inflate(reading.bytes);
    const std::string_view bytes = inflated ? std::string_view(*inflated) : std::string_view(reading.bytes);
    Sighting found;
    ByteRange in;
    bool xored = false;
    if (!look_in_bytes(bytes, found, in)) {
      if (inflated || !look_for_xored(bytes, found, in)) return false;
      xored = true;
    }
    found.form = name_of(reading.alphabet, xored, inflated.has_value());
    found.range = run;
    if (run.size() > longest_whole_run && !inflated) {
      const ByteRange digits = reading.digits(in);
      found.range = {run.begin + digits.begin, std::min(run.end, run.begin + digits.end)};
    }
    out_.push_back(std::move(found));
    return true;
  }

  bool look_in_bytes(std::string_view bytes, Sighting& found, ByteRange& in) const {
    std::vector<NeedleSet::Hit> hits;
    needles_.find(bytes, hits);
    bool any = false;
    for (const NeedleSet::Hit& hit : hits) {
      const Needle& needle = needles_.needle(hit.needle);
      const Fact& fact = needles_.facts()[needle.fact];
      const ByteRange range{hit.at, hit.at + needle.text.size()};
      const bool weak = fact.shared || needle.text.size() < 6;
      if (!stands_alone(bytes, range, weak) || (weak && !is_stated(bytes, range, fact.family))) continue;
      if (any) {
        found.further.push_back(needle.fact);
        continue;
      }
      any = true;
      found.fact = needle.fact;
      in = range;
    }
    return any;
  }

  bool look_for_xored(std::string_view bytes, Sighting& found, ByteRange& in) const {
    bool any = false;
    for (std::size_t at = 0; at + 4 <= bytes.size(); ++at) {
      if (!needles_.may_be_xored(bytes.data() + at)) continue;
      for (std::uint32_t i = 0; i < needles_.facts().size(); ++i) {
        const std::string_view value = needles_.facts()[i].text;
        // A short value has to be all there is.
        if (value.size() < 4 || (value.size() < shortest_xored && value.size() != bytes.size())) continue;
        if (!begins_xored(bytes.substr(at), value)) continue;
        if (any)
          found.further.push_back(i);
        else
          found.fact = i;
        if (!any) in = {at, at + value.size()};
        any = true;
      }
    }
    return any;
  }

  /// The user's name inside the working directory is no second finding; of equal places the plain reading counts.
  void keep_outermost() {
    std::stable_sort(out_.begin(), out_.end(), [](const Sighting& a, const Sighting& b) {
      if (a.range.begin != b.range.begin) return a.range.begin < b.range.begin;
      if (a.range.end != b.range.end) return a.range.end > b.range.end;
      return a.is_encoded() < b.is_encoded();
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < out_.size(); ++i) {
      if (kept > 0 && out_[i].range.begin < out_[kept - 1].range.end) continue;
      if (kept != i) out_[kept] = std::move(out_[i]);
      ++kept;
    }
    out_.resize(kept);
  }

  std::string_view text_;
  const NeedleSet& needles_;
  std::size_t& runs_left_;
  std::vector<Sighting> out_;
};

}  // namespace

std::vector<Sighting> find_known_values(std::string_view text, const NeedleSet& needles, std::size_t& runs_left) {
  return Search(text, needles, runs_left).run();
}

}  // namespace telltale::inspect
