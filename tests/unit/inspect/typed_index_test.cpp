#include "inspect/typed_index.hpp"

#include "inspect/judge.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"

using namespace telltale;
using inspect::TypedIndex;

namespace {

/// `old` behind enough others that it is not chosen for its age alone.
TypedIndex index_with(const std::string& old) {
  std::vector<TypedIndex::Text> texts = {std::make_shared<const std::string>(old)};
  for (std::size_t i = 0; i < TypedIndex::always_chosen; ++i)
    texts.push_back(std::make_shared<const std::string>("newer prompt number " + std::to_string(i)));
  return TypedIndex(std::move(texts));
}

bool chooses(const std::string& old, const std::string& content) {
  const auto chosen = index_with(old).near(content);
  CHECK(chosen.size() >= TypedIndex::always_chosen);
  return chosen.front() == old;
}

}  // namespace

TEST_CASE("an old typed text is chosen if a piece of it stands in the content", "[inspect][typed]") {
  struct Row {
    const char* name;
    const char* typed;
    std::string content;
    bool chosen;
  };
  const Row rows[] = {
      {"whole", "please rename the widget in every file of it",
       R"({"text":"please rename the widget in every file of it"})", true},
      {"elsewhere", "please rename the widget in every file of it", R"({"text":"something else altogether"})", false},
      {"changed in the middle", "please rename the widget in every file of it",
       "please rename the wid\u00adget in every file of it", true},
      {"its first half", "please rename the widget in every file of it", "please rename the widget in", true},
      {"its second half", "please rename the widget in every file of it", "widget in every file of it", true},
      {"a word of it", "please rename the widget in every file of it", "please rename the", false},
      {"escaped line ends", "the first line of it\nthe second \"line\"",
       R"("the first line of it\nthe second \"line\"")", true},
      {"too short to tell", "yes", "nothing of it", true},
      {"no sixteen bytes in a row", "a\"b\"c\"d\"e\"f\"g\"h\"i", "nothing of it", true},
      {"outside ASCII", "\u8bf7\u91cd\u547d\u540d\u8fd9\u4e2a", "x \u8bf7\u91cd\u547d\u540d\u8fd9\u4e2a", true},
      {"empty content", "please rename the widget in every file of it", "", false},
      {"content under a probe", "please rename the widget in every file of it", "please", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(chooses(row.typed, row.content) == row.chosen);
    }
  }
}

TEST_CASE("a long text has its probes from begin to end", "[inspect][typed]") {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "word" + std::to_string(i) + ' ';
  CHECK(chooses(text, text.substr(0, text.size() / 2)));
  CHECK(chooses(text, text.substr(text.size() / 2)));
  CHECK_FALSE(chooses(text, text.substr(0, text.size() / 5)));
  CHECK_FALSE(chooses(text, "Word0 Word1 Word2"));
}

TEST_CASE("few texts are all chosen, in order", "[inspect][typed]") {
  const TypedIndex index({std::make_shared<const std::string>("one"), std::make_shared<const std::string>("two")});
  CHECK(index.near("") == std::vector<std::string>{"one", "two"});
  CHECK(TypedIndex({}).near("{}").empty());
}

TEST_CASE("a judgement says which typed texts it rests on", "[inspect][typed]") {
  const auto head = http::parse_request_head("POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 42\r\n\r\n", {});
  REQUIRE(head);
  const TypedIndex index = index_with("please rename the widget in every file of it");
  inspect::Received received;
  received.head = &*head;
  received.typed_among = &index;
  received.body = R"({"messages":[{"role":"user","content":""}]})";
  CHECK(inspect::judge(received, test::marker_rules(), {}, {}).typed.size() == TypedIndex::always_chosen);
  received.body = R"({"messages":[{"role":"user","content":"please rename the widget in every file of it"}]})";
  CHECK(inspect::judge(received, test::marker_rules(), {}, {}).typed.front() ==
        "please rename the widget in every file of it");
}
