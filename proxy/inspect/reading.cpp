// Ways to read a run of token characters as bytes (RFC 4648), and to undo what may have been done to those. Covered by
// tests/unit/inspect/reading_test.cpp.
#include "inspect/reading.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/utf8.hpp"
#include "http/coding.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t most_digits = 4096;
constexpr std::uint64_t most_inflated = 64ULL * 1024;

unsigned bits_of(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::hex:
      return 4;
    case Alphabet::base32:
      return 5;
    case Alphabet::base64:
      return 6;
  }
  return 6;
}

/// Value of a base32 digit (RFC 4648 section 6, either case); -1 for none.
int base32_value(char c) {
  const char low = ascii::to_lower(c);
  if (low >= 'a' && low <= 'z') return low - 'a';
  return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

template <class Value>
std::optional<std::string> read_digits(std::string_view run, unsigned bits, Value value_of) {
  std::string out;
  std::uint32_t held = 0;
  unsigned count = 0;
  for (const char c : run) {
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    held = (held << bits) | static_cast<std::uint32_t>(value);
    count += bits;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(static_cast<unsigned char>(held >> count)));
  }
  return out;
}

std::string_view without_padding(std::string_view run) {
  while (!run.empty() && run.back() == '=') run.remove_suffix(1);
  return run;
}

struct Escape {
  char32_t value = 0;
  std::size_t length = 0;  ///< 0: none begins there
  bool is_byte = false;
};

Escape escape_at(std::string_view text, std::size_t at) {
  const bool percent = text[at] == '%';
  if (!percent && (text[at] != '\\' || at + 1 >= text.size())) return {};
  const std::size_t mark = percent ? 1 : 2;
  const std::size_t digits = !percent && text[at + 1] == 'u' ? 4 : 2;
  if (!percent && text[at + 1] != 'u' && text[at + 1] != 'x') return {};
  Escape out{0, mark + digits, digits == 2};
  for (std::size_t i = at + mark; i < at + out.length; ++i) {
    const int digit = i < text.size() ? ascii::hex_value(text[i]) : -1;
    if (digit < 0) return {};
    out.value = out.value * 16 + static_cast<char32_t>(digit);
  }
  return out;
}

std::optional<std::string> read(std::string_view run, Alphabet alphabet) {
  if (alphabet == Alphabet::hex) return read_digits(run, 4, ascii::hex_value);
  if (alphabet == Alphabet::base32) return read_digits(run, 5, base32_value);
  // A lone last digit holds no whole byte: it belongs to something else.
  if (run.size() % 4 == 1) run.remove_suffix(1);
  return base64::decode(run);
}

}  // namespace

ByteRange Reading::digits(ByteRange range) const {
  const std::size_t bits = bits_of(alphabet);
  return {shift + range.begin * 8 / bits, shift + (range.end * 8 + bits - 1) / bits};
}

std::optional<Reading> read_whole(std::string_view run, Alphabet alphabet) {
  run = without_padding(run).substr(0, most_digits);
  if (alphabet == Alphabet::hex && run.size() % 2 != 0) return std::nullopt;
  if (alphabet == Alphabet::base64 && run.size() % 4 == 1) return std::nullopt;
  auto bytes = read(run, alphabet);
  if (!bytes) return std::nullopt;
  return Reading{alphabet, 0, std::move(*bytes)};
}

std::vector<Reading> read_run(std::string_view run) {
  run = without_padding(run).substr(0, most_digits);
  std::vector<Reading> out;
  const auto add = [&](Alphabet alphabet, std::size_t shift) {
    if (shift + 4 > run.size()) return;
    auto bytes = read(run.substr(shift), alphabet);
    if (bytes) out.push_back({alphabet, shift, std::move(*bytes)});
  };
  for (std::size_t shift = 0; shift < 2; ++shift) add(Alphabet::hex, shift);
  add(Alphabet::base32, 0);
  for (std::size_t shift = 0; shift < 4; ++shift) add(Alphabet::base64, shift);
  // A name before the blob ("tok=...", "v1-...") is read too, but '=' ends a base64 text: start again behind it.
  const std::size_t equals = run.rfind('=');
  if (equals == std::string_view::npos) return out;
  for (Reading& one : read_run(run.substr(equals + 1))) {
    one.shift += equals + 1;
    out.push_back(std::move(one));
  }
  return out;
}

std::optional<std::string> inflate(std::string_view bytes) {
  if (bytes.size() < 8) return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  const bool gzip = first == 0x1F && second == 0x8B;
  const bool zlib = first == 0x78 && (first * 256U + second) % 31 == 0;
  if (!gzip && !zlib) return std::nullopt;
  Limits limits;
  limits.content_bytes = most_inflated;
  auto out = http::decode_content(bytes, {gzip ? http::Coding::gzip : http::Coding::deflate}, limits);
  if (!out) return std::nullopt;
  return std::move(*out);
}

bool is_printable(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const utf8::Step one = utf8::decode(bytes, at);
    const bool blank = one.code_point == '\n' || one.code_point == '\r' || one.code_point == '\t';
    if (!one.valid || (one.code_point < 0x20 && !blank) || (one.code_point >= 0x7F && one.code_point < 0xA0))
      return false;
    at += one.length;
  }
  return !bytes.empty();
}

bool begins_xored(std::string_view bytes, std::string_view value) {
  if (value.empty() || value.size() > bytes.size()) return false;
  const int key = bytes[0] ^ value[0];
  for (std::size_t i = 1; i < value.size(); ++i)
    if ((bytes[i] ^ value[i]) != key) return false;
  return key != 0;
}

Unescaped undo_escapes(std::string_view text) {
  Unescaped out;
  for (std::size_t i = 0; i < text.size();) {
    const Escape one = escape_at(text, i);
    const std::size_t before = out.text.size();
    if (one.length == 0)
      out.text.push_back(text[i]);
    else if (one.is_byte)
      out.text.push_back(static_cast<char>(static_cast<unsigned char>(one.value)));
    else
      utf8::append(out.text, one.value);
    out.at.insert(out.at.end(), out.text.size() - before, i);
    i += std::max<std::size_t>(one.length, 1);
  }
  out.at.push_back(text.size());
  return out;
}

std::size_t find_escape(std::string_view text, std::size_t from) {
  constexpr std::size_t block = 32;  // compared without branches, which the compiler turns into vectors
  for (std::size_t at = from; at < text.size();) {
    if (at + block <= text.size()) {
      unsigned any = 0;
      for (std::size_t i = 0; i < block; ++i) any |= unsigned{text[at + i] == '%'} | unsigned{text[at + i] == '\\'};
      if (any == 0) {
        at += block;
        continue;
      }
    }
    for (const std::size_t end = std::min(at + block, text.size()); at < end; ++at)
      if ((text[at] == '%' || text[at] == '\\') && escape_at(text, at).length != 0) return at;
  }
  return std::string_view::npos;
}

}  // namespace telltale::inspect
