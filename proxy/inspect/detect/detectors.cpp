// The list of built-in detectors. One file each beside this one. Covered by tests/unit/inspect/rule_loader_test.cpp.
#include "inspect/detect/detectors.hpp"

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
    Detector{"invisible", detect_invisible, nullptr},
    Detector{"bidi", detect_bidi, nullptr},
    Detector{"variation", detect_variation, nullptr},
    Detector{"tags", detect_tags, nullptr},
    Detector{"control", detect_control, nullptr},
    Detector{"lookalike", detect_lookalike, nullptr},
    Detector{"sign", detect_sign, nullptr},
    Detector{"normal_form", detect_normal_form, nullptr},
    Detector{"apostrophes", nullptr, detect_apostrophes},
    Detector{"quotes", nullptr, detect_quotes},
    Detector{"dashes", nullptr, detect_dashes},
    Detector{"ellipses", nullptr, detect_ellipses},
    Detector{"odd_spaces", nullptr, detect_odd_spaces},
    Detector{"lone_spaces", detect_lone_spaces, nullptr},
    Detector{"odd_signs", detect_odd_signs, nullptr},
    Detector{"blanks", nullptr, detect_blanks},
    Detector{"early_blanks", nullptr, detect_early_blanks},
    Detector{"line_ends", nullptr, detect_line_ends},
    Detector{"date_separators", nullptr, detect_date_separators},
    Detector{"list_signs", nullptr, detect_list_signs},
    Detector{"header_form", nullptr, detect_header_form},
    Detector{"header_name", nullptr, detect_header_name},
    Detector{"header_order", nullptr, detect_header_order},
    Detector{"header_value", nullptr, detect_header_value},
    Detector{"json_duplicate", nullptr, detect_json_duplicate},
    Detector{"json_escape", nullptr, detect_json_escape},
    Detector{"json_member", nullptr, detect_json_member},
    Detector{"json_name", nullptr, detect_json_name},
    Detector{"json_number", nullptr, detect_json_number},
    Detector{"json_order", nullptr, detect_json_order},
    Detector{"json_space", nullptr, detect_json_space},
    Detector{"json_value", nullptr, detect_json_value},
    Detector{"token", detect_token, nullptr},
};

}  // namespace

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
