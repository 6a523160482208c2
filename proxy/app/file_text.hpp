#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace telltale::app {

/// A whole file. Errors: file_failed, with path and the system's reason, or that it is longer than `most` bytes.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t most);

/// Puts `text` in the place of a file: written beside it for the owner alone (0600) and renamed when it is whole and on
/// the disk, so that a reader sees the old file or the new one. Missing folders are made (0700). Error: file_failed.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view text);

/// A new name or a rename is on the disk when its folder is. Not every file system can do that; the file is whole
/// either way.
void sync_folder_of(const std::string& path);

/// Writes all of `text` to a descriptor. False with errno set if that fails.
[[nodiscard]] bool write_all(int descriptor, std::string_view text);

/// The system's reason for the last failed call: "No such file or directory".
[[nodiscard]] std::string system_reason();

}  // namespace telltale::app
