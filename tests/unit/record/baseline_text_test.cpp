#include "record/baseline_text.hpp"

#include <algorithm>

#include "inspect/masked.hpp"
#include "record/credentials.hpp"
#include "support/catch.hpp"
#include "support/inspect_request.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;

namespace {

constexpr const char* key_in_text = "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOp";

void learn(inspect::Baselines& out, const std::string& agent, const std::string& system,
           const std::vector<std::string>& typed = {}, const std::string& title = "none") {
  const test::Request request =
      test::request("{\"model\":\"m\",\"max_tokens\":9,\"metadata\":{\"title\":" + test::json_quoted(title) +
                        "},\"system\":" + test::json_quoted(system) + ",\"messages\":[{\"role\":\"user\",\"content\":" +
                        test::json_quoted(typed.empty() ? "hello there" : typed.front()) + "}]}",
                    {{"User-Agent", agent}, {"X-Custom", "v1"}});
  inspect::Received received;
  received.host = "gateway.example.test";
  received.head = &request.head;
  received.body = request.body;
  received.typed = &typed;
  inspect::learn(received, Limits{}, out);
}

std::string saved(const inspect::Baselines& baselines) {
  return record::save_baselines(baselines, test::toy_digest);
}

constexpr std::string_view header = "{\"telltale_baselines\":1}\n";

std::string line_with(const std::string& texts, const std::string& shape = R"(shape 1\nrequests 1 0\n)") {
  return std::string(header) + R"({"product":"a","version":"1","endpoint":"e","requests":1,"texts":)" + texts +
         R"(,"shape":")" + shape + "\"}\n";
}

}  // namespace

TEST_CASE("baselines come back as they were written", "[record][baseline_text]") {
  inspect::Baselines known;
  learn(known, "tool/1.0", "You are a tool. Today is Monday.\nBe brief in all you say, and kind to all you meet.");
  learn(known, "tool/1.0", "You are a tool. Today is Friday.\nBe brief in all you say, and kind to all you meet.");
  learn(known, "tool/2.0", "Other \xC3\xA9 words \xED\xA0\xBD with a lone surrogate\nand a second line.");
  learn(known, "another/7", "You are another.");
  const std::string text = saved(known);
  const auto read = record::load_baselines(text, Limits{});
  REQUIRE(read);
  CHECK(saved(*read) == text);
  CHECK(read->size() == 3);
  const inspect::BaselineKey key{"tool", "1.0", "anthropic.messages"};
  REQUIRE(read->get(key));
  CHECK(read->get(key)->requests() == 2);
  CHECK(read->get(key)->shape().requests() == 2);
  const auto& texts = read->get(key)->texts().texts();
  CHECK(std::any_of(texts.begin(), texts.end(), [](const auto& one) { return one.slots.size() == 1; }));
  CHECK(read->find({"tool", "3.0", "anthropic.messages"}).baseline ==
        read->get({"tool", "2.0", "anthropic.messages"}).get());
}

TEST_CASE("no credential is written, and its place counts as one that varies", "[record][baseline_text]") {
  inspect::Baselines known;
  const std::string system = std::string("The key of the project is ") + key_in_text + " and it is used for all calls.";
  learn(known, "tool/1.0", system, {}, key_in_text);
  const std::string text = saved(known);
  CHECK_THAT(text, !Catch::Contains("sk-ant-api03") && Catch::Contains("[masked sha256:"));
  const auto read = record::load_baselines(text, Limits{});
  REQUIRE(read);
  CHECK(saved(*read) == text);
  const auto& texts = read->get({"tool", "1.0", "anthropic.messages"})->texts().texts();
  const auto masked = std::find_if(texts.begin(), texts.end(),
                                   [](const auto& one) { return one.text.find("[masked") != std::string::npos; });
  REQUIRE(masked != texts.end());
  REQUIRE(masked->slots.size() == 1);
  CHECK(masked->text.substr(masked->slots[0].begin, masked->slots[0].size()).starts_with("[masked sha256:"));
  CHECK(masked->text.substr(masked->slots[0].end) == " and it is used for all calls.");
}

TEST_CASE("the engine knows a mask where one stands in a reference", "[record][baseline_text]") {
  static_assert(inspect::mask_bytes == record::mask_length);
  const std::string text = "ab " + record::mask_of("secret", test::toy_digest) + " cd";
  struct Row {
    const char* name;
    ByteRange range;
    bool inside;
  };
  const Row rows[] = {
      {"all of it", {3, 27}, true},
      {"its start", {3, 5}, true},
      {"its end", {20, 27}, true},
      {"a place in it", {9, 9}, true},
      {"the place before it", {3, 3}, false},
      {"the place behind it", {27, 27}, false},
      {"more than it", {2, 27}, false},
      {"more behind it", {3, 28}, false},
      {"the text before it", {0, 2}, false},
      {"the text behind it", {28, 30}, false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(inspect::is_in_mask(text, row.range) == row.inside);
    }
  }
  CHECK_FALSE(inspect::is_in_mask("", {0, 0}));
}

TEST_CASE("what was typed is not written, nor where the client repeats it", "[record][baseline_text]") {
  inspect::Baselines known;
  learn(known, "tool/1.0", "You are a tool.", {"a private thought of mine"}, "a private thought");
  CHECK_THAT(saved(known), !Catch::Contains("private") && Catch::Contains("You are a tool."));
}

TEST_CASE("a store that is not as it was written is refused with its place", "[record][baseline_text]") {
  struct Row {
    const char* name;
    std::string text;
    std::size_t at;
    const char* detail;
  };
  const std::string one = R"([{"kind":"system_text","name":"","text":"abcdef","times":1,"slots":)";
  const std::string line = line_with("[]").substr(header.size());
  const std::string key = R"({"product":"a","version":"1","endpoint":"e","requests":)";
  const std::size_t texts_at = header.size() + key.size() + 10;
  const Row rows[] = {
      {"nothing at all", "", 0, "line 1"},
      {"another version", "{\"telltale_baselines\":2}\n", 0, "line 1"},
      {"no JSON", std::string(header) + "{\"a\":", header.size() + 5, "line 2"},
      {"two documents", std::string(header) + "{}{}", header.size(), "not one JSON object"},
      {"an empty line", std::string(header) + "\n" + line, header.size(), "line 2"},
      {"a member too few", std::string(header) + "{\"product\":\"a\"}", header.size(), "the members must be"},
      {"the same client twice", std::string(header) + line + line, header.size() + line.size(), "was there before"},
      {"texts are no array", line_with("7"), texts_at, "an array is expected"},
      {"unknown kind", line_with(R"([{"kind":"x","name":"","text":"","times":1,"slots":[]}])"), texts_at + 9, "kind"},
      {"slot outside", line_with(one + "[[2,7]]}]"), texts_at + one.size() + 1, "not a range inside"},
      {"empty slot", line_with(one + "[[2,2]]}]"), texts_at + one.size() + 1, "not a range inside"},
      {"slots out of order", line_with(one + "[[4,5],[1,2]]}]"), texts_at + one.size() + 7, "not a range inside"},
      {"slot of one end", line_with(one + "[[4]]}]"), texts_at + one.size() + 1, "not a range inside"},
      {"damaged shape", line_with("[]", "shape 9"), texts_at + 11, "shape, byte 0"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = record::load_baselines(row.text, Limits{});
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::input_unreadable);
      CHECK(got.error().at == row.at);
      CHECK_THAT(got.error().detail, Catch::Contains(row.detail));
    }
  }
}

TEST_CASE("a store is read up to its bounds", "[record][baseline_text]") {
  const std::string long_text(inspect::TemplateTexts::longest_text, 'x');
  const auto with_text = [](const std::string& text) {
    return R"({"kind":"system_text","name":"","text":")" + text + R"(","times":1,"slots":[]})";
  };
  CHECK(record::load_baselines(line_with("[" + with_text(long_text) + "]"), Limits{}));
  CHECK_FALSE(record::load_baselines(line_with("[" + with_text(long_text + "x") + "]"), Limits{}));
  std::string many = with_text(long_text);
  for (std::size_t bytes = long_text.size(); bytes <= inspect::TemplateTexts::most_bytes; bytes += long_text.size())
    many += "," + with_text(long_text);
  CHECK_FALSE(record::load_baselines(line_with("[" + many + "]"), Limits{}));
  std::string clients(header);
  for (std::size_t i = 0; i <= inspect::Baselines::most_clients; ++i) {
    std::string line = line_with("[]").substr(header.size());
    line.replace(line.find("\"1\""), 3, "\"" + std::to_string(i) + "\"");
    if (i == inspect::Baselines::most_clients) CHECK(record::load_baselines(clients, Limits{}));
    clients += line;
  }
  CHECK_FALSE(record::load_baselines(clients, Limits{}));
}
