#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "record/report_writer.hpp"
#include "record/utc.hpp"

// A baseline of findings: those that are known and accepted, so that a report says what is new. Source: docs/replay.md.

namespace telltale::record {

struct AcceptedFinding {
  FindingKind kind;
  std::string reason;          ///< why it is accepted, by people; may be empty
  std::optional<Day> expires;  ///< the last day on which it is
};

/// The findings of a baseline file by fingerprint. At most `most_entries`.
class AcceptedFindings {
 public:
  static constexpr std::size_t most_entries = 100'000;
  static constexpr std::size_t most_bytes = std::size_t{64} * 1024 * 1024;  ///< of a file
  static constexpr std::size_t longest_text = 4096;                         ///< bytes of a reason, a place, a name

  [[nodiscard]] const AcceptedFinding* find(std::string_view fingerprint) const;
  /// False, and nothing done, if it is there already or there is no room.
  bool put(std::string fingerprint, AcceptedFinding finding);
  [[nodiscard]] bool is_full() const { return entries_.size() >= most_entries; }
  [[nodiscard]] const std::map<std::string, AcceptedFinding, std::less<>>& entries() const { return entries_; }

 private:
  std::map<std::string, AcceptedFinding, std::less<>> entries_;
};

/// JSON with one finding a line, by rule, API, place and code points: the same findings give the same bytes. No dates
/// but those of `expires`, no ids, nothing of a body.
[[nodiscard]] std::string save_accepted(const AcceptedFindings& findings);

/// Reads what `save_accepted` wrote and people changed. Strict: an unknown member, a wrong kind, a date that is none,
/// an entry that is there twice or whose fingerprint is not that of its rule, API, place and code points refuse the
/// file. A fingerprint may be left out. Error: input_unreadable, `at` an offset in `text`, `detail` begins with line
/// and key.
[[nodiscard]] Result<AcceptedFindings> load_accepted(std::string_view text, Digest digest);

/// Which of the findings of one exchange are accepted, in their order. `today` is the day by which entries expire; if
/// it is nothing, that of the exchange, and one without a time is past every date.
[[nodiscard]] std::vector<ComparedFinding> compare_findings(const inspect::Verdict& verdict, std::string_view time,
                                                            const AcceptedFindings& accepted, std::optional<Day> today,
                                                            Digest digest);

/// What a run found, against a baseline.
class FindingTally {
 public:
  void add(const std::vector<ComparedFinding>& compared);

  struct Gone {
    std::string_view fingerprint;
    const AcceptedFinding* entry;
  };
  /// Entries that nothing was found of, by kind.
  [[nodiscard]] std::vector<Gone> gone(const AcceptedFindings& accepted) const;
  /// All that was found, with the reasons and dates of `accepted`. Nothing if that is more than a file may hold.
  [[nodiscard]] std::optional<AcceptedFindings> to_accept(const AcceptedFindings& accepted) const;
  [[nodiscard]] std::uint64_t count(Standing standing) const { return counts_[static_cast<std::size_t>(standing)]; }

 private:
  std::map<std::string, FindingKind, std::less<>> found_;
  bool overflowed_ = false;
  std::uint64_t counts_[3] = {};
};

}  // namespace telltale::record
