// Runs of token characters, compared with a plain walk over the text.
#include "inspect/token_run.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "core/ascii.hpp"

namespace {

using namespace telltale;
using namespace telltale::inspect;

bool is_token_character(char c) {
  return ascii::is_alnum(c) || std::string_view("+/=_-").find(c) != std::string_view::npos;
}

std::vector<ByteRange> every_run(std::string_view text, std::size_t shortest) {
  std::vector<ByteRange> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_token_character(text[end])) ++end;
    bool counts = false;
    for (std::size_t i = at; i < end; ++i) {
      const bool hump = i > at && text[i] >= 'A' && text[i] <= 'Z' && text[i - 1] >= 'a' && text[i - 1] <= 'z';
      counts = counts || ascii::is_digit(text[i]) || hump;
    }
    if (counts && end - at >= shortest) out.push_back({at, end});
    at = end + 1;
  }
  return out;
}

}  // namespace

TEST_CASE("token runs are those of a plain walk", "[inspect][token]") {
  std::mt19937 random(7);
  const std::string_view alphabet = "abcXYZ019-_/+= .,\n";
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 60, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const std::size_t shortest = 1 + random() % 12;
    std::vector<TokenRun> runs;
    find_token_runs(text, shortest, runs);
    const std::vector<ByteRange> wanted = every_run(text, shortest);
    INFO(text);
    REQUIRE(runs.size() == wanted.size());
    for (std::size_t i = 0; i < runs.size(); ++i) CHECK(runs[i].range == wanted[i]);
  }
}

TEST_CASE("a run knows which classes it holds", "[inspect][token]") {
  std::vector<TokenRun> runs;
  find_token_runs("see aB3-x= now", 4, runs);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].has(TokenRun::lower));
  CHECK(runs[0].has(TokenRun::upper));
  CHECK(runs[0].has(TokenRun::digit));
  CHECK(runs[0].has(TokenRun::dash));
  CHECK(runs[0].has(TokenRun::equals));
  CHECK_FALSE(runs[0].has(TokenRun::plus));
}
