#pragma once
#include <string_view>
#include <vector>

#include "core/byte_range.hpp"

namespace telltale::inspect {

/// A document that a client shows inside a text of its own.
struct Document {
  ByteRange range;          ///< of the text: the content, without the frame that names it
  bool is_element = false;  ///< an element that names a file, rather than instructions beside the client's own
};

/// Documents of somebody else's hand, as far as the frame says so. It begins a line and is one of
///   <file path="src/a.c"> ... </file>               an element with a file's place, or named file_content and the like
///   Contents of /p/CLAUDE.md (...): ...             to the next of these, the next `# currentDate`, or the note's end
///   Instructions from: /p/AGENTS.md ...             to the next of these, or the end
///   # AGENTS.md instructions for /p, <INSTRUCTIONS> ... </INSTRUCTIONS>
///   --- Context from: GEMINI.md --- ... --- End of Context from: GEMINI.md ---
/// In order, apart. Cost: linear but for frames that are never closed, of which 64 are looked at.
[[nodiscard]] std::vector<Document> find_documents(std::string_view text);

}  // namespace telltale::inspect
