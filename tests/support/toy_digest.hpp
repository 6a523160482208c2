#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace telltale::test {

/// 32 bytes that depend on every byte of the text (FNV-1a): a digest for tests of the pure half, which has no OpenSSL.
[[nodiscard]] inline std::string toy_digest(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  std::string out;
  for (int i = 0; i < 32; ++i) out.push_back(static_cast<char>(hash >> static_cast<unsigned>(i % 8 * 8) & 0xFFU));
  return out;
}

}  // namespace telltale::test
