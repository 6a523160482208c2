#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/json_scan.hpp"
#include "core/limits.hpp"
#include "core/result.hpp"
#include "record/capture.hpp"

// What the parts of a request are called, so that they are found again in another request.

namespace telltale::compare {

/// Between the parts of a dress, and between the names in an order.
inline constexpr char name_separator = '\x1F';

/// What a JSON Pointer calls the value: its (decoded) key, or its index. Not escaped.
[[nodiscard]] std::string own_name(const codec::JsonDocument& document, std::uint32_t value);

/// What an element of an array is called wherever it stands: "name=" and its `name` (also `function.name`), else
/// "role=" or "type=" and that; `index` if it is no object.
[[nodiscard]] std::string element_name(const codec::JsonDocument& document, std::uint32_t value,
                                       const std::string& index);

/// Blanks around a value: before it and its key, between the two (with the key as it is written, if it is escaped),
/// behind, and before its closing bracket; a `name_separator` between one and the next.
[[nodiscard]] std::string dress_of(const codec::JsonDocument& document, std::uint32_t value);

/// Path and query, as they stand in the URL.
[[nodiscard]] std::string_view target_of(std::string_view url);

/// The path of a target, with `*` for what looks like an id: "/v1/files/3f9c0a77e1/parts" is "/v1/files/*/parts".
[[nodiscard]] std::string masked_path(std::string_view target);

/// The body without its content coding. Errors: as http::parse_codings and http::decode_content.
[[nodiscard]] Result<std::string> content_of(const record::CapturedBody& body, const Limits& limits);

}  // namespace telltale::compare
