// What it means that a template's text stands there changed. Covered by tests/unit/inspect/reference_test.cpp.
#include "inspect/variation.hpp"

#include <algorithm>
#include <iterator>

#include "core/ascii.hpp"
#include "inspect/dates.hpp"
#include "inspect/masked.hpp"

namespace telltale::inspect {
namespace {

bool all_of(std::string_view text, bool (*accepts)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), accepts);
}
bool is_hex(char c) {
  return ascii::hex_value(c) >= 0 || c == '-';
}

/// A template seen this often without a change of its numbers has fixed numbers.
constexpr std::uint32_t enough_times = 3;

std::string digits_of(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), ascii::is_digit);
  return out;
}

/// The run of id characters round `range`.
std::string_view word_round(std::string_view text, ByteRange range) {
  const auto in_word = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':'; };
  while (range.begin > 0 && in_word(text[range.begin - 1])) --range.begin;
  while (range.end < text.size() && in_word(text[range.end])) ++range.end;
  while (!range.empty() && (text[range.end - 1] == '.' || text[range.end - 1] == ':')) --range.end;  // ends a sentence
  return text.substr(range.begin, range.size());
}

/// Digits as 0 and separators as they are: the format of "2026-03-17" is "0000-00-00".
std::string format_of(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (ascii::is_digit(c)) c = '0';
  return out;
}

bool is_path(std::string_view text, ByteRange range) {
  const auto in_path = [](char c) { return c > ' ' && c != '"' && c != '`' && c != '\'' && c != ',' && c != ')'; };
  while (range.begin > 0 && in_path(text[range.begin - 1])) --range.begin;
  while (range.end < text.size() && in_path(text[range.end])) ++range.end;
  const std::string_view word = text.substr(range.begin, range.size());
  return std::count(word.begin(), word.end(), '/') >= 2 || word.find(":\\") != std::string_view::npos ||
         word.substr(0, 2) == "~/";
}

bool is_address(std::string_view text, ByteRange range) {
  while (range.begin > 0 && text[range.begin - 1] > ' ') --range.begin;
  while (range.end < text.size() && text[range.end] > ' ') ++range.end;
  return text.substr(range.begin, range.size()).find("://") != std::string_view::npos;
}

/// An id: hex digits or letters mixed with digits, eight or more.
bool is_id(std::string_view word) {
  if (word.size() < 8) return false;
  const bool digits = std::any_of(word.begin(), word.end(), ascii::is_digit);
  return digits &&
         (all_of(word, is_hex) || all_of(word, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; }));
}

/// If both sides are dates and differ in format: the sent day in the template's format.
std::optional<std::string> date_in_other_format(std::string_view was, std::string_view is) {
  const std::vector<WrittenDate> wanted = find_dates(was);
  const std::vector<WrittenDate> sent = find_dates(is);
  if (wanted.size() != 1 || sent.size() != 1) return std::nullopt;
  if (wanted[0].range != ByteRange{0, was.size()} || sent[0].range != ByteRange{0, is.size()}) return std::nullopt;
  return write_date(sent[0], wanted[0].format, wanted[0].padded);
}

}  // namespace

TemplateVariation variation_of(const TemplateTexts::Known& known, std::string_view sent, const Hunk& hunk) {
  if (is_in_mask(known.text, hunk.reference)) return {Variation::noise, std::nullopt};
  const auto in_slot = [&](const ByteRange& slot) {
    return slot.begin <= hunk.reference.begin && hunk.reference.end <= slot.end;
  };
  const std::string_view was = std::string_view(known.text).substr(hunk.reference.begin, hunk.reference.size());
  const std::string_view is = sent.substr(hunk.sent.begin, hunk.sent.size());
  const std::string_view was_word = word_round(known.text, hunk.reference);
  const std::string_view is_word = word_round(sent, hunk.sent);
  const bool digits = all_of(was, ascii::is_digit) && all_of(is, ascii::is_digit);
  const bool same_format = format_of(was_word) == format_of(is_word);
  const bool is_value = is_id(was_word) || !find_dates(was_word).empty();
  std::optional<std::string> expected;
  if (digits_of(was) == digits_of(is) || (known.times >= enough_times && !is_value)) expected = std::string(was);
  // A slot that was seen to vary goes on varying, in the format it had.
  if (std::any_of(known.slots.begin(), known.slots.end(), in_slot) &&
      (same_format || (is_id(was_word) && is_id(is_word))))
    return {Variation::noise, expected};
  if (digits && same_format && was_word.size() >= 8) return {Variation::noise, expected};  // a date or a time
  if (is_id(was_word) && is_id(is_word) && was_word.size() == is_word.size()) return {Variation::noise, expected};
  if (auto date = date_in_other_format(was, is)) return {Variation::date, std::move(*date)};
  // The address of a page is part of the text; where a user keeps his files is not.
  const bool spelling = ascii::lower(was) == ascii::lower(is) || is_address(known.text, hunk.reference);
  if (!spelling && is_path(known.text, hunk.reference) && is_path(sent, hunk.sent)) return {Variation::place, expected};
  if (digits) return {Variation::number, expected};
  return {Variation::text, expected};
}

}  // namespace telltale::inspect
