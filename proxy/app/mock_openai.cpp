// OpenAI Responses and Chat Completions, as platform.openai.com's API reference describes replies and streams.
// Covered by tests/unit/app/mock_reply_test.cpp.
#include <fmt/format.h>

#include "app/mock_api.hpp"

namespace telltale::app::mock {
namespace {

constexpr std::int64_t created_at = 1'767'225'600;  // any time: replies do not depend on the clock

Json response_usage(const Call& call) {
  const std::uint64_t in = tokens_of(call.body);
  const std::uint64_t out = words_of(call.text).size();
  return {{"input_tokens", in},
          {"input_tokens_details", {{"cached_tokens", 0}}},
          {"output_tokens", out},
          {"output_tokens_details", {{"reasoning_tokens", 0}}},
          {"total_tokens", in + out}};
}

Json text_part(std::string_view text) {
  return {{"type", "output_text"}, {"text", text}, {"annotations", Json::array()}, {"logprobs", Json::array()}};
}

Json output_item(const Call& call, const char* status, bool filled) {
  Json item = {{"id", "msg_mock" + call.id},
               {"type", "message"},
               {"status", status},
               {"role", "assistant"},
               {"content", Json::array()}};
  if (filled) item["content"].push_back(text_part(call.text));
  return item;
}

Json response_of(const Call& call, const char* status, bool filled) {
  Json response = {{"id", "resp_mock" + call.id},
                   {"object", "response"},
                   {"created_at", created_at},
                   {"status", status},
                   {"error", nullptr},
                   {"incomplete_details", nullptr},
                   {"instructions", nullptr},
                   {"metadata", Json::object()},
                   {"model", text_member(call.body, "model", "mock")},
                   {"output", Json::array()},
                   {"parallel_tool_calls", true},
                   {"temperature", 1.0},
                   {"tool_choice", "auto"},
                   {"tools", Json::array()},
                   {"top_p", 1.0},
                   {"usage", nullptr}};
  if (!filled) return response;
  response["output"].push_back(output_item(call, "completed", true));
  response["usage"] = response_usage(call);
  return response;
}

// Every event carries its number; the place says which item and part it belongs to.
class ResponseStream {
 public:
  void add(const char* type, const Json& data) {
    Json whole = {{"type", type}, {"sequence_number", events_.size()}};
    whole.update(data);
    events_.push_back(fmt::format("event: {}\ndata: {}\n\n", type, dump(whole)));
  }
  void add_in_part(const Call& call, const char* type, const Json& data) {
    Json whole = {{"item_id", "msg_mock" + call.id}, {"output_index", 0}, {"content_index", 0}};
    whole.update(data);
    add(type, std::move(whole));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(events_); }

 private:
  std::vector<std::string> events_;
};

Json chat_usage(const Call& call) {
  const std::uint64_t in = tokens_of(call.body);
  const std::uint64_t out = words_of(call.text).size();
  return {{"prompt_tokens", in}, {"completion_tokens", out}, {"total_tokens", in + out}};
}

Json chat_object(const Call& call, const char* object) {
  return {{"id", "chatcmpl-mock" + call.id}, {"object", object},
          {"created", created_at},           {"model", text_member(call.body, "model", "mock")},
          {"system_fingerprint", nullptr},   {"choices", Json::array()}};
}

std::string chat_chunk(const Call& call, Json delta, Json finish) {
  Json chunk = chat_object(call, "chat.completion.chunk");
  chunk["choices"].push_back(
      {{"index", 0}, {"delta", std::move(delta)}, {"logprobs", nullptr}, {"finish_reason", std::move(finish)}});
  return fmt::format("data: {}\n\n", dump(chunk));
}

MockReply chat_stream(const Call& call) {
  std::vector<std::string> events;
  events.push_back(chat_chunk(call, {{"role", "assistant"}, {"content", ""}}, nullptr));
  for (const std::string& word : words_of(call.text)) events.push_back(chat_chunk(call, {{"content", word}}, nullptr));
  events.push_back(chat_chunk(call, Json::object(), "stop"));
  const Json* options = member(call.body, "stream_options");
  const Json* wanted = options == nullptr ? nullptr : member(*options, "include_usage");
  if (wanted != nullptr && *wanted == true) {
    Json chunk = chat_object(call, "chat.completion.chunk");
    chunk["usage"] = chat_usage(call);
    events.push_back(fmt::format("data: {}\n\n", dump(chunk)));
  }
  events.emplace_back("data: [DONE]\n\n");
  return event_stream(std::move(events));
}

}  // namespace

MockReply openai_response(const Call& call) {
  if (!call.stream) return json_reply(response_of(call, "completed", true));
  ResponseStream stream;
  stream.add("response.created", {{"response", response_of(call, "in_progress", false)}});
  stream.add("response.in_progress", {{"response", response_of(call, "in_progress", false)}});
  stream.add("response.output_item.added", {{"output_index", 0}, {"item", output_item(call, "in_progress", false)}});
  stream.add_in_part(call, "response.content_part.added", {{"part", text_part("")}});
  for (const std::string& word : words_of(call.text))
    stream.add_in_part(call, "response.output_text.delta", {{"delta", word}, {"logprobs", Json::array()}});
  stream.add_in_part(call, "response.output_text.done", {{"text", call.text}, {"logprobs", Json::array()}});
  stream.add_in_part(call, "response.content_part.done", {{"part", text_part(call.text)}});
  stream.add("response.output_item.done", {{"output_index", 0}, {"item", output_item(call, "completed", true)}});
  stream.add("response.completed", {{"response", response_of(call, "completed", true)}});
  return event_stream(stream.take());
}

MockReply openai_chat(const Call& call) {
  if (call.stream) return chat_stream(call);
  Json reply = chat_object(call, "chat.completion");
  reply["choices"].push_back({{"index", 0},
                              {"message", {{"role", "assistant"}, {"content", call.text}, {"refusal", nullptr}}},
                              {"logprobs", nullptr},
                              {"finish_reason", "stop"}});
  reply["usage"] = chat_usage(call);
  return json_reply(reply);
}

}  // namespace telltale::app::mock
