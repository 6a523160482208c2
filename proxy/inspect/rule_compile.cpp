// Sorts rules by what triggers them, so that the cost of a request does not follow the number of rules. Covered by
// tests/unit/inspect/engine_test.cpp.
#include "inspect/rule_compile.hpp"

#include <fmt/format.h>

#include <set>

#include "codec/json_scan.hpp"
#include "core/utf8.hpp"

namespace telltale::inspect {
namespace {

using Compiled = RuleSet::Compiled;

/// Collects literals, each once, in the form it has inside a JSON string.
class LiteralTable {
 public:
  explicit LiteralTable(Compiled& compiled) : compiled_(&compiled) {}

  Compiled::LiteralUse& use(const std::string& literal) {
    std::string raw = codec::escape_json(literal);
    const auto [found, fresh] = numbers_.try_emplace(raw, static_cast<std::uint32_t>(literals_.size()));
    if (fresh) {
      compiled_->literals_are_ascii = compiled_->literals_are_ascii && utf8::is_ascii(raw);
      literals_.push_back(std::move(raw));
      decoded_.push_back(literal);
      compiled_->uses.emplace_back();
    }
    return compiled_->uses[found->second];
  }
  void finish() {
    compiled_->literals = LiteralSet(std::move(literals_));
    compiled_->decoded_literals = LiteralSet(std::move(decoded_));
  }

 private:
  Compiled* compiled_;
  std::vector<std::string> literals_;
  std::vector<std::string> decoded_;
  TextMap<std::uint32_t> numbers_;
};

void add_key(Compiled& compiled, const PointerMatch::Path& path, Compiled::KeyUse use) {
  if (!path.header.empty()) {
    compiled.by_header_json[path.header].push_back(use);
    return;
  }
  const std::string& key = path.place.key;
  const std::size_t length = key.size() < 63 ? key.size() : 63;
  compiled.key_filter[static_cast<unsigned char>(key.front())] |= std::uint64_t{1} << length;
  if (path.place.equals.empty()) {
    compiled.by_key[key].push_back(use);
    return;
  }
  // The name in a condition ("key", "name") is everywhere; what it must say is not.
  compiled.pairs_in_lists = compiled.pairs_in_lists || key == "0";
  for (const std::string& text : path.place.equals) compiled.by_pair[text].push_back(use);
}

void add_rule(Compiled& compiled, LiteralTable& table, std::uint32_t number) {
  const Rule& rule = *compiled.rules[number];
  const Where& where = rule.where;
  const bool is_scoped = !where.apis.empty() || !where.clients.empty() || !where.hosts.empty() || !where.paths.empty();
  compiled.always.push_back(!is_scoped && rule.action != Action::pass ? 1 : 0);
  if (is_scoped && rule.action != Action::pass) compiled.scoped.push_back(number);
  for (const std::string& literal : rule.needs) table.use(literal).rules.push_back(number);
  for (const std::string& name : rule.where.headers) compiled.by_header[name].push_back(number);
  if (rule.where.target) compiled.target.push_back(number);
  if (std::holds_alternative<EnvironmentMatch>(rule.match)) compiled.environment.push_back(number);
  if (std::holds_alternative<DetectorMatch>(rule.match)) compiled.detectors.push_back(number);
  if (const auto* header = std::get_if<HeaderMatch>(&rule.match)) {
    for (const std::string& name : header->names) {
      if (name.back() == '*')
        compiled.by_header_prefix.emplace_back(name.substr(0, name.size() - 1), number);
      else
        compiled.by_header[name].push_back(number);
    }
  }
  if (const auto* pointer = std::get_if<PointerMatch>(&rule.match)) {
    for (std::uint32_t path = 0; path < pointer->paths.size(); ++path)
      add_key(compiled, pointer->paths[path], {number, path});
  }
}

}  // namespace

Result<std::unique_ptr<const Compiled>> compile_rules(std::vector<std::shared_ptr<const Rule>> rules,
                                                      std::uint64_t digest) {
  auto compiled = std::make_unique<Compiled>();
  compiled->rules = std::move(rules);
  compiled->digest = digest;
  LiteralTable table(*compiled);
  for (std::size_t tag = 0; tag < client_tags.size(); ++tag) {
    table.use(fmt::format("<{}>", client_tags[tag])).opens |= 1U << tag;
    table.use(fmt::format("</{}>", client_tags[tag])).closes |= 1U << tag;
  }
  std::set<std::string_view> ids;
  for (std::uint32_t number = 0; number < compiled->rules.size(); ++number) {
    if (!ids.insert(compiled->rules[number]->id).second)
      return fail(Errc::rule_malformed, fmt::format("{}: defined twice; ids must differ", compiled->rules[number]->id));
    add_rule(*compiled, table, number);
  }
  table.finish();
  return std::unique_ptr<const Compiled>(std::move(compiled));
}

RuleSet::RuleSet(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::~RuleSet() = default;

Result<std::shared_ptr<const RuleSet>> RuleSet::compile(const std::vector<RulePack>& packs) {
  std::vector<std::shared_ptr<const Rule>> rules;
  for (const RulePack& pack : packs) rules.insert(rules.end(), pack.rules.begin(), pack.rules.end());
  std::uint64_t digest = 0;
  for (const RulePack& pack : packs) digest = digest * 31 + pack.digest;
  TT_TRY(auto compiled, compile_rules(std::move(rules), digest));
  return std::shared_ptr<const RuleSet>(new RuleSet(std::move(compiled)));
}

const std::vector<std::shared_ptr<const Rule>>& RuleSet::rules() const {
  return compiled_->rules;
}

const Rule* RuleSet::find(std::string_view id) const {
  for (const auto& rule : compiled_->rules) {
    if (rule->id == id) return rule.get();
  }
  return nullptr;
}

}  // namespace telltale::inspect
