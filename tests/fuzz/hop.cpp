// What is for one hop: it is told without fault for any head, and the last hop's answer is an answer that shows nothing
// it should not.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/assert.hpp"
#include "http/body_reader.hpp"
#include "http/hop.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

void check_answer(const RequestHead& head, const Limits& limits) {
  const std::string answer = last_hop_answer(head);
  const std::size_t length = head_length(answer);
  const auto parsed = parse_response_head(answer.substr(0, length), limits);
  TT_ASSERT(parsed && parsed->status == 200);
  const auto framing = response_framing(*parsed, head.method_text());
  TT_ASSERT(framing && framing->kind == Framing::Kind::length);
  TT_ASSERT(length + framing->length == answer.size());
  if (head.method_text() != "TRACE") return;
  const std::string echoed = answer.substr(length);
  TT_ASSERT(head_length(echoed) == echoed.size());
  const auto echo = parse_request_head(echoed, limits);
  TT_ASSERT(echo && echo->target_text() == head.target_text());
  for (const FieldRange& field : echo->fields) {
    const std::string name = ascii::lower(echo->name(field));
    TT_ASSERT(name == "host" || name == "via" || name == "max-forwards");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Limits limits;
  const auto head = parse_request_head(std::string(bytes.substr(0, head_length(bytes))), limits);
  if (!head) return 0;
  for (const FieldRange& field : head->fields) {
    const std::string_view name = head->name(field);
    const bool hop = is_hop_field(*head, name);
    TT_ASSERT(hop == is_hop_field(*head, ascii::lower(name)));
    if (ascii::equals_ignoring_case(name, "connection") || ascii::equals_ignoring_case(name, "proxy-authorization"))
      TT_ASSERT(hop);
  }
  const auto left = forwards_left(*head);
  TT_ASSERT(!left || !*left || head->count("max-forwards") == 1);
  TT_ASSERT(!has_passed(*head, "telltale-1234") || head->count("via") > 0);
  // Only these two are ever answered here.
  if (head->method_text() == "TRACE" || head->method_text() == "OPTIONS") check_answer(*head, limits);
  return 0;
}
