// Orders and blanks of one place on two sides. Covered by tests/unit/diff/compare_sides_test.cpp.
#include <algorithm>
#include <map>
#include <set>

#include "compare/align.hpp"
#include "compare/naming.hpp"
#include "diff/passages.hpp"
#include "diff/place_pair.hpp"

namespace telltale::diff {
namespace {

using Names = std::vector<std::string_view>;

// Orders of one place and names in one order that are looked at: their pairs are counted.
constexpr std::size_t most_orders = 64;
constexpr std::size_t most_names = 96;

Names split(std::string_view order) {
  Names out;
  for (std::size_t at = 0; at < order.size() && out.size() < most_names;) {
    const std::size_t end = std::min(order.find(compare::name_separator, at), order.size());
    const std::string_view name = order.substr(at, end - at);
    // The second of a name says nothing of the first.
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    at = end + 1;
  }
  return out;
}

/// Which names of a place come before which.
class Precedence {
 public:
  explicit Precedence(const Place& place) {
    for (const Form& form : place.forms) {
      if (orders_.size() == most_orders) break;
      if (form.kept) orders_.push_back(split(form.text));
    }
    for (const Names& names : orders_)
      for (std::size_t i = 0; i < names.size(); ++i)
        for (std::size_t k = i + 1; k < names.size(); ++k) pairs_.emplace(names[i], names[k]);
  }

  [[nodiscard]] bool has(std::string_view first, std::string_view second) const {
    return pairs_.contains({first, second});
  }
  /// Two names that are always in one order here and always in the other there; null if there are none.
  [[nodiscard]] const std::pair<std::string_view, std::string_view>* reversed(const Precedence& other) const {
    for (const auto& pair : pairs_) {
      const auto& [first, second] = pair;
      if (!has(second, first) && other.has(second, first) && !other.has(first, second)) return &pair;
    }
    return nullptr;
  }
  /// True if two names that the other side knows come in both orders.
  [[nodiscard]] bool varies_beside(const Precedence& other) const {
    return std::any_of(pairs_.begin(), pairs_.end(), [&](const auto& pair) {
      return has(pair.second, pair.first) && (other.has(pair.first, pair.second) || other.has(pair.second, pair.first));
    });
  }
  /// The first order with both names, without those that `common` lacks.
  [[nodiscard]] Names with_both(std::string_view first, std::string_view second, const Precedence& common) const {
    for (Names names : orders_) {
      const bool has_both = std::find(names.begin(), names.end(), first) != names.end() &&
                            std::find(names.begin(), names.end(), second) != names.end();
      if (!has_both) continue;
      std::erase_if(names, [&common](std::string_view name) { return !common.knows(name); });
      return names;
    }
    return {};
  }

 private:
  [[nodiscard]] bool knows(std::string_view name) const {
    return std::any_of(orders_.begin(), orders_.end(), [name](const Names& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    });
  }

  std::vector<Names> orders_;
  std::set<std::pair<std::string_view, std::string_view>> pairs_;
};

std::string joined(const Names& names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

// Those that would have to be taken out of both for the rest to be in one order.
std::vector<std::string> moved_names(const Names& a, const Names& b) {
  std::map<std::string_view, std::uint32_t> numbers;
  const auto numbered = [&numbers](const Names& names) {
    std::vector<std::uint32_t> out;
    for (const std::string_view name : names)
      out.push_back(numbers.try_emplace(name, static_cast<std::uint32_t>(numbers.size())).first->second);
    return out;
  };
  std::vector<std::string> out;
  const std::vector<std::uint32_t> in_a = numbered(a);
  for (const compare::Hunk& hunk : compare::align(in_a, numbered(b), 2 * most_names))
    for (std::size_t i = hunk.a.begin; i < hunk.a.end; ++i) out.emplace_back(a[i]);
  return out;
}

Difference order_change(const PlacePair& pair, std::string_view a, std::string_view b) {
  Difference out = start_of(pair, What::changed);
  out.a = sample_of(pair.a.forms.front(), pair.sides.a.requests);
  out.b = sample_of(pair.b.forms.front(), pair.sides.b.requests);
  out.a.text = shown_start(a);
  out.b.text = shown_start(b);
  return out;
}

std::set<std::string_view> dresses_of(const Place* place) {
  std::set<std::string_view> out;
  if (place == nullptr) return out;
  for (const Form& form : place->forms) out.insert(form.text);
  return out;
}

// No blanks at all.
Form compact_form() {
  Form out;
  out.text = std::string(3, compare::name_separator);
  return out;
}

}  // namespace

void compare_orders(const PlacePair& pair, Gather& out) {
  const bool is_same =
      pair.a.forms.size() == 1 && pair.b.forms.size() == 1 && pair.a.forms.front().says_the_same(pair.b.forms.front());
  if (is_same) return;
  const Precedence a(pair.a);
  const Precedence b(pair.b);
  // A side that changes its order by itself is no other client, but one that begins to do so is.
  constexpr std::uint32_t enough = 3;
  const bool varies_a = a.varies_beside(b);
  const bool varies_b = b.varies_beside(a);
  if (varies_a || varies_b) {
    const bool is_sure = varies_a != varies_b && (varies_a ? pair.sides.b : pair.sides.a).requests >= enough;
    Difference difference =
        order_change(pair, varies_a ? "varies" : "always the same", varies_b ? "varies" : "always the same");
    if (!is_sure) difference.noise = Noise::varies;
    return out.add(std::move(difference));
  }
  const auto* const reversed = a.reversed(b);
  if (reversed == nullptr) return;
  const Names in_a = a.with_both(reversed->first, reversed->second, b);
  const Names in_b = b.with_both(reversed->first, reversed->second, a);
  Difference difference = order_change(pair, joined(in_a), joined(in_b));
  difference.moved = moved_names(in_a, in_b);
  out.add(std::move(difference));
}

void compare_spacing(const std::string& name, const Place* a, const Place* b, const Sides& sides, Gather& out) {
  if (dresses_of(a) == dresses_of(b)) return;
  const std::set<std::string_view> of_a = dresses_of(a);
  const std::set<std::string_view> of_b = dresses_of(b);
  // A way of spacing that both have, besides others: it goes with the order of the members, as a rule.
  const bool share = std::any_of(of_a.begin(), of_a.end(), [&of_b](auto dress) { return of_b.contains(dress); });
  static const Place nothing;
  const Form compact = compact_form();
  const PlacePair pair{Sort::spacing, name, a != nullptr ? *a : nothing, b != nullptr ? *b : nothing, sides};
  const auto first_only = [&compact](const Place* own, const std::set<std::string_view>& other) -> const Form& {
    if (own == nullptr) return compact;
    for (const Form& form : own->forms)
      if (!other.contains(form.text)) return form;
    return own->forms.front();
  };
  Difference difference = start_of(pair, What::changed);
  difference.a = sample_of(first_only(a, of_b), sides.a.requests);
  difference.b = sample_of(first_only(b, of_a), sides.b.requests);
  if (share) difference.noise = Noise::varies;
  out.add(std::move(difference));
}

}  // namespace telltale::diff
