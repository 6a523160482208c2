#include "core/base64.hpp"

#include "support/catch.hpp"

using namespace telltale;

TEST_CASE("base64 writes the vectors of RFC 4648 section 10 and reads them back", "[core][base64]") {
  const std::pair<std::string, std::string> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : rows) {
    DYNAMIC_SECTION("'" << plain << "'") {
      CHECK(base64::encode(plain) == coded);
      CHECK(base64::decode(coded) == plain);
    }
  }
}

TEST_CASE("base64 reads the URL-safe alphabet and missing padding, and nothing else", "[core][base64]") {
  CHECK(base64::decode("_-8") == std::string("\xFF\xEF"));
  CHECK(base64::decode("/+8=") == std::string("\xFF\xEF"));
  CHECK_FALSE(base64::decode("Zg=a"));
  CHECK_FALSE(base64::decode("Z"));
  CHECK_FALSE(base64::decode("Zm9v Zm9v"));
}
