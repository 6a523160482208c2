// Anthropic Messages and count_tokens, as docs.anthropic.com describes replies and streams.
// Covered by tests/unit/app/mock_reply_test.cpp.
#include <fmt/format.h>

#include "app/mock_api.hpp"

namespace telltale::app::mock {
namespace {

std::string event(const Json& data) {
  return fmt::format("event: {}\ndata: {}\n\n", data["type"].get<std::string>(), dump(data));
}

Json usage_of(const Call& call, std::uint64_t output_tokens) {
  return {{"input_tokens", tokens_of(call.body)},
          {"cache_creation_input_tokens", 0},
          {"cache_read_input_tokens", 0},
          {"output_tokens", output_tokens},
          {"service_tier", "standard"}};
}

Json message_of(const Call& call) {
  return {{"id", "msg_mock" + call.id}, {"type", "message"},
          {"role", "assistant"},        {"model", text_member(call.body, "model", "mock")},
          {"content", Json::array()},   {"stop_reason", nullptr},
          {"stop_sequence", nullptr},   {"usage", usage_of(call, 1)}};
}

// A client that forces a tool waits for a call of it and for nothing else.
Json block_of(const Call& call) {
  const Json* choice = member(call.body, "tool_choice");
  const Json* tools = member(call.body, "tools");
  if (choice != nullptr && tools != nullptr && tools->is_array() && text_member(*choice, "type", "") == "tool") {
    const std::string name = text_member(*choice, "name", "");
    for (const Json& tool : *tools)
      if (text_member(tool, "name", "") == name && member(tool, "input_schema") != nullptr)
        return {{"type", "tool_use"},
                {"id", "toolu_mock" + call.id},
                {"name", name},
                {"input", instance_of(*member(tool, "input_schema"))}};
  }
  return {{"type", "text"}, {"text", call.text}};
}

void add_block(std::vector<std::string>& events, const Json& block) {
  const bool tool = block["type"] == "tool_use";
  Json empty = block;
  const char* const held_back = tool ? "input" : "text";
  empty[held_back] = tool ? Json(Json::object()) : Json("");
  events.push_back(event({{"type", "content_block_start"}, {"index", 0}, {"content_block", empty}}));
  events.push_back(event({{"type", "ping"}}));
  const std::string whole = tool ? dump(block["input"]) : block["text"].get<std::string>();
  for (const std::string& word : words_of(whole)) {
    Json delta = {{"type", tool ? "input_json_delta" : "text_delta"}, {tool ? "partial_json" : "text", word}};
    events.push_back(event({{"type", "content_block_delta"}, {"index", 0}, {"delta", delta}}));
  }
  events.push_back(event({{"type", "content_block_stop"}, {"index", 0}}));
}

}  // namespace

MockReply anthropic_message(const Call& call) {
  const Json block = block_of(call);
  const char* const stop = block["type"] == "tool_use" ? "tool_use" : "end_turn";
  const std::uint64_t tokens = words_of(call.text).size() + 1;
  Json message = message_of(call);
  if (!call.stream) {
    message["content"].push_back(block);
    message["stop_reason"] = stop;
    message["usage"] = usage_of(call, tokens);
    return json_reply(message);
  }
  std::vector<std::string> events;
  events.push_back(event({{"type", "message_start"}, {"message", message}}));
  add_block(events, block);
  events.push_back(event({{"type", "message_delta"},
                          {"delta", {{"stop_reason", stop}, {"stop_sequence", nullptr}}},
                          {"usage", usage_of(call, tokens)}}));
  events.push_back(event({{"type", "message_stop"}}));
  return event_stream(std::move(events));
}

MockReply anthropic_token_count(const Call& call) {
  return json_reply({{"input_tokens", tokens_of(call.body)}});
}

}  // namespace telltale::app::mock
