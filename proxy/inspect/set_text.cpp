// Tells lines that were set one by one (wrapped prose, code, columns) from lines that hold a paragraph or an item each.
// Covered by tests/unit/inspect/set_text_test.cpp.
#include "inspect/set_text.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t longest = 100;  ///< columns; files are wrapped at 72 to 100
constexpr std::size_t near_by = 12;   ///< lines on either side that are asked
constexpr std::size_t nearest = 6;    ///< one of these has to be set itself
constexpr std::size_t fewest = 3;     ///< set lines among them; fewer are a snippet

/// Columns of a line: one a code point, two of East Asian writing.
std::size_t width(std::string_view line) {
  std::size_t columns = 0;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) columns += byte >= 0xE3 && byte <= 0xED ? 2 : 1;
  }
  return columns;
}

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

constexpr std::array<bool, 256> code_signs = [] {
  std::array<bool, 256> out{};
  for (const char c : {'(', ')', '{', '}', '[', ']', '=', '<', '>', ';',  '$', '\\', '&', '|', '_',
                       '*', '/', '+', '@', '#', '%', '^', '~', '"', '\'', ':', '.',  ',', '-'})
    out[static_cast<unsigned char>(c)] = true;
  return out;
}();

/// Signs make up a quarter of the line or more: code, a table. Not an element a line, as prompts show facts.
bool is_dense(std::string_view line) {
  if (line.front() == '<') return false;
  std::size_t signs = 0;
  std::size_t all = 0;
  for (const char c : line) {
    if (is_blank(c)) continue;
    ++all;
    if (code_signs[static_cast<unsigned char>(c)]) ++signs;
  }
  return all >= 4 && signs * 4 >= all;
}

/// A tab, or three blanks, between two things of one line.
bool has_columns(std::string_view line) {
  return line.find('\t') != std::string_view::npos || line.find("   ") != std::string_view::npos;
}

/// "----", "====": a run of one sign, drawn across.
bool is_drawn(std::string_view line) {
  constexpr std::size_t shortest = 8;
  std::size_t run = 1;
  for (std::size_t i = 1; i < line.size() && run < shortest; ++i)
    run = line[i] == line[i - 1] && line[i] < 'A' ? run + 1 : 1;
  return run >= shortest;
}

/// "...", or one word and a string: `msgid "..."`.
bool is_string(std::string_view line) {
  const std::string_view name = ascii::trim(line.substr(0, line.find('"')));
  return line.size() > 1 && name.find(' ') == std::string_view::npos;
}

bool is_code(std::string_view line) {
  const char last = line.back();
  if (last == ';' || last == '{' || last == '}' || last == '\\') return true;
  if (line.starts_with("/*") || line.starts_with("//") || line.ends_with("*/")) return true;
  if (last == '"' && is_string(line)) return true;
  return line.front() == '#' && line.size() > 1 && ascii::is_alpha(line[1]);
}

/// What stands before the words of a line: blanks, comment leaders, quotation signs. A star is one where a comment of C
/// has it, one column right of the slash, and a bullet elsewhere.
std::string_view leader_of(std::string_view line) {
  const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  const bool has_star = blanks % 2 == 1 && line.substr(blanks).starts_with("* ");
  return line.substr(0, std::min(line.find_first_not_of(" \t#/;\"%|>", blanks + (has_star ? 1 : 0)), line.size()));
}

/// The line is full, its sentence is not: the next line goes on with it.
bool is_wrapped(std::string_view whole, std::string_view next) {
  constexpr std::size_t full = 45;    // a shorter line was not ended by the margin
  constexpr std::size_t fuller = 60;  // where the next line may as well begin something
  const std::string_view line = ascii::trim(whole);
  if (std::string_view(".:;!?").find(line.back()) != std::string_view::npos) return false;
  const std::string_view leader = leader_of(next);
  if (leader.size() == next.size() || ascii::trim(leader) != ascii::trim(leader_of(whole))) return false;
  const char first = next[leader.size()];
  const auto is_lower = [](char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; };
  if (is_lower(first) || first == '(') return width(line) >= full;
  const bool in_sentence = ascii::is_alpha(line.back()) || line.back() == ',';
  return in_sentence && (ascii::is_alpha(first) || ascii::is_digit(first)) && width(line) >= fuller;
}

/// An element with attributes, one a line; a person with an address, as logs of changes name them.
bool is_record(std::string_view line) {
  if (line.front() == '<' && line.back() == '>' && line.find("=\"") != std::string_view::npos) return true;
  const std::size_t at = line.find('@');
  return at != std::string_view::npos && line.substr(0, at).find('<') != std::string_view::npos &&
         line.find('>', at) != std::string_view::npos;
}

bool is_set(std::string_view whole, std::string_view next) {
  constexpr std::size_t deep = 7;  // manuals indent by seven
  const std::string_view line = ascii::trim(whole);
  if (whole.front() == '\t' || whole.find_first_not_of(' ') >= deep) return true;
  if (line.size() == 1) return std::string_view("#*.%;").find(line.front()) != std::string_view::npos;
  return is_code(line) || is_record(line) || has_columns(line) || is_drawn(line) || is_dense(line) ||
         is_wrapped(whole, next);
}

}  // namespace

SetText::SetText(std::string_view text) : lines_(1) {
  const auto line_from = [text](std::size_t at) { return text.substr(at, text.find('\n', at) - at); };
  std::string_view line = line_from(0);
  for (std::size_t at = 0; at < text.size() && lines_.size() <= most_lines;) {
    const std::size_t next_at = std::min(at + line.size() + 1, text.size());
    const std::string_view next = line_from(next_at);
    if (!ascii::trim(line).empty()) add(line, at, next);
    at = next_at;
    line = next;
    end_ = at;
  }
}

void SetText::add(std::string_view line, std::size_t begin, std::string_view next) {
  lines_.back().begin = begin;
  Line behind = lines_.back();
  const bool is_long = width(line) > longest && !is_record(ascii::trim(line));
  if (is_long)
    ++behind.long_before;
  else if (is_set(line, next))
    ++behind.set_before;
  lines_.push_back(behind);
}

bool SetText::holds(std::size_t at) const {
  if (lines_.size() < 2 || at > end_) return false;
  const auto behind = std::upper_bound(lines_.begin(), lines_.end() - 1, at,
                                       [](std::size_t offset, const Line& line) { return offset < line.begin; });
  const auto number = static_cast<std::size_t>(behind - lines_.begin()) - (behind == lines_.begin() ? 0 : 1);
  if (lines_[number + 1].long_before > lines_[number].long_before) return false;
  const auto around = [this, number](std::size_t distance) {
    return count(number - std::min(number, distance), std::min(number + distance + 1, lines_.size() - 1));
  };
  const Count all = around(near_by);
  if (all.set < fewest || all.set * 5 < all.lines || all.long_ones * 2 > all.set) return false;
  return around(nearest).set > 0;  // or a prompt ends there, and a file begins
}

SetText::Count SetText::count(std::size_t first, std::size_t last) const {
  return {last - first, lines_[last].set_before - lines_[first].set_before,
          lines_[last].long_before - lines_[first].long_before};
}

bool is_in_set_text(const Scene& scene, const Passage& passage, std::size_t at) {
  return scene.shared.get<SetTexts>([] { return SetTexts(); }).of(passage).holds(at);
}

}  // namespace telltale::inspect
