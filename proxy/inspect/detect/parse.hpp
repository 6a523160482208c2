#pragma once
#include <memory>
#include <string>
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/rule_node.hpp"

namespace telltale::inspect {

// One reader for each variant of a rule's `match`. Each fills `rule.match` (and what it implies: needs) from the
// variant's object; complaints go to the node.

void read_template(const RuleNode& match, Rule& rule);
void read_pattern(const RuleNode& match, Rule& rule);
void read_header(const RuleNode& match, Rule& rule);
void read_pointer(const RuleNode& match, Rule& rule);
void read_environment(const RuleNode& match, Rule& rule);
void read_detector(const RuleNode& match, Rule& rule);

/// Compiles `pattern`; a complaint and null if it does not compile. Always UTF-8, bounded in memory.
[[nodiscard]] std::shared_ptr<const re2::RE2> compile_pattern(const RuleNode& node, const std::string& pattern);
/// Number of the group of that name; `fallback` if there is none.
[[nodiscard]] int group_of(const re2::RE2& regex, const std::string& name, int fallback);
/// "U+02BC", or the text itself: how states are spelt in packs.
[[nodiscard]] std::string state_text(const RuleNode& node, const std::string& spelt);
/// `text` with every RE2 metacharacter escaped.
[[nodiscard]] std::string quote_pattern(const std::string& text);

}  // namespace telltale::inspect
