#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/mock_reply.hpp"

// The replies of the built-in upstream, one function an API; `answer` (mock_reply.cpp) picks among them.

namespace telltale::app::mock {

using Json = nlohmann::ordered_json;

/// One model call, reduced to what the reply depends on.
struct Call {
  Json body;         ///< the request; an object, perhaps empty
  std::string text;  ///< what to reply: the mock's sentence, or JSON of the schema asked for
  std::string id;    ///< hexadecimal, other for every request
  bool stream = false;
  bool sse = true;       ///< gemini only: false streams a JSON array
  bool wrapped = false;  ///< gemini only: Cloud Code puts each reply into {"response": ...}
};

[[nodiscard]] MockReply anthropic_message(const Call& call);
[[nodiscard]] MockReply anthropic_token_count(const Call& call);
[[nodiscard]] MockReply openai_response(const Call& call);
[[nodiscard]] MockReply openai_chat(const Call& call);
[[nodiscard]] MockReply gemini_content(const Call& call);
[[nodiscard]] MockReply gemini_token_count(const Call& call);

/// JSON that fits the schema's types, enums, constants, required members and lower bounds: what a title or router call
/// waits for. `$ref` is followed inside the same document. Depth is bounded; below it everything is null.
[[nodiscard]] Json instance_of(const Json& schema);

/// The schema the request wants the reply to follow, wherever its API puts it; null if it asks for none. A request for
/// any JSON at all gives an empty object.
[[nodiscard]] const Json* wanted_schema(const Json& body);

// What the API files share.
[[nodiscard]] std::string dump(const Json& value);  ///< compact; what is no UTF-8 is replaced
[[nodiscard]] const Json* member(const Json& object, std::string_view name);
[[nodiscard]] std::string text_member(const Json& object, std::string_view name, std::string_view otherwise);
[[nodiscard]] std::vector<std::string> words_of(
    std::string_view text);                               ///< cut behind blanks; together they are `text`
[[nodiscard]] std::uint64_t tokens_of(const Json& body);  ///< a plausible count: a quarter of the bytes
[[nodiscard]] MockReply json_reply(const Json& value);
[[nodiscard]] MockReply event_stream(std::vector<std::string> events);

}  // namespace telltale::app::mock
