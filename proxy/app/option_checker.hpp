#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/option_values.hpp"
#include "core/ascii.hpp"

// How one option is read and what is said of a bad value; the commands' own files say which options they have.

namespace telltale::app {

template <class Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

/// Reads options one by one; the first complaint stays.
class Checker {
 public:
  explicit Checker(const Values& values) : values_(values) {}

  [[nodiscard]] const Given* find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() || found->second.texts.empty() ? nullptr : &found->second;
  }
  void complain(const Given& given, std::string_view what) {
    if (complaint_.empty()) complaint_ = fmt::format("{}: {}", given.label, what);
  }
  void complain(std::string what) {
    if (complaint_.empty()) complaint_ = std::move(what);
  }

  void text(std::string_view name, std::string& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    out = given->texts.back();
    if (out.empty()) complain(*given, "the value is empty");
  }
  void texts(std::string_view name, std::vector<std::string>& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    out = given->texts;
    if (std::any_of(out.begin(), out.end(), [](const std::string& text) { return text.empty(); }))
      complain(*given, "a value is empty");
  }
  void flag(std::string_view name, bool& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const std::string text = ascii::lower(given->texts.back());
    if (text == "true" || text == "1" || text == "yes" || text == "on")
      out = true;
    else if (text == "false" || text == "0" || text == "no" || text == "off")
      out = false;
    else
      complain(*given, fmt::format("{} is neither true nor false", text));
  }
  void count(std::string_view name, unsigned& out, unsigned most) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = number_in<unsigned>(given->texts.back(), 1, most);
    if (!value) return complain(*given, fmt::format("{} is not a number from 1 to {}", given->texts.back(), most));
    out = *value;
  }
  void number(std::string_view name, std::uint64_t& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = number_in<std::uint64_t>(given->texts.back(), 0, std::numeric_limits<std::uint64_t>::max());
    if (!value) return complain(*given, fmt::format("{} is not a whole number from 0", given->texts.back()));
    out = *value;
  }
  void fraction(std::string_view name, double& out) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = number_in<double>(given->texts.back(), 1e-9, 0.5);
    if (!value) return complain(*given, fmt::format("{} is not a number above 0, up to 0.5", given->texts.back()));
    out = *value;
  }
  /// `parse` gives an optional; `choices` is for the message.
  template <class Out, class Parse>
  void choice(std::string_view name, Out& out, Parse parse, std::string_view choices) {
    const Given* given = find(name);
    if (given == nullptr) return;
    const auto value = parse(given->texts.back());
    if (!value) return complain(*given, fmt::format("{} is unknown; give one of {}", given->texts.back(), choices));
    out = *value;
  }
  void port(const Given& given, std::string_view text, std::uint16_t& out) {
    // 0 lets the system choose; a person who writes a number means one from 1.
    const auto value = number_in<std::uint16_t>(text, 0, 65535);
    if (!value) return complain(given, fmt::format("{} is not a TCP port; give a number from 1 to 65535", text));
    out = *value;
  }

  template <class Command>
  [[nodiscard]] Result<Command> finish(Command command) {
    if (!complaint_.empty()) return fail(Errc::option_invalid, complaint_);
    return command;
  }

 private:
  const Values& values_;
  std::string complaint_;
};

// --- what several commands take ---

/// For messages; what parse_fail_on knows.
inline constexpr std::string_view severities = "info, low, medium, high, critical, never";
[[nodiscard]] std::optional<FailOn> parse_fail_on(std::string_view text);
/// "text" or "json".
[[nodiscard]] std::optional<std::string> parse_format(std::string_view text);
void read_format(Checker& check, std::string& out);
void read_inspecting(Checker& check, Inspecting& out);

}  // namespace telltale::app
