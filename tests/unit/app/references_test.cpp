#include "app/references.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace telltale;
using Texts = std::vector<std::string>;

TEST_CASE("typed text is lines or a JSON array", "[app][references]") {
  struct Row {
    const char* name;
    const char* text;
    Texts want;
  };
  const Row rows[] = {
      {"lines", "one\ntwo\r\n\nthree", {"one", "two", "three"}},
      {"array", R"( ["one\ntwo", "three"])", {"one\ntwo", "three"}},
      {"a line that begins with a bracket", "[WIP] fix it\n", {"[WIP] fix it"}},
      {"empty", "", {}},
  };
  const test::TemporaryFolder folder;
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = app::read_typed(folder.write("typed", row.text));
      REQUIRE(got);
      CHECK(*got == row.want);
    }
  }
  CHECK_FALSE(app::read_typed(folder.write("typed", "[1, 2]")));
  CHECK(app::read_typed(folder.path("missing")).error().code == Errc::file_failed);
}

TEST_CASE("the environment is an object of strings and arrays", "[app][references]") {
  const test::TemporaryFolder folder;
  const auto got = app::read_environment(folder.write("env", R"({"host":"box","tz_name":["Asia/Tehran","Iran"]})"));
  REQUIRE(got);
  CHECK(got->at("host") == Texts{"box"});
  CHECK(got->at("tz_name") == Texts{"Asia/Tehran", "Iran"});
  for (const char* text : {"", "[]", "{} {}", R"({"host":1})", R"({"host":[1]})", "{"}) {
    DYNAMIC_SECTION(text) {
      const auto refused = app::read_environment(folder.write("env", text));
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == Errc::input_unreadable);
    }
  }
}

TEST_CASE("transcripts are a reference of a replay, the typed file their newest", "[app][references]") {
  const test::TemporaryFolder folder;
  const std::string history = folder.write("history.jsonl", R"({"session_id":"s","ts":1,"text":"one"})"
                                                            "\n");
  const auto got = app::read_transcripts({history}, {"two"});
  REQUIRE(got);
  CHECK((*got)->near("") == Texts{"one", "two"});
  CHECK(app::read_transcripts({folder.path("missing")}, {}).error().code == Errc::file_failed);
  const test::TemporaryFolder without;
  const auto none = app::read_transcripts({without.path()}, {});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::input_unreadable);
}
