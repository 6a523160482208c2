// Names of the verdict's words, as captures, reports and rule packs spell them. Covered by
// tests/unit/inspect/verdict_test.cpp.
#include "inspect/verdict.hpp"

#include <fmt/format.h>

#include <array>

namespace telltale::inspect {
namespace {

constexpr std::array<std::string_view, 5> severities{"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 4> actions{"pass", "flag", "strip", "block"};
constexpr std::array<std::string_view, 4> modes{"observe", "flag", "strip", "block"};
constexpr std::array<std::string_view, 9> sources{
    "typed", "carried", "template", "file", "tool_result", "tool_definition", "environment", "metadata", "unexplained"};
constexpr std::array<std::string_view, 5> references{"none", "typed", "baseline", "environment", "pair"};
constexpr std::array<std::string_view, 3> states{"full", "partial", "none"};
constexpr std::array<std::string_view, 5> roles{"none", "system", "user", "assistant", "tool"};

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Severity value) {
  return severities[static_cast<std::size_t>(value)];
}
std::string_view name_of(Action value) {
  return actions[static_cast<std::size_t>(value)];
}
std::string_view name_of(Mode value) {
  return modes[static_cast<std::size_t>(value)];
}
std::string_view name_of(Source value) {
  return sources[static_cast<std::size_t>(value)];
}
std::string_view name_of(Reference value) {
  return references[static_cast<std::size_t>(value)];
}
std::string_view name_of(codec::Role value) {
  return roles[static_cast<std::size_t>(value)];
}
std::string_view name_of(Coverage::State value) {
  return states[static_cast<std::size_t>(value)];
}
std::optional<Severity> parse_severity(std::string_view text) {
  return parse<Severity>(severities, text);
}
std::optional<Action> parse_action(std::string_view text) {
  return parse<Action>(actions, text);
}
std::optional<Mode> parse_mode(std::string_view text) {
  return parse<Mode>(modes, text);
}

std::string verdict_field(const Verdict& verdict, std::string_view exchange_id) {
  const Coverage& coverage = verdict.coverage;
  const bool seen_whole = coverage.state == Coverage::State::full && coverage.causes.empty();
  if (verdict.action == Action::pass && seen_whole) return {};
  std::string out(name_of(verdict.action));
  const std::uint64_t findings = verdict.findings.size() + verdict.findings_not_listed;
  if (findings > 0 || verdict.action != Action::pass) out += fmt::format("; findings={}", findings);
  if (!seen_whole) out += fmt::format("; coverage={}", name_of(coverage.state));
  for (std::size_t i = 0; i < coverage.causes.size(); ++i) out += (i == 0 ? "; causes=" : ",") + coverage.causes[i];
  return out + fmt::format("; exchange={}", exchange_id);
}

}  // namespace telltale::inspect
