#include "http/integrity.hpp"

#include "support/catch.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

std::string signature_of(const std::string& lines, std::string_view content = "{}", const std::string& target = "/") {
  const auto head = parse_request_head("POST " + target + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n", Limits{});
  REQUIRE(head);
  return find_body_signature(*head, content).value_or("free");
}

}  // namespace

TEST_CASE("what signs or digests a body is named from the head", "[http][integrity]") {
  struct Row {
    const char* lines;
    const char* name;
  };
  const Row rows[] = {
      {"", "free"},
      {"Authorization: Bearer sk-x\r\n", "free"},
      {"x-api-key: k\r\nX-Request-Id: 1\r\nx-cursor-checksum: abc\r\n", "free"},
      {"Authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=00\r\n", "sigv4"},
      {"X-Amz-Content-Sha256: e3b0\r\nAuthorization: AWS4-HMAC-SHA256 Credential=A\r\n", "sigv4"},
      {"Authorization: AWS4-ECDSA-P256-SHA256 Credential=A\r\n", "sigv4"},
      {"X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\nAuthorization: AWS4-HMAC-SHA256 Credential=A\r\n", "free"},
      {"X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nAuthorization: AWS4-HMAC-SHA256 C=A\r\n", "sigv4"},
      {"X-Amz-Content-Sha256: e3b0\r\n", "x-amz-content-sha256"},
      {"Content-Digest: sha-256=:AA==:\r\n", "content-digest"},
      {"repr-digest: sha-256=:AA==:\r\n", "repr-digest"},
      {"Digest: SHA-256=AA==\r\n", "digest"},
      {"Want-Content-Digest: sha-256=1\r\n", "free"},
      {"CONTENT-MD5: AA==\r\n", "content-md5"},
      {"Content-MD5:\r\n", "free"},
      {"Signature-Input: sig1=()\r\nSignature: sig1=:AA==:\r\n", "signature"},
      {"Authorization: Signature keyId=\"a\",signature=\"b\"\r\n", "signature"},
      {"Authorization: TC3-HMAC-SHA256 Credential=A\r\n", "hmac"},
      {"Authorization: HMAC-SHA256 Credential=A\r\n", "hmac"},
      {"X-Hub-Signature-256: sha256=00\r\n", "x-hub-signature-256"},
      {"X-Body-HMAC: 00\r\n", "x-body-hmac"},
      {"x-ms-content-sha256: AA==\r\n", "x-ms-content-sha256"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.lines) {
      CHECK(signature_of(row.lines) == row.name);
    }
  }
}

TEST_CASE("a pre-signed URL counts, unless it leaves the payload out", "[http][integrity]") {
  const std::string target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00";
  CHECK(signature_of("", "{}", target) == "sigv4");
  CHECK(signature_of("x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n", "{}", target) == "free");
}

TEST_CASE("the billing block signs a body only with a digest, and only where it begins a string", "[http][integrity]") {
  struct Row {
    const char* name;
    std::string content;
    bool is_signed;
  };
  const std::string block = "x-anthropic-billing-header: cc_version=2.1.169.c9a; cc_entrypoint=cli; ";
  const std::string before =
      R"({"model":"m","messages":[{"role":"user","content":"hi"}],"system":[{"type":"text","text":")";
  const std::string after = R"("}]})";
  const Row rows[] = {
      {"digest", before + block + "cch=3fa91;" + after, true},
      {"digest that begins with zeros", before + block + "cch=0000a;" + after, true},
      {"digest, more behind it", before + block + "cch=3fa91; cc_turn_origin=human;" + after, true},
      {"system as a plain string", R"({"system":"x-anthropic-billing-header: cch=3fa91;"})", true},
      {"right after the colon", R"({"system":"x-anthropic-billing-header:cch=3fa91"})", true},
      {"constant zeros", before + block + "cch=00000;" + after, false},
      {"zeros at the end", before + block + "cch=00000" + after, false},
      {"no token", before + block + after, false},
      {"empty token", before + block + "cch=;" + after, false},
      {"other token that ends so", before + block + "xcch=3fa91;" + after, false},
      {"token in another string", before + block + R"("},{"type":"text","text":"cch=3fa91")" + after, false},
      {"quoted in a prompt", before + "see x-anthropic-billing-header: cch=3fa91" + after, false},
      {"JSON in a string", before + R"({\"text\":\"x-anthropic-billing-header: cch=3fa91\"})" + after, false},
      {"after a quotation", before + "see " + block + "\"},{\"text\":\"" + block + "cch=3fa91" + after, true},
      {"nothing", "", false},
      {"the literal alone", "x-anthropic-billing-header:", false},
      {"cut off", "\"x-anthropic-billing-header:", false},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(signature_of("", row.content) == (row.is_signed ? "billing-cch" : "free"));
    }
  }
}
