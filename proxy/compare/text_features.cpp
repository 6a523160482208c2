// Where texts differ, and how. Covered by tests/unit/compare/sweep_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "codec/json_scan.hpp"
#include "compare/feature_list.hpp"
#include "compare/shape.hpp"
#include "compare/slots.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::compare {
namespace {

constexpr std::size_t most_slots = 256;
constexpr std::size_t most_counted = 32;
constexpr std::size_t most_digits = 64;
// What varies by itself gets a small share of the error rate.
constexpr double count_weight = 0.25;
constexpr double format_weight = 0.25;
constexpr double digit_weight = 0.01;
// Bytes of its line that are kept either side of a slot.
constexpr std::size_t excerpt_reach = 160;

bool is_string(std::string_view token) {
  return token.size() >= 2 && token.front() == '"';
}

// True if a line of `text` ends right before `at`: behind a line feed, or behind `\n` as JSON writes it.
bool is_line_end(std::string_view text, std::size_t at, Spelling spelling) {
  if (spelling == Spelling::plain) return text[at - 1] == '\n';
  if (at < 2 || text[at - 1] != 'n') return false;
  std::size_t slashes = 0;
  while (slashes < at - 1 && text[at - 2 - slashes] == '\\') ++slashes;
  return slashes % 2 == 1;
}

// The tag that is open at `at`, of those that begin a line; empty if there is none in reach.
std::string_view open_tag(std::string_view text, std::size_t at, Spelling spelling) {
  constexpr std::size_t reach = 16 * 1024;
  constexpr std::size_t longest_name = 64;
  const std::size_t first = at - std::min(at, reach);
  std::size_t open = at == 0 ? std::string_view::npos : text.rfind('<', at - 1);
  for (int i = 0; i < 256 && open != std::string_view::npos && open >= first; ++i) {
    const std::string_view name = text.substr(open + 1, text.substr(open + 1, longest_name).find('>'));
    const bool begins_line = open == 0 || is_line_end(text, open, spelling);
    const auto is_name = [](char c) { return ascii::is_alnum(c) || c == '_' || c == '-'; };
    const bool is_tag = begins_line && !name.empty() && name.size() < longest_name && open + 1 + name.size() < at &&
                        std::all_of(name.begin(), name.end(), is_name);
    if (is_tag && text.substr(open, at - open).find(fmt::format("</{}>", name)) == std::string_view::npos) return name;
    open = open == 0 ? std::string_view::npos : text.rfind('<', open - 1);
  }
  return {};
}

// The line round `slot`, cut at a blank where it is long: no escape and no character is cut through there.
ByteRange line_round(std::string_view text, const ByteRange& slot, Spelling spelling) {
  const std::size_t first = slot.begin - std::min(slot.begin, excerpt_reach);
  const std::size_t last = std::min(text.size(), slot.end + excerpt_reach);
  std::size_t begin = slot.begin;
  while (begin > first && !is_line_end(text, begin, spelling)) --begin;
  const bool is_cut = begin == first && first > 0 && !is_line_end(text, begin, spelling);
  if (is_cut) begin = std::min(text.find(' ', begin), slot.begin);
  std::size_t end = slot.end;
  while (end < last && !is_line_end(text, end + 1, spelling)) ++end;
  if (end < last) return {begin, std::max(slot.end, spelling == Spelling::plain ? end : end - 1)};
  if (end == text.size()) return {begin, end};
  const std::size_t blank = text.rfind(' ', end - 1);
  return {begin, blank == std::string_view::npos || blank < slot.end ? slot.end : blank};
}

/// The texts of one row: each different one once, and which run has which.
class Texts {
 public:
  explicit Texts(const RowContext& context) : context_(context), of_run_(context.runs(), none) {
    std::unordered_map<std::uint32_t, std::size_t> numbers;
    for (std::size_t run = 0; run < context.runs(); ++run) {
      const Cell* cell = context.row.cells[run];
      if (cell == nullptr) continue;
      const auto [found, is_new] = numbers.try_emplace(cell->value, different_.size());
      if (is_new) {
        different_.push_back(context.vocabulary.texts.at(cell->value));
        uses_.push_back(0);
      }
      ++uses_[found->second];
      of_run_[run] = found->second;
    }
    const std::string where = context.vocabulary.where(first_cell()->pointer);
    is_body_ = where.starts_with("body:");
    is_raw_ = where == "raw";
    is_text_ = !is_body_ || std::all_of(different_.begin(), different_.end(), is_string);
    if (is_body_ && is_text_)
      for (std::string_view& text : different_) text = text.substr(1, text.size() - 2);
  }

  void add_features(std::vector<Feature>& out) {
    if (different_.size() < 2) return;
    if (!is_text_) return add_values(out);
    const std::vector<Slot> slots = find_slots(different_, reference(), spelling(), most_slots);
    for (const Slot& slot : slots) add_slot(slot, slots, out);
    add_counts(out);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] const Cell* first_cell() const {
    return *std::find_if(context_.row.cells.begin(), context_.row.cells.end(),
                         [](const Cell* c) { return c != nullptr; });
  }
  [[nodiscard]] Spelling spelling() const { return is_body_ ? Spelling::json : Spelling::plain; }

  // The most frequent text; of several, the first by its bytes.
  [[nodiscard]] std::size_t reference() const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < different_.size(); ++i)
      if (uses_[i] > uses_[best] || (uses_[i] == uses_[best] && different_[i] < different_[best])) best = i;
    return best;
  }

  template <class FormOf>
  [[nodiscard]] Levels levels(FormOf form_of) const {
    Levels out(context_.runs());
    for (std::size_t run = 0; run < of_run_.size(); ++run)
      if (of_run_[run] != none) out.set(run, form_of(of_run_[run]));
    return out;
  }

  template <class FormOf>
  [[nodiscard]] bool differs(FormOf form_of) const {
    std::set<std::string> forms;
    for (std::size_t i = 0; i < different_.size() && forms.size() < 2; ++i) forms.emplace(form_of(i));
    return forms.size() > 1;
  }

  // Code points of bytes of a text, as a finding counts them.
  [[nodiscard]] ByteRange code_points(std::size_t text, const ByteRange& bytes) const {
    const std::string_view all = different_[text];
    if (is_raw_) return bytes;
    if (!is_body_) {
      const std::size_t begin = utf8::length(all.substr(0, bytes.begin));
      return {begin, begin + utf8::length(all.substr(bytes.begin, bytes.size()))};
    }
    const auto before = [all](std::size_t end) {
      return end == 0 ? std::size_t{0} : codec::code_points_of(all, {0, end}).end;
    };
    return {before(bytes.begin), before(bytes.end)};
  }

  [[nodiscard]] Excerpt excerpt_of(const std::vector<Slot>& slots, std::size_t number, const ByteRange& shown) const {
    const std::string_view text = different_[number];
    const ByteRange line = line_round(text, shown, spelling());
    Excerpt out;
    out.begin = code_points(number, {line.begin, line.begin}).begin;
    std::size_t at = line.begin;
    const auto take_until = [&](std::size_t end) {
      const std::string_view piece = text.substr(at, end - at);
      out.text += is_body_ ? codec::decode_json_string(piece) : std::string(piece);
      at = end;
      return out.text.size();
    };
    for (const Slot& slot : slots) {
      const ByteRange& place = slot.in_text[number];
      if (place.end < line.begin || place.begin < at || place.begin > line.end) continue;
      const std::size_t begin = take_until(place.begin);
      out.varying.push_back({begin, take_until(std::min(place.end, line.end))});
    }
    take_until(line.end);
    out.tag = open_tag(text, line.begin, spelling());
    return out;
  }

  void add(Feature feature, std::size_t run, std::optional<ByteRange> bytes, std::vector<Feature>& out) const {
    context_.place_at(feature, run);
    if (bytes) feature.span = code_points(of_run_[run], *bytes);
    out.push_back(std::move(feature));
  }

  // Numbers, literals, and strings that turn into something else.
  void add_values(std::vector<Feature>& out) const {
    const auto form_of = [this](std::size_t text) { return different_[text]; };
    const std::size_t run = context_.shown_run([](std::size_t) { return true; });
    if (!is_clock(different_, "", "")) add(levels(form_of).feature(Aspect::value, 1.0), run, std::nullopt, out);
    add_format(different_, run, std::nullopt, out);
  }

  void add_format(const std::vector<std::string_view>& forms, std::size_t run, std::optional<ByteRange> bytes,
                  std::vector<Feature>& out) const {
    const std::vector<std::string> shapes = shapes_of(forms);
    const auto shape_of_text = [&shapes](std::size_t text) { return shapes[text]; };
    if (differs(shape_of_text)) add(levels(shape_of_text).feature(Aspect::format, format_weight), run, bytes, out);
  }

  void add_slot(const Slot& slot, const std::vector<Slot>& all, std::vector<Feature>& out) const {
    const auto form_of = [this, &slot](std::size_t text) {
      return different_[text].substr(slot.in_text[text].begin, slot.in_text[text].size());
    };
    std::vector<std::string_view> forms;
    for (std::size_t i = 0; i < different_.size(); ++i) forms.push_back(form_of(i));
    const std::size_t run = context_.shown_run([&](std::size_t r) { return !form_of(of_run_[r]).empty(); });
    const ByteRange shown = slot.in_text[of_run_[run]];
    const std::size_t base = reference();
    const std::string_view text = different_[base];
    const bool is_noise =
        is_clock(forms, text.substr(0, slot.in_text[base].begin), text.substr(slot.in_text[base].end));
    if (!is_noise) {
      add(levels(form_of).feature(Aspect::text, 1.0), run, shown, out);
      out.back().excerpt = excerpt_of(all, of_run_[run], shown);
    }
    add_format(forms, run, shown, out);
    if (!is_noise) add_usual(forms, run, shown, out);
    if (!is_noise) add_digits(slot, forms, run, out);
  }

  // A slot with one usual form and many others: whether it has the usual one. A payload that is another each time, or a
  // spelling that takes turns, would be spread too thin otherwise.
  void add_usual(const std::vector<std::string_view>& forms, std::size_t run, const ByteRange& shown,
                 std::vector<Feature>& out) const {
    std::map<std::string_view, std::size_t> uses;
    std::size_t all = 0;
    for (std::size_t i = 0; i < forms.size(); ++i) {
      uses[forms[i]] += uses_[i];
      all += uses_[i];
    }
    if (uses.size() < 3) return;
    const auto usual =
        std::max_element(uses.begin(), uses.end(), [](const auto& l, const auto& r) { return l.second < r.second; });
    if (usual->second * 4 < all) return;
    const auto form_of = [&](std::size_t text) {
      return forms[text] == usual->first ? std::string(usual->first) : std::string("(something else)");
    };
    add(levels(form_of).feature(Aspect::format, 1.0), run, shown, out);
  }

  // Values drawn at random may still carry something in one of their characters.
  void add_digits(const Slot& slot, const std::vector<std::string_view>& forms, std::size_t run,
                  std::vector<Feature>& out) const {
    const std::size_t length = forms.front().size();
    const std::set<std::string_view> different(forms.begin(), forms.end());
    const bool fits = different.size() >= 6 && length <= most_digits &&
                      std::all_of(forms.begin(), forms.end(), [length](std::string_view form) {
                        return form.size() == length && is_identifier(form);
                      });
    if (!fits) return;
    for (std::size_t at = 0; at < length; ++at) {
      const auto digit_of = [&forms, at](std::size_t text) { return forms[text].substr(at, 1); };
      if (!differs(digit_of)) continue;
      const std::size_t begin = slot.in_text[of_run_[run]].begin + at;
      add(levels(digit_of).feature(Aspect::digit, digit_weight), run, ByteRange{begin, begin + 1}, out);
    }
  }

  using Counts = std::map<std::string_view, std::size_t>;

  // How often each sign stands in a text: finds what is put at another place each time.
  [[nodiscard]] std::vector<Counts> count_signs() const {
    std::vector<Counts> out(different_.size());
    for (std::size_t i = 0; i < different_.size(); ++i)
      for (const ByteRange& token : cut_tokens(different_[i], spelling())) {
        const std::string_view sign = different_[i].substr(token.begin, token.size());
        if (!is_word(sign)) ++out[i][sign];
      }
    return out;
  }

  void add_counts(std::vector<Feature>& out) const {
    std::vector<Counts> counts = count_signs();
    std::set<std::string_view> signs;
    for (const Counts& one : counts)
      for (const auto& [sign, count] : one) signs.insert(sign);
    std::size_t added = 0;
    for (const std::string_view sign : signs) {
      const auto count_of = [&counts, sign](std::size_t text) { return counts[text][sign]; };
      const auto form_of = [&count_of, sign](std::size_t text) { return fmt::format("{} x {}", count_of(text), sign); };
      if (added >= most_counted || !differs(form_of)) continue;
      ++added;
      std::size_t most = 0;
      for (std::size_t i = 0; i < different_.size(); ++i) most = std::max(most, count_of(i));
      const std::size_t run = context_.shown_run([&](std::size_t r) { return count_of(of_run_[r]) == most; });
      const std::size_t at = different_[of_run_[run]].find(sign);
      add(levels(form_of).feature(Aspect::count, count_weight), run, ByteRange{at, at + sign.size()}, out);
    }
  }

  const RowContext& context_;
  std::vector<std::size_t> of_run_;
  std::vector<std::string_view> different_;
  std::vector<std::size_t> uses_;
  bool is_body_ = false;
  bool is_raw_ = false;  // a body that is no JSON: counted in bytes
  bool is_text_ = false;
};

}  // namespace

void add_text_features(const RowContext& context, std::vector<Feature>& out) {
  Texts(context).add_features(out);
}

}  // namespace telltale::compare
