// Host and JSON Pointer patterns. Covered by tests/unit/core/glob_test.cpp.
#include "core/glob.hpp"

#include "core/ascii.hpp"

namespace telltale {
namespace {

// Takes the first reference token (the leading '/' dropped) off a pointer that is not empty.
std::string_view take_token(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::string_view token = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(token.size());
  return token;
}

}  // namespace

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern == "*") return true;
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (!pattern.starts_with("*.")) return ascii::equals_ignoring_case(pattern, host);
  const std::string_view suffix = pattern.substr(1);
  return host.size() > suffix.size() && ascii::equals_ignoring_case(host.substr(host.size() - suffix.size()), suffix);
}

bool pointer_matches(std::string_view pattern, std::string_view pointer) {
  // The classic wildcard walk: on a mismatch go back to the last `**` and let it swallow one token more.
  std::string_view retry_pattern;
  std::string_view retry_pointer;
  bool can_retry = false;
  for (;;) {
    std::string_view rest = pattern;
    const std::string_view want = rest.empty() ? std::string_view{} : take_token(rest);
    if (!pattern.empty() && want == "**") {
      retry_pattern = pattern = rest;
      retry_pointer = pointer;
      can_retry = true;
      if (pattern.empty()) return true;
      continue;
    }
    if (pattern.empty() && pointer.empty()) return true;
    if (!pattern.empty() && !pointer.empty()) {
      std::string_view after = pointer;
      const std::string_view have = take_token(after);
      if (want == "*" || want == have) {
        pattern = rest;
        pointer = after;
        continue;
      }
    }
    if (!can_retry || retry_pointer.empty()) return false;
    take_token(retry_pointer);
    pattern = retry_pattern;
    pointer = retry_pointer;
  }
}

}  // namespace telltale
