// A body that a file holds without its content coding, put back into it. Covered by
// tests/unit/record/conversion_test.cpp.
#include "http/coding.hpp"
#include "record/conversion.hpp"

namespace telltale::record {

// The engine and the header go by what was sent.
bool settle_coding(CapturedBody& body, std::string_view coding, std::string_view sent, const Limits& limits) {
  if (body.bytes.empty() && sent.empty()) return false;
  const auto codings = http::parse_codings(coding, limits);
  if (!codings || codings->empty()) return false;
  body.coding = coding;
  const auto holds_the_same = [&] {
    if (sent == body.bytes) return true;
    const auto content = http::decode_content(sent, *codings, limits);
    return content && *content == body.bytes;
  };
  if (!sent.empty() && holds_the_same()) {
    body.bytes = std::string(sent);
    return false;
  }
  const auto opened = http::decode_content(body.bytes, *codings, limits);
  if (opened || opened.error().code != Errc::coding_malformed) return false;
  auto coded = http::encode_content(body.bytes, *codings);
  if (!coded) return false;
  body.bytes = std::move(*coded);
  return true;
}

}  // namespace telltale::record
