#include "record/report_writer.hpp"

#include "support/catch.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;

TEST_CASE("a place is folded where requests differ", "[record][report]") {
  struct Row {
    const char* name;
    const char* where;
    const char* folded;
  };
  const Row rows[] = {
      {"indices", "body:/messages/0/content/12/text", "body:/messages/*/content/*/text"},
      {"a message of a WebSocket", "ws:3:/input/5/text", "ws:*:/input/*/text"},
      {"a name like an identifier", "body:/by_id/3f2a9c0e-11aa-4c1f-8b7e-0d6c0c9b2f10/x", "body:/by_id/*/x"},
      {"a word of hex letters", "body:/facade/x", "body:/facade/x"},
      {"a header", "header:x-stainless-os", "header:x-stainless-os"},
      {"an opened string", "body:/metadata/user_id#json/0", "body:/metadata/user_id#json/*"},
      {"an odd name", "body:/k\xE2\x80\x8By", "body:/k<U+200B>y"},
      {"nothing", "", ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(record::folded_place(row.where) == row.folded);
    }
  }
}

TEST_CASE("a fingerprint follows the kind of finding alone", "[record][report]") {
  inspect::Finding finding;
  finding.rule = "marker.date-line";
  finding.where = "body:/messages/0/content";
  finding.code_points = {"U+02BC"};
  const std::string first = record::fingerprint_of(finding, "anthropic.messages", test::toy_digest);
  CHECK(first.size() == 32);

  inspect::Finding other = finding;
  other.where = "body:/messages/7/content";
  other.span = ByteRange{1, 2};
  other.message = "another";
  other.code_points = {"U+02BC", "U+02BC"};
  CHECK(record::fingerprint_of(other, "anthropic.messages", test::toy_digest) == first);

  CHECK(record::fingerprint_of(finding, "openai.chat", test::toy_digest) != first);
  other = finding;
  other.code_points = {"U+2019"};
  CHECK(record::fingerprint_of(other, "anthropic.messages", test::toy_digest) != first);
  other = finding;
  other.rule = "marker.other";
  CHECK(record::fingerprint_of(other, "anthropic.messages", test::toy_digest) != first);
}
