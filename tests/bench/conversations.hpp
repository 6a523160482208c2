#pragma once
// Conversations with an assistant written as requests of four APIs, for the benchmark of inspect(): a system prompt,
// tools, and turns of questions, answers, tool calls and their results. Only the history grows with the size: a
// client's own text does not.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::bench {

struct Turn {
  enum class Kind : unsigned char { question, answer, call, result } kind = Kind::question;
  std::string text;  ///< JSON-escaped
};

struct Conversation {
  std::string system;
  std::vector<std::string> tools;  ///< descriptions
  std::vector<Turn> turns;
};

/// Sentences, lists and code as prompts have them, JSON-escaped; about `size` bytes.
inline std::string words(std::mt19937& random, std::size_t size) {
  static constexpr std::array<std::string_view, 13> lines{
      "Read the file before you change it, and keep the change small. ",
      "The user\xE2\x80\x99s request names a directory; look there first. ",
      "If a command fails, say what it printed and stop. ",
      "Don\xE2\x80\x99t guess at a path: list the folder and see.\\n",
      "- Use `rg --files` to find files, never a plain walk.\\n",
      "- Tests live in `tests/unit`, one binary a room.\\n",
      "\\n## Working on code\\n\\n",
      "Prefer \\\"explicit\\\" over \\\"clever\\\" \xE2\x80\x94 somebody will read it at night. ",
      "```python\\ndef total(rows):\\n    return sum(row[\\\"amount\\\"] for row in rows)\\n```\\n",
      "It took 12 to 15 minutes on 2 cores, and 340 MB at most. ",
      "See https://docs.example.com/guide?page=2 for the whole list.\\n\\n",
      "The parser keeps one byte of context and no stack, so that deep input costs nothing. ",
      "When nothing is left to do, answer in one sentence.\\n"};
  std::string out;
  while (out.size() < size) {
    std::string_view next = lines[random() % lines.size()];
    if (next.starts_with("\\n") && out.ends_with("\\n\\n")) next.remove_prefix(2);
    const bool begins_line = next.starts_with("\\n") || next.starts_with('-') || next.starts_with('`');
    if (begins_line && out.ends_with(' ')) out.replace(out.size() - 1, 1, "\\n");
    out += next;
  }
  return out;
}

/// Output of a tool: numbered lines of source, a listing, a log.
inline std::string output(std::mt19937& random, std::size_t size) {
  std::string out;
  for (int line = 1; out.size() < size; ++line) {
    switch (random() % 3) {
      case 0:
        out +=
            fmt::format("{:6}\\t  const auto value_{} = read(source, {});\\n", line, random() % 100, random() % 4096);
        break;
      case 1:
        out += fmt::format("{:6}\\t  if (value == nullptr) return fail(\\\"no value\\\", {});\\n", line, random() % 64);
        break;
      default:
        out += fmt::format("-rw-r--r-- 1 app app {:8} src/part_{:03}/module_{}.cpp\\n", random() % 100000,
                           random() % 1000, line);
    }
  }
  return out;
}

/// A conversation whose request is about `size` bytes.
inline Conversation conversation(std::size_t size) {
  std::mt19937 random(1);
  Conversation out;
  out.system = words(random, std::min<std::size_t>(size / 4, 30'000));
  for (std::size_t i = 0; i < std::min<std::size_t>(size / 4000 + 1, 20); ++i)
    out.tools.push_back(words(random, std::min<std::size_t>(size / 10, 1500)));
  std::size_t total = out.system.size();
  for (const std::string& tool : out.tools) total += tool.size() + 300;
  const std::size_t share = std::clamp<std::size_t>(size / 40, 100, 6000);
  while (total < size) {
    const std::array<Turn, 4> round{Turn{Turn::Kind::question, words(random, share / 4)},
                                    Turn{Turn::Kind::call, fmt::format("src/module_{}.cpp", out.turns.size())},
                                    Turn{Turn::Kind::result, output(random, share * 2)},
                                    Turn{Turn::Kind::answer, words(random, share)}};
    for (const Turn& turn : round) {
      total += turn.text.size() + 150;
      out.turns.push_back(turn);
    }
  }
  out.turns.push_back({Turn::Kind::question, words(random, share / 4)});
  return out;
}

/// One of the four ways to write it. Format strings of {fmt}.
struct Api {
  std::string_view name;
  std::string_view target;
  std::string_view body;                  ///< {system}, {tools}, {turns}
  std::string_view tool;                  ///< {number}, {text}, {schema}
  std::array<std::string_view, 4> turns;  ///< by Turn::Kind: {text}, and {number} of the call
};

inline constexpr std::string_view schema =
    R"({"type":"object","properties":{"path":{"type":"string","description":"Path of the file"},)"
    R"("limit":{"type":"integer","minimum":0}},"required":["path"]})";

inline constexpr std::array apis{
    Api{"anthropic",
        "/v1/messages",
        R"({{"model":"claude-x","max_tokens":32000,"stream":true,"system":[{{"type":"text","text":"{system}",)"
        R"("cache_control":{{"type":"ephemeral"}}}}],"tools":[{tools}],"messages":[{turns}]}})",
        R"({{"name":"Tool{number}","description":"{text}","input_schema":{schema}}})",
        {R"({{"role":"user","content":[{{"type":"text","text":"{text}"}}]}})",
         R"({{"role":"assistant","content":[{{"type":"text","text":"{text}"}}]}})",
         R"({{"role":"assistant","content":[{{"type":"tool_use","id":"toolu_{number}","name":"Tool1",)"
         R"("input":{{"path":"{text}"}}}}]}})",
         R"({{"role":"user","content":[{{"type":"tool_result","tool_use_id":"toolu_{number}","content":"{text}"}}]}})"}},
    Api{"openai-chat",
        "/v1/chat/completions",
        R"({{"model":"gpt-x","stream":true,"messages":[{{"role":"system","content":"{system}"}},{turns}],)"
        R"("tools":[{tools}]}})",
        R"({{"type":"function","function":{{"name":"Tool{number}","description":"{text}","parameters":{schema}}}}})",
        {R"({{"role":"user","content":"{text}"}})", R"({{"role":"assistant","content":"{text}"}})",
         R"({{"role":"assistant","content":null,"tool_calls":[{{"id":"call_{number}","type":"function","function":)"
         R"({{"name":"Tool1","arguments":"{{\"path\":\"{text}\"}}"}}}}]}})",
         R"({{"role":"tool","tool_call_id":"call_{number}","content":"{text}"}})"}},
    Api{"openai-responses",
        "/v1/responses",
        R"({{"model":"gpt-x","stream":true,"instructions":"{system}","tools":[{tools}],"input":[{turns}]}})",
        R"({{"type":"function","name":"Tool{number}","description":"{text}","parameters":{schema}}})",
        {R"({{"type":"message","role":"user","content":[{{"type":"input_text","text":"{text}"}}]}})",
         R"({{"type":"message","role":"assistant","content":[{{"type":"output_text","text":"{text}"}}]}})",
         R"({{"type":"function_call","call_id":"call_{number}","name":"Tool1","arguments":"{{\"path\":\"{text}\"}}"}})",
         R"({{"type":"function_call_output","call_id":"call_{number}","output":"{text}"}})"}},
    Api{"gemini",
        "/v1beta/models/gemini-x:streamGenerateContent",
        R"({{"systemInstruction":{{"parts":[{{"text":"{system}"}}]}},"tools":[{{"functionDeclarations":[{tools}]}}],)"
        R"("contents":[{turns}]}})",
        R"({{"name":"Tool{number}","description":"{text}","parameters":{schema}}})",
        {R"({{"role":"user","parts":[{{"text":"{text}"}}]}})", R"({{"role":"model","parts":[{{"text":"{text}"}}]}})",
         R"({{"role":"model","parts":[{{"functionCall":{{"name":"Tool1","args":{{"path":"{text}"}}}}}}]}})",
         R"({{"role":"user","parts":[{{"functionResponse":{{"name":"Tool1","response":{{"output":"{text}"}}}}}}]}})"}}};

/// The body of a request.
inline std::string written(const Api& api, const Conversation& talk) {
  std::vector<std::string> tools;
  for (std::size_t i = 0; i < talk.tools.size(); ++i)
    tools.push_back(fmt::format(fmt::runtime(api.tool), fmt::arg("number", i), fmt::arg("text", talk.tools[i]),
                                fmt::arg("schema", schema)));
  std::vector<std::string> turns;
  for (std::size_t i = 0; i < talk.turns.size(); ++i) {
    const std::string_view format = api.turns[static_cast<std::size_t>(talk.turns[i].kind)];
    turns.push_back(fmt::format(fmt::runtime(format), fmt::arg("text", talk.turns[i].text), fmt::arg("number", i / 4)));
  }
  return fmt::format(fmt::runtime(api.body), fmt::arg("system", talk.system), fmt::arg("tools", fmt::join(tools, ",")),
                     fmt::arg("turns", fmt::join(turns, ",")));
}

}  // namespace telltale::bench
