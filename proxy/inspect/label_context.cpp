// Labels and neighbours of a known value. Covered by tests/unit/inspect/environment_pass_test.cpp.
#include "inspect/label_context.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "core/ascii.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t reach = 64;        ///< bytes of the line looked at, either side
constexpr std::size_t longest_gap = 24;  ///< between a label's colon and the value
constexpr std::size_t longest_label = 40;

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 9> zone_words{"timezone", "tz",   "zone",   "time", "clock",
                                                     "now",      "date", "offset", "utc"};
constexpr std::array<std::string_view, 6> locale_words{"locale", "language", "lang", "region", "country", "culture"};
constexpr std::array<std::string_view, 10> platform_words{"running", "runs",   "platform", "os",    "operating",
                                                          "system",  "kernel", "distro",   "uname", "ostype"};
constexpr std::array<std::string_view, 6> arch_words{"arch", "architecture", "cpu", "processor", "machine", "hosttype"};
constexpr std::array<std::string_view, 4> shell_words{"shell", "terminal", "comspec", "interpreter"};
constexpr std::array<std::string_view, 10> user_words{"user",  "username", "login",  "account", "logname",
                                                      "owner", "whoami",   "author", "name",    "home"};
constexpr std::array<std::string_view, 8> host_words{"host", "hostname", "machine", "computer",
                                                     "node", "device",   "server",  "name"};
constexpr std::array<std::string_view, 10> path_words{"cwd",       "directory", "dir", "folder",  "path",
                                                      "workspace", "root",      "pwd", "project", "home"};
constexpr std::array<std::string_view, 9> address_words{"ip",   "address", "addr", "interface", "inet",
                                                        "ipv4", "ipv6",    "mac",  "ether"};
constexpr std::array<std::string_view, 7> proxy_words{"proxy",  "endpoint", "gateway", "url",
                                                      "server", "api",      "upstream"};
constexpr std::array<std::string_view, 8> git_words{"remote",     "origin", "git",    "repo",
                                                    "repository", "email",  "author", "url"};
constexpr std::array<std::string_view, 7> device_words{"device", "machine", "install", "installation",
                                                       "id",     "uuid",    "client"};

Words words_of(Family family) {
  switch (family) {
    case Family::zone:
      return zone_words;
    case Family::locale:
      return locale_words;
    case Family::platform:
      return platform_words;
    case Family::arch:
      return arch_words;
    case Family::shell:
      return shell_words;
    case Family::user:
      return user_words;
    case Family::host:
      return host_words;
    case Family::path:
      return path_words;
    case Family::address:
      return address_words;
    case Family::proxy:
      return proxy_words;
    case Family::git:
      return git_words;
    case Family::device:
      return device_words;
    case Family::other:
      return {};
  }
  return {};
}

constexpr std::array<std::string_view, 26> well_known{
    "linux", "darwin", "win32", "windows",    "macos", "freebsd", "openbsd", "android", "x64",
    "x86",   "x86_64", "arm64", "amd64",      "arm",   "aarch64", "ia32",    "riscv64", "bash",
    "zsh",   "fish",   "sh",    "powershell", "pwsh",  "cmd",     "ubuntu",  "debian"};

bool is_letter(char c) {
  return ascii::is_alnum(c) && !ascii::is_digit(c);
}

std::string_view line_before(std::string_view text, std::size_t at) {
  const std::size_t from = at > reach ? at - reach : 0;
  const std::string_view near = text.substr(from, at - from);
  const std::size_t line = near.find_last_of("\r\n");
  return line == std::string_view::npos ? near : near.substr(line + 1);
}

std::string_view line_after(std::string_view text, std::size_t at) {
  const std::string_view near = text.substr(at, reach);
  return near.substr(0, near.find_first_of("\r\n"));
}

/// True if `label` holds a word of the family: whole, after `_ - . blank`, as a camelCase part, or as its end
/// ("hostname", "sessionUser").
bool names_family(std::string_view label, Family family) {
  const std::string lower = ascii::lower(label);
  if (family == Family::other) return !label.empty();
  for (const std::string_view word : words_of(family)) {
    for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      const bool begins =
          at == 0 || !is_letter(lower[at - 1]) || (label[at] != lower[at] && label[at - 1] == lower[at - 1]);
      const bool ends = end == lower.size() || !is_letter(lower[end]) || label[end] != lower[end];
      if (begins && ends) return true;
      if (ends && word.size() >= 4) return true;
    }
  }
  return false;
}

/// True for what may stand between a label's colon and the value: blanks, quotes, brackets, a time, an interface name.
bool is_gap(std::string_view gap) {
  std::size_t letters = 0;
  for (const char c : gap) {
    letters = is_letter(c) ? letters + 1 : 0;
    if (letters > 3 || c == ',' || c == ';' || c == '|' || c == '{' || c == '}') return false;
  }
  return gap.size() <= longest_gap;
}

/// Where the label's separator stands in `line`; npos if there is none near its end.
std::size_t find_separator(std::string_view line) {
  for (std::size_t at = line.size(); at > 0 && line.size() - at <= longest_gap;) {
    const char c = line[--at];
    const bool compares = c == '=' && at > 0 && (line[at - 1] == '=' || line[at - 1] == '!');
    if (compares) return std::string_view::npos;
    if (c == '=' || c == '>' || c == '|') return at;
    if (c != ':') continue;
    const bool clock = at > 0 && ascii::is_digit(line[at - 1]) && at + 1 < line.size() && ascii::is_digit(line[at + 1]);
    if (!clock) return at;
  }
  return std::string_view::npos;
}

bool ends_field(std::string_view after, Family family) {
  const std::size_t at = after.find_first_not_of("`\"'*\\");
  if (at == std::string_view::npos) return true;
  const char c = after[at];
  if (c == ',' || c == ';' || c == ')' || c == ']' || c == '}' || c == '<' || c == '|' || c == '(') return true;
  if (c == '.' && (at + 1 == after.size() || after[at + 1] == ' ')) return true;
  if (c != ' ' && c != '\t') return false;
  const std::size_t next = after.find_first_not_of(" \t", at);
  if (next == std::string_view::npos) return true;
  // Another field follows ("os=linux arch=x64", "linux (6.8)", "linux | x64"), or one of the same family's words.
  const std::string_view rest = after.substr(next);
  if (rest.front() == '(' || rest.front() == '|' || rest.front() == '<' || family == Family::zone) return true;
  const std::size_t word = rest.find_first_of(" \t");
  return rest.substr(0, word).find_first_of("=:") != std::string_view::npos;
}

bool has_whole_word(std::string_view line, std::string_view word) {
  const std::string lower = ascii::lower(line);
  for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !ascii::is_alnum(lower[at - 1])) && (end == lower.size() || !ascii::is_alnum(lower[end])))
      return true;
  }
  return false;
}

/// "14:07", "14:07:55", "14:07:55.123" at the end of `line`, a blank or bracket aside.
bool ends_with_time(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" (");
  if (last == std::string_view::npos || line.size() - last > 3) return false;
  std::size_t at = last + 1;
  while (at > 0 && (ascii::is_digit(line[at - 1]) || line[at - 1] == ':' || line[at - 1] == '.')) --at;
  const std::string_view time = line.substr(at, last + 1 - at);
  return time.size() >= 4 && time.find(':') != std::string_view::npos;
}

std::string_view last_words(std::string_view line, int count) {
  std::size_t at = line.size();
  while (at > 0 && line[at - 1] == ' ') --at;
  for (; at > 0; --at)
    if (line[at - 1] == ' ' && --count == 0) break;
  return line.substr(at);
}

/// "running on", "runs under" right before the value.
bool runs_on(std::string_view line) {
  const std::string last = ascii::lower(last_words(line, 2));
  return last.substr(0, 4) == "run " || last.substr(0, 5) == "runs " || last.substr(0, 8) == "running ";
}

/// Words that label a value, but stand near others for many reasons.
bool is_loose(std::string_view word) {
  constexpr std::array<std::string_view, 11> loose{"name", "id",  "now",    "date",    "running", "runs",
                                                   "api",  "url", "server", "machine", "client"};
  return std::find(loose.begin(), loose.end(), word) != loose.end();
}

bool is_well_known(std::string_view word) {
  const std::string lower = ascii::lower(word);
  return std::find(well_known.begin(), well_known.end(), lower) != well_known.end();
}

/// The first word of `after` if only what joins a list stands before it.
std::string_view next_listed(std::string_view after) {
  std::size_t at = after.find_first_not_of("`\"' ");
  if (at == std::string_view::npos) return {};
  const std::size_t first = at;
  at = after.find_first_not_of(" ,/|`\"'&+", at);
  if (at == std::string_view::npos) return {};
  bool joined = at > first;
  for (const std::string_view word : {std::string_view("or "), std::string_view("and ")}) {
    if (after.substr(at, word.size()) != word) continue;
    joined = true;
    at = after.find_first_not_of(" `\"'", at + word.size());
    if (at == std::string_view::npos) return {};
  }
  if (!joined) return {};
  const std::size_t end = after.find_first_of(" ,;.)]|\"'`", at);
  return after.substr(at, end == std::string_view::npos ? end : end - at);
}

std::string_view previous_listed(std::string_view before) {
  std::size_t end = before.find_last_not_of("`\"' ");
  if (end == std::string_view::npos) return {};
  const std::size_t last = end;
  for (const std::string_view word : {std::string_view(" or"), std::string_view(" and")}) {
    if (end + 1 < word.size() || before.substr(end + 1 - word.size(), word.size()) != word) continue;
    end -= word.size() - 1;
  }
  end = before.find_last_not_of(" ,/|`\"'&+", end);
  if (end == std::string_view::npos || end == last) return {};
  const std::size_t begin = before.find_last_of(" ,;([|\"'`", end);
  const std::size_t at = begin == std::string_view::npos ? 0 : begin + 1;
  return before.substr(at, end + 1 - at);
}

bool is_like(std::string_view other, std::string_view value, Family family) {
  if (other.empty() || other == value) return false;
  if (is_well_known(value)) return is_well_known(other);
  if (family == Family::zone && value.find('/') != std::string_view::npos)
    return other.find('/') != std::string_view::npos && other.front() >= 'A' && other.front() <= 'Z';
  if (family != Family::locale || value.size() < 5 || other.size() < 5) return false;
  return other[2] == value[2] && other.size() == value.size();
}

}  // namespace

bool has_label(std::string_view text, ByteRange value, Family family) {
  const std::string_view line = line_before(text, value.begin);
  const std::size_t separator = find_separator(line);
  if (separator == std::string_view::npos || !is_gap(line.substr(separator + 1))) return false;
  if (!ends_field(line_after(text, value.end), family)) return false;
  std::string_view label = line.substr(0, separator);
  while (!label.empty() && !ascii::is_alnum(label.back())) label.remove_suffix(1);
  const std::size_t cut = label.find_last_of(",;|{}()[]<>\"'\n");
  if (cut != std::string_view::npos) label.remove_prefix(cut + 1);
  return label.size() <= longest_label && names_family(label, family);
}

bool fills_line(std::string_view text, ByteRange value) {
  const std::string_view line = line_before(text, value.begin);
  const std::size_t separator = find_separator(line);
  if (separator == std::string_view::npos || separator > longest_label || line[separator] == '>') return false;
  if (line.find_first_not_of(" \t`\"'*", separator + 1) != std::string_view::npos) return false;
  if (std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(separator), ' ') > 5) return false;
  return line_after(text, value.end).find_first_not_of(" \t`\"'*.|") == std::string_view::npos;
}

bool has_word_near(std::string_view text, ByteRange value, Family family) {
  std::string_view before = line_before(text, value.begin);
  if (family == Family::zone && ends_with_time(before)) return true;
  std::string_view after = line_after(text, value.end).substr(0, reach / 2);
  if (family == Family::platform && runs_on(before)) return true;
  if (family == Family::user || family == Family::host) {  // any word can be a name: "the user is ana", "account ana"
    before = last_words(before, 2);
    after = {};
  }
  const Words words = words_of(family);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return !is_loose(word) && (has_whole_word(before, word) || has_whole_word(after, word));
  });
}

bool ends_sentence(std::string_view text, ByteRange value, Family family) {
  if (family != Family::platform && family != Family::arch) return false;
  const std::string_view before = line_before(text, value.begin);
  const std::string_view after = line_after(text, value.end);
  if (after.substr(0, 1) != "." || (after.size() > 1 && after[1] != ' ')) return false;
  for (const std::string_view other : well_known)  // "apt on x, brew on y.": about systems, not about this one
    if (has_whole_word(before, other) || has_whole_word(after, other)) return false;
  const std::string last = ascii::lower(last_words(before, 1));
  return last == "on " || last == "for " || last == "under " || last == "is ";
}

bool is_example(std::string_view text, ByteRange value) {
  const std::string before = ascii::lower(line_before(text, value.begin));
  for (const std::string_view word : {"e.g.", "example", "such as", "for instance", " like ", "format"})
    if (before.find(word) != std::string::npos) return true;
  return false;
}

bool is_alternative(std::string_view text, ByteRange value, Family family) {
  const std::string_view word = text.substr(value.begin, value.size());
  return is_like(next_listed(line_after(text, value.end)), word, family) ||
         is_like(previous_listed(line_before(text, value.begin)), word, family);
}

bool is_whole(std::string_view text, ByteRange value) {
  constexpr std::string_view blank = " \t\r\n";
  return text.substr(0, value.begin).find_first_not_of(blank) == std::string_view::npos &&
         text.substr(value.end).find_first_not_of(blank) == std::string_view::npos;
}

}  // namespace telltale::inspect
