#include "diff/noise.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "diff/text_change.hpp"

namespace {

using namespace telltale::diff;

/// What all changes between two texts are; `none` if one of them is something else.
Noise noise_between(std::string_view a, std::string_view b) {
  const auto found = find_changes(a, b);
  Noise out = Noise::none;
  for (const Change& change : found.changes) {
    const Noise noise = noise_of(a, change.a, b, change.b);
    if (noise == Noise::none) return noise;
    out = noise;
  }
  return out;
}

TEST_CASE("what differs by chance is told by its format", "[diff][noise]") {
  struct Row {
    const char* a;
    const char* b;
    Noise noise;
  };
  const Row rows[] = {
      {"Today is 2026-05-13.", "Today is 2026-05-14.", Noise::time},
      {"Today is 2026-05-13.", "Today is 2027-11-30.", Noise::time},
      {"at 2026-05-13T14:02:11.083Z", "at 2026-05-14T09:40:59.120Z", Noise::time},
      {"Today is Wed May 13 2026", "Today is Thu May 14 2026", Noise::time},
      {"1764082921123", "1764082999871", Noise::time},
      {"Today is 2026-05-13.", "Today is 2026/05/13.", Noise::none},
      {"Today is 2026-05-13.", "Today is 13.05.2026.", Noise::none},
      {"interleaved-thinking-2025-05-14", "interleaved-thinking-2025-06-30", Noise::none},
      {"model-20250514", "model-20250805", Noise::none},
      {"3f9c0a77-e1b2-4c3d-8e4f-5a6b7c8d9e0f", "10b2c3d4-e5f6-4a1b-9c2d-3e4f5a6b7c8d", Noise::identifier},
      {"msg_01HXYZ2K3M4N5P", "msg_01JABC9Q8R7S6T", Noise::identifier},
      {"msg_01HXYZ2K3M4N5P", "req_01JABC9Q8R7S6T", Noise::none},
      {"session-3f9c0a77e1", "session-b2d4aa0191", Noise::identifier},
      {"cli/2.1.196 (external)", "cli/2.1.197 (external)", Noise::none},
      {"4096", "8192", Noise::none},
      {"true", "false", Noise::none},
      {"0.8123441", "0.1299817", Noise::measurement},
      {"1.5", "2.5", Noise::none},
      {"Bearer [masked sha256:90f96495]", "Bearer [masked sha256:11aa22bb]", Noise::credential},
      {"Today's date", "Today\u02bcs date", Noise::none},
      {"sha256", "sha512", Noise::none},
      {"gpt-5-codex", "gpt-5.1-codex", Noise::none},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.a << " | " << row.b) {
      CHECK(name_of(noise_between(row.a, row.b)) == name_of(row.noise));
    }
  }
}

TEST_CASE("a drawn word is told from one that somebody chose", "[diff][noise]") {
  for (const char* const word :
       {"3f9c0a77-e1b2-4c3d-8e4f-5a6b7c8d9e0f", "toolu_01A09q90qw90lq917835lq9", "deadbeef42", "session-3f9c0a77e1"})
    CHECK(is_drawn(word));
  for (const char* const word :
       {"content", "x86_64", "sha256", "claude-3-5-sonnet-20241022", "input_schema", "2026", ""})
    CHECK_FALSE(is_drawn(word));
}

TEST_CASE("signs are compared apart from words", "[diff][noise]") {
  CHECK(same_signs("2026-05-13", "1999-1-1"));
  CHECK(same_signs("", "word"));
  CHECK_FALSE(same_signs("2026-05-13", "2026/05/13"));
  CHECK_FALSE(same_signs("it's", "its"));
}

TEST_CASE("a count of attempts is told by its name", "[diff][noise]") {
  CHECK(counts_attempts("header:x-stainless-retry-count"));
  CHECK(counts_attempts("body:/meta/attempt"));
  CHECK_FALSE(counts_attempts("body:/retry/limit"));
}

}  // namespace
