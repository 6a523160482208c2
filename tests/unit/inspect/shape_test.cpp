// What is kept of earlier requests, its bounds, and its text form.
#include "inspect/shape.hpp"

#include "inspect/baselines.hpp"
#include "support/catch.hpp"
#include "support/structure_check.hpp"

using namespace telltale;
using namespace telltale::inspect;
using namespace telltale::test;

namespace {

Shape learned(const std::vector<Request>& requests) {
  Baselines baselines;
  for (const Request& one : requests) {
    Input input;
    input.host = "gateway.example.test";
    input.head = &one.head;
    input.content = one.body;
    learn(input, Limits{}, baselines);
  }
  Shape shape;
  baselines.for_each([&](const BaselineKey&, const Baseline& baseline) { shape = baseline.shape(); });
  return shape;
}

std::string body(std::string_view more) {
  return fmt::format(R"({{"model":"m","max_tokens":5,"messages":[{{"role":"user","content":"a secret"}}]{}}})", more);
}

}  // namespace

TEST_CASE("a shape survives its text form", "[inspect][shape]") {
  const std::string sent = body(R"(,"stop":["a b","%c"],"\u00e9":1)");
  const Shape shape = learned({request(sent, {{"X-A", "b c"}}), request(sent + "\n")});
  const std::string text = shape.save();
  const auto again = Shape::load(text);
  REQUIRE(again);
  CHECK(again->save() == text);
  CHECK(again->requests() == 2);
  REQUIRE(again->field("x-a") != nullptr);
  CHECK(again->field("x-a")->values.has("b c"));
}

TEST_CASE("a shape keeps neither credentials nor what was said", "[inspect][shape]") {
  const std::string text =
      learned({request(body(""), {{"Authorization", "Bearer sk-1"}, {"X-Api-Key", "sk-2"}, {"Cookie", "c=sk-3"}})})
          .save();
  CHECK(text.find("sk-") == std::string::npos);
  CHECK(text.find("secret") == std::string::npos);
}

TEST_CASE("a shape is bounded and does not judge what it had no room for", "[inspect][shape]") {
  std::vector<Request> requests;
  for (int i = 0; i < 40; ++i) {
    std::string more;
    for (int j = 0; j < 300; ++j) more += fmt::format(R"(,"member-{}-{}":{{"x":{}}})", i, j, j);
    requests.push_back(request(body(more)));
  }
  CHECK(learned(requests).save().size() < 2 * Shape::most_bytes);
  CHECK(structure_of(request(body(R"(,"new":1)")), requests).found.empty());
}

TEST_CASE("damaged text is refused with its place", "[inspect][shape]") {
  struct Row {
    const char* name;
    const char* text;
    std::size_t at;
  };
  const Row rows[] = {
      {"empty", "", 0},
      {"another format", "shape 2\n", 0},
      {"unknown line", "shape 1\nrequests 1 0\nwhat 1\n", 21},
      {"a word too many", "shape 1\nrequests 1 0 7\n", 8},
      {"no number", "shape 1\nrequests x 0\n", 8},
      {"a value of nothing", "shape 1\nvalue 1 a\n", 8},
      {"half a code", "shape 1\nbefore 1 %a\n", 8},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto got = Shape::load(row.text);
      REQUIRE_FALSE(got);
      CHECK(got.error().code == Errc::input_unreadable);
      CHECK(got.error().at == row.at);
    }
  }
}

TEST_CASE("orders agree on the names they share", "[inspect][shape]") {
  CHECK(orders_agree({1, 2, 3}, {1, 9, 3}));
  CHECK(orders_agree({1, 2}, {3, 4}));
  CHECK_FALSE(orders_agree({1, 2, 3}, {3, 1}));
}
