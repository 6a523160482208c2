#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "inspect/detect/found.hpp"

namespace telltale::inspect {

/// The text a rule takes from `value`: all of it, or group `group` of its pattern; nothing if pattern or list refuse.
[[nodiscard]] std::optional<std::string> taken(const Rule& rule, const re2::RE2* regex, int group,
                                               std::string_view value);
/// A finding of `value` at `range`, with what it carries.
[[nodiscard]] Found found_value(const Rule& rule, std::string value, ByteRange range);

}  // namespace telltale::inspect
