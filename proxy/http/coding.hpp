#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"

namespace telltale::http {

enum class Coding : unsigned char { gzip, deflate, br, zstd };

/// The codings named by Content-Encoding, in the order they were applied; `identity` is dropped.
/// Errors: coding_unknown (an unknown name, or more than Limits::codings).
[[nodiscard]] Result<std::vector<Coding>> parse_codings(std::string_view content_encoding, const Limits& limits);

[[nodiscard]] std::string_view name_of(Coding coding);

/// Undoes the codings, last applied first. Bounded in output, ratio and window whatever the input claims; the ratio is
/// taken against `bytes`, also for stacked codings. An empty body is empty content in any coding. `deflate` is read
/// with its zlib header or without; several gzip members or zstd frames are read as one. Errors: coding_malformed (also
/// truncated, bytes after the end, a zstd window over 8 MiB, a skippable zstd frame), coding_ratio, content_too_long;
/// `at` is an offset in `bytes` (its end, if an inner layer is at fault).
[[nodiscard]] Result<std::string> decode_content(std::string_view bytes, const std::vector<Coding>& codings,
                                                 const Limits& limits);

/// Applies the codings again, after an edit. Deterministic (fixed level, no time stamp). `deflate` comes with its zlib
/// header. Errors: content_too_long (over 1 GiB), internal.
[[nodiscard]] Result<std::string> encode_content(std::string_view content, const std::vector<Coding>& codings);

}  // namespace telltale::http
