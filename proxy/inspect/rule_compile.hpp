#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "inspect/literal_set.hpp"
#include "inspect/rule.hpp"
#include "inspect/rule_set.hpp"

namespace telltale::inspect {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// Tags that clients put round what they add to a user turn. What stands between such a pair, where the opening tag
/// begins a line, counts as the client's; the rest of a user turn as the user's.
/// Source: the clients' own requests; docs/rules.md lists them.
inline constexpr std::array<std::string_view, 9> client_tags{
    "system-reminder",  "environment_context", "session_context", "environment_details", "current_datetime",
    "environment_info", "workspace_info",      "user_info",       "ADDITIONAL_METADATA"};

/// The rules by what triggers them. Numbers are indices into `rules`.
struct RuleSet::Compiled {
  /// What a literal stands for: rules to try, or a client tag that opens or closes.
  struct LiteralUse {
    std::vector<std::uint32_t> rules;
    std::uint32_t opens = 0;  ///< bit of the tag
    std::uint32_t closes = 0;
  };
  struct KeyUse {
    std::uint32_t rule = 0;
    std::uint32_t path = 0;  ///< of its PointerMatch
  };

  std::vector<std::shared_ptr<const Rule>> rules;
  LiteralSet literals;           ///< as they stand inside a JSON string
  LiteralSet decoded_literals;   ///< the same, same numbers, without escapes
  std::vector<LiteralUse> uses;  ///< by literal
  bool literals_are_ascii = true;
  TextMap<std::vector<std::uint32_t>> by_header;                        ///< lower-case name
  std::vector<std::pair<std::string, std::uint32_t>> by_header_prefix;  ///< lower-case prefix
  TextMap<std::vector<KeyUse>> by_header_json;                          ///< "header:NAME#json/..." paths
  TextMap<std::vector<KeyUse>> by_key;
  TextMap<std::vector<KeyUse>> by_pair;         ///< paths under a condition, by the texts it compares with
  bool pairs_in_lists = false;                  ///< some condition is on an element's first value: `[0=host]`
  std::array<std::uint64_t, 256> key_filter{};  ///< by first byte: one bit a length, the last for 63 and more
  std::vector<char> always;                     ///< by rule: applies to every request
  std::vector<std::uint32_t> scoped;            ///< rules for some API, client, host or path only
  std::vector<std::uint32_t> environment;
  std::vector<std::uint32_t> detectors;
  std::uint64_t digest = 0;  ///< of the packs' texts
  std::vector<std::uint32_t> target;

  /// Also for the names that conditions look at.
  [[nodiscard]] bool may_be_key(std::string_view key) const {
    if (key.empty()) return false;
    const std::size_t length = key.size() < 63 ? key.size() : 63;
    return (key_filter[static_cast<unsigned char>(key.front())] >> length & 1U) != 0;
  }
};

/// Sorts the rules into the tables above. Error: rule_malformed if two rules have one id.
[[nodiscard]] Result<std::unique_ptr<const RuleSet::Compiled>> compile_rules(
    std::vector<std::shared_ptr<const Rule>> rules, std::uint64_t digest);

}  // namespace telltale::inspect
