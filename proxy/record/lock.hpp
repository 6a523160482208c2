#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/result.hpp"

// The inventory of what clients send, as `telltale lock` writes it: a lock file for telemetry. Source: docs/lock.md.

namespace telltale::record {

/// What may stand at one place: a header field, a member of a query or of a body.
struct LockPlace {
  std::set<std::string> classes;  ///< of value, see class_of()
  std::set<std::string> values;   ///< patterns; if there are any, no others of a listable class
  std::set<char32_t> alphabet;    ///< code points seen beside ASCII letters and digits, where no values are listed
  friend bool operator==(const LockPlace&, const LockPlace&) = default;
};

/// A line of a text that the client writes: of a system prompt, the description of a tool, a reminder.
struct LockLine {
  std::string words;         ///< its first, if several exchanges have it and it names no one
  bool open_behind = false;  ///< what follows differs from exchange to exchange
  friend bool operator==(const LockLine&, const LockLine&) = default;
};

/// What one client sends to one endpoint. Keys are as they stand in the file.
struct LockSection {
  std::map<std::string, LockPlace> places;                        ///< "header user-agent", "query beta", "json /model"
  std::map<std::pair<std::string, std::string>, LockLine> lines;  ///< by place and hash
  std::set<std::string> findings;                                 ///< "marker.date-line body:/messages/*/content"
  friend bool operator==(const LockSection&, const LockSection&) = default;
};

struct Lock {
  static constexpr std::size_t most_facts = 200'000;  ///< of one file: places, lines, findings
  static constexpr std::size_t most_values = 16;      ///< of one place; past it they are not listed
  static constexpr std::size_t most_alphabet = 512;   ///< code points of one place
  static constexpr std::size_t most_bytes = std::size_t{64} * 1024 * 1024;
  static constexpr std::size_t longest_name = 1024;  ///< bytes of a place

  std::map<std::string, LockSection> sections;  ///< "claude-code POST api.example.com /v1/messages"

  [[nodiscard]] std::size_t facts() const;
  friend bool operator==(const Lock&, const Lock&) = default;
};

/// Behind the start of a text: the hash of no line.
inline constexpr std::string_view start_of_text = "0000000000000000";

/// A name as one word of the file: in quotes, escaped, unless it is printable ASCII without blanks, quotes and '=', and
/// could not be taken for something else.
[[nodiscard]] std::string lock_word(std::string_view text);

/// The file: a line with the version, then a section an endpoint, a line a fact, sorted. The same facts give the same
/// bytes.
[[nodiscard]] std::string to_text(const Lock& lock);

/// Reads it back. Lines that begin with '#' and empty ones are skipped; all else is read strictly. Error:
/// input_unreadable, `at` an offset in `text`, `detail` begins with the line.
[[nodiscard]] Result<Lock> parse_lock(std::string_view text);

}  // namespace telltale::record
