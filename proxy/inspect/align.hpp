#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// Where `sent` departs from `reference`: the bytes `reference` of the one stand where the other has `sent`. Either may
/// be empty, not both. Both begin and end where code points do.
struct Hunk {
  ByteRange reference;
  ByteRange sent;
  friend bool operator==(const Hunk&, const Hunk&) = default;
};

/// Whether two dates in the same format count as the same word, whatever their day: in a client's text the day says
/// nothing, in what a user typed it does. A date is one word then, so that another format shows as one hunk.
enum class Dates : std::uint8_t { as_written, by_format };

/// A shortest description, in order, of how `sent` differs from `reference`: by lines, then by words inside lines that
/// differ, then by code points inside words that are nearly alike. Texts that have hardly anything in common come out
/// as few large hunks: work is bounded, exactness is not promised there. Source: Myers, "An O(ND) difference algorithm"
/// (1986), with a bound on D. Cost: linear where the texts agree, O(D) times the length where they do not, D bounded.
[[nodiscard]] std::vector<Hunk> align(std::string_view reference, std::string_view sent,
                                      Dates dates = Dates::as_written);

/// Bytes of `reference` that `hunks` leave untouched, as a share of its length; 1 for an empty reference.
[[nodiscard]] double likeness(std::string_view reference, const std::vector<Hunk>& hunks);

/// What a token is: a run of letters and digits, one character of a script that writes no blanks between words, or any
/// other code point by itself.
enum class Token : std::uint8_t { word, ideograph, other };
struct Tokens {
  std::vector<std::size_t> starts;  ///< one more entry gives the end
  std::vector<Token> kinds;
};
[[nodiscard]] Tokens find_tokens(std::string_view text);

}  // namespace telltale::inspect
