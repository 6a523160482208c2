// The spelling of numbers. JSON has many for one value (RFC 8259 section 6) and no parser hands the choice on. What
// encoders do, and what is therefore no marker: JavaScript, Go, Rust and Java write integers plain; Python, Ruby, Rust
// and protobuf write a float with an integral value as `1.0`; exponents appear for very large and very small values
// only. Covered by tests/unit/inspect/json_form_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.hpp"
#include "inspect/detect/json.hpp"
#include "inspect/detect/json_parts.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

constexpr std::size_t longest_number = 64;  ///< longer ones are big integers, and none of ours

/// A number taken apart: [-]whole[.fraction][e exponent]
struct Spelling {
  std::string_view whole;
  std::string_view fraction;
  std::string_view exponent;  ///< with its sign
  bool negative = false;
  bool has_point = false;
  bool has_exponent = false;
  bool valid = false;  ///< by the grammar
};

std::string_view take_digits(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::string_view digits = rest.substr(0, end);
  rest.remove_prefix(end);
  return digits;
}

Spelling take_apart(std::string_view text) {
  Spelling out;
  if (text.starts_with('-')) {
    out.negative = true;
    text.remove_prefix(1);
  }
  out.whole = take_digits(text);
  if (text.starts_with('.')) {
    out.has_point = true;
    text.remove_prefix(1);
    out.fraction = take_digits(text);
  }
  bool exponent_digits = true;
  if (!text.empty() && ascii::to_lower(text.front()) == 'e') {
    out.has_exponent = true;
    text.remove_prefix(1);
    const std::string_view sign = text.substr(0, !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0);
    std::string_view rest = text.substr(sign.size());
    const std::string_view digits = take_digits(rest);
    exponent_digits = !digits.empty();
    out.exponent = text.substr(0, sign.size() + digits.size());
    text = rest;
  }
  const bool padded = out.whole.size() > 1 && out.whole.front() == '0';
  out.valid =
      text.empty() && !out.whole.empty() && !padded && exponent_digits && (!out.has_point || !out.fraction.empty());
  return out;
}

/// Settings the APIs define as integers, and the integers of a JSON Schema.
bool is_integer_setting(std::string_view name) {
  constexpr std::string_view exact[] = {
      "n",        "seed",           "logprobs",      "top_logprobs", "candidatecount", "minitems",
      "maxitems", "minlength",      "maxlength",     "budget",       "minproperties",  "maxproperties",
      "max_uses", "max_tool_calls", "logprobs_count"};
  if (std::find(std::begin(exact), std::end(exact), name) != std::end(exact)) return true;
  return name.find("token") != std::string_view::npos || name.find("budget") != std::string_view::npos;
}

/// Settings that steer sampling: set by hand, to a few digits.
bool is_sampling_setting(std::string_view name) {
  constexpr std::string_view exact[] = {"temperature",
                                        "top_p",
                                        "topp",
                                        "min_p",
                                        "presence_penalty",
                                        "presencepenalty",
                                        "frequency_penalty",
                                        "frequencypenalty",
                                        "repetition_penalty"};
  return std::find(std::begin(exact), std::end(exact), name) != std::end(exact);
}

/// True if the digits come from arithmetic and not from a choice: 0.7 kept as a 32-bit float, or 0.1 + 0.2.
bool is_rounding_noise(double value) {
  const double near = std::round(value * 1e4) / 1e4;
  if (std::fabs(value - near) < 1e-13) return true;
  const double as_float = static_cast<double>(static_cast<float>(near));
  return std::fabs(value - as_float) < 1e-13;
}

enum class Oddity { none, malformed, exponent, fraction, zeros, digits };

constexpr std::string_view family_of(Oddity one) {
  switch (one) {
    case Oddity::malformed:
      return "malformed";
    case Oddity::exponent:
      return "exponent";
    case Oddity::fraction:
      return "fraction";
    case Oddity::zeros:
      return "zeros";
    default:
      return "digits";
  }
}

constexpr const char* note_of(Oddity one) {
  switch (one) {
    case Oddity::malformed:
      return "no number by the grammar";
    case Oddity::exponent:
      return "an exponent where encoders write plain digits";
    case Oddity::fraction:
      return "a fraction where an integer is meant";
    case Oddity::zeros:
      return "zeros that no encoder writes";
    default:
      return "more digits than anyone sets";
  }
}

/// Exponents as encoders write them: for values from 1e7 (Java) or 1e15 on, and below 1e-3 (Java) or 1e-4.
bool is_usual_exponent(const Spelling& one, double value) {
  const double size = std::fabs(value);
  const bool java = one.has_point;
  if (size == 0 || one.whole == "0" || one.whole.size() > 1) return false;  // mantissas have one digit, and not zero
  return size >= (java ? 1e7 : 1e15) || size < (java ? 1e-3 : 1e-4);
}

Oddity judge_number(const JsonDocument& document, std::uint32_t value, std::string_view text) {
  if (text.front() != '0' && text.find_first_not_of("0123456789") == std::string_view::npos) return Oddity::none;
  const Spelling one = take_apart(text);
  if (!one.valid) return Oddity::malformed;
  if (!one.has_point && !one.has_exponent) return one.negative && one.whole == "0" ? Oddity::zeros : Oddity::none;
  const double number = std::strtod(std::string(text).c_str(), nullptr);
  if (one.has_exponent) return is_usual_exponent(one, number) ? Oddity::none : Oddity::exponent;
  if (one.fraction == "0") {
    return is_integer_setting(ascii::lower(member_name(document, value))) ? Oddity::fraction : Oddity::none;
  }
  if (one.fraction.back() == '0') return Oddity::zeros;
  if (one.fraction.size() < 5 || !is_sampling_setting(ascii::lower(member_name(document, value)))) return Oddity::none;
  return is_rounding_noise(number) ? Oddity::none : Oddity::digits;
}

/// How the document spells integral floats elsewhere: "1.00" goes to "1.0" beside other "1.0", else to "1".
bool writes_integral_floats(const JsonDocument& document) {
  return std::any_of(document.values.begin(), document.values.end(), [&](const JsonValue& value) {
    if (value.kind != JsonKind::number) return false;
    const std::string_view text = document.slice(value.raw);
    return text.size() > 2 && text.ends_with(".0");
  });
}

std::string neutral_form(Oddity oddity, std::string_view text, bool integral_floats) {
  if (oddity == Oddity::digits) {
    const double number = std::strtod(std::string(text).c_str(), nullptr);
    const double near = std::round(number * 100) / 100;
    return std::fabs(number - near) > 5e-4 ? std::string() : plain_number(fmt::format("{:.2f}", near));
  }
  std::string plain = plain_number(text);
  const bool integral = plain.find('.') == std::string::npos;
  if (oddity == Oddity::zeros && integral && text.find('.') != std::string_view::npos && integral_floats) plain += ".0";
  return plain;
}

}  // namespace

void detect_json_number(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  if (!scene.is_json) return;
  const JsonDocument& document = scene.document;
  std::optional<bool> integral_floats;  // it takes a look at all values
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    const JsonValue& value = document[i];
    if (value.kind != JsonKind::number || value.raw.size() > longest_number) continue;
    const std::string_view text = document.slice(value.raw);
    const Oddity oddity = judge_number(document, i, text);
    if (oddity == Oddity::none || !match.has_family(family_of(oddity))) continue;
    Mark mark;
    mark.value = i;
    mark.bits = 1;
    mark.note = note_of(oddity);
    if (!integral_floats) integral_floats = writes_integral_floats(document);
    const std::string neutral = neutral_form(oddity, text, *integral_floats);
    if (!neutral.empty() && neutral != text) mark.edits.push_back(smallest_edit(value.raw, text, neutral));
    marks.push_back(std::move(mark));
  }
}

}  // namespace telltale::inspect
