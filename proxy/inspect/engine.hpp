#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/limits.hpp"
#include "http/head.hpp"
#include "inspect/rule_set.hpp"
#include "inspect/uninspected.hpp"
#include "inspect/verdict.hpp"

namespace telltale::inspect {

/// What is known of the machine: "tz_name" -> {"Asia/Tehran"}, "host", "user", "cwd", "locale", "proxy", ... References
/// for the detectors, never sent anywhere.
using Environment = std::map<std::string, std::vector<std::string>, std::less<>>;

class Baselines;
class NeedleSet;
class SeenTexts;

/// What the operator decided, apart from the rules.
struct Policy {
  Mode mode = Mode::flag;
  bool list_segments = false;
  std::vector<std::string> danger_strip_signed;  ///< rule ids that may edit a signed body
  BlindChoices uninspected;                      ///< what is done with requests that could not be looked at
};

/// One request to inspect. Views must outlive the call.
struct Input {
  std::string_view scheme = "https";
  std::string_view host;  ///< where it goes, without port
  const http::RequestHead* head = nullptr;
  std::string_view content;                         ///< body after transfer and content coding
  const std::vector<std::string>* typed = nullptr;  ///< what the user typed, in order; may be null
  const Environment* environment = nullptr;         ///< may be null
  const Baselines* baselines = nullptr;             ///< earlier requests, by client; may be null
  SeenTexts* seen = nullptr;                        ///< saves work, changes no result; may be null
  /// What to look for of `environment`, prepared once for many requests; null: prepared here, without digests.
  const NeedleSet* needles = nullptr;
  std::vector<std::string> blind_causes;  ///< why `content` is missing or short (Errc names); empty if it is whole
  std::uint64_t bytes_total = 0;          ///< body bytes there were, also when `content` is missing
};

/// The engine. A function: no I/O, clock, globals, locks or logging; the same arguments give the same verdict, live and
/// in replay. Never throws on input.
[[nodiscard]] Verdict inspect(const Input& input, const RuleSet& rules, const Policy& policy, const Limits& limits);

/// Adds a request to what is known of its client. Bounded, see Baselines. Never throws on input.
void learn(const Input& input, const Limits& limits, Baselines& baselines);

}  // namespace telltale::inspect
