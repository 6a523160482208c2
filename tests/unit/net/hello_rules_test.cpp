#include "net/hello_rules.hpp"

#include <string>

#include "support/catch.hpp"

using namespace telltale;

namespace {

std::string sized(std::size_t size, const std::string& text) {
  std::string out;
  for (std::size_t i = size; i > 0; --i) out += static_cast<char>(text.size() >> (8 * (i - 1)));
  return out + text;
}

std::string message(char kind, const std::string& body) {
  return kind + sized(3, body);
}

std::string extensions(const std::vector<unsigned>& types) {
  std::string block;
  for (const unsigned type : types)
    block += std::string{static_cast<char>(type >> 8U), static_cast<char>(type & 255U)} + sized(2, "x");
  return sized(2, block);
}

std::string client(const std::vector<unsigned>& types) {
  return message(
      1, "\3\3" + std::string(32, 'r') + sized(1, "session") + sized(2, "ab") + sized(1, "z") + extensions(types));
}

std::string server(const std::vector<unsigned>& types, const std::string& version = "\3\3",
                   const std::string& random = std::string(32, 'r')) {
  return message(2, version + random + sized(1, "session") + "abz" + extensions(types));
}

std::string retry_random() {
  return "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09"
         "\xE2\xC8\xA8\x33\x9C";
}

void note(net::HelloRules& rules, const std::string& text) {
  rules.note({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

}  // namespace

TEST_CASE("a server may answer only what was offered", "[net][tls]") {
  struct Row {
    const char* name;
    std::string answer;
    bool broken;
  };
  const Row rows[] = {
      {"nothing", server({}), false},
      {"what was offered", server({10, 43}), false},
      {"one more", server({10, 99}), true},
      {"secure renegotiation, asked for by a suite", server({0xFF01}), false},
      {"cookie", server({44}), true},
      {"cookie of a retry", server({43, 44}, "\3\3", retry_random()), false},
      {"one more in a retry", server({43, 99}, "\3\3", retry_random()), true},
      {"false legacy version", server({43}, "\3\4"), true},
      {"another version, of the old kind", server({10}, "\3\1"), false},
      {"encrypted extensions", message(8, extensions({10})), false},
      {"one more encrypted", message(8, extensions({99})), true},
      {"cut", server({10, 99}).substr(0, 20), false},
      {"other message", message(11, "x"), false},
      {"empty", "", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      net::HelloRules rules;
      note(rules, client({0, 10, 43}));
      note(rules, row.answer);
      CHECK((rules.broken() != nullptr) == row.broken);
    }
  }
}

TEST_CASE("the last hello of the client counts", "[net][tls]") {
  net::HelloRules rules;
  note(rules, client({0, 10}));
  note(rules, client({0, 10, 99}));
  note(rules, server({99}));
  CHECK(rules.broken() == nullptr);
}
