// Covered by tests/unit/record/conversion_test.cpp.
#include "record/unread.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace telltale::record {
namespace {

constexpr std::size_t most_kinds = 64;
constexpr std::size_t longest_kind = 64;
constexpr std::string_view others = "members of other names";

bool is_plain(std::string_view kind) {
  return kind.size() <= longest_kind && std::all_of(kind.begin(), kind.end(), [](char c) {
           return ascii::is_alnum(c) || std::string_view("_-. (),").find(c) != std::string_view::npos;
         });
}

}  // namespace

void Unread::add(std::string_view kind, std::uint64_t count) {
  const bool has_place = counts_.size() < most_kinds || counts_.contains(kind);
  counts_[std::string(is_plain(kind) && has_place ? kind : others)] += count;
}

void Unread::add(const Unread& other) {
  for (const auto& [kind, count] : other.counts_) add(kind, count);
}

}  // namespace telltale::record
