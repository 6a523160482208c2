#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"

namespace telltale::inspect {

/// A built-in detector: a property of text, JSON or headers that no pattern can state. A rule names it
/// (`"match": { "detector": "invisible" }`) and gives it severity, action and samples.
struct Detector {
  using InText = void (*)(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);
  using InRequest = void (*)(const Scene& scene, const DetectorMatch& match, Marks& marks);

  std::string_view name;
  /// Called for each passage of the kinds the rule names. For pieces that are not Voice::client the result may depend
  /// on nothing but the passage, so that a text seen before need not be looked at again. Marks' `passage` is set by the
  /// caller. At most Limits::findings_of_rule are kept.
  InText in_text = nullptr;
  /// Called once a request.
  InRequest in_request = nullptr;
  /// What a rule may name under "families", with blanks between; none if the detector has no classes.
  std::string_view families = "";

  [[nodiscard]] bool has_family(std::string_view one) const;
};

/// All of them; null if there is none of that name.
[[nodiscard]] const Detector* find_detector(std::string_view name);
/// Their names, for messages.
[[nodiscard]] std::vector<std::string_view> detector_names();

}  // namespace telltale::inspect
