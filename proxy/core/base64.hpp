#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace telltale::base64 {

/// RFC 4648 section 4, with padding.
[[nodiscard]] std::string encode(std::string_view bytes);

/// Accepts the standard and the URL-safe alphabet, with or without padding; nothing if any other byte occurs or the
/// length is impossible.
[[nodiscard]] std::optional<std::string> decode(std::string_view text);

}  // namespace telltale::base64
