// The list of built-in detectors. One file each beside this one. Covered by tests/unit/inspect/rule_loader_test.cpp.
#include "inspect/detect/detectors.hpp"

#include <algorithm>

#include "inspect/detect/change.hpp"
#include "inspect/detect/characters.hpp"
#include "inspect/detect/header.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/layout.hpp"
#include "inspect/detect/token.hpp"
#include "inspect/detect/typography.hpp"

namespace telltale::inspect {
namespace {

constexpr std::array detectors{
    Detector{"changed_text", detect_changed_text, nullptr},
    Detector{"invisible", detect_invisible, nullptr, "zero-width soft-hyphen filler format"},
    Detector{"bidi", detect_bidi, nullptr, "mark pair override"},
    Detector{"variation", detect_variation, nullptr},
    Detector{"tags", detect_tags, nullptr},
    Detector{"control", detect_control, nullptr, "control line-separator private-use unassigned surrogate"},
    Detector{"lookalike", detect_lookalike, nullptr, "script wide styled latin raised enclosed ligature roman digit"},
    Detector{"sign", detect_sign, nullptr},
    Detector{"normal_form", detect_normal_form, nullptr, "decomposed singleton stray-mark"},
    Detector{"apostrophes", nullptr, detect_apostrophes, "odd mixed patchwork"},
    Detector{"quotes", nullptr, detect_quotes, "odd mixed single"},
    Detector{"dashes", nullptr, detect_dashes, "odd mixed spaced"},
    Detector{"ellipses", nullptr, detect_ellipses},
    Detector{"odd_spaces", nullptr, detect_odd_spaces},
    Detector{"lone_spaces", detect_lone_spaces, nullptr},
    Detector{"odd_signs", detect_odd_signs, nullptr},
    Detector{"blanks", nullptr, detect_blanks, "trailing trailing_space double tab empty_lines"},
    Detector{"early_blanks", nullptr, detect_early_blanks},
    Detector{"line_ends", nullptr, detect_line_ends},
    Detector{"date_separators", nullptr, detect_date_separators},
    Detector{"list_signs", nullptr, detect_list_signs},
    Detector{"header_form", nullptr, detect_header_form, "duplicate blank value character case"},
    Detector{"header_name", nullptr, detect_header_name, "added missing case"},
    Detector{"header_order", nullptr, detect_header_order},
    Detector{"header_value", nullptr, detect_header_value},
    Detector{"json_duplicate", nullptr, detect_json_duplicate, "same other"},
    Detector{"json_escape", nullptr, detect_json_escape, "needless minority hex name"},
    Detector{"json_member", nullptr, detect_json_member, "added missing renamed copy"},
    Detector{"json_name", nullptr, detect_json_name, "invisible lookalike"},
    Detector{"json_number", nullptr, detect_json_number, "malformed exponent fraction zeros digits"},
    Detector{"json_order", nullptr, detect_json_order, "members elements"},
    Detector{"json_space", nullptr, detect_json_space, "inside before behind style"},
    Detector{"json_value", nullptr, detect_json_value, "spelling variation changed"},
    Detector{"token", detect_token, nullptr, "hex uuid digits random version encoded"},
};

}  // namespace

bool Detector::has_family(std::string_view one) const {
  for (std::string_view rest = families; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == one) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

const Detector* find_detector(std::string_view name) {
  for (const Detector& one : detectors)
    if (one.name == name) return &one;
  return nullptr;
}

std::vector<std::string_view> detector_names() {
  std::vector<std::string_view> names;
  for (const Detector& one : detectors) names.push_back(one.name);
  return names;
}

}  // namespace telltale::inspect
