// Header values that were always the same. Covered by tests/unit/inspect/header_test.cpp.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.hpp"
#include "inspect/baseline.hpp"
#include "inspect/detect/header.hpp"
#include "inspect/detect/json_parts.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t longest_insertion = 48;

/// What a library sends the same way each time and nobody sets by hand: any difference counts.
bool is_fixed(std::string_view name) {
  constexpr std::string_view names[] = {
      "accept-encoding", "accept-language", "accept-charset", "connection",       "dnt",
      "pragma",          "cache-control",   "sec-fetch-mode", "anthropic-version"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Lists that features come into and leave.
bool is_growing_list(std::string_view name) {
  return name.ends_with("-beta") || name.ends_with("-features") || name.starts_with("x-stainless-");
}

/// The words of a value, in lower case, sorted; blanks and separators do not count.
std::vector<std::string> words_of(std::string_view value) {
  std::vector<std::string> words(1);
  for (const char c : value) {
    if (std::string_view(" \t,;()").find(c) == std::string_view::npos)
      words.back().push_back(ascii::to_lower(c));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  std::sort(words.begin(), words.end());
  return words;
}

/// The usual value with something put in or taken out at one place.
bool is_insertion(const Edit& edit, std::size_t usual) {
  const std::size_t removed = edit.range.size();
  const std::size_t added = edit.text.size();
  if (removed > 0 && added > 0) return false;
  return removed + added <= std::min(longest_insertion, usual);
}

bool is_variation(std::string_view name, std::string_view usual, std::string_view now, const Edit& edit) {
  if (is_fixed(name) || words_of(usual) == words_of(now)) return true;
  return !is_growing_list(name) && is_insertion(edit, usual.size());
}

/// The same version with something hung on to it (`client/4.4.1+5af`): that is no other release.
bool is_same_release(std::string_view name, std::string_view usual, std::string_view now) {
  if (name != "user-agent" || !now.starts_with(usual) || now.size() == usual.size()) return false;
  const char next = now[usual.size()];
  return next == '+' || next == ' ' || next == ';' || next == '-';
}

/// The bytes to show: those that differ, or a byte on either side of where some are missing.
ByteRange shown(ByteRange edit, ByteRange value) {
  if (!edit.empty()) return edit;
  return {std::max(edit.begin, value.begin + 1) - 1, std::min(edit.end + 1, value.end)};
}

}  // namespace

void detect_header_value(const Scene& scene, const DetectorMatch& /*match*/, Marks& marks) {
  if (scene.baseline == nullptr || scene.baseline->shape().requests() < 2) return;
  const http::RequestHead& head = *scene.input.head;
  for (std::uint32_t i = 0; i < head.fields.size(); ++i) {
    const http::FieldRange& field = head.fields[i];
    const std::string name = ascii::lower(head.name(field));
    const Shape::Field* const known = scene.baseline->shape().field(name);
    if (known == nullptr || name == "host" || name == "content-length") continue;
    const Forms::Form* const usual = known->values.usual();
    const std::string_view now = head.value(field);
    if (usual == nullptr || known->values.has(now)) continue;
    Edit edit = smallest_edit(field.value, now, usual->text);
    if (!is_variation(name, usual->text, now, edit)) continue;
    Mark mark;
    mark.field = i;
    mark.raw = shown(edit.range, field.value);
    mark.bits = 1;
    mark.reference = Reference::baseline;
    mark.info = !scene.same_version && !is_same_release(name, usual->text, now);
    mark.note = "it always had another value";
    mark.edits.push_back(std::move(edit));
    marks.push_back(std::move(mark));
  }
}

}  // namespace telltale::inspect
