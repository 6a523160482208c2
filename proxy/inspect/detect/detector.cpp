// Reads the match variant "detector". Covered by tests/unit/inspect/rule_loader_test.cpp.
#include <fmt/format.h>

#include "core/ascii.hpp"
#include "inspect/detect/detectors.hpp"
#include "inspect/detect/parse.hpp"

namespace telltale::inspect {
namespace {

std::optional<char32_t> hex_code_point(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  char32_t value = 0;
  for (const char c : text) {
    const int digit = ascii::hex_value(c);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  if (value > 0x10FFFF) return std::nullopt;
  return value;
}

/// "2060" or "200B-200D".
std::pair<char32_t, char32_t> read_range(const RuleNode& node, std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = hex_code_point(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : hex_code_point(text.substr(dash + 1));
  if (first && last && *first <= *last) return {*first, *last};
  node.complain(fmt::format("\"{}\" is no range of code points; write 200B-200D or 2060", text));
  return {};
}

std::optional<Reference> parse_reference(std::string_view name) {
  for (const Reference one :
       {Reference::none, Reference::typed, Reference::baseline, Reference::environment, Reference::pair})
    if (name_of(one) == name) return one;
  return std::nullopt;
}

}  // namespace

void read_detector(const RuleNode& node, Rule& rule) {
  node.allow_only({"detector", "code_points", "families", "references"});
  DetectorMatch match;
  match.detector = find_detector(node.text("detector"));
  if (match.detector == nullptr)
    node.at("detector")
        .complain(fmt::format("there is no such detector; known: {}", fmt::join(detector_names(), ", ")));
  for (const std::string& text : node.texts("code_points"))
    match.code_points.push_back(read_range(node.at("code_points"), text));
  match.families = node.texts("families");
  for (const std::string& name : match.families) {
    if (match.detector == nullptr || match.detector->has_family(name)) continue;
    const std::string_view known = match.detector->families;
    node.at("families")
        .complain(known.empty() ? fmt::format("{} has no families", match.detector->name)
                                : fmt::format("{} has no family \"{}\"; known: {}", match.detector->name, name, known));
  }
  for (const std::string& name : node.texts("references")) {
    const auto one = parse_reference(name);
    if (!one) node.at("references").complain("must be none, typed, baseline, environment or pair");
    if (one) match.references.push_back(*one);
  }
  rule.match = std::move(match);
}

}  // namespace telltale::inspect
