#include "record/transcript.hpp"

#include "support/catch.hpp"

using namespace telltale;
using record::TranscriptForm;
using Texts = std::vector<std::string>;

namespace {

record::Transcript read(std::string_view text) {
  const auto form = record::transcript_form(text);
  REQUIRE(form);
  return record::read_transcript(text, *form, true, Limits{});
}

struct Row {
  const char* name;
  const char* text;
  Texts typed;
};

void check(const Row& row) {
  const record::Transcript got = read(row.text);
  CHECK(got.typed == row.typed);
  CHECK(got.known);
  CHECK(got.consumed == std::string_view(row.text).size());
}

}  // namespace

TEST_CASE("Claude Code's transcripts say what was typed", "[record][transcript]") {
  const Row rows[] = {
      {"a string",
       R"({"parentUuid":null,"isSidechain":false,"type":"user","message":{"role":"user","content":"fix it"},"uuid":"1"})",
       {"fix it"}},
      {"blocks",
       R"({"type":"user","message":{"role":"user","content":[{"type":"text","text":"look:"},{"type":"image","source":{}},{"type":"text","text":"and this"}]}})",
       {"look:", "and this"}},
      {"typed by a person or an embedding program",
       R"({"type":"user","turnOrigin":"human","promptId":"p","message":{"content":"a"}}
{"type":"user","turnOrigin":"sdk","message":{"content":"b"}}
{"type":"user","turnOrigin":"hook","message":{"content":"c"}})",
       {"a", "b"}},
      {"what a client adds is not typed",
       R"({"type":"user","isMeta":true,"message":{"content":"Caveat"}}
{"type":"user","isSidechain":true,"message":{"content":"a task for a sub-agent"}}
{"type":"user","isCompactSummary":true,"message":{"content":"so far"}}
{"type":"user","message":{"content":[{"type":"tool_result","content":"out"}]},"toolUseResult":{"stdout":"out"}}
{"type":"user","message":{"content":[{"type":"tool_result","content":[{"type":"text","text":"out"}]}]}}
{"type":"user","message":{"content":"<local-command-stdout>done</local-command-stdout>"}}
{"type":"user","message":{"content":[{"type":"text","text":"<system-reminder>\nx\n</system-reminder>"}]}}
{"type":"user","message":{"content":[{"type":"text","text":"[Request interrupted by user]"}]}}
{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"hello"}]}}
{"type":"summary","summary":"s","leafUuid":"u"}
{"type":"system","content":"s","uuid":"u"})",
       {}},
      {"slash commands and shell lines",
       R"({"type":"user","message":{"content":"<command-name>/review</command-name>\n<command-message>review</command-message>\n<command-args>the parser</command-args>"}}
{"type":"user","message":{"content":"<command-message>clear</command-message>\n<command-name>/clear</command-name>\n<command-args></command-args>"}}
{"type":"user","message":{"content":"<bash-input>ls -l</bash-input>"}})",
       {"/review the parser", "the parser", "/clear", "ls -l"}},
      {"typed while it worked",
       R"({"type":"attachment","attachment":{"type":"queued_command","prompt":"also the tests","commandMode":"prompt"}}
{"type":"attachment","attachment":{"type":"queued_command","prompt":"<task-notification>","commandMode":"task-notification"}}
{"type":"attachment","attachment":{"type":"date","rendered":"Today's date"},"uuid":"u"})",
       {"also the tests"}},
      {"history with pastes",
       R"({"display":"see [Pasted text #1 +2 lines] and [Pasted text #2]","pastedContents":{"1":{"id":1,"type":"text","content":"a\nb"},"2":{"id":2,"type":"text","contentHash":"h"}},"timestamp":1,"project":"/p"})",
       {"see a\nb and [Pasted text #2]"}},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      check(row);
    }
}

TEST_CASE("the transcripts of other clients say what was typed", "[record][transcript]") {
  const Row rows[] = {
      {"Codex history", R"({"session_id":"s","ts":1,"text":"fix it\nplease"})", {"fix it\nplease"}},
      {"Codex rollout",
       R"({"timestamp":"t","type":"session_meta","payload":{"id":"s","cwd":"/p"}}
{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"developer","content":[{"type":"input_text","text":"rules"}]}}
{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>\n</environment_context>"}]}}
{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"# AGENTS.md instructions for /p"}]}}
{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"fix it"}]}}
{"timestamp":"t","type":"event_msg","payload":{"type":"user_message","message":"fix it","images":[]}}
{"timestamp":"t","type":"event_msg","payload":{"type":"agent_message","message":"done"}})",
       {"fix it", "fix it"}},
      {"Codex labels its items",
       R"({"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"<b>typed</b>"},{"type":"input_text","text":"added"}],"internal_chat_message_metadata_passthrough":{"content_item_kinds":["user.text","context.environment"]}}})",
       {"<b>typed</b>"}},
      {"Codex items",
       R"({"type":"event_msg","payload":{"type":"item_completed","item":{"type":"UserMessage","content":[{"type":"text","text":"fix it"}]}}})",
       {"fix it"}},
      {"Gemini CLI logs",
       R"([
  {"sessionId":"s","messageId":0,"type":"user","message":"fix it","timestamp":"t"},
  {"sessionId":"s","messageId":1,"type":"user","message":"/help","timestamp":"t"}
])",
       {"fix it", "/help"}},
      {"Gemini CLI chat, a record a line",
       R"({"sessionId":"s","projectHash":"h","startTime":"t"}
{"id":"1","type":"user","content":[{"text":"<session_context>\nToday"}]}
{"id":"2","type":"user","content":[{"text":"fix it"}]}
{"id":"3","type":"gemini","content":"done"})",
       {"fix it"}},
      {"Gemini CLI chat, one value",
       R"({
  "sessionId": "s",
  "messages": [ {"type": "user", "content": "fix it"}, {"type": "gemini", "content": "done"} ]
})",
       {"fix it"}},
      {"Qwen Code",
       R"({"uuid":"1","type":"user","provenance":"system","message":{"role":"user","parts":[{"text":"context"}]}}
{"uuid":"2","type":"user","provenance":"real_user","message":{"role":"user","parts":[{"text":"fix it"}]}}
{"uuid":"3","type":"assistant","provenance":"assistant_output","message":{"role":"model","parts":[{"text":"done"}]}})",
       {"fix it"}},
      {"Copilot CLI",
       R"({"type":"session.start","data":{"sessionId":"s"},"id":"1"}
{"type":"user.message","data":{"content":"fix it","transformedContent":"<current_datetime>t</current_datetime>\n\nfix it"},"id":"2"})",
       {"fix it"}},
      {"Cline, as sent",
       R"([{"role":"user","content":[{"type":"text","text":"<task>\nfix it\n</task>"},{"type":"text","text":"<environment_details>\n</environment_details>"}]},{"role":"assistant","content":[{"type":"text","text":"<task>no</task>"}]}])",
       {"fix it"}},
      {"Cline, as shown",
       R"([{"ts":1,"type":"say","say":"task","text":"fix it"},{"ts":2,"type":"say","say":"api_req_started","text":"{}"},{"ts":3,"type":"ask","ask":"tool","text":"{}"},{"ts":4,"type":"say","say":"user_feedback","text":"not so"}])",
       {"fix it", "not so"}},
      {"Aider",
       "\n# 2026-11-21 10:00:00.123456\n+fix it\n\n# 2026-11-21 10:01:00.000001\n+two\n+lines\n",
       {"fix it", "two\nlines"}},
      {"an array of strings", R"(["one\ntwo", "three"])", {"one\ntwo", "three"}},
      {"lines", "one\n\n  two \r\n[WIP] three", {"one", "  two ", "[WIP] three"}},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      check(row);
    }
}

TEST_CASE("the form of a transcript is told by its begin", "[record][transcript]") {
  struct FormRow {
    std::string text;
    std::optional<TranscriptForm> form;
  };
  const FormRow rows[] = {
      {"", std::nullopt},
      {" \n", std::nullopt},
      {std::string("a\0b", 3), std::nullopt},
      {"\xff\xfe\x61", std::nullopt},
      {"\x7f"
       "ELF\x02\x01\x80\x80\x80",
       std::nullopt},
      {"{\"type\":\"user\"}\n", TranscriptForm::records},
      {"{\"type\":\"us", TranscriptForm::records},  // a long first record
      {"{\n  \"sessionId\":\"s\"}", TranscriptForm::document},
      {"[]", TranscriptForm::document},
      {"[ {\"role\":", TranscriptForm::document},
      {"[1, 2] is what I got", TranscriptForm::lines},
      {"{ braces } of prose", TranscriptForm::lines},
      {"# a heading\ntext", TranscriptForm::lines},
      {"# 2026-11-21 10:00:00\n+x\n", TranscriptForm::history},
      {"caf\xc3", TranscriptForm::lines},  // a character cut off by the end
  };
  for (const FormRow& row : rows) {
    DYNAMIC_SECTION(row.text) {
      CHECK(record::transcript_form(row.text) == row.form);
    }
  }
}

TEST_CASE("a transcript is read on from its last whole line", "[record][transcript]") {
  const std::string first = R"({"session_id":"s","ts":1,"text":"one"})"
                            "\n";
  const std::string half = R"({"session_id":"s","ts":2,"text":"t)";
  const auto got = record::read_transcript(first + half, TranscriptForm::records, false, Limits{});
  CHECK(got.typed == Texts{"one"});
  CHECK(got.consumed == first.size());
  const auto rest = record::read_transcript(half + "wo\"}\n", TranscriptForm::records, false, Limits{});
  CHECK(rest.typed == Texts{"two"});
}

TEST_CASE("what is no transcript is not known, damaged lines are passed over", "[record][transcript]") {
  CHECK_FALSE(read(R"({"telltale":1,"id":"x","request":{}})").known);
  CHECK_FALSE(read(R"({"level":"info","text":"log line"})").known);
  CHECK_FALSE(read("{\"type\":1}\n").known);
  CHECK_FALSE(read("[{\"a\":1}]").known);
  const auto damaged = read(
      "{\"session_id\":\"s\",\"ts\":1,\"text\":\"one\"}\n{\"session_id\":\n"
      "{\"session_id\":\"s\",\"ts\":1,\"text\":\"two\"}\n");
  CHECK(damaged.typed == Texts{"one", "two"});
}

TEST_CASE("what a prompt hook posts is text or JSON", "[record][transcript]") {
  struct PostRow {
    const char* type;
    const char* body;
    std::optional<Texts> typed;  ///< nothing: refused
  };
  const PostRow rows[] = {
      {"application/json", R"({"session_id":"s","hook_event_name":"UserPromptSubmit","prompt":"fix\nit"})",
       Texts{"fix\nit"}},
      {"application/x-www-form-urlencoded", R"({"prompt":"what curl says by itself"})",
       Texts{"what curl says by itself"}},
      {"", R"({"typed":["a","b"],"prompt":"c"})", Texts{"c", "a", "b"}},
      {"application/json", R"({"type":"agent-turn-complete","input-messages":["a"]})", Texts{"a"}},
      {"application/json", R"({"prompt":""})", Texts{}},
      {"text/plain; charset=utf-8", "fix it\n", Texts{"fix it"}},
      {"TEXT/plain", "{\"prompt\":1}", Texts{"{\"prompt\":1}"}},
      {"text/plain", " \n", Texts{}},
      {"application/json", "", std::nullopt},
      {"application/json", "fix it", std::nullopt},
      {"application/json", R"({"text":"x"})", std::nullopt},
      {"application/json", R"({"prompt":1})", std::nullopt},
      {"application/json", R"({"prompt":"x"} {})", std::nullopt},
      {"application/json", R"(["x"])", std::nullopt},
  };
  for (const PostRow& row : rows) {
    DYNAMIC_SECTION(row.type << ": " << row.body) {
      const auto got = record::posted_texts(row.type, row.body, Limits{});
      REQUIRE(got.has_value() == row.typed.has_value());
      if (got) CHECK(*got == *row.typed);
      if (!got) CHECK(got.error().code == Errc::json_malformed);
    }
  }
}
