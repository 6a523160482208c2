// One fact, one finding: several rules of a family may see the same value in the same place, one by its label, one by
// its list, one since it is known of the machine. Covered by tests/unit/inspect/settle_test.cpp.
#include <algorithm>
#include <tuple>

#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

/// Findings in one string that are compared with the next one; a body made to be slow has thousands.
constexpr std::size_t most_compared = 64;

std::string_view family_of(std::string_view id) {
  return id.substr(0, id.find('.'));
}

bool supersedes(const Rule& rule, std::string_view id) {
  return std::any_of(rule.supersedes.begin(), rule.supersedes.end(), [id](std::string_view name) {
    if (!name.ends_with('*')) return name == id;
    return id.starts_with(name.substr(0, name.size() - 1));
  });
}

/// How narrowly a rule describes what it finds; more is narrower. By what it does, by what it is limited to, by how it
/// looks: fixed text and named members before expressions, and those before values known from elsewhere. Then by
/// weight.
auto narrowness(const Rule& rule) {
  const Where& where = rule.where;
  const std::size_t limits = where.apis.size() + where.clients.size() + where.hosts.size() + where.paths.size();
  const bool is_known_value = std::holds_alternative<EnvironmentMatch>(rule.match);
  const bool is_expression = std::holds_alternative<PatternMatch>(rule.match);
  return std::tuple(rule.action, limits > 0,
                    is_known_value  ? 0
                    : is_expression ? 1
                                    : 2,
                    rule.severity, rule.confidence);
}

bool same_text(const Pending& a, const Pending& b) {
  return a.spot.in_head == b.spot.in_head && a.spot.text.range == b.spot.text.range;
}

bool overlap(ByteRange a, ByteRange b) {
  return a.begin < b.end && b.begin < a.end;
}

bool contains(ByteRange a, ByteRange b) {
  return a.begin <= b.begin && b.end <= a.end;
}

/// The narrower rule tells the same fact, or the whole of what the other one is a part of.
bool replaces(const Pending& a, const Pending& b) {
  if (!supersedes(*a.rule, b.rule->id)) return false;
  return contains(a.found.range, b.found.range) || contains(a.found.match, b.found.range) ||
         a.found.value.find(b.found.value) != std::string::npos;
}

enum class Keep { both, first, second };

/// Two findings in one string: do they tell one fact, and which tells it better?
Keep better(const Pending& a, const Pending& b) {
  if (a.found.value.empty() || b.found.value.empty() || !overlap(a.found.range, b.found.range)) return Keep::both;
  if (replaces(a, b)) return Keep::first;
  if (replaces(b, a)) return Keep::second;
  if (family_of(a.rule->id) != family_of(b.rule->id)) return Keep::both;
  // Detectors of text judge spelling, not values: two that agree on a span are two reasons.
  if (std::holds_alternative<DetectorMatch>(a.rule->match) || std::holds_alternative<DetectorMatch>(b.rule->match))
    return Keep::both;
  if (a.found.range != b.found.range || a.found.value != b.found.value) return Keep::both;
  return narrowness(*a.rule) < narrowness(*b.rule) ? Keep::second : Keep::first;
}

}  // namespace

/// `pending_` is sorted by place.
void Inspection::settle() {
  std::vector<char> gone(pending_.size(), 0);
  std::size_t begin = 0;  // of the findings in the same string
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (!same_text(pending_[begin], pending_[i])) begin = i;
    std::size_t compared = 0;
    for (std::size_t j = i; j > begin && compared < most_compared && gone[i] == 0;) {
      if (gone[--j] != 0) continue;
      ++compared;
      const Keep keep = better(pending_[j], pending_[i]);
      if (keep == Keep::first) gone[i] = 1;
      if (keep == Keep::second) gone[j] = 1;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (gone[i] != 0) continue;
    if (kept != i) pending_[kept] = std::move(pending_[i]);
    ++kept;
  }
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(kept), pending_.end());
}

}  // namespace telltale::inspect
