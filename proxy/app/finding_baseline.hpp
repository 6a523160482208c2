#pragma once
#include <optional>
#include <string>

#include "app/options.hpp"
#include "record/accepted_findings.hpp"
#include "record/report_writer.hpp"

// The files of `replay --baseline-findings` and `--write-baseline`.

namespace telltale::app {

/// The accepted findings of a replay: those of --baseline-findings, else those of the file that is about to be written
/// again, if it is there. Nothing if neither option is given. Error: input_unreadable, `detail` begins with the option
/// and the file.
[[nodiscard]] Result<std::optional<record::AcceptedFindings>> read_accepted(const ReplayCommand& command);

/// Puts all that was found into --write-baseline, with the reasons and dates of `accepted`. Error: file_failed.
[[nodiscard]] Result<void> write_accepted(const std::string& path, const record::FindingTally& tally,
                                          const record::AcceptedFindings& accepted);

/// What a report says of accepted findings that were not found; `writer` null: text, or `json` lines.
[[nodiscard]] std::string gone_text(const record::FindingTally& tally, const record::AcceptedFindings& accepted,
                                    record::ReportWriter* writer, bool json);

/// ": 1 new, 4 unchanged, 0 expired, 2 gone", for the last line of a text report.
[[nodiscard]] std::string standing_text(const record::FindingTally& tally, const record::AcceptedFindings& accepted);

}  // namespace telltale::app
