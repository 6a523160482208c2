#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What a value is like, without what it says: for inventories that name no one (docs/lock.md).

namespace telltale::record {

/// `text` with what differs from request to request, user to user and day to day in slots:
/// "claude-cli/2.1.196 (external, cli)" is "claude-cli/{version} (external, cli)". Slots are {uuid} {hex} {id} {base64}
/// {number} {version} {path} {url} {host} {ip} {email} {secret} {day} {month} {known}; a date or time is its form,
/// {9999-99-99}. Everything else stands as it is. `known` are values of the machine, longest first. Linear but for
/// `known`.
[[nodiscard]] std::string pattern_of(std::string_view text, const std::vector<std::string>& known);

/// The class of a value with that pattern: the name of its slot if it is one slot ("uuid", "9999-99-99"), else "empty",
/// "word" (no blanks), "phrase", or "text" past `longest_phrase` bytes and for several lines.
[[nodiscard]] std::string class_of(std::string_view pattern);
inline constexpr std::size_t longest_phrase = 128;

/// True if values of that class may be listed: they are words of the client, not data.
[[nodiscard]] bool is_listable(std::string_view value_class);

/// The code points of `text` other than ASCII letters and digits; with `ascii` false, those beyond ASCII alone. Bytes
/// that are no UTF-8 count as U+DC80..U+DCFF.
void collect_alphabet(std::string_view text, bool ascii, std::set<char32_t>& out);

}  // namespace telltale::record
