// From test results to sentences. Covered by tests/unit/compare/sweep_test.cpp.
#include "compare/finding.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "codec/json_scan.hpp"
#include "compare/feature_list.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::compare {
namespace {

// Slots of a text that lie closer than this and change alike are one finding; code points.
constexpr std::size_t nearby = 8;
// Findings listed for one place; more are counted.
constexpr std::size_t most_each = 16;
// Longest form shown, bytes.
constexpr std::size_t longest_form = 160;
// Shorter values ("0", "C") are in any text, and shorter parts in any value.
constexpr std::size_t shortest_value = 3;
constexpr std::size_t shortest_part = 2;

/// The factor that explains a split best, if any does.
struct Cause {
  std::uint32_t suspect = 0;
  double p = 1.0;
  double bits = 0;
};

bool follows_from_others(Aspect aspect) {
  return aspect == Aspect::count || aspect == Aspect::format || aspect == Aspect::digit || aspect == Aspect::pair_order;
}

// The same pointer in another kind of request is another place.
std::string place_of(const Feature& feature) {
  return feature.series + '\n' + feature.where;
}

std::string shown(std::string_view form) {
  std::string out;
  for (const char c : form) out += c == order_separator ? '|' : c;
  out = utf8::escaped(out.substr(0, longest_form));
  return form.size() > longest_form ? out + "..." : out;
}

std::vector<std::string> odd_code_points(std::string_view form) {
  constexpr std::size_t most = 8;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < form.size() && out.size() < most;) {
    const utf8::Step step = utf8::decode(form, at);
    at += step.length;
    const bool is_plain = step.code_point < 0x80 && (ascii::is_alnum(static_cast<char>(step.code_point)) ||
                                                     step.code_point == ' ' || step.code_point == '_');
    if (step.valid && !is_plain) out.push_back(utf8::name_of(step.code_point));
  }
  return out;
}

// True if the forms are signs and blanks: a choice of how to write something, not of what to say.
bool is_spelling(const SweepFinding& finding) {
  const auto has_word = [](const Form& form) {
    return form.value.empty() || std::any_of(form.value.begin(), form.value.end(), ascii::is_alnum);
  };
  return finding.aspect == Aspect::text && std::none_of(finding.forms.begin(), finding.forms.end(), has_word);
}

class Explainer {
 public:
  Explainer(const Tested& tested, Random& random) : tested_(tested), random_(random) {}

  std::vector<SweepFinding> explain() {
    find_causes();
    choose_features();
    for (const std::uint32_t feature : chosen_) add(feature);
    std::stable_sort(findings_.begin(), findings_.end(), [](const SweepFinding& l, const SweepFinding& r) {
      const auto key = [](const SweepFinding& f) {
        return std::tuple(!f.to_model, std::string_view(f.request), f.p, f.discloses, !is_spelling(f), -f.bits,
                          std::string_view(f.where), f.span ? f.span->begin : 0);
      };
      return key(l) < key(r);
    });
    return std::move(findings_);
  }

 private:
  // One factor is the better explanation than two; of several, the one that tells most.
  void find_causes() {
    for (std::size_t h = 0; h < tested_.hypotheses.size(); ++h) {
      if (tested_.result.adjusted[h] > tested_.alpha) continue;
      const Hypothesis& hypothesis = tested_.hypotheses[h];
      const Suspect& suspect = tested_.suspects[hypothesis.factor];
      const Cause cause = {hypothesis.factor, tested_.result.adjusted[h],
                           mutual_information(tested_.splits[hypothesis.feature], suspect.split)};
      const auto [found, is_new] = causes_.try_emplace(hypothesis.feature, cause);
      if (is_new) continue;
      const bool old_is_pair = tested_.suspects[found->second.suspect].second.has_value();
      const bool is_pair = suspect.second.has_value();
      if (is_pair != old_is_pair ? old_is_pair : cause.bits > found->second.bits) found->second = cause;
    }
  }

  [[nodiscard]] const Cause* cause_of(std::uint32_t feature) const {
    const auto found = causes_.find(tested_.split_of[feature]);
    return found == causes_.end() ? nullptr : &found->second;
  }

  void choose_features() {
    std::set<std::string> told;
    for (std::uint32_t f = 0; f < tested_.features.size(); ++f)
      if (cause_of(f) != nullptr && !follows_from_others(tested_.features[f].aspect))
        told.insert(place_of(tested_.features[f]));
    std::set<std::tuple<std::string, Aspect, std::uint32_t>> secondary;
    for (std::uint32_t f = 0; f < tested_.features.size(); ++f) {
      const Feature& feature = tested_.features[f];
      if (cause_of(f) == nullptr) continue;
      const bool follows = follows_from_others(feature.aspect);
      if (follows && told.contains(place_of(feature))) continue;
      if (follows && !secondary.insert({place_of(feature), feature.aspect, tested_.split_of[f]}).second) continue;
      chosen_.push_back(f);
    }
  }

  void add(std::uint32_t f) {
    const Feature& feature = tested_.features[f];
    const std::uint32_t split = tested_.split_of[f];
    // Indentation changes everywhere at once: the outermost place stands for all.
    const std::string group = feature.aspect == Aspect::blanks ? std::string() : place_of(feature);
    const auto key = std::tuple(split, feature.aspect, group);
    const auto last = last_of_.find(key);
    if (last != last_of_.end()) {
      SweepFinding& before = findings_[last->second];
      if (join(before, tested_.features[feature_of_[last->second]], feature)) return;
      const std::size_t most = feature.aspect == Aspect::blanks ? 1 : most_each;
      if (count_of_[key] >= most) {
        ++before.more_places;
        return;
      }
    }
    ++count_of_[key];
    last_of_[key] = findings_.size();
    findings_.push_back(finding_of(feature, split, *cause_of(f)));
    feature_of_.push_back(f);
  }

  // True if the slot is so close to the one before that both are one place.
  static bool join(SweepFinding& before, const Feature& first, const Feature& feature) {
    if (feature.aspect != Aspect::text || !before.span || !feature.span || feature.exchange != before.exchange)
      return false;
    if (feature.span->begin > before.span->end + nearby) return false;
    before.span->end = std::max(before.span->end, feature.span->end);
    before.slots.push_back(slot_of(feature, first));
    return true;
  }

  // A slot, and what it holds for each form of `first`, which splits the runs alike.
  static SlotPlace slot_of(const Feature& feature, const Feature& first) {
    SlotPlace out{feature.span->begin, feature.span->end, std::vector<std::string>(first.forms.size())};
    for (std::size_t run = 0; run < feature.levels.size(); ++run)
      if (feature.levels[run] != no_level)
        out.values[first.levels[run]] = decoded(feature, feature.forms[feature.levels[run]]);
    return out;
  }

  // What an escape stands for tells more than its backslash.
  static std::string decoded(const Feature& feature, const std::string& form) {
    return feature.where.starts_with("body:") ? codec::decode_json_string(form) : form;
  }

  SweepFinding finding_of(const Feature& feature, std::uint32_t split, const Cause& cause) {
    const Suspect& suspect = tested_.suspects[cause.suspect];
    const Factor& factor = tested_.factors.factors[suspect.first];
    SweepFinding out;
    out.request = feature.series;
    out.to_model = feature.to_model;
    out.aspect = feature.aspect;
    out.where = feature.where;
    out.span = feature.span;
    out.exchange = feature.exchange;
    out.factor = factor.name;
    out.same = factor.same;
    out.p = cause.p;
    out.bits = cause.bits;
    out.levels = levels_of(suspect);
    add_forms(feature, suspect, out);
    const Factor* second = nullptr;
    if (suspect.second) {
      second = &tested_.factors.factors[*suspect.second];
      out.factor += " x " + second->name;
    } else {
      out.others = others_of(split, cause.suspect);
      out.discloses = discloses(feature, factor);
      second = most_telling(out.others);
    }
    if (out.discloses) out.severity = inspect::Severity::medium;
    out.table = tabulate(feature, factor, second);
    out.links = links_of(split);
    out.excerpt = feature.excerpt;
    if (feature.aspect == Aspect::text && feature.span) out.slots = {slot_of(feature, feature)};
    return out;
  }

  // Of the factors that matter too, the surest.
  [[nodiscard]] const Factor* most_telling(const std::vector<OtherFactor>& others) const {
    const OtherFactor* best = nullptr;
    for (const OtherFactor& other : others)
      if (other.adds && (best == nullptr || other.p < best->p)) best = &other;
    if (best == nullptr) return nullptr;
    const auto& all = tested_.factors.factors;
    return &*std::find_if(all.begin(), all.end(), [best](const Factor& f) { return f.name == best->name; });
  }

  [[nodiscard]] std::vector<Link> links_of(std::uint32_t split) const {
    std::vector<Link> out;
    for (std::uint32_t i = 0; i < tested_.factors.factors.size(); ++i) {
      const Split& factor = tested_.suspects[i].split;
      out.push_back(
          {tested_.factors.factors[i].name, p_of(split, i), mutual_information(tested_.splits[split], factor)});
    }
    return out;
  }

  [[nodiscard]] std::vector<std::string> levels_of(const Suspect& suspect) const {
    const Factor& first = tested_.factors.factors[suspect.first];
    std::vector<std::string> out(suspect.split.count);
    for (std::size_t run = 0; run < suspect.split.levels.size(); ++run) {
      std::string& level = out[suspect.split.levels[run]];
      level = first.levels[first.of_run[run]];
      if (!suspect.second) continue;
      const Factor& second = tested_.factors.factors[*suspect.second];
      level += " x " + second.levels[second.of_run[run]];
    }
    return out;
  }

  static void add_forms(const Feature& feature, const Suspect& suspect, SweepFinding& out) {
    for (const std::string& form : feature.forms) {
      const std::string value = decoded(feature, form);
      out.forms.push_back(
          {shown(form), value, odd_code_points(value), std::vector<std::uint32_t>(suspect.split.count)});
    }
    for (std::size_t run = 0; run < feature.levels.size(); ++run)
      if (feature.levels[run] != no_level) ++out.forms[feature.levels[run]].runs[suspect.split.levels[run]];
  }

  // The factors that also matter: each is shuffled where the first stays the same.
  std::vector<OtherFactor> others_of(std::uint32_t split, std::uint32_t first) {
    const auto found = others_.find(split);
    if (found != others_.end()) return found->second;
    std::vector<OtherFactor> out;
    const auto singles = static_cast<std::uint32_t>(tested_.factors.factors.size());
    const Split& feature = tested_.splits[split];
    const Split& given = tested_.suspects[first].split;
    for (std::uint32_t other = 0; other < singles; ++other) {
      if (other == first) continue;
      const Split& candidate = tested_.suspects[other].split;
      const double p = std::min(1.0, test_given(feature, candidate, given, random_) * (singles - 1));
      const bool adds = p <= tested_.alpha;
      const bool is_shadow =
          !adds && is_significant(split, other) && test_given(feature, given, candidate, random_) > tested_.alpha;
      if (adds || is_shadow) out.push_back({tested_.factors.factors[other].name, adds, p});
    }
    others_[split] = out;
    return out;
  }

  [[nodiscard]] bool is_significant(std::uint32_t split, std::uint32_t suspect) const {
    return p_of(split, suspect) <= tested_.alpha;
  }

  // 1 if that was not asked.
  [[nodiscard]] double p_of(std::uint32_t split, std::uint32_t suspect) const {
    for (std::size_t h = 0; h < tested_.hypotheses.size(); ++h)
      if (tested_.hypotheses[h].feature == split && tested_.hypotheses[h].factor == suspect)
        return tested_.result.adjusted[h];
    return 1.0;
  }

  // True if each run shows its own value of the factor in that place, or a part of it. Where the fact is not set, or
  // the place is empty, there is nothing to show.
  static bool discloses(const Feature& feature, const Factor& factor) {
    bool shows = false;
    for (std::size_t run = 0; run < feature.levels.size(); ++run) {
      if (feature.levels[run] == no_level) continue;
      const std::string& level = factor.levels[factor.of_run[run]];
      const std::string& form = feature.forms[feature.levels[run]];
      if (form.empty() || level.empty() || level == unset_level) continue;
      const bool has_all = level.size() >= shortest_value && form.find(level) != std::string::npos;
      const bool has_part = form.size() >= shortest_part && level.find(form) != std::string::npos;
      if (!has_all && !has_part) return false;
      shows = true;
    }
    return shows;
  }

  const Tested& tested_;
  Random& random_;
  std::map<std::uint32_t, Cause> causes_;  // by split
  std::map<std::uint32_t, std::vector<OtherFactor>> others_;
  std::vector<std::uint32_t> chosen_;
  std::map<std::tuple<std::uint32_t, Aspect, std::string>, std::size_t> last_of_;
  std::map<std::tuple<std::uint32_t, Aspect, std::string>, std::size_t> count_of_;
  std::vector<SweepFinding> findings_;
  std::vector<std::uint32_t> feature_of_;  // by finding
};

}  // namespace

std::vector<SweepFinding> explain(const Tested& tested, Random& random) {
  return Explainer(tested, random).explain();
}

}  // namespace telltale::compare
