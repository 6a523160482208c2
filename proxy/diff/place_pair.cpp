// The forms of one place on two sides: which became which, and what of that is noise. Covered by
// tests/unit/diff/compare_sides_test.cpp.
#include "diff/place_pair.hpp"

#include <algorithm>
#include <set>

#include "compare/shape.hpp"
#include "compare/tokens.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "diff/likeness.hpp"
#include "diff/passages.hpp"

namespace telltale::diff {
namespace {

using codec::SegmentKind;
using Forms = std::vector<const Form*>;

// Different forms on one side from which a place is known to vary: two may be two models, or two versions.
constexpr std::size_t few = 3;
// Forms listed one by one where they came or went; more are "varies".
constexpr std::size_t most_listed = 16;

/// Forms of `own` that `other` has not.
Forms only_in(const Place& own, const Place& other) {
  Forms out;
  for (const Form& form : own.forms) {
    const auto found = other.by_digest.find(form.digest);
    if (found == other.by_digest.end() && other.further.contains(form.digest)) continue;
    if (found == other.by_digest.end() || !form.says_the_same(other.forms[found->second])) out.push_back(&form);
  }
  return out;
}

// A form without numbers and ids: equal for what counts or names requests, not for what names models or versions.
std::string pattern_of(std::string_view text) {
  const std::string known = without_drawn(text);
  std::string out;
  for (const ByteRange& token : compare::cut_tokens(known, compare::Spelling::plain)) {
    const std::string_view word = std::string_view(known).substr(token.begin, token.size());
    const bool is_number = std::all_of(word.begin(), word.end(), ascii::is_digit);
    out += is_number ? "9" : compare::is_identifier(word) ? std::string_view("\x02") : word;
  }
  return out;
}

std::set<std::string> patterns_of(const Forms& forms) {
  std::set<std::string> out;
  for (const Form* form : forms) out.insert(pattern_of(form->text));
  return out;
}

// How much two texts must share to be one text that was changed.
double least_likeness(SegmentKind kind) {
  if (kind == SegmentKind::user_text) return 0.3;
  return is_conversation(kind) ? 0.5 : 0.15;
}

std::vector<std::string_view> texts_of(const Forms& forms) {
  std::vector<std::string_view> out;
  for (const Form* form : forms) out.emplace_back(form->text);
  return out;
}

class ValueComparison {
 public:
  ValueComparison(const PlacePair& pair, Budget& budget, LooseTexts& loose, Gather& out)
      : pair_(pair), budget_(budget), loose_(loose), out_(out) {}

  void run() {
    Forms a = take_further_turns(only_in(pair_.a, pair_.b), pair_.sides.b, What::gone);
    Forms b = take_further_turns(only_in(pair_.b, pair_.a), pair_.sides.a, What::added);
    if (a.empty() && b.empty()) return compare_presence();
    tell_escaping(a, b);
    // With forms missing, which are new cannot be told.
    if (pair_.a.not_kept + pair_.b.not_kept > 0 || varies(a, b)) return fold(a, b, Noise::varies);
    match(a, b);
    tell_rest(a, b);
  }

 private:
  // Of a longer conversation the other side has no turn to compare with.
  Forms take_further_turns(const Forms& forms, const EndpointProfile& other, What what) {
    Forms out;
    for (const Form* form : forms) {
      if (other.turns == 0 || form->turn < other.turns) {
        out.push_back(form);
        continue;
      }
      add_one_sided(*form, what, Noise::further_turn);
    }
    return out;
  }

  // Another value in every request, or nearly so, of one format: nothing that a version says. Text is looked at closer.
  [[nodiscard]] bool varies(const Forms& a, const Forms& b) const {
    const bool many_a = a.size() >= few && a.size() * 2 > pair_.a.requests;
    const bool many_b = b.size() >= few && b.size() * 2 > pair_.b.requests;
    if (a.empty() || b.empty() || (!many_a && !many_b)) return false;
    constexpr std::size_t longest_word = 128;
    const auto is_short = [](const Form* form) { return form->size <= longest_word; };
    return std::all_of(a.begin(), a.end(), is_short) && std::all_of(b.begin(), b.end(), is_short) &&
           patterns_of(a) == patterns_of(b);
  }

  void fold(const Forms& a, const Forms& b, Noise noise) {
    Difference difference = start_of(pair_, What::changed);
    if (!a.empty()) difference.a = sample_of(*a.front(), pair_.sides.a.requests);
    if (!b.empty()) difference.b = sample_of(*b.front(), pair_.sides.b.requests);
    difference.noise = noise;
    out_.add(std::move(difference));
  }

  // One side escapes what the other writes as it is, whatever the texts say.
  void tell_escaping(const Forms& a, const Forms& b) {
    const auto escaped_in = [](const Place& place) {
      return std::find_if(place.forms.begin(), place.forms.end(), [](const Form& form) { return !form.raw.empty(); });
    };
    const auto in_a = escaped_in(pair_.a);
    const auto in_b = escaped_in(pair_.b);
    escaping_told_ = !a.empty() && !b.empty() && (in_a == pair_.a.forms.end()) != (in_b == pair_.b.forms.end());
    if (escaping_told_)
      tell_spelling(in_a == pair_.a.forms.end() ? *a.front() : *in_a, in_b == pair_.b.forms.end() ? *b.front() : *in_b);
  }

  void tell_spelling(const Form& a, const Form& b) {
    Difference difference = start_of(pair_, What::spelling);
    difference.a = sample_of(a, pair_.sides.a.requests);
    difference.b = sample_of(b, pair_.sides.b.requests);
    if (!a.raw.empty()) difference.a.text = shown_start(a.raw);
    if (!b.raw.empty()) difference.b.text = shown_start(b.raw);
    out_.add(std::move(difference));
  }

  // Takes out of both what became of each other, and tells how.
  void match(Forms& a, Forms& b) {
    const auto pairs = pair_alike(texts_of(a), texts_of(b), least_likeness(pair_.a.kind));
    Forms rest_a = a;
    Forms rest_b = b;
    for (const auto& [i, k] : pairs) {
      tell_change(*a[i], *b[k]);
      rest_a[i] = nullptr;
      rest_b[k] = nullptr;
    }
    std::erase(rest_a, nullptr);
    std::erase(rest_b, nullptr);
    const bool is_prompt = is_conversation(pair_.a.kind) && pair_.a.kind != SegmentKind::user_text;
    if (rest_a.size() == 1 && rest_b.size() == 1 && !is_prompt) {
      tell_change(*rest_a[0], *rest_b[0]);
      rest_a.clear();
      rest_b.clear();
    }
    if (rest_a.size() <= most_listed)
      std::erase_if(rest_a, [this](const Form* form) { return match_nearest(*form, pair_.b, What::gone); });
    if (rest_b.size() <= most_listed)
      std::erase_if(rest_b, [this](const Form* form) { return match_nearest(*form, pair_.a, What::added); });
    a = std::move(rest_a);
    b = std::move(rest_b);
  }

  // One form more than the other side has: a variant of one that is there, if it is like one.
  bool match_nearest(const Form& form, const Place& other, What what) {
    std::vector<std::string_view> texts;
    std::size_t bytes = form.text.size();
    for (const Form& candidate : other.forms) {
      if (texts.size() == most_paired) break;
      texts.emplace_back(candidate.text);
      bytes += candidate.text.size();
    }
    if (!budget_.spend(bytes)) return false;
    const auto pairs = pair_alike({form.text}, texts, least_likeness(pair_.a.kind));
    if (pairs.empty()) return false;
    const Form& nearest = other.forms[pairs.front().second];
    what == What::gone ? tell_change(form, nearest) : tell_change(nearest, form);
    return true;
  }

  void tell_change(const Form& a, const Form& b) {
    Difference difference = start_of(pair_, What::changed);
    difference.a = sample_of(a, pair_.sides.a.requests);
    difference.b = sample_of(b, pair_.sides.b.requests);
    const bool readable = a.kept && b.kept && a.is_string == b.is_string;
    if (a.is_string != b.is_string) {
      add_loose(a, pair_.name, pair_.a, loose_.a);
      add_loose(b, pair_.name, pair_.b, loose_.b);
    }
    if (readable && a.text == b.text) {
      if (!escaping_told_) tell_spelling(a, b);
      return;
    }
    if (pair_.sort == Sort::header_name) {
      // Shown whole: what differs is the case of letters.
    } else if (!readable || !budget_.spend(a.text.size() + b.text.size())) {
      difference.coarse = true;
    } else {
      difference.noise = add_passages(pair_, a, b, budget_, difference);
      // A number is read whole.
      if (!a.is_string) difference.passages.clear();
    }
    out_.add(std::move(difference));
  }

  void add_one_sided(const Form& form, What what, Noise noise) {
    Difference difference = start_of(pair_, what);
    if (what == What::gone)
      difference.a = sample_of(form, pair_.sides.a.requests);
    else
      difference.b = sample_of(form, pair_.sides.b.requests);
    difference.noise = noise;
    out_.add(std::move(difference));
  }

  void tell_rest(const Forms& a, const Forms& b) {
    const bool both = !a.empty() && !b.empty();
    const bool others = is_conversation(pair_.a.kind) && (both || pair_.a.kind != SegmentKind::user_text);
    const bool many = both && (a.size() > most_listed || b.size() > most_listed);
    const bool vary = both && (a.size() >= few || b.size() >= few);
    const std::set<std::string> of_a = both ? patterns_of(a) : std::set<std::string>();
    const std::set<std::string> of_b = both ? patterns_of(b) : std::set<std::string>();
    const auto noise = [&](const Form& form, const std::set<std::string>& other) {
      if (others) return Noise::conversation;
      const std::string pattern = pattern_of(form.text);
      const bool is_alike = other.contains(pattern);
      if (is_alike && pattern.find('\x02') != std::string::npos) return Noise::identifier;
      if (many || (vary && is_alike)) return Noise::varies;
      return form.text == typed_text ? Noise::typed : Noise::none;
    };
    for (const Form* form : a) add_one_sided(*form, What::gone, noise(*form, of_b));
    for (const Form* form : b) add_one_sided(*form, What::added, noise(*form, of_a));
  }

  // Said in the same words, but not in the same requests.
  void compare_presence() {
    constexpr std::uint32_t enough = 3;
    if (is_conversation(pair_.a.kind) || (pair_.sort != Sort::header && pair_.sort != Sort::value)) return;
    const bool always_a = pair_.a.requests == pair_.sides.a.requests;
    const bool always_b = pair_.b.requests == pair_.sides.b.requests;
    if (always_a == always_b || (always_a ? pair_.sides.a.requests : pair_.sides.b.requests) < enough) return;
    Difference difference = start_of(pair_, always_a ? What::less_often : What::more_often);
    difference.a = sample_of(pair_.a.forms.front(), pair_.sides.a.requests);
    difference.b = sample_of(pair_.b.forms.front(), pair_.sides.b.requests);
    difference.a.requests = pair_.a.requests;
    difference.b.requests = pair_.b.requests;
    out_.add(std::move(difference));
  }

  const PlacePair& pair_;
  Budget& budget_;
  LooseTexts& loose_;
  Gather& out_;
  bool escaping_told_ = false;
};

}  // namespace

bool is_conversation(SegmentKind kind) {
  return kind == SegmentKind::user_text || kind == SegmentKind::assistant_text || kind == SegmentKind::tool_call ||
         kind == SegmentKind::tool_result;
}

Difference start_of(const PlacePair& pair, What what) {
  Difference out;
  out.sort = pair.sort;
  out.what = what;
  out.kind = pair.a.kind;
  out.place = pair.name;
  out.endpoints = {pair.sides.number};
  return out;
}

Sample sample_of(const Form& form, std::uint32_t of) {
  Sample out;
  out.there = true;
  out.text = shown_start(form.text);
  out.is_string = form.is_string;
  out.size = form.size;
  out.where = form.where;
  out.exchange = form.exchange;
  out.requests = form.requests;
  out.of = of;
  return out;
}

void compare_values(const PlacePair& pair, Budget& budget, LooseTexts& loose, Gather& out) {
  ValueComparison(pair, budget, loose, out).run();
}

void add_loose(const Form& form, const std::string& name, const Place& place, std::vector<LooseText>& out) {
  constexpr std::size_t shortest = 40;  // less may be alike by chance
  const bool is_prompt = is_conversation(place.kind) && place.kind != SegmentKind::user_text;
  if (form.is_string && form.kept && form.size >= shortest && !is_prompt) out.push_back({&form, &name, &place});
}

void compare_loose(const LooseTexts& loose, const Sides& sides, Budget& budget, Gather& out) {
  const auto texts = [](const std::vector<LooseText>& from) {
    std::vector<std::string_view> list;
    for (const LooseText& one : from) list.emplace_back(one.form->text);
    return list;
  };
  for (const auto& [i, k] : pair_alike(texts(loose.a), texts(loose.b), 0.5)) {
    const LooseText& a = loose.a[i];
    const LooseText& b = loose.b[k];
    if (*a.place == *b.place || !budget.spend(a.form->text.size() + b.form->text.size())) continue;
    const PlacePair pair{Sort::value, *b.place, *a.of, *b.of, sides};
    Difference difference = start_of(pair, What::moved);
    difference.a = sample_of(*a.form, sides.a.requests);
    difference.b = sample_of(*b.form, sides.b.requests);
    // That it moved is told even if all that differs in it is noise.
    static_cast<void>(add_passages(pair, *a.form, *b.form, budget, difference));
    out.add(std::move(difference));
  }
}

}  // namespace telltale::diff
