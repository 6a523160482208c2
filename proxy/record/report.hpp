#pragma once
#include <string>
#include <string_view>

#include "inspect/verdict.hpp"

namespace telltale::record {

/// The inspection result as one JSON object without line end, members in the order of docs/capture-format.md.
[[nodiscard]] std::string to_json(const inspect::Verdict& verdict, std::string_view exchange_id);

struct TextStyle {
  bool colour = false;
};
/// The findings of one exchange for a terminal, several lines, printable ASCII only.
[[nodiscard]] std::string to_text(const inspect::Verdict& verdict, std::string_view exchange_id, std::string_view url,
                                  TextStyle style);
/// One finding in one line: what the live proxy prints as it happens.
[[nodiscard]] std::string to_one_line(const inspect::Finding& finding, const inspect::Verdict& verdict,
                                      std::string_view exchange_id, std::string_view host, TextStyle style);

}  // namespace telltale::record
