#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace telltale::record {

/// What a conversion leaves behind, counted by kind: members of the source that a capture has no place for, facts of a
/// capture that the target has none for. Kinds can come from the file: they are kept short, plain and few.
class Unread {
 public:
  void add(std::string_view kind, std::uint64_t count = 1);
  void add(const Unread& other);
  [[nodiscard]] bool empty() const { return counts_.empty(); }
  /// By name, so that the same files give the same text.
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace telltale::record
