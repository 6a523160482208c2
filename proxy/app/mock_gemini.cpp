// Gemini generateContent, streamGenerateContent and countTokens, bare and in Cloud Code's wrapper, as ai.google.dev's
// API reference describes them. Covered by tests/unit/app/mock_reply_test.cpp.
#include <fmt/format.h>

#include "app/mock_api.hpp"

namespace telltale::app::mock {
namespace {

Json content_chunk(const Call& call, std::string_view text, bool last) {
  Json candidate = {{"content", {{"parts", Json::array({{{"text", text}}})}, {"role", "model"}}}};
  if (last) candidate["finishReason"] = "STOP";
  candidate["index"] = 0;
  const std::uint64_t in = tokens_of(call.body);
  const std::uint64_t out = words_of(call.text).size();
  Json chunk = {
      {"candidates", Json::array({candidate})},
      {"usageMetadata", {{"promptTokenCount", in}, {"candidatesTokenCount", out}, {"totalTokenCount", in + out}}},
      {"modelVersion", text_member(call.body, "model", "mock")},
      {"responseId", "mock" + call.id}};
  if (!call.wrapped) return chunk;
  return {{"response", chunk}, {"traceId", "mock" + call.id}};
}

}  // namespace

MockReply gemini_content(const Call& call) {
  if (!call.stream) return json_reply(content_chunk(call, call.text, true));
  const std::vector<std::string> words = words_of(call.text);
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    const std::string chunk = dump(content_chunk(call, words[i], last));
    if (call.sse)
      pieces.push_back(fmt::format("data: {}\r\n\r\n", chunk));
    else
      pieces.push_back(fmt::format("{}{}{}", i == 0 ? "[" : ",\r\n", chunk, last ? "]" : ""));
  }
  MockReply reply = event_stream(std::move(pieces));
  if (!call.sse) reply.content_type = "application/json";
  return reply;
}

MockReply gemini_token_count(const Call& call) {
  return json_reply({{"totalTokens", tokens_of(call.body)}});
}

}  // namespace telltale::app::mock
