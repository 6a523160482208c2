// Tells random strings from words by their characters: letter pairs of English, changes of class, well-known numbers
// and examples. Covered by tests/unit/inspect/token_test.cpp.
#include "inspect/detect/token_shape.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "inspect/reading.hpp"
#include "inspect/token_run.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t shortest_hex = 8;
constexpr std::size_t shortest_digits = 10;
constexpr std::size_t shortest_random = 11;
constexpr std::size_t shortest_encoded = 12;
constexpr std::size_t shortest_decoded = 8;
constexpr std::size_t shortest_xored = 14;  ///< one of 255 keys makes shorter bytes look like text by chance
constexpr std::size_t most_tokens = 64;

/// Pairs of letters that make up 95 % of those in English prose and identifiers: one row a first letter, one bit a
/// second letter. Random letters hit 35 % of them.
constexpr std::array<std::uint32_t, 26> common_pairs{
    0x13EBD4E, 0x1124911, 0x01A4D95, 0x0144911, 0x1EFB97F, 0x01A4131, 0x0162194, 0x00A4111, 0x22EF87F,
    0x0000000, 0x0000011, 0x11C4919, 0x000D113, 0x03C697D, 0x07EF95E, 0x01EC911, 0x0100000, 0x11E7D5D,
    0x11CE995, 0x11EC99D, 0x00EB95F, 0x0004111, 0x0006191, 0x0088000, 0x00CC000, 0x0000010};

/// UUIDs and numbers that documents use as examples, and limits of number types.
constexpr std::array<std::string_view, 12> examples{"123e4567-e89b-12d3-a456-426614174000",
                                                    "550e8400-e29b-41d4-a716-446655440000",
                                                    "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                                                    "2147483647",
                                                    "2147483648",
                                                    "4294967295",
                                                    "4294967296",
                                                    "9007199254740991",
                                                    "9223372036854775807",
                                                    "18446744073709551615",
                                                    "1234567890",
                                                    "0123456789"};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

std::size_t distinct(std::string_view text) {
  std::array<bool, 256> seen{};
  std::size_t count = 0;
  for (const char c : text) {
    bool& one = seen[static_cast<unsigned char>(ascii::to_lower(c))];
    if (!one) ++count;
    one = true;
  }
  return count;
}

/// Share of neighbouring letters that English has too; 1 if there are hardly any.
double share_of_common_pairs(std::string_view text) {
  std::size_t pairs = 0;
  std::size_t usual = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (!ascii::is_alpha(text[i - 1]) || !ascii::is_alpha(text[i])) continue;
    ++pairs;
    const auto first = static_cast<unsigned>(ascii::to_lower(text[i - 1]) - 'a');
    const auto second = static_cast<unsigned>(ascii::to_lower(text[i]) - 'a');
    usual += common_pairs[first] >> second & 1U;
  }
  return pairs < 3 ? 1.0 : static_cast<double>(usual) / static_cast<double>(pairs);
}

/// How often the class changes, but for a capital that begins a word.
std::size_t class_changes(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char a = text[i - 1];
    const char b = text[i];
    if (ascii::is_digit(a) != ascii::is_digit(b) || (is_lower(a) && is_upper(b))) ++count;
  }
  return count;
}

/// "abc123", "a1b2c3d4", "deadbeef00", "12345678": what people write when any token would do.
bool is_placeholder(std::string_view text) {
  const std::string lower = ascii::lower(text);
  for (const std::string_view part :
       {"1234", "abcd", "xxx", "0000000", "your", "example", "deadbeef", "cafe", "a1b2c3", "abc123"})
    if (lower.find(part) != std::string::npos && lower.size() < 40) return true;
  return distinct(text) < 5;
}

/// 20251101, 202511011530, 20251101153000.
bool is_date(std::string_view digits) {
  if (digits.size() != 8 && digits.size() != 12 && digits.size() != 14) return false;
  const std::string_view century = digits.substr(0, 2);
  return (century == "19" || century == "20") && digits.substr(4, 2) >= "01" && digits.substr(4, 2) <= "12" &&
         digits.substr(6, 2) >= "01" && digits.substr(6, 2) <= "31";
}

bool is_all(std::string_view text, bool (*test)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

bool is_hex_digit(char c) {
  return ascii::hex_value(c) >= 0;
}

bool is_alnum(char c) {
  return ascii::is_alnum(c);
}

bool is_digit(char c) {
  return ascii::is_digit(c);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return distinct(text) >= 8;
}

/// "7c1e-44b0-a9d2": hex digits in three groups or more of one length.
bool is_grouped_hex(std::string_view text) {
  const std::size_t length = text.find('-');
  if (length == std::string_view::npos || length < 4 || length > 8 || text.size() < 3 * length + 2) return false;
  if ((text.size() + 1) % (length + 1) != 0) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i % (length + 1) == length ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  const bool mixed = std::any_of(text.begin(), text.end(), is_digit) &&
                     std::any_of(text.begin(), text.end(), [](char c) { return ascii::is_alpha(c); });
  return mixed && distinct(text) >= 7;
}

/// Judges a string of letters and digits.
std::optional<TokenKind> judge_word(std::string_view word) {
  if (is_placeholder(word)) return std::nullopt;
  if (is_all(word, is_digit)) {
    const bool round = word.size() < shortest_digits || is_date(word) || word.substr(word.size() - 3) == "000";
    if (round || std::find(examples.begin(), examples.end(), word) != examples.end()) return std::nullopt;
    return TokenKind::digits;
  }
  const bool mixed = std::any_of(word.begin(), word.end(), is_digit);
  const bool one_case =
      std::none_of(word.begin(), word.end(), is_upper) || std::none_of(word.begin(), word.end(), is_lower);
  if (word.size() >= shortest_hex && mixed && one_case && is_all(word, is_hex_digit)) return TokenKind::hex;
  if (word.size() < shortest_random) return std::nullopt;
  const double changes = static_cast<double>(class_changes(word)) / static_cast<double>(word.size());
  if (changes >= 0.28 && share_of_common_pairs(word) < (changes >= 0.38 ? 0.78 : 0.67)) return TokenKind::random;
  return std::nullopt;
}

bool reads_as_text(std::string_view bytes) {
  if (!is_printable(bytes)) return false;
  const auto wordy = std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return ascii::is_alnum(c) || c == ' ' || c == '=' || c == ':' || c == '/' || c == '_' || c == '-' || c == '.' ||
           c == '"' || c == ',' || c == ';' || static_cast<unsigned char>(c) >= 0x80;
  });
  return static_cast<std::size_t>(wordy) * 10 >= bytes.size() * 8 && share_of_common_pairs(bytes) >= 0.6;
}

std::optional<std::string> undo_xor(std::string_view bytes) {
  if (bytes.size() < shortest_xored || bytes.size() > 512) return std::nullopt;
  for (unsigned key = 1; key < 256; ++key) {
    std::string out(bytes);
    for (char& c : out) c = static_cast<char>(static_cast<unsigned char>(c) ^ key);
    const bool ascii = std::all_of(out.begin(), out.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    if (ascii && reads_as_text(out)) return out;
  }
  return std::nullopt;
}

/// The text that the run writes, if it writes one.
std::optional<std::string> decode_text(std::string_view run) {
  if (run.size() < shortest_encoded) return std::nullopt;
  for (const Alphabet alphabet : {Alphabet::hex, Alphabet::base64}) {
    const auto reading = read_whole(run, alphabet);
    if (!reading || reading->bytes.size() < shortest_decoded) continue;
    if (auto plain = inflate(reading->bytes); plain && is_printable(*plain)) return plain;
    if (reads_as_text(reading->bytes)) return reading->bytes;
    if (auto plain = undo_xor(reading->bytes)) return plain;
  }
  return std::nullopt;
}

bool has_words(std::string_view run) {
  // Parts between dashes and slashes that read as words: a name or a path, not base64.
  std::size_t words = 0;
  for (std::size_t at = 0; at < run.size();) {
    const std::size_t end = std::min(run.find_first_of("-_/+=", at), run.size());
    const std::string_view part = run.substr(at, end - at);
    const bool letters =
        part.size() >= 4 && std::all_of(part.begin(), part.end(), [](char c) { return ascii::is_alpha(c); });
    if (letters && class_changes(part) * 4 <= part.size() && share_of_common_pairs(part) >= 0.6) ++words;
    at = end + 1;
  }
  return words > 0;
}

class Judge {
 public:
  Judge(std::string_view text, std::vector<OddToken>& out) : text_(text), out_(out) {}

  void look_at(const TokenRun& run) {
    ByteRange range = run.range;
    while (range.size() > 0 && !ascii::is_alnum(text_[range.begin])) ++range.begin;
    while (range.size() > 0 && !ascii::is_alnum(text_[range.end - 1]) && text_[range.end - 1] != '=') --range.end;
    // The value of a pair: what stands behind the last '=' that is no padding.
    const std::string_view run_text = text_.substr(range.begin, range.size());
    const std::size_t equals = run_text.substr(0, run_text.find_last_not_of('=')).rfind('=');
    if (equals != std::string_view::npos) range.begin += equals + 1;
    if (range.size() < shortest_hex) return;
    judge(range);
  }

 private:
  void judge(ByteRange range) {
    const std::string_view run = text_.substr(range.begin, range.size());
    if (std::find(examples.begin(), examples.end(), run) != examples.end()) return;
    if (is_uuid(run)) return add(range, TokenKind::uuid);
    if (is_grouped_hex(run)) return add(range, TokenKind::hex);
    const bool named = has_words(run);
    if (!named) {
      if (auto decoded = decode_text(run)) {
        out_.push_back({range, TokenKind::encoded, std::move(*decoded)});
        return;
      }
    }
    const bool slashes = run.find('/') != std::string_view::npos || run.find('+') != std::string_view::npos;
    if (slashes) {
      std::string letters(run);
      std::replace_if(
          letters.begin(), letters.end(), [](char c) { return !ascii::is_alnum(c); }, '0');
      if (!named && run.size() >= 16 && judge_word(letters) == TokenKind::random) add(range, TokenKind::random);
      return;
    }
    for (std::size_t at = 0; at < run.size();) {
      const std::size_t end = std::min(run.find_first_of("-_=", at), run.size());
      const std::string_view part = run.substr(at, end - at);
      const auto kind = is_all(part, is_alnum) ? judge_word(part) : std::nullopt;
      if (kind && (*kind != TokenKind::digits || part.size() == run.size())) return add(range, *kind);
      at = end + 1;
    }
  }

  void add(ByteRange range, TokenKind kind) { out_.push_back({range, kind, {}}); }

  std::string_view text_;
  std::vector<OddToken>& out_;
};

/// A part of a version that is a hash rather than a number or a pre-release: "2.4.1.2ce", "1.8.0+9f3e".
bool is_version_hash(std::string_view part) {
  if (part.size() < 3 || part.size() > 16 || !is_all(part, is_hex_digit)) return false;
  const auto digits = std::count_if(part.begin(), part.end(), is_digit);
  const auto letters = static_cast<std::ptrdiff_t>(part.size()) - digits;
  if (digits == 0 || letters == 0) return false;
  return letters > 1;  // with one letter it numbers a pre-release: "b12", "0a12"
}

void find_versions(std::string_view text, std::vector<OddToken>& out) {
  for (std::size_t at = text.find('.'); at != std::string_view::npos; at = text.find('.', at + 1)) {
    if (at == 0 || at + 1 >= text.size() || !ascii::is_digit(text[at - 1]) || !ascii::is_digit(text[at + 1])) continue;
    std::size_t begin = at;
    while (begin > 0 && (ascii::is_digit(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    std::size_t end = at;
    while (end < text.size() && (ascii::is_alnum(text[end]) || text[end] == '.' || text[end] == '+')) ++end;
    const std::string_view version = text.substr(begin, end - begin);
    const std::size_t last = version.find_last_of(".+");
    const bool dotted = std::count(version.begin(), version.end(), '.') >= 2;
    if (dotted && is_version_hash(version.substr(last + 1))) out.push_back({{begin, end}, TokenKind::version, {}});
    at = std::max(end, at + 1) - 1;
  }
}

}  // namespace

std::string_view name_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::hex:
      return "hex";
    case TokenKind::uuid:
      return "uuid";
    case TokenKind::digits:
      return "digits";
    case TokenKind::random:
      return "random";
    case TokenKind::version:
      return "version";
    case TokenKind::encoded:
      return "encoded";
  }
  return {};
}

std::vector<OddToken> find_odd_tokens(std::string_view text) {
  std::vector<TokenRun> runs;
  find_token_runs(text, shortest_hex, runs);
  std::vector<OddToken> out;
  Judge judge(text, out);
  for (const TokenRun& run : runs) {
    if (out.size() >= most_tokens) break;
    judge.look_at(run);
  }
  find_versions(text, out);
  std::sort(out.begin(), out.end(), [](const OddToken& a, const OddToken& b) { return a.range.begin < b.range.begin; });
  return out;
}

}  // namespace telltale::inspect
