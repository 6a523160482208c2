// Which reply a request gets: by the end of its path, since gateways put every API under any host and prefix.
// Covered by tests/unit/app/mock_reply_test.cpp.
#include "app/mock_reply.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "app/mock_api.hpp"

namespace telltale::app {
namespace mock {

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(std::string(name));
  return found == object.end() ? nullptr : &*found;
}

std::string text_member(const Json& object, std::string_view name, std::string_view otherwise) {
  const Json* found = member(object, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string(otherwise);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const std::size_t end = blank == std::string_view::npos ? text.size() : blank + 1;
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::uint64_t tokens_of(const Json& body) {
  return dump(body).size() / 4 + 1;
}

MockReply json_reply(const Json& value) {
  MockReply reply;
  reply.pieces.push_back(dump(value));
  return reply;
}

MockReply event_stream(std::vector<std::string> events) {
  MockReply reply;
  reply.content_type = "text/event-stream";
  reply.pieces = std::move(events);
  reply.stream = true;
  return reply;
}

}  // namespace mock

namespace {

using mock::Json;

Json parse_object(std::string_view content) {
  Json body = Json::parse(content, nullptr, false, true);
  return body.is_object() ? body : Json(Json::object());
}

mock::Call read_call(const MockRequest& request, std::string_view query) {
  mock::Call call;
  call.body = parse_object(request.content);
  call.id = fmt::format("{:016x}", request.serial);
  const Json* schema = mock::wanted_schema(call.body);
  call.text = schema == nullptr ? std::string(mock_text) : mock::dump(mock::instance_of(*schema));
  const Json* stream = mock::member(call.body, "stream");
  call.stream = stream != nullptr && *stream == true;
  call.sse = query.find("alt=sse") != std::string_view::npos;
  return call;
}

// One entry that carries the members of both list formats, so that any client finds the ones it reads.
Json model_entry(std::string_view id) {
  return {{"id", id},
          {"type", "model"},
          {"object", "model"},
          {"display_name", id},
          {"name", id},
          {"created", 1'767'225'600},
          {"created_at", "2026-01-01T00:00:00Z"},
          {"owned_by", "telltale-mock"}};
}

// Copilot takes a model only if its entry says that it chats, calls tools, streams, may be picked and has no policy
// against it; it asks for known names.
Json copilot_model(std::string_view id, std::string_view vendor) {
  Json entry = model_entry(id);
  entry["vendor"] = vendor;
  entry["version"] = id;
  entry["preview"] = false;
  entry["model_picker_enabled"] = true;
  entry["policy"] = {{"state", "enabled"}, {"terms", ""}};
  entry["billing"] = {{"is_premium", false}, {"multiplier", 0}};
  entry["supported_endpoints"] = {"/chat/completions", "/responses"};
  entry["capabilities"] = {
      {"type", "chat"},
      {"object", "model_capabilities"},
      {"family", id},
      {"tokenizer", "o200k_base"},
      {"limits",
       {{"max_context_window_tokens", 200'000}, {"max_prompt_tokens", 128'000}, {"max_output_tokens", 16'384}}},
      {"supports", {{"streaming", true}, {"tool_calls", true}, {"parallel_tool_calls", true}}}};
  return entry;
}

MockReply copilot_model_list() {
  const std::array<std::pair<std::string_view, std::string_view>, 4> models{
      {{"claude-sonnet-4.5", "Anthropic"}, {"gpt-5", "OpenAI"}, {"gpt-5-mini", "OpenAI"}, {"gpt-4.1", "OpenAI"}}};
  Json data = Json::array();
  for (const auto& [id, vendor] : models) data.push_back(copilot_model(id, vendor));
  return mock::json_reply({{"object", "list"}, {"data", data}});
}

MockReply model_list(std::string_view path) {
  if (path.find("/codex/") != std::string_view::npos) return mock::json_reply({{"models", Json::array()}});
  if (path.find("/v1beta") != std::string_view::npos)
    return mock::json_reply(
        {{"models", Json::array({{{"name", "models/mock"},
                                  {"displayName", "mock"},
                                  {"inputTokenLimit", 1'000'000},
                                  {"outputTokenLimit", 65'536},
                                  {"supportedGenerationMethods", {"generateContent", "countTokens"}}}})}});
  if (path == "/models") return copilot_model_list();
  return mock::json_reply({{"object", "list"},
                           {"data", Json::array({model_entry("mock")})},
                           {"has_more", false},
                           {"first_id", "mock"},
                           {"last_id", "mock"}});
}

// The catalogue some clients choose their model from (models.dev's form): without an entry they end with an error.
MockReply model_catalogue() {
  const Json model = {{"id", "claude-sonnet-4-5"},
                      {"name", "mock"},
                      {"attachment", true},
                      {"reasoning", false},
                      {"temperature", true},
                      {"tool_call", true},
                      {"release_date", "2026-01-01"},
                      {"last_updated", "2026-01-01"},
                      {"modalities", {{"input", Json::array({"text"})}, {"output", Json::array({"text"})}}},
                      {"open_weights", false},
                      {"cost", {{"input", 0}, {"output", 0}}},
                      {"limit", {{"context", 200'000}, {"output", 64'000}}}};
  return mock::json_reply({{"anthropic",
                            {{"id", "anthropic"},
                             {"env", Json::array({"ANTHROPIC_API_KEY"})},
                             {"npm", "@ai-sdk/anthropic"},
                             {"name", "Anthropic"},
                             {"doc", "https://docs.anthropic.com"},
                             {"models", {{"claude-sonnet-4-5", model}}}}}});
}

// Cloud Code asks for the user's tier and project before its first call.
MockReply cloud_code_account() {
  const Json tier = {{"id", "standard-tier"}, {"name", "mock"}, {"isDefault", true}};
  return mock::json_reply({{"currentTier", tier},
                           {"allowedTiers", Json::array({tier})},
                           {"cloudaicompanionProject", "telltale-mock"},
                           {"name", "operations/mock"},
                           {"done", true},
                           {"response", {{"cloudaicompanionProject", {{"id", "telltale-mock"}}}}}});
}

MockReply answer_gemini(mock::Call call, std::string_view path) {
  call.wrapped = path.find("v1internal") != std::string_view::npos;
  if (path.ends_with(":countTokens")) return mock::gemini_token_count(call);
  call.stream = path.ends_with(":streamGenerateContent");
  return mock::gemini_content(call);
}

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [path](std::string_view end) { return path.ends_with(end); });
}

MockReply answer_post(const MockRequest& request, std::string_view path, std::string_view query) {
  if (path.ends_with("/messages")) return mock::anthropic_message(read_call(request, query));
  if (path.ends_with("/messages/count_tokens")) return mock::anthropic_token_count(read_call(request, query));
  if (ends_with_any(path, {"/responses", "/responses/compact"}))
    return mock::openai_response(read_call(request, query));
  if (path.ends_with("/chat/completions")) return mock::openai_chat(read_call(request, query));
  if (ends_with_any(path, {":generateContent", ":streamGenerateContent", ":countTokens"}))
    return answer_gemini(read_call(request, query), path);
  if (ends_with_any(path, {":loadCodeAssist", ":onboardUser"})) return cloud_code_account();
  return mock::json_reply(Json::object());
}

}  // namespace

MockReply answer(const MockRequest& request) {
  const std::size_t mark = request.target.find('?');
  const std::string_view path = request.target.substr(0, mark);
  const std::string_view query = mark == std::string_view::npos ? "" : request.target.substr(mark + 1);
  if (request.method == "POST") return answer_post(request, path, query);
  if (request.method == "GET" && path.ends_with("/api.json")) return model_catalogue();
  if (request.method == "GET" && path.ends_with("/models")) return model_list(path);
  if (request.method == "GET" && path.find("/models/") != std::string_view::npos)
    return mock::json_reply(model_entry(path.substr(path.rfind('/') + 1)));
  return mock::json_reply(Json::object());
}

}  // namespace telltale::app
