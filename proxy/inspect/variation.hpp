#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "inspect/template_texts.hpp"

namespace telltale::inspect {

/// What a hunk against a template is.
enum class Variation : std::uint8_t {
  noise,   ///< lies where the template varies, or an id or a date of the same format took another's place
  number,  ///< one number for another
  date,    ///< a date in another format
  place,   ///< a path or an address for another
  text     ///< anything else
};

struct TemplateVariation {
  Variation kind = Variation::text;
  /// What should stand there: the template's text, or a date as sent in the template's format. Nothing where the
  /// template has a value of its own day or number: that would be put in another's place.
  std::optional<std::string> expected;
};

/// `hunk` is of the alignment of the known text with `sent`.
[[nodiscard]] TemplateVariation variation_of(const TemplateTexts::Known& known, std::string_view sent,
                                             const Hunk& hunk);

}  // namespace telltale::inspect
