#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/capture.hpp"
#include "record/utc.hpp"

// What rules find in many captures, over time: `telltale retro`. Source: docs/retro.md.

namespace telltale::record {

/// What one exchange adds: who sent it, where to, when, and how often each rule found something.
struct RetroItem {
  std::string client, version, user, site;
  std::optional<std::int64_t> time;  ///< milliseconds since 1970
  struct Found {
    inspect::Severity severity = inspect::Severity::info;
    std::uint64_t findings = 0;
  };
  std::map<std::string, Found> rules;
  std::uint64_t not_listed = 0;
  bool covered = true;
};
/// The user is the one who signed in, else the one that the environment names, else the address without its port.
[[nodiscard]] RetroItem retro_item(const Capture& capture, const inspect::Verdict& verdict, std::string_view host);

/// Counts by rule, client, version, user and site, and by day. Bounded: past `most_rows` a finding counts for a row of
/// its rule alone, past `most_steps` it is in no timeline; both are said.
class Retro {
 public:
  static constexpr std::size_t most_rows = 50'000;
  static constexpr std::size_t most_steps = 200'000;
  static constexpr std::size_t longest_name = 128;  ///< bytes of a client, version, user or site

  struct Key {
    std::string rule, client, version, user, site;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Row {
    std::uint64_t findings = 0, exchanges = 0;
    std::optional<std::int64_t> first, last;  ///< milliseconds since 1970
    inspect::Severity severity = inspect::Severity::info;
  };
  struct Step {
    std::uint64_t exchanges = 0;
    std::map<std::string, std::uint64_t> findings;  ///< by rule
  };
  struct Totals {
    std::uint64_t exchanges = 0, with_findings = 0, findings = 0, not_listed = 0, not_covered = 0, undated = 0;
    std::uint64_t folded = 0;    ///< findings in rows of their rule alone
    std::uint64_t unplaced = 0;  ///< findings in no timeline
  };

  explicit Retro(bool by_week) : by_week_(by_week) {}

  void add(const RetroItem& item);
  [[nodiscard]] const std::map<Key, Row>& rows() const { return rows_; }
  [[nodiscard]] const std::map<Day, Step>& steps() const { return steps_; }  ///< of a week, its Monday
  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] bool by_week() const { return by_week_; }

 private:
  void add_row(Key key, const RetroItem& item, const RetroItem::Found& found);
  void add_step(const RetroItem& item);

  bool by_week_;
  std::map<Key, Row> rows_;
  std::map<Day, Step> steps_;
  std::size_t step_counts_ = 0;
  Totals totals_;
};

/// A row of a rule alone, for what had no room, is called this.
inline constexpr std::string_view all_others = "(others)";

/// For a terminal, printable ASCII: rules from the gravest on, each with its rows, then the timeline.
[[nodiscard]] std::string to_text(const Retro& retro);
/// JSON lines: rows, steps, and a summary at the end.
[[nodiscard]] std::string to_json_lines(const Retro& retro);

}  // namespace telltale::record
