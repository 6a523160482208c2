// What one head shows alone: choices of spelling that no client library makes. Grammar and which fields may stand more
// than once: RFC 9110 sections 5.3, 5.6 and 12.4. Honest peculiarities allowed here: Java's `q=.2`, Ruby's
// `gzip;q=1.0`, fields a user set by hand in other letters than the library's. Covered by
// tests/unit/inspect/header_test.cpp.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.hpp"
#include "inspect/detect/found.hpp"
#include "inspect/detect/header.hpp"
#include "inspect/detect/odd_character.hpp"

namespace telltale::inspect {
namespace {

constexpr std::string_view blanks = " \t";

template <std::size_t count>
bool is_one_of(std::string_view name, const std::string_view (&names)[count]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Fields that may stand once. Any other with equal lines is a copy all the same.
bool is_single(std::string_view name) {
  static constexpr std::string_view names[] = {
      "content-type",   "user-agent",        "authorization",   "host",           "date",
      "from",           "referer",           "origin",          "content-length", "x-api-key",
      "x-goog-api-key", "anthropic-version", "content-encoding"};
  return is_one_of(name, names);
}

bool is_list(std::string_view name) {
  static constexpr std::string_view names[] = {
      "accept", "accept-encoding", "accept-language", "accept-charset", "cache-control", "connection",
      "te",     "anthropic-beta",  "openai-beta"};
  return is_one_of(name, names);
}

/// Fields a library writes by itself: nobody chooses the letters of their names.
bool is_library_made(std::string_view name) {
  static constexpr std::string_view names[] = {"user-agent", "accept-encoding", "accept-language"};
  return is_one_of(name, names);
}

bool is_standard(std::string_view name) {
  static constexpr std::string_view names[] = {
      "host",          "connection",        "content-type",  "content-length", "accept",
      "authorization", "transfer-encoding", "cache-control", "cookie",         "content-encoding",
      "origin",        "referer",           "expect"};
  return is_library_made(name) || is_one_of(name, names);
}

enum class Letters { lower, title, upper, first, odd };

/// "content-type", "Content-Type", "CONTENT-TYPE", "Content-type", or none of these.
Letters letters_of(std::string_view name) {
  bool title = true;
  bool lower = true;
  bool upper = true;
  bool first = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_upper = name[i] >= 'A' && name[i] <= 'Z';
    const bool is_lower = name[i] >= 'a' && name[i] <= 'z';
    const bool begins = i == 0 || name[i - 1] == '-';
    lower = lower && !is_upper;
    upper = upper && !is_lower;
    title = title && (begins ? !is_lower : !is_upper);
    first = first && (i == 0 ? !is_lower : !is_upper);
  }
  if (lower) return Letters::lower;
  if (title) return Letters::title;
  if (upper) return Letters::upper;
  return first ? Letters::first : Letters::odd;
}

std::string in_letters(std::string_view name, Letters letters) {
  std::string out = ascii::lower(name);
  if (letters == Letters::lower) return out;
  for (std::size_t i = 0; i < out.size(); ++i)
    if ((i == 0 || out[i - 1] == '-') && out[i] >= 'a' && out[i] <= 'z') out[i] = static_cast<char>(out[i] - 32);
  return out;
}

class Judge {
 public:
  Judge(const http::RequestHead& head, const DetectorMatch& match, Marks& marks)
      : head_(head), match_(match), marks_(marks) {}

  void look() {
    if (match_.has_family("duplicate")) look_for_duplicates();
    if (match_.has_family("blank")) look_at_blanks();
    if (match_.has_family("case")) look_at_letters();
    if (match_.has_family("character")) look_at_characters();
    if (!match_.has_family("value")) return;
    for (std::uint32_t i = 0; i < head_.fields.size(); ++i) {
      const std::string name = ascii::lower(head_.name(head_.fields[i]));
      if (is_list(name)) look_at_list(i, name);
      if (name == "user-agent") look_for_wide_blanks(i);
      if (name == "accept" || name == "content-type") look_at_media_type(i);
    }
  }

 private:
  Mark begin_mark(std::uint32_t field, const char* note) const {
    Mark mark;
    mark.field = field;
    mark.bits = 1;
    mark.note = note;
    return mark;
  }

  void add(Mark mark, ByteRange range, std::string text) {
    mark.edits.push_back({range, std::move(text)});
    marks_.push_back(std::move(mark));
  }

  // --- copies ---

  void look_for_duplicates() {
    for (std::uint32_t i = 0; i < head_.fields.size(); ++i) {
      const std::string name = ascii::lower(head_.name(head_.fields[i]));
      for (std::uint32_t j = 0; j < i; ++j) {
        if (!ascii::equals_ignoring_case(head_.name(head_.fields[j]), name)) continue;
        const bool same = head_.value(head_.fields[i]) == head_.value(head_.fields[j]);
        if (!same && !is_single(name)) continue;
        Mark mark =
            begin_mark(i, same ? "the line stands twice" : "it may stand once, and stands twice with two values");
        if (same) mark.edits.push_back({head_.fields[i].line, ""});
        marks_.push_back(std::move(mark));
        break;
      }
    }
  }

  // --- blanks round values ---

  [[nodiscard]] ByteRange ahead(const http::FieldRange& field) const { return {field.name.end + 1, field.value.begin}; }
  [[nodiscard]] ByteRange behind(const http::FieldRange& field) const {
    const std::size_t end = head_.raw.find_last_not_of("\r\n", field.line.end - 1) + 1;
    return {field.value.end, std::max(end, field.value.end)};
  }

  void look_at_blanks() {
    std::map<std::string_view, std::size_t> forms;
    for (const http::FieldRange& field : head_.fields)
      if (!field.value.empty()) ++forms[head_.slice(ahead(field))];
    const auto usual =
        std::max_element(forms.begin(), forms.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (usual == forms.end()) return;
    std::size_t all = 0;
    for (const auto& [form, times] : forms) all += times;
    const bool has_style = all >= 4 && (all - usual->second) * 4 <= all;
    for (std::uint32_t i = 0; i < head_.fields.size(); ++i) {
      const http::FieldRange& field = head_.fields[i];
      if (field.value.empty()) continue;
      if (has_style && head_.slice(ahead(field)) != usual->first)
        add(begin_mark(i, "blanks ahead of its value as no other field has them"), ahead(field),
            std::string(usual->first));
      if (!behind(field).empty()) add(begin_mark(i, "blanks behind its value"), behind(field), "");
    }
  }

  // --- letters of names ---

  void look_at_letters() {
    std::size_t lower = 0;
    std::size_t title = 0;
    for (const http::FieldRange& field : head_.fields) {
      if (!is_standard(ascii::lower(head_.name(field)))) continue;
      const Letters letters = letters_of(head_.name(field));
      if (letters == Letters::lower) ++lower;
      if (letters == Letters::title) ++title;
    }
    for (std::uint32_t i = 0; i < head_.fields.size(); ++i) {
      const std::string name = ascii::lower(head_.name(head_.fields[i]));
      if (!is_standard(name)) continue;
      const Letters letters = letters_of(head_.name(head_.fields[i]));
      // One in other letters than all the rest, of a name the library writes by itself.
      const bool alone = is_library_made(name) && ((letters == Letters::lower && lower == 1 && title >= 4) ||
                                                   (letters == Letters::title && title == 1 && lower >= 4));
      const bool capital_alone = letters == Letters::first && lower + title >= 4 && name.find('-') != std::string::npos;
      if (letters != Letters::odd && !alone && !capital_alone) continue;
      add(begin_mark(i, "its name is in letters of its own"), head_.fields[i].name,
          in_letters(name, lower > title ? Letters::lower : Letters::title));
    }
  }

  // --- characters ---

  void look_at_characters() {
    for (std::uint32_t i = 0; i < head_.fields.size(); ++i) {
      for (const OddCharacter& one : odd_characters(head_.value(head_.fields[i]))) {
        mark_value(i, one.range, one.neutral,
                   one.visible ? "a letter that looks like another" : "a character nobody sees",
                   code_point_names(head_.value(head_.fields[i]).substr(one.range.begin, one.range.size())));
      }
    }
  }

  // --- values ---

  /// Offsets of the commas outside quotes.
  static std::vector<std::size_t> commas_of(std::string_view value) {
    std::vector<std::size_t> commas;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '"' && (i == 0 || value[i - 1] != '\\')) quoted = !quoted;
      if (value[i] == ',' && !quoted) commas.push_back(i);
    }
    return commas;
  }

  void mark_value(std::uint32_t i, ByteRange in_value, std::string text, const char* note,
                  std::vector<std::string> code_points = {}) {
    const std::size_t start = head_.fields[i].value.begin;
    Mark mark = begin_mark(i, note);
    mark.code_points = std::move(code_points);
    mark.raw = ByteRange{start + in_value.begin, start + std::max(in_value.end, in_value.begin + 1)};
    add(std::move(mark), {start + in_value.begin, start + in_value.end}, std::move(text));
  }

  void look_at_list(std::uint32_t i, std::string_view name) {
    const std::string_view value = head_.value(head_.fields[i]);
    const std::vector<std::size_t> commas = commas_of(value);
    std::map<std::string_view, std::size_t> forms;
    for (const std::size_t comma : commas) ++forms[blanks_at(value, comma + 1)];
    const auto usual =
        std::max_element(forms.begin(), forms.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const std::size_t comma : commas) {
      const std::string_view after = blanks_at(value, comma + 1);
      const std::size_t before = value.find_last_not_of(blanks, comma - (comma > 0 ? 1 : 0)) + 1;
      if (comma > 0 && before < comma) mark_value(i, {before, comma}, "", "a blank ahead of a comma");
      const bool wide = after.size() > 1 || after == "\t";
      const bool rare = after != usual->first && usual->second > forms[after];
      if (wide || rare)
        mark_value(i, {comma + 1, comma + 1 + after.size()},
                   wide && after == usual->first ? " " : std::string(usual->first), "the list is spaced unevenly");
    }
    look_at_items(i, name, value, commas);
  }

  static std::string_view blanks_at(std::string_view value, std::size_t at) {
    const std::size_t end = std::min(value.find_first_not_of(blanks, at), value.size());
    return value.substr(at, end - at);
  }

  void look_at_items(std::uint32_t i, std::string_view name, std::string_view value,
                     const std::vector<std::size_t>& commas) {
    std::vector<std::string_view> items;
    std::size_t from = 0;
    for (std::size_t n = 0; n <= commas.size(); ++n) {
      const std::size_t end = n < commas.size() ? commas[n] : value.size();
      const std::string_view item = ascii::trim(value.substr(from, end - from));
      const bool again = std::find(items.begin(), items.end(), item) != items.end();
      if (n > 0 && (again || item.empty()))
        mark_value(i, {commas[n - 1], end}, "", "an item that is empty or stands twice");
      items.push_back(item);
      const auto start = static_cast<std::size_t>(item.data() - value.data());
      look_at_quality(i, item, start);
      const std::string_view token = item.substr(0, item.find(';'));
      if (name == "accept-encoding" && ascii::lower(token) != token)
        mark_value(i, {start, start + token.size()}, ascii::lower(token), "a coding in capital letters");
      from = end + 1;
    }
  }

  /// `;q=0.90`: a digit that says nothing.
  void look_at_quality(std::uint32_t i, std::string_view item, std::size_t start) {
    const std::size_t semicolon = item.find(';');
    if (semicolon == std::string_view::npos) return;
    const std::string_view parameter = ascii::trim(item.substr(semicolon + 1));
    if (!ascii::starts_with_ignoring_case(parameter, "q=")) return;
    const std::size_t at = start + static_cast<std::size_t>(parameter.data() - item.data());
    if (parameter[0] == 'Q') mark_value(i, {at, at + 1}, "q", "a quality in a capital letter");
    const std::string_view digits = parameter.substr(2);
    const std::size_t point = digits.find('.');
    if (point == std::string_view::npos || digits.size() < point + 3 || digits.back() != '0') return;
    const std::size_t kept = std::max(digits.find_last_not_of('0') + 1, point + 2);
    mark_value(i, {at + 2 + kept, at + 2 + digits.size()}, "", "a quality with a digit that says nothing");
  }

  void look_for_wide_blanks(std::uint32_t i) {
    const std::string_view value = head_.value(head_.fields[i]);
    for (std::size_t at = 0; at < value.size(); ++at) {
      const std::string_view run = blanks_at(value, at);
      if (run.size() > 1 || run == "\t") mark_value(i, {at, at + run.size()}, " ", "more than one blank");
      at += run.size();
    }
  }

  void look_at_media_type(std::uint32_t i) {
    const std::string_view value = head_.value(head_.fields[i]);
    const std::string_view type = value.substr(0, value.find_first_of(";,"));
    if (ascii::lower(type) != type)
      mark_value(i, {0, type.size()}, ascii::lower(type), "a media type in capital letters");
  }

  const http::RequestHead& head_;
  const DetectorMatch& match_;
  Marks& marks_;
};

}  // namespace

void detect_header_form(const Scene& scene, const DetectorMatch& match, Marks& marks) {
  Judge(*scene.input.head, match, marks).look();
}

}  // namespace telltale::inspect
