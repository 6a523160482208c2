#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace telltale::app {

/// A whole file. Errors: file_failed, with path and the system's reason, or that it is longer than `most` bytes.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t most);

/// Writes all of `text` to a descriptor. False with errno set if that fails.
[[nodiscard]] bool write_all(int descriptor, std::string_view text);

/// The system's reason for the last failed call: "No such file or directory".
[[nodiscard]] std::string system_reason();

}  // namespace telltale::app
