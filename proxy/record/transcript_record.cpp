// One record of a client's transcript: which client wrote it, and what in it a person typed. Shapes as the clients
// write them (docs/typed-text.md lists files and versions). Covered by tests/unit/record/transcript_test.cpp.
#include <array>

#include "core/ascii.hpp"
#include "record/transcript.hpp"

namespace telltale::record {
namespace {

using codec::JsonKind;
using Index = JsonReader::Index;
using Texts = std::vector<std::string>;

/// How a text begins that a client wrote into the user's turn. None of them is typed.
constexpr std::array context_begins = std::to_array<std::string_view>({
    "<system-reminder>",
    "<session_context>",
    "<environment_context>",
    "<environment_details>",
    "<user_instructions>",
    "<INSTRUCTIONS>",
    "<ide_",
    "<local-command-",
    "<command-",
    "<task-notification",
    "<turn_aborted>",
    "<permissions",
    "<skill",
    "<user_shell_command>",
    "<subagent_",
    "<collaboration_mode>",
    "<bash-std",
    "# AGENTS.md instructions",
    "Caveat: The messages below were generated",
    "[Request interrupted by user",
    "This session is being continued from a previous conversation",
});

std::string_view stripped(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

bool is_context(std::string_view text) {
  text = stripped(text);
  for (const std::string_view begin : context_begins)
    if (text.starts_with(begin)) return true;
  return false;
}

void add(Texts& typed, std::string text) {
  if (!stripped(text).empty()) typed.push_back(std::move(text));
}

void add_unless_context(Texts& typed, std::string text) {
  if (!is_context(text)) add(typed, std::move(text));
}

/// What stands between <tag> and </tag>; nothing if there is no such element.
std::optional<std::string_view> inside(std::string_view text, std::string_view tag) {
  const std::string open = "<" + std::string(tag) + ">";
  const std::size_t begin = text.find(open);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find("</" + std::string(tag) + ">", begin);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(begin + open.size(), end - begin - open.size());
}

/// Texts of a content that is a string or a list of blocks.
Texts texts_of(const JsonReader& json, Index content) {
  if (json.is(content, JsonKind::string)) return {json.text(content)};
  Texts out;
  if (!json.is(content, JsonKind::array)) return out;
  for (const Index block : json.items(content)) {
    const std::string type = json.text_of(block, "type");
    if (type.empty() || type == "text" || type == "input_text") out.push_back(json.text_of(block, "text"));
  }
  return out;
}

// --- Claude Code ---

/// A slash command and a shell line are kept in elements round what was typed.
void add_claude_text(Texts& typed, std::string text) {
  const auto command = inside(text, "command-name");
  if (command && text.find("<command-message>") != std::string::npos) {
    const std::string arguments(inside(text, "command-args").value_or(""));
    add(typed, arguments.empty() ? std::string(*command) : std::string(*command) + " " + arguments);
    add(typed, arguments);
    return;
  }
  if (text.starts_with("<bash-input>")) {
    add(typed, std::string(inside(text, "bash-input").value_or("")));
    return;
  }
  add_unless_context(typed, std::move(text));
}

bool is_by_a_person(const JsonReader& json, Index record) {
  for (const std::string_view flag : {"isMeta", "isSidechain", "isCompactSummary", "isVisibleInTranscriptOnly"})
    if (json.flag_of(record, flag)) return false;
  if (json.member(record, "toolUseResult") != JsonReader::none) return false;
  const std::string origin = json.text_of(record, "turnOrigin");
  return origin.empty() || origin == "human" || origin == "sdk";
}

void take_claude_user(const JsonReader& json, Index record, Index content, Texts& typed) {
  if (!is_by_a_person(json, record)) return;
  for (std::string& text : texts_of(json, content)) add_claude_text(typed, std::move(text));
}

/// What was typed while the client was at work comes as an attachment.
void take_claude_attachment(const JsonReader& json, Index attachment, Texts& typed) {
  if (json.text_of(attachment, "type") != "queued_command") return;
  const std::string mode = json.text_of(attachment, "commandMode");
  if (!mode.empty() && mode != "prompt") return;
  for (std::string& text : texts_of(json, json.member(attachment, "prompt"))) add_claude_text(typed, std::move(text));
}

/// history.jsonl shows a paste as "[Pasted text #1 +3 lines]" and keeps it beside.
void take_claude_history(const JsonReader& json, Index record, Texts& typed) {
  std::string text = json.text_of(record, "display");
  for (const Index paste : json.items(json.member(record, "pastedContents"))) {
    const std::string content = json.text_of(paste, "content");
    if (content.empty()) continue;
    const std::string sign = "[Pasted text #" + std::to_string(json.count_of(paste, "id"));
    const std::size_t begin = text.find(sign);
    const std::size_t end = begin == std::string::npos ? begin : text.find(']', begin);
    if (end != std::string::npos) text.replace(begin, end + 1 - begin, content);
  }
  add(typed, std::move(text));
}

// --- Codex ---

/// Labels of the items of a message's content, "user.text" for what was typed; empty if the version has none.
Texts codex_kinds(const JsonReader& json, Index payload) {
  for (const std::string_view name : {"internal_chat_message_metadata_passthrough", "metadata"}) {
    Texts kinds = json.texts(json.member(json.member(payload, name), "content_item_kinds"));
    if (!kinds.empty()) return kinds;
  }
  return json.texts(json.member(payload, "content_item_kinds"));
}

void take_codex_message(const JsonReader& json, Index payload, Texts& typed) {
  if (json.text_of(payload, "type") != "message" || json.text_of(payload, "role") != "user") return;
  const Texts kinds = codex_kinds(json, payload);
  const std::vector<Index> items = json.items(json.member(payload, "content"));
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (json.text_of(items[i], "type") != "input_text") continue;
    std::string text = json.text_of(items[i], "text");
    if (kinds.empty())
      add_unless_context(typed, std::move(text));
    else if (i < kinds.size() && kinds[i] == "user.text")
      add(typed, std::move(text));
  }
}

void take_codex_event(const JsonReader& json, Index payload, Texts& typed) {
  const std::string type = json.text_of(payload, "type");
  if (type == "user_message") add_unless_context(typed, json.text_of(payload, "message"));
  if (type != "item_completed") return;
  const Index item = json.member(payload, "item");
  if (ascii::lower(json.text_of(item, "type")) != "usermessage") return;
  for (std::string& text : texts_of(json, json.member(item, "content"))) add_unless_context(typed, std::move(text));
}

// --- the others ---

/// Gemini CLI (`content` or `message`) and Qwen Code (`message.parts`, with where it comes from).
void take_parts(const JsonReader& json, Index record, Index content, Texts& typed) {
  const std::string provenance = json.text_of(record, "provenance");
  if (!provenance.empty() && provenance != "real_user") return;
  for (std::string& text : texts_of(json, content)) add_unless_context(typed, std::move(text));
}

/// Cline's turns for the model: what was typed stands in elements among what the client wrote.
void take_cline_turn(const JsonReader& json, Index record, Texts& typed) {
  for (const std::string& text : texts_of(json, json.member(record, "content")))
    for (const std::string_view tag : {"task", "user_message", "feedback", "answer"})
      if (const auto part = inside(text, tag)) add(typed, std::string(stripped(*part)));
}

bool take_user(const JsonReader& json, Index record, Texts& typed) {
  const Index message = json.member(record, "message");
  const Index content = json.member(record, "content");
  const Index inner = json.member(message, "content");
  const Index parts = json.member(message, "parts");
  if (inner != JsonReader::none)
    take_claude_user(json, record, inner, typed);
  else if (parts != JsonReader::none)
    take_parts(json, record, parts, typed);
  else if (content != JsonReader::none || message != JsonReader::none)
    take_parts(json, record, content != JsonReader::none ? content : message, typed);
  else
    return false;
  return true;
}

/// Records that have no type: known by their members.
bool take_untyped(const JsonReader& json, Index record, Texts& typed) {
  const auto has = [&json, record](std::string_view name) { return json.member(record, name) != JsonReader::none; };
  if (has("display") && (has("timestamp") || has("pastedContents"))) {
    take_claude_history(json, record, typed);
    return true;
  }
  if (has("session_id") && has("ts") && has("text")) {
    add(typed, json.text_of(record, "text"));
    return true;
  }
  const std::string role = json.text_of(record, "role");
  if (role == "user") take_cline_turn(json, record, typed);
  return !role.empty() && has("content");
}

bool take_typed(const JsonReader& json, Index record, Texts& typed) {
  const std::string type = json.text_of(record, "type");
  const Index payload = json.member(record, "payload");
  if (type.empty()) return take_untyped(json, record, typed);
  if (type == "user") return take_user(json, record, typed);
  if (type == "attachment") take_claude_attachment(json, json.member(record, "attachment"), typed);
  if (type == "user.message") add(typed, json.text_of(json.member(record, "data"), "content"));
  if (type == "response_item") take_codex_message(json, payload, typed);
  if (type == "event_msg") take_codex_event(json, payload, typed);
  const std::string say = json.text_of(record, "say");
  if (type == "say" && (say == "task" || say == "user_feedback")) add(typed, json.text_of(record, "text"));
  // Any other record of a transcript: it has a type and one of the members that go with it.
  for (const std::string_view name :
       {"sessionId", "payload", "data", "uuid", "message", "content", "say", "ask", "timestamp", "leafUuid"})
    if (json.member(record, name) != JsonReader::none) return true;
  return false;
}

}  // namespace

bool take_record(const JsonReader& json, Index record, Texts& typed) {
  if (!json.is(record, JsonKind::object)) return false;
  const Index messages = json.member(record, "messages");
  const bool is_session = json.is(messages, JsonKind::array) && json.member(record, "sessionId") != JsonReader::none;
  if (!is_session) return take_typed(json, record, typed);
  for (const Index message : json.items(messages)) take_typed(json, message, typed);
  return true;
}

}  // namespace telltale::record
