// What several detectors of JSON's spelling share. Covered by the tests of those.
#include "inspect/detect/json_parts.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t longest_name = 256;
constexpr int most_shift = 30;  ///< digits an exponent may move the point by, to be written out

std::string_view take_digits(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::string_view digits = rest.substr(0, end);
  rest.remove_prefix(end);
  return digits;
}

/// The exponent of "e+12", 0 if there is none; nothing if it is out of bounds or something else follows.
std::optional<int> read_exponent(std::string_view rest) {
  if (rest.empty()) return 0;
  if (rest.front() != 'e' && rest.front() != 'E') return std::nullopt;
  rest.remove_prefix(1);
  const bool down = rest.starts_with('-');
  if (down || rest.starts_with('+')) rest.remove_prefix(1);
  const std::string digits(take_digits(rest));
  if (!rest.empty() || digits.empty() || digits.size() > 4) return std::nullopt;
  const int value = std::atoi(digits.c_str());
  if (value > most_shift) return std::nullopt;
  return down ? -value : value;
}

}  // namespace

std::string member_name(const codec::JsonDocument& document, std::uint32_t value) {
  const codec::JsonValue& member = document[value];
  return member.key.empty() ? std::string() : codec::decode_json_start(document.slice(member.key), longest_name);
}

Edit smallest_edit(ByteRange range, std::string_view before, std::string_view after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  return {{range.begin + head, range.end - tail}, std::string(after.substr(head, after.size() - head - tail))};
}

std::string plain_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::string_view whole_digits = take_digits(text);
  std::string_view fraction_digits;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction_digits = take_digits(text);
  }
  const std::optional<int> shift = read_exponent(text);
  if (!shift || (whole_digits.empty() && fraction_digits.empty())) return {};
  std::string digits = std::string(whole_digits) + std::string(fraction_digits);
  int point = static_cast<int>(whole_digits.size()) + *shift;
  if (point <= 0) {
    digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  const auto split = static_cast<std::size_t>(point);
  if (split > digits.size()) digits.append(split - digits.size(), '0');
  std::string whole = digits.substr(0, split);
  std::string fraction = digits.substr(split);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  const bool is_zero = whole == "0" && fraction.empty();
  return (negative && !is_zero ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

ByteRange item_range(const codec::JsonValue& value) {
  return {value.key.empty() ? value.raw.begin : value.key.begin, value.raw.end};
}

ByteRange with_comma(const codec::JsonDocument& document, std::uint32_t value) {
  const ByteRange item = item_range(document[value]);
  const codec::JsonValue& parent = document[document[value].parent];
  if (document[value].index > 0) return {document.text.substr(0, item.begin).find_last_not_of(" \t\r\n"), item.end};
  const std::uint32_t next = document[value].after;
  if (next < parent.after) return {item.begin, item_range(document[next]).begin};
  return {parent.raw.begin + std::size_t{1}, parent.raw.end - std::size_t{1}};
}

JsonEnvelope envelope_of(const codec::JsonDocument& document) {
  const codec::JsonValue& first = document[0];
  if (first.after != document.values.size()) return {};
  if (document.stopped && document.stopped->at < first.raw.end) return {};
  // Where a container was left open, its end is where the reading stopped.
  if (document.stopped && document.stopped->at == first.raw.end && first.raw.end < document.text.size() &&
      document.text[first.raw.end - 1] != '}' && document.text[first.raw.end - 1] != ']')
    return {};
  return {true, first.raw.begin, first.raw.end};
}

std::string bare_word(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (ascii::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80) out.push_back(ascii::to_lower(c));
  return out;
}

}  // namespace telltale::inspect
