#pragma once
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/rule_set.hpp"
#include "inspect/verdict.hpp"
#include "record/capture.hpp"

namespace telltale::record {

/// What tells one kind of finding from another, whatever the request, the day and the machine.
struct FindingKind {
  std::string rule;
  std::string api;
  std::string where;                     ///< as folded_place() gives it
  std::vector<std::string> code_points;  ///< each once, in order
  friend auto operator<=>(const FindingKind&, const FindingKind&) = default;
};
[[nodiscard]] FindingKind kind_of(const inspect::Finding& finding, std::string_view api);

/// How a finding stands to a baseline of accepted ones.
enum class Standing : std::uint8_t { fresh, unchanged, expired };
[[nodiscard]] std::string_view name_of(Standing standing);  ///< "new", "unchanged", "expired"

/// A finding against the baseline, and what it is accepted for.
struct ComparedFinding {
  FindingKind kind;
  std::string fingerprint;
  Standing standing = Standing::fresh;
  std::string reason;
  std::string expires;  ///< "2027-01-31", or empty

  [[nodiscard]] bool counts() const { return standing != Standing::unchanged; }
};

/// One exchange as a report tells it. Views and pointers need to live for the call only.
struct ReportedExchange {
  std::string_view file;  ///< the capture file, as it was named; "-" for standard input
  std::uint64_t line = 0;
  const Capture* capture = nullptr;  ///< its credentials are masked by whoever calls
  const inspect::Verdict* verdict = nullptr;
  const std::vector<ComparedFinding>* compared = nullptr;  ///< its findings against a baseline; null: there is none

  /// Of finding number `i`.
  [[nodiscard]] const ComparedFinding* compared_at(std::size_t i) const {
    return compared == nullptr ? nullptr : &(*compared)[i];
  }
};

struct ReportOptions {
  std::string_view version;  ///< of this program
  std::optional<inspect::Severity> fail_on;
  std::shared_ptr<const inspect::RuleSet> rules;
  Digest digest = nullptr;
};

/// A finding of one exchange, for a format that sums up.
struct ReportRow {
  inspect::Severity severity = inspect::Severity::info;
  std::string place;                 ///< file, line and where in the request
  std::optional<Standing> standing;  ///< nothing: there is no baseline
};

struct ReportItem {
  std::string text;
  std::vector<std::string> rules = {};    ///< ids of what was found, for a format that lists them
  std::vector<ReportRow> rows = {};       ///< for a format that sums up
  std::vector<std::string> causes = {};   ///< why it was not wholly inspected
  std::optional<std::int64_t> time = {};  ///< milliseconds since 1970
  std::uint64_t not_listed = 0;           ///< findings past the bound
};

/// A report of many exchanges, written piece by piece: open(), then for each exchange add(item(...)) and for each
/// unreadable place damaged(), then close(). Memory does not grow with the number of exchanges. All that comes
/// out is printable ASCII and line ends, odd characters by name (U+02BC).
class ReportWriter {
 public:
  virtual ~ReportWriter() = default;
  ReportWriter() = default;
  ReportWriter(const ReportWriter&) = delete;
  ReportWriter& operator=(const ReportWriter&) = delete;

  [[nodiscard]] virtual std::string open() { return {}; }
  /// What is said of one exchange. From any thread, for several exchanges at once.
  [[nodiscard]] virtual ReportItem item(const ReportedExchange& exchange) const = 0;
  /// An item in its place, in the order of the captures.
  [[nodiscard]] virtual std::string add(ReportItem item) { return std::move(item.text); }
  /// What is said of input that could not be read; `line` 0 if it is the file as a whole.
  [[nodiscard]] virtual std::string damaged(std::string_view file, std::uint64_t line, std::string_view reason) = 0;
  /// An accepted finding that nothing was found of. Behind all exchanges.
  [[nodiscard]] virtual std::string gone(const FindingKind&, std::string_view /*fingerprint*/,
                                         std::string_view /*reason*/) {
    return {};
  }
  [[nodiscard]] virtual std::string close() { return {}; }
};

/// SARIF 2.1.0 (OASIS), one run.
[[nodiscard]] std::unique_ptr<ReportWriter> make_sarif_writer(ReportOptions options);
/// JUnit XML: a suite for each exchange, a case for each rule that found something.
[[nodiscard]] std::unique_ptr<ReportWriter> make_junit_writer(ReportOptions options);
/// Workflow commands of GitHub Actions: ::warning file=...,line=...::text, the first ones of each level.
[[nodiscard]] std::unique_ptr<ReportWriter> make_github_writer(ReportOptions options);
/// Markdown of GitHub, for a job summary: totals and tables, all of it in close().
[[nodiscard]] std::unique_ptr<ReportWriter> make_markdown_writer(ReportOptions options);
/// ArcSight Common Event Format, CEF:0, one line a finding.
[[nodiscard]] std::unique_ptr<ReportWriter> make_cef_writer(ReportOptions options);
/// Open Cybersecurity Schema Framework, one Detection Finding a line.
[[nodiscard]] std::unique_ptr<ReportWriter> make_ocsf_writer(ReportOptions options);

/// Where a request went: the URL without user, query and fragment, which may hold secrets, and its host alone.
struct RequestPlace {
  std::string url;
  std::string host;
};
[[nodiscard]] RequestPlace place_of(const CapturedRequest& request);

/// The place of a finding without what differs from one request to the next: array indices and members named like
/// identifiers become `*`. "body:/messages/0/content/1/text" is "body:/messages/*/content/*/text".
[[nodiscard]] std::string folded_place(std::string_view where);

/// The same for the same kind of finding in every request, day and machine: 32 hex digits of the digest of rule, API,
/// folded place and code points.
[[nodiscard]] std::string fingerprint_of(const FindingKind& kind, Digest digest);
[[nodiscard]] std::string fingerprint_of(const inspect::Finding& finding, std::string_view api, Digest digest);

/// "marker.date-line anthropic.messages body:/messages/*/content U+02BC".
[[nodiscard]] std::string to_words(const FindingKind& kind);

/// "new", "unchanged (on the record; until 2027-01-31)", "expired 2027-01-31 (on the record)".
[[nodiscard]] std::string to_words(const ComparedFinding& compared);

/// The message of a finding, with its code points if it does not name them.
[[nodiscard]] std::string sentence_of(const inspect::Finding& finding);

}  // namespace telltale::record
