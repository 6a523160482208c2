#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/conversation.hpp"
#include "core/byte_range.hpp"

namespace telltale::inspect {

enum class Severity : std::uint8_t { info, low, medium, high, critical };
enum class Action : std::uint8_t { pass, flag, strip, block };
enum class Mode : std::uint8_t { observe, flag, strip, block };
enum class Source : std::uint8_t {
  typed,
  carried,
  template_text,
  file,
  tool_result,
  tool_definition,
  environment,
  metadata,
  unexplained
};
enum class Reference : std::uint8_t { none, typed, baseline, environment, pair };

/// Replace bytes [range) of the buffer by `text`.
struct Edit {
  ByteRange range;
  std::string text;
  friend bool operator==(const Edit&, const Edit&) = default;
};

struct Finding {
  std::string rule;
  Severity severity = Severity::info;
  double confidence = 1.0;
  std::string where;                  ///< "body:/json/pointer", "header:name", "headers", "raw"
  std::optional<ByteRange> span;      ///< code points of the decoded string or header value
  std::optional<ByteRange> raw_span;  ///< bytes of the decoded content; for headers, bytes of the raw head
  Source source = Source::unexplained;
  std::vector<std::string> code_points;  ///< "U+02BC"
  std::vector<std::string> expected;
  std::vector<std::pair<std::string, std::string>> carries;  ///< what the state stands for, in order
  double bits = 0;
  Reference reference = Reference::none;
  Action action = Action::flag;     ///< after the mode capped it
  std::optional<std::string> edit;  ///< neutral form that replaces the span ("" removes it)
  std::string message;              ///< one sentence; printable ASCII only, no secret
  std::string excerpt;              ///< a few characters either side, escaped for a terminal
};

struct Coverage {
  enum class State : std::uint8_t { full, partial, none };
  State state = State::full;
  std::vector<std::string> causes;  ///< Errc names and "signed_body", "websocket", "not_intercepted", ...
  std::uint64_t bytes_inspected = 0;
  std::uint64_t bytes_total = 0;
  std::string detail;  ///< what failed, where a cause does not say it ("detector-failed"): ASCII, at most 200 bytes
};

struct SegmentSource {
  std::string where;  ///< JSON Pointer
  ByteRange span;
  ByteRange raw_span;
  Source source = Source::unexplained;
  codec::Role role = codec::Role::none;  ///< whose turn it stands in
};

struct Verdict {
  std::string client_name;  ///< "claude-code"; empty if not recognised
  std::string client_version;
  std::string api;
  Coverage coverage;
  Action action = Action::pass;
  Mode mode = Mode::flag;
  std::vector<Finding> findings;          ///< sorted by place, then rule
  std::uint64_t findings_not_listed = 0;  ///< past Limits::findings
  std::vector<SegmentSource> segments;    ///< only if asked for
  std::vector<Edit> body_edits;           ///< on the decoded content; empty unless action is strip
  std::vector<Edit> head_edits;           ///< on the raw head
};

[[nodiscard]] std::string_view name_of(Severity);
[[nodiscard]] std::string_view name_of(Action);
[[nodiscard]] std::string_view name_of(Mode);
[[nodiscard]] std::string_view name_of(Source);
[[nodiscard]] std::string_view name_of(Reference);
[[nodiscard]] std::string_view name_of(codec::Role);
[[nodiscard]] std::string_view name_of(Coverage::State);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view);
[[nodiscard]] std::optional<Action> parse_action(std::string_view);
[[nodiscard]] std::optional<Mode> parse_mode(std::string_view);

/// Value of the `telltale-verdict` field: "strip; findings=2; exchange=01J...", and between them, where not everything
/// was looked at or something is to be said of it, "coverage=partial; causes=json-malformed". Empty if the request was
/// looked at whole and simply passed.
[[nodiscard]] std::string verdict_field(const Verdict& verdict, std::string_view exchange_id);

}  // namespace telltale::inspect
