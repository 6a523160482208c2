#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/byte_range.hpp"

namespace telltale::diff {

/// Why a difference says nothing about the client: it would be there between two requests of one client too.
enum class Noise : std::uint8_t {
  none,
  time,          ///< dates, times, seconds since 1970
  identifier,    ///< drawn at random, both in one format
  credential,    ///< masked on both sides
  measurement,   ///< a number with many decimals
  counter,       ///< how often a request was tried
  typed,         ///< what the user typed
  conversation,  ///< what model, tools and user said: other texts altogether
  further_turn,  ///< of a turn that the other side has none of
  varies         ///< differs from request to request within the sides too
};

/// For programs: "time", "identifier", ...
[[nodiscard]] std::string_view name_of(Noise noise);
/// For people: "dates and times", ...
[[nodiscard]] std::string_view words_of(Noise noise);

/// What a change is by the way both sides are written, whatever the place. `none` unless both are written alike: a
/// date with other separators is no noise, and neither is a date that belongs to a name ("thinking-2025-05-14").
[[nodiscard]] Noise noise_of(std::string_view a, ByteRange in_a, std::string_view b, ByteRange in_b);

/// True for a word (letters, digits, `_`, `-`) that nobody chose: a UUID, a digest, a random token.
[[nodiscard]] bool is_drawn(std::string_view word);

/// The text with a sign (U+0002) in place of each word, or part of one, that was drawn.
[[nodiscard]] std::string without_drawn(std::string_view text);

/// All that is no letter, digit or underscore, in order: equal for texts that differ in their words only.
[[nodiscard]] bool same_signs(std::string_view a, std::string_view b);

/// True for a place or field that counts attempts, by its name.
[[nodiscard]] bool counts_attempts(std::string_view name);

}  // namespace telltale::diff
