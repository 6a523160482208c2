// Covered by tests/unit/app/options_test.cpp.
#include "app/option_checker.hpp"

namespace telltale::app {

std::optional<FailOn> parse_fail_on(std::string_view text) {
  if (text == "never") return FailOn{};
  if (const auto severity = inspect::parse_severity(text)) return FailOn{*severity};
  return std::nullopt;
}

std::optional<std::string> parse_format(std::string_view text) {
  if (text == "text" || text == "json") return std::string(text);
  return std::nullopt;
}

void read_inspecting(Checker& check, Inspecting& out) {
  check.choice("mode", out.mode, inspect::parse_mode, "observe, flag, strip, block");
  check.texts("rules", out.rules);
  check.texts("danger-strip-signed", out.danger_strip_signed);
  std::vector<std::string> choices;
  check.texts("uninspected", choices);
  for (const std::string& text : choices) {
    auto choice = inspect::parse_blind_choice(text);
    if (!choice) return check.complain(*check.find("uninspected"), choice.error().detail);
    out.uninspected.insert_or_assign(std::move(choice->first), choice->second);
  }
}

void read_format(Checker& check, std::string& out) {
  check.choice("format", out, parse_format, "text, json");
}

}  // namespace telltale::app
