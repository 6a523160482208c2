// The lock file, written for review and for git, read strictly. Covered by tests/unit/record/lock_test.cpp and
// tests/fuzz/lock.cpp.
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "record/lock.hpp"

namespace telltale::record {
namespace {

constexpr std::string_view first_line = "telltale-lock 1";
constexpr std::size_t hash_digits = 16;

bool is_plain(char c) {
  return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
}

// Printable ASCII is as it stands, so what was escaped by name (<U+02BC>) stays so.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : utf8::escaped(text)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

void append_place(std::string& out, const std::string& name, const LockPlace& place) {
  out += "  " + name + " :";
  for (const std::string& one : place.classes) out += " " + one;
  if (!place.values.empty()) out += " =";
  for (const std::string& value : place.values) out += " " + quoted(value);
  if (!place.alphabet.empty()) out += " using";
  for (const char32_t point : place.alphabet) out += " " + utf8::name_of(point);
  out.push_back('\n');
}

/// The words of one line; a quoted one has its quotes at the front until it is taken.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  [[nodiscard]] bool done() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    return rest_.empty();
  }
  /// The next word, as it is written; nothing at the end or if a quote is not closed.
  std::optional<std::string_view> take() {
    if (done()) return std::nullopt;
    std::size_t end = 0;
    if (rest_[0] == '"') {
      for (end = 1; end < rest_.size() && rest_[end] != '"';) end += rest_[end] == '\\' ? 2U : 1U;
      if (end >= rest_.size()) return std::nullopt;
      ++end;
    }
    end = std::min(rest_.find(' ', end), rest_.size());
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return out;
  }

 private:
  std::string_view rest_;
};

std::optional<std::string> unquoted(std::string_view word) {
  if (word.size() < 2 || word.front() != '"' || word.back() != '"') return std::nullopt;
  std::string out;
  for (std::size_t i = 1; i + 1 < word.size(); ++i) {
    if (word[i] == '\\') ++i;
    if (i + 1 >= word.size() || word[i] < ' ' || word[i] > '~') return std::nullopt;
    out.push_back(word[i]);
  }
  return out;
}

std::optional<char32_t> parse_point(std::string_view word) {
  if (!word.starts_with("U+") || word.size() < 6 || word.size() > 8) return std::nullopt;
  word.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
  if (error != std::errc{} || end != word.data() + word.size() || value > 0x10FFFF) return std::nullopt;
  return static_cast<char32_t>(value);
}

bool is_hash(std::string_view word) {
  if (word.size() != hash_digits) return false;
  for (const char c : word)
    if (!ascii::is_digit(c) && !(c >= 'a' && c <= 'f')) return false;
  return true;
}

bool is_kind_of_place(std::string_view word) {
  return word == "header" || word == "query" || word == "json" || word == "form" || word == "body";
}

// A word as lock_word() writes it, or nothing: names are compared as they are written.
bool is_name(std::string_view word) {
  if (word.size() > Lock::longest_name) return false;
  if (!word.starts_with('"')) return !word.empty() && lock_word(word) == word;
  const auto inside = unquoted(word);
  return inside && lock_word(*inside) == word;
}

class LockParser {
 public:
  Result<Lock> read(std::string_view text) {
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size() || number == 0;) {
      const std::string_view line = text.substr(at, text.find('\n', at) - at);
      ++number;
      std::string_view bare = line;
      if (bare.ends_with('\r')) bare.remove_suffix(1);
      const std::string_view wrong = number == 1 ? (bare == first_line ? "" : "not \"telltale-lock 1\"") : take(bare);
      if (!wrong.empty()) return fail(Errc::input_unreadable, at, fmt::format("line {}: {}", number, wrong));
      at += std::min(line.size() + 1, text.size() - at);
    }
    return std::move(lock_);
  }

 private:
  // What is wrong with the line; "" for nothing.
  std::string_view take(std::string_view line) {
    if (line.empty() || line.starts_with('#')) return {};
    if (++facts_ > Lock::most_facts) return "more than a lock may hold";
    if (!line.starts_with(' ')) return take_section(line);
    if (section_ == nullptr) return "a fact ahead of the first endpoint";
    Words words(line);
    const auto kind = words.take();
    if (!kind) return "nothing but blanks";
    if (*kind == "line") return take_line(words);
    if (*kind == "finding") return take_finding(words);
    if (is_kind_of_place(*kind)) return take_place(*kind, words);
    return "not a kind of fact; they are header, query, body, json, form, line and finding";
  }

  std::string_view take_section(std::string_view line) {
    Words words(line);
    std::string name;
    for (int i = 0; i < 4; ++i) {
      const auto word = words.take();
      if (!word || !is_name(*word)) return "not an endpoint: client, method, host and path";
      name.append(i == 0 ? "" : " ").append(*word);
    }
    if (!words.done()) return "more than client, method, host and path";
    const auto [found, is_new] = lock_.sections.try_emplace(std::move(name));
    section_ = &found->second;
    return is_new ? "" : "this endpoint is there already";
  }

  std::string_view take_place(std::string_view kind, Words& words) {
    const auto name = words.take();
    const auto colon = words.take();
    if (!name || !is_name(*name) || colon != ":") return "not a name and \" :\" behind the kind";
    LockPlace place;
    enum { classes, values, points } part = classes;
    while (!words.done()) {
      const auto word = words.take();
      if (!word) return "a quote that is not closed";
      if (part == classes && *word == "=") {
        part = values;
      } else if (part != points && *word == "using") {
        part = points;
      } else if (part == classes) {
        if (!is_name(*word) || word->starts_with('"')) return "not a class of value";
        place.classes.emplace(*word);
      } else if (part == values) {
        auto value = unquoted(*word);
        if (!value || place.values.size() >= Lock::most_values) return "not a value in quotes, or too many";
        place.values.insert(std::move(*value));
      } else {
        const auto point = parse_point(*word);
        if (!point || place.alphabet.size() >= Lock::most_alphabet) return "not a code point, or too many";
        place.alphabet.insert(*point);
      }
    }
    if (place.classes.empty()) return "no class of value";
    const auto key = fmt::format("{} {}", kind, *name);
    return section_->places.try_emplace(key, std::move(place)).second ? "" : "this place is there already";
  }

  std::string_view take_line(Words& words) {
    const auto place = words.take();
    const auto hash = words.take();
    if (!place || !is_name(*place) || !hash || !is_hash(*hash)) return "not a place and 16 hex digits behind \"line\"";
    LockLine line;
    while (!words.done()) {
      const auto word = words.take();
      if (!word) return "a quote that is not closed";
      auto text = unquoted(*word);
      if (text && line.words.empty() && !line.open_behind)
        line.words = std::move(*text);
      else if (*word == "..." && !line.open_behind)
        line.open_behind = true;
      else
        return "not first words in quotes, then \"...\"";
    }
    const auto key = std::pair(std::string(*place), std::string(*hash));
    return section_->lines.try_emplace(key, std::move(line)).second ? "" : "this line is there already";
  }

  std::string_view take_finding(Words& words) {
    const auto rule = words.take();
    const auto place = words.take();
    if (!rule || !is_name(*rule) || !place || !is_name(*place) || !words.done()) return "not a rule and a place";
    return section_->findings.insert(fmt::format("{} {}", *rule, *place)).second ? "" : "this finding is there already";
  }

  Lock lock_;
  LockSection* section_ = nullptr;
  std::size_t facts_ = 0;
};

void append_section(std::string& out, const LockSection& section) {
  for (const auto& [name, place] : section.places) append_place(out, name, place);
  for (const auto& [key, line] : section.lines) {
    out += fmt::format("  line {} {}", key.first, key.second);
    if (!line.words.empty()) out += " " + quoted(line.words);
    out += line.open_behind ? " ...\n" : "\n";
  }
  for (const std::string& finding : section.findings) out += "  finding " + finding + "\n";
}

}  // namespace

std::size_t Lock::facts() const {
  std::size_t out = sections.size();
  for (const auto& [name, section] : sections)
    out += section.places.size() + section.lines.size() + section.findings.size();
  return out;
}

std::string lock_word(std::string_view text) {
  std::string escaped = utf8::escaped(text);
  bool plain = !text.empty() && text.front() != '#' && text != ":" && text != "using";
  for (const char c : escaped) plain = plain && is_plain(c);
  return plain ? escaped : quoted(escaped);
}

std::string to_text(const Lock& lock) {
  std::string out = fmt::format("{}\n", first_line);
  for (const auto& [name, section] : lock.sections) {
    out += "\n" + name + "\n";
    append_section(out, section);
  }
  return out;
}

Result<Lock> parse_lock(std::string_view text) {
  if (text.size() > Lock::most_bytes)
    return fail(Errc::input_unreadable, Lock::most_bytes, fmt::format("longer than {} bytes", Lock::most_bytes));
  return LockParser().read(text);
}

}  // namespace telltale::record
