// Runs of token characters, found by jumping: a run of n characters covers every n-th byte. Covered by
// tests/unit/inspect/token_run_test.cpp.
#include "inspect/token_run.hpp"

#include <array>

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

}  // namespace

void find_token_runs(std::string_view text, std::size_t shortest, std::vector<TokenRun>& out) {
  std::size_t begin = 0;  // no run that is still to be found begins before
  while (begin + shortest <= text.size()) {
    std::size_t back = begin + shortest;
    while (back > begin && class_of(text[back - 1]) != 0) --back;
    if (back != begin) {
      begin = back;
      continue;
    }
    std::size_t end = begin;
    std::uint8_t seen = 0;
    for (; end < text.size() && class_of(text[end]) != 0; ++end) seen |= class_of(text[end]);
    if (!is_plain(text.substr(begin, end - begin), seen)) out.push_back({{begin, end}, seen});
    begin = end + 1;
  }
}

}  // namespace telltale::inspect
