// What the readers of the match variants share. Covered by tests/unit/inspect/rule_loader_test.cpp.
#include "inspect/detect/parse.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::inspect {

std::shared_ptr<const re2::RE2> compile_pattern(const RuleNode& node, const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(std::int64_t{8} * 1024 * 1024);
  auto regex = std::make_shared<const re2::RE2>(pattern, options);
  if (regex->ok()) return regex;
  node.complain(fmt::format("pattern does not compile: {}", utf8::escaped(regex->error())));
  return nullptr;
}

int group_of(const re2::RE2& regex, const std::string& name, int fallback) {
  const auto& groups = regex.NamedCapturingGroups();
  const auto found = groups.find(name);
  return found == groups.end() ? fallback : found->second;
}

std::string state_text(const RuleNode& node, const std::string& spelt) {
  if (spelt.size() < 6 || spelt.compare(0, 2, "U+") != 0) return spelt;
  std::string out;
  std::size_t at = 0;
  while (at < spelt.size()) {  // "U+0020 U+00A0": several code points, blank between
    const std::size_t end = std::min(spelt.find(' ', at), spelt.size());
    const std::string_view one = std::string_view(spelt).substr(at, end - at);
    std::uint32_t value = 0;
    bool good = one.size() >= 6 && one.size() <= 8 && one.substr(0, 2) == "U+";
    for (const char c : good ? one.substr(2) : std::string_view()) {
      const int digit = ascii::hex_value(c);
      good = good && digit >= 0;
      value = value * 16 + static_cast<std::uint32_t>(digit < 0 ? 0 : digit);
    }
    if (!good || value > 0x10FFFF) {
      node.complain(fmt::format("\"{}\" is no code point; write U+02BC", utf8::escaped(spelt)));
      return {};
    }
    utf8::append(out, static_cast<char32_t>(value));
    at = end + 1;
  }
  return out;
}

std::string quote_pattern(const std::string& text) {
  return re2::RE2::QuoteMeta(text);
}

}  // namespace telltale::inspect
