#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/verdict.hpp"
#include "record/lock.hpp"
#include "record/lock_sent.hpp"

namespace telltale::record {

/// What of an exchange is not in the lock, as findings of the rules lock.endpoint, lock.header, lock.query,
/// lock.member, lock.class, lock.value, lock.alphabet, lock.line and lock.finding, severity high. At most `most_news`;
/// of an endpoint that is not there nothing else is told.
[[nodiscard]] std::vector<inspect::Finding> news_of(const Lock& lock, const Sent& sent);
inline constexpr std::size_t most_news = 200;

/// What a rule of those is about; "" for any other.
[[nodiscard]] std::string_view summary_of_lock_rule(std::string_view rule);

/// Many exchanges on their way to a lock. Values are listed only where each was seen in two exchanges or more; lines of
/// texts that come and go make the place behind the last lasting one open. The same exchanges in any order give the
/// same lock.
class LockBuilder {
 public:
  LockBuilder() = default;
  /// Adds to `old`: what is in it stays, its values stay listed unless new ones of one exchange alone come, and lines
  /// where it is open are not added.
  explicit LockBuilder(Lock old) : old_(std::move(old)), facts_(old_.facts()) {}

  /// False if there are more facts than a lock may hold; what has no room is left out.
  bool add(const Sent& sent);
  [[nodiscard]] Lock finish() const;
  /// What is in `lock` and was not added, a line each: "claude-code POST example.com /v1/messages: header x-old".
  [[nodiscard]] std::vector<std::string> gone_from(const Lock& lock) const;

 private:
  struct Place {
    LockPlace seen;                               ///< its classes and alphabet
    std::map<std::string, std::uint32_t> values;  ///< in how many exchanges
    bool is_personal = false;
  };
  using Key = std::pair<std::string, std::string>;  ///< place and hash
  struct Line {
    std::set<std::string> groups;
    std::set<std::string> before;  ///< hashes
    std::string words;             ///< empty once it was seen naming someone
    std::uint32_t exchanges = 0;
  };
  struct Section {
    std::map<std::string, Place> places;
    std::map<Key, Line> lines;
    std::map<Key, std::uint32_t> groups;  ///< in how many exchanges
    std::set<std::string> findings;
  };

  bool add_places(const Sent& sent, Section& section);
  bool add_lines(const Sent& sent, Section& section);
  [[nodiscard]] bool has_room() { return ++facts_ <= Lock::most_facts; }
  static void finish_place(const Place& place, LockPlace* old, LockPlace& out);
  static void finish_lines(const Section& section, LockSection& out);
  [[nodiscard]] static bool is_passing(const Section& section, const Key& key, const Line& line);

  Lock old_;
  std::map<std::string, Section> sections_;
  std::size_t facts_ = 0;
};

}  // namespace telltale::record
