// Finds credentials by the names and shapes that AI clients use. The text search is a Wu-Manber step over byte pairs:
// every form has three bytes that give it away, and most pairs of ordinary text let the search advance by two. Covered
// by tests/unit/record/mask_test.cpp.
#include "record/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "core/assert.hpp"
#include "record/credential_names.hpp"

namespace telltale::record {
namespace {

constexpr std::string_view mask_start = "[masked sha256:";

bool is_word(char c) {
  return ascii::is_alnum(c) || c == '_' || c == '-';
}
bool is_token68(char c) {
  return is_word(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

bool is_masked(std::string_view text) {
  return text.size() == mask_length && text.starts_with(mask_start);
}

// --- shapes ---

struct Shape {
  std::string_view prefix;
  std::size_t tail;  // least length behind the prefix
  bool needs_digit;  // told from hyphenated words by a digit
};
constexpr Shape shapes[] = {
    {"sk-ant-", 12, false},  {"sk-", 16, true},          {"sk_live_", 12, false}, {"rk_live_", 12, false},
    {"sk_test_", 12, false}, {"rk_test_", 12, false},    {"whsec_", 16, true},    {"AIza", 20, false},
    {"ghp_", 16, false},     {"gho_", 16, false},        {"ghu_", 16, false},     {"ghs_", 16, false},
    {"ghr_", 16, false},     {"github_pat_", 16, false}, {"glpat-", 16, false},   {"xoxb-", 10, false},
    {"xoxp-", 10, false},    {"xoxa-", 10, false},       {"xoxs-", 10, false},    {"xoxe-", 10, false},
    {"xapp-", 16, true},     {"xai-", 20, true},         {"gsk_", 20, false},     {"hf_", 24, false},
    {"npm_", 30, false},     {"ya29.", 16, false},       {"AKIA", 16, true},      {"ASIA", 16, true},
    {"pypi-", 32, true},     {"dop_v1_", 32, true},      {"shpat_", 24, true},    {"dckr_pat_", 16, false},
    {"pplx-", 24, true},     {"nvapi-", 24, true},       {"tvly-", 16, true},     {"r8_", 24, true},
    {"lin_api_", 24, true},  {"figd_", 24, true},        {"SG.", 32, true},       {"AGE-SECRET-KEY-", 40, true},
};

// Three bytes of every form; '\1' stands for any byte. "ear" is Bearer or bearer, "BEG" a PEM armour.
constexpr std::string_view windows[] = {"\1\":", "\1\" ", "://", "eyJ", "ear", "BEG"};

constexpr std::size_t pair(char a, char b) {
  return static_cast<std::size_t>(static_cast<unsigned char>(a)) << 8U | static_cast<unsigned char>(b);
}

constexpr void enter(std::array<std::uint8_t, 65536>& steps, std::string_view window) {
  if (window[0] == '\1')
    for (std::size_t a = 0; a < 256; ++a)
      steps[a << 8U | static_cast<unsigned char>(window[1])] =
          std::min<std::uint8_t>(steps[a << 8U | static_cast<unsigned char>(window[1])], 1);
  else
    steps[pair(window[0], window[1])] = std::min<std::uint8_t>(steps[pair(window[0], window[1])], 1);
  steps[pair(window[1], window[2])] = 0;
}

constexpr std::array<std::uint8_t, 65536> make_steps() {
  std::array<std::uint8_t, 65536> steps{};
  for (auto& step : steps) step = 2;
  for (const std::string_view window : windows) enter(steps, window);
  for (const Shape& shape : shapes) enter(steps, shape.prefix.substr(0, 3));
  return steps;
}
constexpr std::array<std::uint8_t, 65536> steps = make_steps();

template <class Predicate>
std::size_t run_end(std::string_view text, std::size_t at, Predicate is_inside) {
  while (at < text.size() && is_inside(text[at])) ++at;
  return at;
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), ascii::is_digit);
}

bool starts_word(std::string_view text, std::size_t at) {
  if (at == 0 || !is_word(text[at - 1])) return true;
  // `\nsk-...` inside a JSON string: the n belongs to the escape.
  return at >= 2 && text[at - 2] == '\\' && (text[at - 1] == 'n' || text[at - 1] == 't' || text[at - 1] == 'r');
}

// Tokens are longer than this hardly ever, and have a digit before; a text of prefixes alone ("sk-sk-...") must not be
// read to its end from each of them.
constexpr std::size_t digit_within = 128;

std::optional<ByteRange> shaped_token(std::string_view text, std::size_t at) {
  if (!starts_word(text, at)) return std::nullopt;
  for (const Shape& shape : shapes) {
    if (!text.substr(at).starts_with(shape.prefix)) continue;
    const std::size_t tail = at + shape.prefix.size();
    const auto is_inside = [](char c) { return is_word(c) || c == '.'; };
    if (shape.needs_digit) {
      const std::string_view start = text.substr(tail, digit_within);
      if (!has_digit(start.substr(0, run_end(start, 0, is_inside)))) continue;
    }
    const std::size_t end = run_end(text, tail, is_inside);
    const std::size_t stop = text[end - 1] == '.' ? end - 1 : end;
    if (stop < tail + shape.tail) continue;
    return ByteRange{at, stop};
  }
  return std::nullopt;
}

std::optional<ByteRange> json_web_token(std::string_view text, std::size_t at) {
  if (!starts_word(text, at)) return std::nullopt;
  std::size_t end = at;
  for (int part = 0; part < 3; ++part) {
    const std::size_t begin = end + (part == 0 ? 0U : 1U);
    if (part > 0 && (end >= text.size() || text[end] != '.')) return std::nullopt;
    end = run_end(text, begin, is_word);
    if (end - begin < 8) return std::nullopt;
  }
  return ByteRange{at, end};
}

std::optional<ByteRange> bearer_token(std::string_view text, std::size_t at) {
  if (!ascii::starts_with_ignoring_case(text.substr(at), "bearer ")) return std::nullopt;
  const std::size_t begin = at + 7;
  const std::size_t end = run_end(text, begin, is_token68);
  if (end - begin < 16 || !has_digit(text.substr(begin, end - begin))) return std::nullopt;
  return ByteRange{begin, end};
}

// Between "-----BEGIN X PRIVATE KEY-----" and "-----END"; to the end of the text if that is cut off.
std::optional<ByteRange> pem_key(std::string_view text, std::size_t at) {
  static constexpr std::size_t longest_label = 48;
  const std::string_view label = text.substr(at, longest_label);
  const std::size_t key = label.find("PRIVATE KEY-----");
  if (!label.starts_with("BEGIN ") || key == std::string_view::npos) return std::nullopt;
  const std::size_t begin = at + key + 16;
  const std::size_t end = std::min(text.find("-----END", begin), text.size());
  const std::string_view inside = text.substr(begin, end - begin);
  if (inside.empty() || is_masked(inside)) return std::nullopt;
  return ByteRange{begin, end};
}

// The password of "scheme://user:password@host"; `at` is the place of "://".
std::optional<ByteRange> url_password(std::string_view text, std::size_t at) {
  const auto is_inside = [](char c) {
    return c > 0x20 && c != '/' && c != '@' && c != '"' && c != '\\' && c != '?' && c != '#' && c != '\'' && c != '<';
  };
  const std::size_t begin = at + 3;
  const std::size_t end = run_end(text.substr(0, std::min(text.size(), begin + 512)), begin, is_inside);
  if (end >= text.size() || text[end] != '@') return std::nullopt;
  const std::size_t colon = text.find(':', begin);
  if (colon + 1 >= end) return std::nullopt;
  return ByteRange{colon + 1, end};
}

// --- JSON members ---

std::size_t backslashes_before(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (count < at && text[at - 1 - count] == '\\') ++count;
  return count;
}

// Closing quote of the string that starts at `begin`, `depth` backslashes before each of its quotes: 0 in plain JSON, 1
// in JSON inside a JSON string, 3 one level deeper. The end of the text if it is cut off.
std::size_t string_end(std::string_view text, std::size_t begin, std::size_t depth) {
  for (std::size_t quote = text.find('"', begin); quote != std::string_view::npos; quote = text.find('"', quote + 1)) {
    const std::size_t slashes = std::min(backslashes_before(text, quote), quote - begin);
    if (slashes % (2 * (depth + 1)) == depth) return quote - depth;
  }
  return text.size();
}

constexpr std::size_t longest_name = 64;

// `quote` closes what may be a member's name.
std::optional<ByteRange> member_value(std::string_view text, std::size_t quote) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  const std::size_t depth = backslashes_before(text, quote);
  const std::size_t name_end = quote - depth;
  std::size_t name = name_end;
  while (name > 0 && name_end - name <= longest_name && is_word(text[name - 1])) --name;
  const Named named = member_named(text.substr(name, name_end - name));
  if (named == Named::no) return std::nullopt;
  std::size_t at = run_end(text, quote + 1, is_blank);
  if (at >= text.size() || text[at] != ':') return std::nullopt;
  at = run_end(text, at + 1, is_blank);
  at = run_end(text, at, [](char c) { return c == '\\'; });
  if (at >= text.size() || text[at] != '"' || backslashes_before(text, at) != depth) return std::nullopt;
  const std::size_t end = string_end(text, at + 1, depth);
  const std::string_view value = text.substr(at + 1, end - at - 1);
  if (value.empty() || is_masked(value) || !is_credential(named, value)) return std::nullopt;
  return ByteRange{at + 1, end};
}

std::optional<ByteRange> credential_at(std::string_view text, std::size_t last) {
  const char c = text[last];
  if (text[last - 1] == '"' && (c == ':' || c == ' ')) return member_value(text, last - 1);
  const std::size_t first = last - 2;
  const std::string_view window = text.substr(first, 3);
  if (window == "://") return url_password(text, first);
  if (window == "eyJ") return json_web_token(text, first);
  if (window == "ear") return first > 0 ? bearer_token(text, first - 1) : std::nullopt;
  if (window == "BEG") return pem_key(text, first);
  return shaped_token(text, first);
}

std::vector<ByteRange> values_of_pairs(std::string_view text, bool form) {
  std::vector<ByteRange> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("&;", at), text.size());
    const std::size_t equals = std::min(text.find('=', at), end);
    const std::string_view name = text.substr(at, equals - at);
    const std::string_view value = text.substr(std::min(equals + 1, end), end - std::min(equals + 1, end));
    const Named named = form ? form_field_named(name) : parameter_named(name);
    if (!value.empty() && !is_masked(value) && is_credential(named, value)) found.push_back({equals + 1, end});
    at = end + 1;
  }
  return found;
}

}  // namespace

std::vector<ByteRange> find_credentials(std::string_view text) {
  std::vector<ByteRange> found;
  std::size_t free_from = 0;
  for (std::size_t last = 2; last < text.size();) {
    const std::uint8_t step = steps[pair(text[last - 1], text[last])];
    if (step > 0) {
      last += step;
      continue;
    }
    // Most ends are those of no window ("are"): the pair before tells.
    if (steps[pair(text[last - 2], text[last - 1])] > 1) {
      ++last;
      continue;
    }
    const auto range = credential_at(text, last++);
    if (!range || range->begin < free_from) continue;
    found.push_back(*range);
    free_from = range->end;
    last = std::max(last, range->end);
  }
  return found;
}

std::vector<ByteRange> find_form_credentials(std::string_view text, bool form) {
  return values_of_pairs(text, form);
}

std::vector<ByteRange> find_multipart_credentials(std::string_view text) {
  static constexpr std::string_view opening = "name=";
  std::vector<ByteRange> found;
  for (std::size_t at = text.find(opening); at != std::string_view::npos; at = text.find(opening, at)) {
    const bool is_whole = at == 0 || !is_word(text[at - 1]);  // not `filename=`
    at += opening.size();
    const bool quoted = at < text.size() && text[at] == '"';
    const std::size_t name = quoted ? at + 1 : at;
    const std::size_t name_end = text.find_first_of(quoted ? "\"\r\n" : ";\r\n \t", name);
    if (name_end == std::string_view::npos) break;
    const Named named = is_whole ? member_named(text.substr(name, name_end - name)) : Named::no;
    if (named == Named::no) continue;
    const std::size_t blank = text.find("\r\n\r\n", name_end);
    if (blank == std::string_view::npos) break;
    const std::size_t begin = blank + 4;
    const std::size_t end = std::max(begin, std::min(text.find("\r\n--", begin), text.size()));
    const std::string_view value = text.substr(begin, end - begin);
    if (!value.empty() && !is_masked(value) && is_credential(named, value)) found.push_back({begin, end});
    at = end;
  }
  return found;
}

std::vector<ByteRange> find_url_credentials(std::string_view url) {
  std::vector<ByteRange> found = find_credentials(url);
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) return found;
  const std::string_view query = url.substr(question + 1, url.find('#', question) - question - 1);
  std::vector<ByteRange> in_query = find_form_credentials(query, false);
  for (ByteRange& range : in_query) range = {range.begin + question + 1, range.end + question + 1};
  return united(std::move(found), in_query);
}

std::vector<ByteRange> united(std::vector<ByteRange> ranges, const std::vector<ByteRange>& more) {
  if (more.empty()) return ranges;
  ranges.insert(ranges.end(), more.begin(), more.end());
  std::sort(ranges.begin(), ranges.end(), [](ByteRange a, ByteRange b) { return a.begin < b.begin; });
  std::vector<ByteRange> out;
  for (const ByteRange range : ranges) {
    if (!out.empty() && range.begin < out.back().end)
      out.back().end = std::max(out.back().end, range.end);
    else
      out.push_back(range);
  }
  return out;
}

std::vector<ByteRange> find_in_credential_field(std::string_view value) {
  if (value.empty() || is_masked(value)) return {};
  if (!value.starts_with("AWS4-")) return {{0, value.size()}};
  std::vector<ByteRange> found;
  for (const std::string_view part : {"Credential=", "Signature="}) {
    const std::size_t at = value.find(part);
    if (at == std::string_view::npos) continue;
    const std::size_t begin = at + part.size();
    const std::size_t end = std::min(value.find(',', begin), value.size());
    if (begin < end && !is_masked(value.substr(begin, end - begin))) found.push_back({begin, end});
  }
  return united({}, found);  // without a comma between them the first reaches over the second
}

std::string mask_of(std::string_view text, Digest digest) {
  const std::string hash = digest(text);
  TT_ASSERT(hash.size() >= 4);
  std::string out(mask_start);
  for (std::size_t i = 0; i < 4; ++i) out += fmt::format("{:02x}", static_cast<unsigned char>(hash[i]));
  return out + "]";
}

std::string masked(std::string_view text, const std::vector<ByteRange>& ranges, Digest digest) {
  std::string out;
  out.reserve(text.size() + ranges.size() * mask_length);
  std::size_t at = 0;
  for (const ByteRange range : ranges) {
    out += text.substr(at, range.begin - at);
    out += mask_of(text.substr(range.begin, range.size()), digest);
    at = range.end;
  }
  out += text.substr(at);
  return out;
}

}  // namespace telltale::record
