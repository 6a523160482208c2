// A regular expression over decoded text, tried only where one of the rule's literals stands. Covered by
// tests/unit/inspect/environment_rules_test.cpp.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "inspect/detect/found.hpp"
#include "inspect/detect/parse.hpp"
#include "inspect/literal_set.hpp"

namespace telltale::inspect {
namespace {

ByteRange range_in(const re2::StringPiece& piece, std::string_view text) {
  const auto begin = static_cast<std::size_t>(piece.data() - text.data());
  return {begin, begin + piece.size()};
}

/// A group that took no part in the match stands for the whole of it.
const re2::StringPiece& group_or_all(const std::vector<re2::StringPiece>& groups, int group) {
  const re2::StringPiece& piece = groups[static_cast<std::size_t>(group)];
  return piece.data() == nullptr ? groups[0] : piece;
}

Found pattern_finding(const Rule& rule, const PatternMatch& match, const std::vector<re2::StringPiece>& groups,
                      const Window& window, const RawText& text) {
  Found found;
  found.match = window.raw(range_in(groups[0], window.text()));
  found.range = window.raw(range_in(group_or_all(groups, match.span), window.text()));
  const re2::StringPiece& value = group_or_all(groups, match.value);
  found.value.assign(value.data(), value.size());
  found.carries = carries_of(rule, "value", found.value);
  if (rule.normalise_to) {
    found.edit = rule.normalise_to;
    found.edits.push_back({found.range, written(text, found.range, *rule.normalise_to)});
  }
  return found;
}

}  // namespace

void read_pattern(const RuleNode& node, Rule& rule) {
  node.allow_only({"pattern", "needs", "known"});
  PatternMatch match;
  match.regex = compile_pattern(node.at("pattern"), node.text("pattern"));
  if (match.regex) {
    match.value = group_of(*match.regex, "value", 0);
    match.span = group_of(*match.regex, "span", match.value);
  }
  rule.needs = node.texts("needs");
  if (rule.needs.empty() && !rule.where.target && rule.where.kinds != 0)
    node.complain("needs \"needs\": literals, one of which every match contains");
  for (const std::string& literal : rule.needs) {
    if (literal.size() < LiteralSet::shortest)
      node.at("needs").complain(fmt::format("each literal must have {} bytes or more", LiteralSet::shortest));
  }
  rule.match = std::move(match);
}

void detect_pattern_everywhere(const Rule& rule, const PatternMatch& match, const Window& window, const RawText& text,
                               std::vector<Found>& out) {
  const re2::StringPiece input(window.text().data(), window.text().size());
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(match.regex->NumberOfCapturingGroups()) + 1);
  std::size_t from = 0;
  while (from < input.size() && match.regex->Match(input, from, input.size(), re2::RE2::UNANCHORED, groups.data(),
                                                   static_cast<int>(groups.size()))) {
    const re2::StringPiece& value = group_or_all(groups, match.value);
    if (is_known(rule, {value.data(), value.size()})) out.push_back(pattern_finding(rule, match, groups, window, text));
    from = std::max(range_in(groups[0], window.text()).end, from + 1);
  }
}

void detect_pattern(const Rule& rule, const PatternMatch& match, const Window& window, std::size_t offset,
                    const RawText& text, std::vector<Found>& out) {
  const re2::StringPiece input(window.text().data(), window.text().size());
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(match.regex->NumberOfCapturingGroups()) + 1);
  std::size_t from = 0;
  while (from <= offset) {
    if (!match.regex->Match(input, from, input.size(), re2::RE2::UNANCHORED, groups.data(),
                            static_cast<int>(groups.size())))
      return;
    const ByteRange whole = range_in(groups[0], window.text());
    if (whole.begin > offset) return;
    if (whole.contains(offset)) {
      const re2::StringPiece& value = group_or_all(groups, match.value);
      if (is_known(rule, {value.data(), value.size()}))
        out.push_back(pattern_finding(rule, match, groups, window, text));
      return;
    }
    from = std::max(whole.end, from + 1);
  }
}

}  // namespace telltale::inspect
