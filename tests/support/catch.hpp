#pragma once
// One include for both majors of Catch2: 2.13 on Debian 12, 3.x on Ubuntu 24.04.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

#include <string>
namespace Catch {
// Names that 2.13 has for them.
inline auto Contains(const std::string& text) {
  return Matchers::ContainsSubstring(text);
}
inline auto StartsWith(const std::string& text) {
  return Matchers::StartsWith(text);
}
}  // namespace Catch
#else
#include <catch2/catch.hpp>
#endif
