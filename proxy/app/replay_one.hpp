#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/capture_files.hpp"
#include "app/options.hpp"
#include "inspect/baselines.hpp"
#include "inspect/judge.hpp"
#include "record/accepted_findings.hpp"
#include "record/capture.hpp"
#include "record/lock_compare.hpp"
#include "record/report_writer.hpp"

namespace telltale::app {

/// What all exchanges of a replay are judged by.
struct ReplayTerms {
  std::shared_ptr<const inspect::RuleSet> rules;
  inspect::Policy policy;
  Limits limits;
  std::optional<std::vector<std::string>> typed;           ///< in place of what the capture says
  std::shared_ptr<const inspect::TypedIndex> typed_among;  ///< likewise, and before `typed`
  std::optional<inspect::Environment> environment;         ///< likewise
  std::shared_ptr<const inspect::NeedleSet> needles;       ///< of `environment`
  inspect::Baselines baselines;  ///< earlier requests, by client; never learned from during a replay
  std::optional<record::AcceptedFindings> accepted;  ///< baseline of findings: those in it do not count
  bool accepts_new = false;                          ///< nor do new ones: they are about to be written into it
  std::optional<record::Day> today;                  ///< by which its entries expire; nothing: the exchange's own
  std::optional<record::Lock> lock;                  ///< what is not in it is found, by rules of its own
  bool show_segments = true;                         ///< where the policy has them listed
  bool json = false;
  bool colour = false;
  bool write_stripped = false;
  const record::ReportWriter* writer = nullptr;  ///< for the other formats; null: text or json
  FailOn fail_on;
};

/// The terms of a command, with rules and references read. Errors: file_failed, config_malformed, input_unreadable.
[[nodiscard]] Result<ReplayTerms> terms_of(const ReplayCommand& command);

/// Where a line stands, for reports that say so.
struct LinePlace {
  std::string_view file;
  std::uint64_t number = 0;
};

/// One line judged: text to print and what counts for the exit code.
struct Replayed {
  std::optional<Error> error;  ///< capture_malformed: the line is damaged, nothing else is set
  record::ReportItem report;   ///< whole lines, or what the writer of the format takes
  std::string stripped;        ///< the capture line of the stripped request, with its end
  std::size_t findings = 0;
  bool fails = false;                             ///< a finding that counts, at or above fail_on
  std::optional<record::Sent> sent;               ///< in the terms of `lock`, if there is one
  std::vector<record::ComparedFinding> compared;  ///< each finding against `accepted`, if there is one
  bool covered = true;
};

/// Earlier requests out of capture files and folders: the references of `--baseline`. Whatever is damaged is an error
/// (its `detail` begins with the file): half a reference would make findings of the other half.
[[nodiscard]] Result<inspect::Baselines> read_baselines(const std::vector<std::string>& paths, const Limits& limits);

/// The request of a capture judged as the proxy would have, and what could not be looked at. Error: as
/// received_capture.
[[nodiscard]] Result<inspect::Judgement> judge_capture(const record::Capture& capture, const ReplayTerms& terms);

/// Parses an exchange of any format and judges its request as the proxy would have. Pure but for its allocations; safe
/// to call from several threads with the same terms.
[[nodiscard]] Replayed replay_line(const InputLine& line, const ReplayTerms& terms, const LinePlace& place = {});

}  // namespace telltale::app
