#pragma once
#include <string>
#include <string_view>

#include "inspect/verdict.hpp"
#include "record/report_writer.hpp"

namespace telltale::record {

/// The findings of an exchange against a baseline, one for each; null if there is none.
using Comparison = const std::vector<ComparedFinding>*;

/// The inspection result as one JSON object without line end, members in the order of docs/capture-format.md.
[[nodiscard]] std::string to_json(const inspect::Verdict& verdict, std::string_view exchange_id,
                                  Comparison compared = nullptr);
/// An accepted finding that nothing was found of, likewise: its "baseline" is "gone".
[[nodiscard]] std::string gone_to_json(const FindingKind& kind, std::string_view fingerprint, std::string_view reason);

struct TextStyle {
  bool colour = false;
};
/// The findings of one exchange for a terminal, several lines, printable ASCII only. Those that are accepted take one
/// line each.
[[nodiscard]] std::string to_text(const inspect::Verdict& verdict, std::string_view exchange_id, std::string_view url,
                                  TextStyle style, Comparison compared = nullptr);
/// One finding in one line: what the live proxy prints as it happens.
[[nodiscard]] std::string to_one_line(const inspect::Finding& finding, const inspect::Verdict& verdict,
                                      std::string_view exchange_id, std::string_view host, TextStyle style);

}  // namespace telltale::record
