#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "codec/conversation.hpp"
#include "inspect/member_path.hpp"
#include "inspect/verdict.hpp"

namespace re2 {
class RE2;
}

namespace telltale::inspect {

class RuleNode;

using Carries = std::vector<std::pair<std::string, std::string>>;

/// Where a rule looks. Empty lists do not restrict. Globs: `*` at the end, or alone.
struct Where {
  std::vector<std::string> apis;      ///< "anthropic.*"
  std::vector<std::string> clients;   ///< "claude-code"
  std::vector<std::string> hosts;     ///< "*.example.com"
  std::vector<std::string> paths;     ///< of the target, without query: "/api/eval/*"
  std::vector<std::string> pointers;  ///< JSON Pointer globs of the string
  std::vector<std::string> headers;   ///< pattern and environment rules: also these header values
  std::uint16_t kinds = 0;            ///< one bit a SegmentKind
  bool target = false;                ///< pattern rules: also the request target
  bool client_places = true;          ///< of user_text, only what stands where a client puts things

  [[nodiscard]] bool has(codec::SegmentKind kind) const { return (kinds >> static_cast<unsigned>(kind) & 1U) != 0; }
};

/// One row of a rule's state table: if every named slot has that state, this is what it carries.
struct DecodeRow {
  std::map<std::string, std::string, std::less<>> when;  ///< slot -> state; "*" is any, "other" an unlisted state
  Carries carries;
};

/// Fixed text with slots: `Today{apostrophe}s date is {year}{sep}{month}{sep}{day}.`
struct TemplateMatch {
  struct Slot {
    std::string name;
    std::vector<std::string> states;  ///< the first one is the neutral state; empty for a slot of digits
    double bits = 0;
    bool usual_is_quiet = false;  ///< no finding where the text spells all its words with that state
    std::vector<int> groups;      ///< its places in the pattern, as capture groups
  };
  std::vector<Slot> slots;
  std::shared_ptr<const re2::RE2> regex;
  std::size_t lead = 0;  ///< most bytes before the literal that is searched
};

/// A regular expression (RE2). Groups: `value` is what the finding carries, `span` what it covers and an edit replaces.
struct PatternMatch {
  std::shared_ptr<const re2::RE2> regex;
  int value = 0;
  int span = 0;
};

/// Header fields by name; a trailing `*` matches every name that begins so.
struct HeaderMatch {
  std::vector<std::string> names;         ///< lower case
  bool unlisted = false;                  ///< only fields that no rule names in full
  std::shared_ptr<const re2::RE2> regex;  ///< of the value; null for any
  int value = 0;
};

/// Members of the JSON document. A path leads to a value, then through any number of openers to what they open:
/// `/metadata/user_id#json/device_id`.
struct PointerMatch {
  struct Step {
    enum class Opener : std::uint8_t { json, base64 };
    Opener opener = Opener::json;
    MemberPath place;
  };
  struct Path {
    MemberPath place;    ///< of the value in the document; nothing if `header` is set
    std::string header;  ///< lower case; "header:x-codex-turn-metadata#json/installation_id"
    std::vector<Step> steps;
    std::string text;  ///< as the pack states it
  };
  std::vector<Path> paths;
  std::shared_ptr<const re2::RE2> regex;  ///< of a string's text; null for any value
  int value = 0;
  bool takes_key = false;  ///< carries the member's name, not its value
};

/// Values known of the machine, by their names in Input::environment.
struct EnvironmentMatch {
  std::vector<std::string> names;
  bool encoded = true;  ///< also URL-encoded and base64
};

struct Detector;  // detect/detectors.hpp

/// A built-in detector, by name, with what the rule asks of it. Which keys mean something is the detector's business;
/// docs/rules.md lists them.
struct DetectorMatch {
  const Detector* detector = nullptr;
  /// First and last code point of each range ("200B-200D"): what the detector is narrowed to, if it asks.
  std::vector<std::pair<char32_t, char32_t>> code_points;
  std::vector<std::string> families;  ///< names of the detector's own classes; empty: all
  std::vector<Reference> references;  ///< only what these show; empty: all

  [[nodiscard]] bool has_family(std::string_view name) const {
    return families.empty() || std::find(families.begin(), families.end(), name) != families.end();
  }
  [[nodiscard]] bool has_reference(Reference one) const {
    return references.empty() || std::find(references.begin(), references.end(), one) != references.end();
  }
};

using Match = std::variant<TemplateMatch, PatternMatch, HeaderMatch, PointerMatch, EnvironmentMatch, DetectorMatch>;

/// What may break when that which the rule finds is taken out: advice for whoever decides, the engine never asks.
struct Risk {
  enum class Level : std::uint8_t { unstated, none, low, medium, high };
  Level level = Level::unstated;
  std::string breaks;  ///< a sentence
};

/// A text that proves the rule: it must (`hits`) or must not (`misses`) give a finding of this rule.
struct Sample {
  std::string pointer;  ///< in the pack, for messages: "hits[0]"
  // Small form: one string of one kind.
  std::optional<std::string> text;
  codec::SegmentKind kind = codec::SegmentKind::user_text;
  // Full form.
  std::string method = "POST";
  std::string host = "api.example.com";
  std::string path = "/v1/messages";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::vector<std::string> typed;
  std::map<std::string, std::vector<std::string>, std::less<>> environment;
  std::vector<std::string> baseline;  ///< texts (or bodies) of earlier requests of the same client
  /// Headers of the earlier requests, if they were others.
  std::optional<std::vector<std::pair<std::string, std::string>>> earlier_headers;
  std::optional<std::string> edited;  ///< the text (or the body) after stripping
  std::optional<Carries> carries;     ///< must be carried by some finding
};

/// One rule as its pack states it.
struct Rule {
  std::string id;
  std::string summary;
  std::string why;
  std::string source;
  std::vector<std::string> references;
  std::vector<std::string>
      supersedes;  ///< ids (`*` at the end matches any rest) whose findings of the same fact give way
  Risk risk;
  Severity severity = Severity::info;
  double confidence = 0.9;
  Action action = Action::flag;
  Where where;
  Match match;
  std::vector<std::string> needs;  ///< literals, one of which every match contains; what the search looks for
  std::vector<std::string> known;  ///< the value must be one of these, if any; sorted
  std::string carry;               ///< name under which the value is carried
  std::vector<DecodeRow> decode;
  bool masked = false;            ///< the value is an identifier: show its first characters only
  bool every_occurrence = false;  ///< else one finding for each different value
  std::optional<std::string> normalise_to;
  std::vector<Sample> hits;
  std::vector<Sample> misses;
};

/// Reads one rule; what is wrong goes to the node's complaint.
[[nodiscard]] Rule read_rule(const RuleNode& node);

[[nodiscard]] std::string_view name_of(Risk::Level level);

/// "system_text" and so on; nothing for an unknown name.
[[nodiscard]] std::optional<codec::SegmentKind> parse_kind(std::string_view name);

}  // namespace telltale::inspect
