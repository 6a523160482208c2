#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "record/json_reader.hpp"

// What users typed, out of the files that AI clients keep of their conversations. Told by content, never by name. Only
// what a person entered counts: not the context a client adds, not tool results, not what a model asks a sub-agent.

namespace telltale::record {

/// How a file is read on when it grows.
enum class TranscriptForm : std::uint8_t {
  records,   ///< JSON lines: Claude Code, Codex, Gemini CLI, Qwen Code, Copilot CLI
  document,  ///< one JSON value, written anew each time: Gemini CLI's logs, Cline, an array of strings
  history,   ///< "# time" and "+text" lines: Aider and others that use prompt_toolkit
  lines      ///< any other text: a prompt a line
};

/// From the first bytes of a file (some hundred KB, or all of it). Nothing if there is nothing but white space yet, or
/// if it is no text; `is_text` tells the two apart.
[[nodiscard]] std::optional<TranscriptForm> transcript_form(std::string_view begin);

/// UTF-8 without NUL; a character cut off at the end is forgiven.
[[nodiscard]] bool is_text(std::string_view bytes);

struct Transcript {
  std::vector<std::string> typed;  ///< in order, as entered, none empty
  bool known = false;              ///< a record of a shape we know was there, typed text in it or not
  std::size_t consumed = 0;  ///< bytes that need not be given again; what follows is the begin of a line or record
};

/// Reads `text`, the file or its next part, which begins at a line. `whole`: nothing follows, so that a last line
/// without an end counts; a document is always whole. What is not JSON where it should be is skipped: a transcript may
/// be read while it is written. Never fails.
[[nodiscard]] Transcript read_transcript(std::string_view text, TranscriptForm form, bool whole, const Limits& limits);

/// What was posted by a client's prompt hook: text/plain as it is; anything else is one JSON object with `prompt` (the
/// hooks of Claude Code, Codex and Gemini CLI), `typed` or `input-messages` (Codex' notify), a string or an array of
/// strings. Other members are ignored. Error: json_malformed.
[[nodiscard]] Result<std::vector<std::string>> posted_texts(std::string_view content_type, std::string_view body,
                                                            const Limits& limits);

/// One record of a JSON transcript, whichever client wrote it. Appends what was typed; true if its shape is known.
bool take_record(const JsonReader& json, JsonReader::Index record, std::vector<std::string>& typed);

}  // namespace telltale::record
