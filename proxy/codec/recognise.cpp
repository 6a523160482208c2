// Which API a body is for, by its shape; the path decides only where the shape is silent, since gateways carry every
// API on any path. The ambiguous minimal bodies and what becomes of them: tests/unit/codec/recognise_test.cpp.
#include <algorithm>

#include "codec/api.hpp"

namespace telltale::codec {
namespace {

// Votes between Anthropic (positive) and OpenAI Chat (negative). One member that only one of them knows outweighs the
// path, the path outweighs habits.
constexpr int strong = 100;
constexpr int by_path = 10;
constexpr int weak = 1;

struct Vote {
  std::string_view name;
  int weight;
};

constexpr Vote root_votes[] = {
    {"system", strong},
    {"anthropic_version", strong},
    {"anthropic_beta", strong},
    {"stop_sequences", strong},
    {"context_management", strong},
    {"mcp_servers", strong},
    {"container", strong},
    {"output_config", strong},
    {"max_tokens", weak},  // Anthropic requires it, Chat merely allows it
    {"thinking", weak},    // DeepSeek and others take it in Chat
    {"top_k", weak},
    {"user", -weak},
    {"max_completion_tokens", -strong},
    {"frequency_penalty", -strong},
    {"presence_penalty", -strong},
    {"repetition_penalty", -strong},
    {"logit_bias", -strong},
    {"logprobs", -strong},
    {"top_logprobs", -strong},
    {"response_format", -strong},
    {"stream_options", -strong},
    {"functions", -strong},
    {"function_call", -strong},
    {"reasoning_effort", -strong},
    {"parallel_tool_calls", -strong},
    {"prompt_cache_key", -strong},
    {"safety_identifier", -strong},
    {"n", -strong},
    {"stop", -strong},
    {"seed", -strong},
    {"store", -strong},
    {"keep_alive", -strong},  // Ollama
    {"options", -strong},
    {"enable_thinking", -strong},  // Qwen
};

constexpr Vote message_votes[] = {
    {"tool_calls", -strong}, {"tool_call_id", -strong}, {"function_call", -strong}, {"reasoning_content", -strong}};

constexpr Vote role_votes[] = {{"developer", -strong}, {"tool", -strong}, {"function", -strong}};

constexpr Vote block_votes[] = {
    {"tool_use", strong},        {"tool_result", strong},   {"thinking", strong}, {"redacted_thinking", strong},
    {"server_tool_use", strong}, {"search_result", strong}, {"document", strong}, {"image", strong},
    {"image_url", -strong},      {"input_audio", -strong},  {"file", -strong},    {"refusal", -strong},
    {"video_url", -strong},
};

constexpr Vote tool_choice_votes[] = {
    {"auto", strong}, {"any", strong}, {"tool", strong}, {"none", strong}, {"function", -strong}};

// Bedrock's Converse has messages too, of its own kind.
constexpr std::string_view converse_names[] = {"inferenceConfig", "toolConfig", "additionalModelRequestFields"};

// Members that say Responses where `input` is a bare string or empty, as it may be for embeddings and others too.
constexpr std::string_view responses_names[] = {
    "instructions", "max_output_tokens", "previous_response_id", "reasoning",    "tools", "store",
    "stream",       "include",           "client_metadata",      "conversation", "text",  "truncation"};

constexpr std::uint32_t most_messages_probed = 64;
constexpr std::size_t longest_name = 256;  // of those above

template <std::size_t N>
int vote_of(const Vote (&votes)[N], std::string_view name) {
  for (const Vote& vote : votes)
    if (vote.name == name) return vote.weight;
  return 0;
}

bool has(const JsonDocument& document, std::uint32_t object, std::string_view name) {
  return document.member(object, name) != JsonValue::none;
}

bool has_kind(const JsonDocument& document, std::uint32_t object, std::string_view name, JsonKind kind) {
  const std::uint32_t at = document.member(object, name);
  return at != JsonValue::none && document[at].kind == kind;
}

// The name of a member; `scratch` holds it where it is escaped.
std::string_view name_of_member(const JsonDocument& document, const JsonValue& value, std::string& scratch) {
  const std::string_view raw = document.slice(value.key);
  if (!value.key_escaped) return raw.substr(1, raw.size() - 2);
  scratch = decode_json_start(raw, longest_name);
  return scratch;
}

bool path_has(const RequestShape& shape, std::string_view part) {
  return shape.path.find(part) != std::string_view::npos;
}

int vote_of_path(const RequestShape& shape) {
  std::string_view path = shape.path;
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/completions") || path.ends_with("/api/chat")) return -by_path;
  if (path.ends_with("/messages") || path_has(shape, "/messages/") || path.ends_with("awPredict") ||
      path_has(shape, "/invoke"))
    return by_path;
  return 0;
}

int vote_of_tools(const JsonDocument& document, std::uint32_t tools) {
  const std::uint32_t first = tools + 1;
  if (first >= document[tools].after || document[first].kind != JsonKind::object) return 0;
  if (has(document, first, "function")) return -strong;
  if (has(document, first, "input_schema")) return strong;
  const std::string type = word_at(document, first, "type");
  if (type == "function") return -strong;
  return type.empty() || type == "custom" ? weak : strong;  // bash_20250124 and other tools the server runs
}

int vote_of_content(const JsonDocument& document, std::uint32_t content) {
  int votes = 0;
  if (document[content].kind != JsonKind::array) return 0;
  for (std::uint32_t i = content + 1; i < document[content].after; i = document[i].after)
    votes += vote_of(block_votes, word_at(document, i, "type"));
  return votes;
}

int vote_of_message(const JsonDocument& document, std::uint32_t message) {
  int votes = 0;
  std::string scratch;
  bool role_seen = false;  // of several members of one name the first counts; looking each up would be quadratic
  if (document[message].kind != JsonKind::object) return 0;
  for (std::uint32_t i = message + 1; i < document[message].after; i = document[i].after) {
    const std::string_view key = name_of_member(document, document[i], scratch);
    votes += vote_of(message_votes, key);
    if (key == "content") votes += vote_of_content(document, i);
    if (key != "role" || role_seen) continue;
    role_seen = true;
    const std::string role = word_at(document, message, "role");
    votes += vote_of(role_votes, role);
    // Anthropic has its system prompt outside, and system messages, if any, later on.
    if (role == "system" && document[message].index == 0) votes -= 2 * weak;
  }
  return votes;
}

int vote_of_messages(const JsonDocument& document, std::uint32_t messages) {
  int votes = 0;
  for (std::uint32_t i = messages + 1; i < document[messages].after; i = document[i].after) {
    votes += vote_of_message(document, i);
    if (votes >= strong || votes <= -strong || document[i].index >= most_messages_probed) break;
  }
  return votes;
}

int vote_of_tool_choice(const JsonDocument& document, std::uint32_t choice) {
  if (document[choice].kind == JsonKind::string) return -strong;
  return vote_of(tool_choice_votes, word_at(document, choice, "type"));
}

Family by_messages(const RequestShape& shape, const JsonDocument& document, std::uint32_t root) {
  std::string scratch;
  int votes = vote_of_path(shape);
  for (std::uint32_t i = root + 1; i < document[root].after; i = document[i].after) {
    const std::string_view key = name_of_member(document, document[i], scratch);
    votes += vote_of(root_votes, key);
    if (key == "messages") votes += vote_of_messages(document, i);
    if (key == "tools" && document[i].kind == JsonKind::array) votes += vote_of_tools(document, i);
    if (key == "tool_choice") votes += vote_of_tool_choice(document, i);
  }
  return votes > 0 ? Family::anthropic : Family::openai_chat;
}

// Responses' items carry a role or a type of their own; moderation takes a list of bare content blocks.
bool is_item(const JsonDocument& document, std::uint32_t at) {
  if (document[at].kind != JsonKind::object) return false;
  if (has(document, at, "role")) return true;
  const std::string type = word_at(document, at, "type");
  return !type.empty() && type != "text" && type != "image_url";
}

bool is_responses(const RequestShape& shape, const JsonDocument& document) {
  if (word_at(document, 0, "type") == "response.create") return true;
  const std::uint32_t input = document.member(0, "input");
  if (input == JsonValue::none) return false;
  const JsonValue& value = document[input];
  if (value.kind != JsonKind::string && value.kind != JsonKind::array) return false;
  if (value.kind == JsonKind::array && value.after > input + 1) return is_item(document, input + 1);
  if (has(document, 0, "voice")) return false;  // speech
  return path_has(shape, "/responses") || std::any_of(std::begin(responses_names), std::end(responses_names),
                                                      [&](std::string_view name) { return has(document, 0, name); });
}

bool has_contents(const JsonDocument& document, std::uint32_t object) {
  const std::uint32_t contents = document.member(object, "contents");
  if (contents == JsonValue::none) return false;
  if (document[contents].kind == JsonKind::object) return has(document, contents, "parts");
  return document[contents].kind == JsonKind::array &&
         (document[contents].after == contents + 1 || document[contents + 1].kind == JsonKind::object);
}

bool is_gemini(const JsonDocument& document) {
  if (has_contents(document, 0) || has_kind(document, 0, "generateContentRequest", JsonKind::object)) return true;
  const std::uint32_t request = document.member(0, "request");
  return request != JsonValue::none && has_contents(document, request);
}

bool is_anthropic_batch(const JsonDocument& document) {
  const std::uint32_t requests = document.member(0, "requests");
  if (requests == JsonValue::none || requests + 1 >= document[requests].after) return false;
  const std::uint32_t params = document.member(requests + 1, "params");
  return params != JsonValue::none && has(document, params, "messages");
}

}  // namespace

Family recognise(const RequestShape& shape, const JsonDocument& document) {
  if (document.values.empty() || document[0].kind != JsonKind::object) return Family::json;
  if (has_kind(document, 0, "messages", JsonKind::array)) {
    for (const std::string_view name : converse_names)
      if (has(document, 0, name)) return Family::json;
    if (path_has(shape, "/converse")) return Family::json;
    return by_messages(shape, document, 0);
  }
  if (is_gemini(document)) return Family::gemini;
  if (is_responses(shape, document)) return Family::openai_responses;
  return is_anthropic_batch(document) ? Family::anthropic : Family::json;
}

}  // namespace telltale::codec
