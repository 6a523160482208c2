// `telltale rules`: what the rules are, why, and whether their samples hold. Covered by tests/e2e/replay_test.py.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "app/commands.hpp"
#include "app/rule_files.hpp"
#include "core/utf8.hpp"
#include "inspect/rule.hpp"
#include "record/json_writer.hpp"

namespace telltale::app {
namespace {

using inspect::Rule;
using record::JsonWriter;

int fail_with(const Error& error) {
  fmt::print(stderr, "telltale rules: {}\n", error.detail);
  return static_cast<int>(exit_code_of(fault_of(error.code)));
}

std::string json_of(const Rule& rule) {
  std::string out;
  JsonWriter json(out, record::JsonText::ascii);
  json.begin_object();
  json.member("id", rule.id);
  json.member("severity", name_of(rule.severity));
  json.member("action", name_of(rule.action));
  json.member("summary", rule.summary);
  json.member("why", rule.why);
  json.member("source", rule.source);
  json.key("risk");
  if (rule.risk.level == inspect::Risk::Level::unstated) {
    json.null();
  } else {
    json.begin_object();
    json.member("level", name_of(rule.risk.level));
    json.member("breaks", rule.risk.breaks);
    json.end_object();
  }
  json.key("supersedes");
  json.begin_array();
  for (const std::string& id : rule.supersedes) json.string(id);
  json.end_array();
  json.key("references");
  json.begin_array();
  for (const std::string& reference : rule.references) json.string(reference);
  json.end_array();
  json.end_object();
  return out + "\n";
}

std::string line_of(const Rule& rule, std::size_t width) {
  return fmt::format("{:<{}}  {:<8}  {:<5}  {}\n", rule.id, width, name_of(rule.severity), name_of(rule.action),
                     rule.summary);
}

// Rules quote the odd characters they look for; a terminal gets their names.
void print(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = utf8::escaped(text.substr(0, end)) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

int list(const RulesCommand& command) {
  const auto rules = load_rules(command.rules);
  if (!rules) return fail_with(rules.error());
  std::size_t width = 0;
  for (const auto& rule : (*rules)->rules()) width = std::max(width, rule->id.size());
  for (const auto& rule : (*rules)->rules()) print(command.format == "json" ? json_of(*rule) : line_of(*rule, width));
  return 0;
}

std::string explanation(const Rule& rule) {
  std::string out = fmt::format("{}: {}\n\nwhy        {}\nsource     {}\nseverity   {}\naction     {}\n", rule.id,
                                rule.summary, rule.why, rule.source, name_of(rule.severity), name_of(rule.action));
  out += fmt::format("risk       {}\n", rule.risk.level == inspect::Risk::Level::unstated
                                            ? "of removal not stated"
                                            : fmt::format("{}: {}", name_of(rule.risk.level), rule.risk.breaks));
  for (const std::string& id : rule.supersedes) out += fmt::format("supersedes {}\n", id);
  for (const std::string& reference : rule.references) out += fmt::format("see        {}\n", reference);
  if (!rule.decode.empty()) out += "\nwhat each state carries\n";
  for (const inspect::DecodeRow& row : rule.decode) {
    std::vector<std::string> states;
    std::vector<std::string> meanings;
    for (const auto& [slot, state] : row.when) states.push_back(fmt::format("{} {}", slot, state));
    for (const auto& [name, value] : row.carries) meanings.push_back(fmt::format("{} = {}", name, value));
    out += fmt::format("  {}: {}\n", fmt::join(states, ", "), fmt::join(meanings, ", "));
  }
  return out;
}

int explain(const RulesCommand& command) {
  const auto rules = load_rules(command.rules);
  if (!rules) return fail_with(rules.error());
  const Rule* const rule = (*rules)->find(command.id);
  if (rule == nullptr) {
    fmt::print(stderr, "telltale rules: {} is no rule; see: telltale rules list\n", command.id);
    return static_cast<int>(ExitCode::usage);
  }
  print(command.format == "json" ? json_of(*rule) : explanation(*rule));
  return 0;
}

// Loading a pack proves its samples; two packs together prove that their ids differ.
int test(const RulesCommand& command) {
  const std::vector<std::string>& paths = command.packs.empty() ? command.rules : command.packs;
  const auto packs = read_packs(paths);
  if (!packs) return fail_with(packs.error());
  const auto compiled = inspect::RuleSet::compile(*packs);
  if (!compiled) return fail_with(compiled.error());
  for (const inspect::RulePack& pack : *packs) {
    std::size_t hits = 0;
    std::size_t misses = 0;
    for (const auto& rule : pack.rules) hits += rule->hits.size(), misses += rule->misses.size();
    print(fmt::format("{}: {} rules, {} hits, {} misses: ok\n", pack.name, pack.rules.size(), hits, misses));
  }
  return 0;
}

}  // namespace

int run_rules(const RulesCommand& command) {
  switch (command.verb) {
    case RulesCommand::Verb::list:
      return list(command);
    case RulesCommand::Verb::explain:
      return explain(command);
    case RulesCommand::Verb::test:
      return test(command);
  }
  return static_cast<int>(ExitCode::internal);
}

}  // namespace telltale::app
