#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "inspect/engine.hpp"
#include "inspect/typed_index.hpp"

// What a person hands in beside the captures. Errors: file_failed, input_unreadable; `detail` begins with the file.

namespace telltale::app {

/// What the user typed, in order: a JSON array of strings, or else one text a line (blank lines dropped).
[[nodiscard]] Result<std::vector<std::string>> read_typed(const std::string& path);

/// What the user typed by the transcripts in `paths`, the newest of it, and `more` behind that. Errors: as
/// Transcripts::open; input_unreadable if a folder holds none.
[[nodiscard]] Result<std::shared_ptr<const inspect::TypedIndex>> read_transcripts(const std::vector<std::string>& paths,
                                                                                  std::vector<std::string> more);

/// What is known of the machine: a JSON object, each value a string or an array of strings.
[[nodiscard]] Result<inspect::Environment> read_environment(const std::string& path);

}  // namespace telltale::app
