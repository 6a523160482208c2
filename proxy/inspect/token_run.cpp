// Runs of token characters, found in masks of 64 bytes. Covered by
// tests/unit/inspect/token_run_test.cpp.
#include "inspect/token_run.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace telltale::inspect {
namespace {

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> out{};
  for (unsigned c = 'a'; c <= 'z'; ++c) out[c] = TokenRun::lower;
  for (unsigned c = 'A'; c <= 'Z'; ++c) out[c] = TokenRun::upper;
  for (unsigned c = '0'; c <= '9'; ++c) out[c] = TokenRun::digit;
  out[static_cast<unsigned char>('-')] = TokenRun::dash;
  out[static_cast<unsigned char>('_')] = TokenRun::dash;
  out[static_cast<unsigned char>('+')] = TokenRun::plus;
  out[static_cast<unsigned char>('/')] = TokenRun::plus;
  out[static_cast<unsigned char>('=')] = TokenRun::equals;
  return out;
}
constexpr auto classes = make_classes();

std::uint8_t class_of(char c) {
  return classes[static_cast<unsigned char>(c)];
}

bool is_plain(std::string_view run, std::uint8_t seen) {
  if ((seen & TokenRun::digit) != 0) return false;
  if ((seen & TokenRun::lower) == 0 || (seen & TokenRun::upper) == 0) return true;
  for (std::size_t i = 1; i < run.size(); ++i)
    if (class_of(run[i]) == TokenRun::upper && class_of(run[i - 1]) == TokenRun::lower) return false;
  return true;
}

constexpr std::size_t window_size = 64;

/// Bit i: byte `at + i` of the text is a token character. Comparisons and no branches, which the compiler turns into
/// vectors: prose changes class at every fifth byte.
std::uint64_t members(std::string_view text, std::size_t at) {
  std::array<unsigned char, window_size> bytes{};
  std::memcpy(bytes.data(), text.data() + at, std::min(window_size, text.size() - at));
  for (unsigned char& c : bytes) {
    const auto letter = static_cast<unsigned char>((c | 0x20U) - 'a');
    const auto number = static_cast<unsigned char>(c - '+');  // + , - . / and the digits
    const bool pair = (c == '=') | (c == '_');
    c = static_cast<unsigned char>((letter < 26) | ((number < 15) & (c != ',') & (c != '.')) | pair);
  }
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < window_size; i += 8) {
    std::uint64_t eight = 0;  // 0 or 1 in each byte; the product gathers them in its highest byte
    std::memcpy(&eight, bytes.data() + i, sizeof eight);
    out |= (eight * 0x0102040810204080U >> 56U) << i;
  }
  return out;
}

}  // namespace

void find_token_runs(std::string_view text, std::size_t shortest, std::vector<TokenRun>& out) {
  std::size_t done = 0;  // runs that end before are found
  // Each window begins with the last bytes of the one before, so that no run is cut in all of them.
  for (std::size_t at = 0; at + shortest <= text.size(); at = std::max(at + window_size - shortest + 1, done)) {
    const std::uint64_t all = members(text, at);
    std::uint64_t starts = all;  // bit i: as many token characters as asked for begin there
    for (std::size_t i = 1; i < shortest; ++i) starts &= all >> i;
    while (starts != 0) {
      std::size_t begin = at + static_cast<std::size_t>(std::countr_zero(starts));
      while (begin > done && class_of(text[begin - 1]) != 0) --begin;
      std::uint8_t seen = 0;
      for (done = begin; done < text.size() && class_of(text[done]) != 0; ++done) seen |= class_of(text[done]);
      if (!is_plain(text.substr(begin, done - begin), seen)) out.push_back({{begin, done}, seen});
      if (done - at >= window_size) break;
      starts &= ~std::uint64_t{0} << (done - at);
    }
  }
}

}  // namespace telltale::inspect
