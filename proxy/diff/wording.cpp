// Differences in words. Covered by tests/unit/diff/report_test.cpp.
#include "diff/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compare/naming.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/unicode/name.hpp"

namespace telltale::diff {
namespace {

// Characters named in one passage; more tell nobody anything.
constexpr std::size_t most_named = 6;

std::string dress_text(std::string_view dress) {
  constexpr std::array<std::string_view, 4> where = {"before", "behind the key", "behind",
                                                     "before the closing bracket"};
  std::string out;
  std::size_t part = 0;
  for (std::size_t at = 0; at <= dress.size() && part < where.size(); ++part) {
    const std::size_t end = std::min(dress.find(compare::name_separator, at), dress.size());
    const std::string_view blanks = dress.substr(at, end - at);
    at = end + 1;
    const bool is_plain_colon = part == 1 && blanks == ":";
    if (blanks.empty() || is_plain_colon) continue;
    if (!out.empty()) out += "; ";
    out += fmt::format("{} \"{}\"", where[part], utf8::escaped(blanks));
  }
  return out.empty() ? "none" : out;
}

std::string_view side_words(What what) {
  switch (what) {
    case What::added:
      return "only in B";
    case What::gone:
      return "only in A";
    case What::spelling:
      return "the same, escaped differently";
    case What::moved:
      return "the text of another place";
    case What::more_often:
      return "more often in B";
    case What::less_often:
      return "less often in B";
    case What::changed:
      break;
  }
  return "";
}

std::string of_side(std::string_view side, const Sample& sample) {
  return fmt::format("{} {} of {}", side, sample.requests, sample.of);
}

// What stands on both sides was not changed.
void drop_common(std::vector<NamedCharacter>& own, const std::vector<NamedCharacter>& other) {
  std::erase_if(own, [&other](const NamedCharacter& character) {
    return std::any_of(other.begin(), other.end(), [&](const auto& o) { return o.code == character.code; });
  });
}

std::string character_names(const std::vector<NamedCharacter>& characters) {
  std::string out;
  for (const NamedCharacter& character : characters) {
    if (!out.empty()) out += ", ";
    out += character.code;
    if (!character.name.empty()) out += " " + character.name;
  }
  return out.empty() ? "nothing" : out;
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return counted(bytes, "byte");
  const auto tenths = [bytes](std::uint64_t unit) { return (bytes * 10 + unit / 2) / unit; };
  const bool is_large = bytes >= 1'000'000;
  const std::uint64_t value = tenths(is_large ? 1'000'000 : 1000);
  return fmt::format("{}.{} {}", value / 10, value % 10, is_large ? "MB" : "KB");
}

std::string_view words_of(const Difference& difference) {
  if (difference.what != What::changed) return side_words(difference.what);
  switch (difference.sort) {
    case Sort::order:
      return "other order";
    case Sort::spacing:
      return "other blanks around the value";
    case Sort::header_name:
      return "name spelt differently";
    default:
      return difference.passages.empty() ? "other value" : "other text";
  }
}

std::string counts_text(const Difference& difference) {
  if (!difference.a.there) return of_side("B", difference.b);
  if (!difference.b.there) return of_side("A", difference.a);
  return of_side("A", difference.a) + ", " + of_side("B", difference.b);
}

std::string place_text(const Difference& difference) {
  std::string out = utf8::escaped(difference.place);
  if (difference.what == What::moved) out += fmt::format(" (in A at {})", utf8::escaped(difference.a.where));
  return out;
}

std::string sample_text(const Difference& difference, const Sample& sample) {
  if (difference.sort == Sort::spacing) return dress_text(sample.text);
  if (difference.sort == Sort::order) return utf8::escaped(sample.text);
  std::string out = utf8::escaped(sample.text);
  if (sample.size > sample.text.size() && sample.text != "{") out += fmt::format("... ({})", bytes_text(sample.size));
  if (sample.text == "{" && !sample.is_string) return "an object";
  if (sample.text == "[" && !sample.is_string) return "an array";
  return sample.is_string ? fmt::format("\"{}\"", out) : out;
}

std::string names_text(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += utf8::escaped(name);
  }
  return out;
}

std::string endpoint_text(const EndpointPair& pair) {
  const EndpointSide& side = pair.a.requests > 0 ? pair.a : pair.b;
  std::string out = fmt::format("{} {}{}", pair.method, side.host, side.path);
  const bool moved =
      pair.a.requests > 0 && pair.b.requests > 0 && (pair.a.host != pair.b.host || pair.a.path != pair.b.path);
  if (moved) out += fmt::format(" -> {}{}", pair.b.host, pair.b.path);
  if (!pair.api.empty()) out += fmt::format(" ({}{})", pair.api, pair.tools ? ", tools" : "");
  return utf8::escaped(out);
}

bool names_endpoints(const DiffReport& report) {
  return std::count_if(report.endpoints.begin(), report.endpoints.end(),
                       [](const EndpointPair& pair) { return pair.a.requests > 0 && pair.b.requests > 0; }) > 1;
}

std::string side_text(const EndpointSide& side) {
  if (side.requests == 0) return "none";
  std::string out = counted(side.requests, "request");
  if (side.turns > 1) out += fmt::format(", up to {} turns", side.turns);
  out += side.least_bytes == side.most_bytes
             ? fmt::format(", {}{}", bytes_text(side.most_bytes), side.requests > 1 ? " each" : "")
             : fmt::format(", {} to {}", bytes_text(side.least_bytes), bytes_text(side.most_bytes));
  if (side.blind > 0) out += fmt::format(", {} not readable", side.blind);
  return out;
}

std::uint64_t folded_values(const DiffReport& report) {
  std::uint64_t sum = 0;
  for (const Folded& folded : report.folded) sum += folded.values;
  return sum;
}

std::string summary_text(const DiffReport& report) {
  const auto one_sided = [&report](bool in_b) {
    return static_cast<std::uint64_t>(
        std::count_if(report.endpoints.begin(), report.endpoints.end(),
                      [in_b](const EndpointPair& pair) { return (in_b ? pair.a : pair.b).requests == 0; }));
  };
  const auto fresh = static_cast<std::uint64_t>(
      std::count_if(report.findings.begin(), report.findings.end(), [](const auto& f) { return f.is_new; }));
  if (!report.differs()) return "nothing differs but what differs between any two requests";
  std::string out = counted(report.differences.size(), "difference");
  const auto add = [&out](std::uint64_t count, std::string_view what) {
    if (count > 0) out += ", " + counted(count, what);
  };
  add(one_sided(true), "new endpoint");
  add(one_sided(false), "gone endpoint");
  add(fresh, "new finding");
  add(report.findings.size() - fresh, "gone finding");
  return out;
}

std::vector<NamedCharacter> named_characters(std::string_view text, bool all_signs) {
  std::vector<NamedCharacter> out;
  for (std::size_t at = 0; at < text.size() && out.size() < most_named;) {
    const utf8::Step step = utf8::decode(text, at);
    at += step.length;
    if (!step.valid) continue;
    const char32_t code = step.code_point;
    const bool is_ascii = code >= 0x20 && code < 0x7F;
    if (is_ascii && (!all_signs || ascii::is_alnum(static_cast<char>(code)))) continue;
    const std::string name = utf8::name_of(code);
    const bool is_known = std::any_of(out.begin(), out.end(), [&name](const auto& c) { return c.code == name; });
    if (!is_known) out.push_back({name, inspect::unicode::character_name(code)});
  }
  return out;
}

std::string characters_text(const Passage& passage) {
  const auto inner = [](const std::string& text, ByteRange range) {
    return std::string_view(text).substr(range.begin, range.size());
  };
  const std::string_view removed = inner(passage.removed, passage.inner_removed);
  const std::string_view inserted = inner(passage.inserted, passage.inner_inserted);
  // Of a few signs each is named, so that a blank is told from a blank; of prose only what does not show.
  constexpr std::size_t few = 8;
  const bool all_signs = removed.size() <= few && inserted.size() <= few;
  std::vector<NamedCharacter> of_a = named_characters(removed, all_signs);
  std::vector<NamedCharacter> of_b = named_characters(inserted, all_signs);
  const std::vector<NamedCharacter> before = of_a;
  drop_common(of_a, of_b);
  drop_common(of_b, before);
  if (of_a.empty() && of_b.empty()) return {};
  return fmt::format("{} -> {}", character_names(of_a), character_names(of_b));
}

}  // namespace telltale::diff
