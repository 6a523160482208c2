// Heads, and how they frame a body: whatever is taken lies inside the bytes and says all of them.
#include <cstddef>
#include <cstdint>

#include "core/assert.hpp"
#include "http/framing.hpp"
#include "http/head.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

void check_range(const Head& head, ByteRange range) {
  TT_ASSERT(range.begin <= range.end);
  TT_ASSERT(range.end <= head.raw.size());
}

void check_fields(const Head& head, std::string_view bytes) {
  TT_ASSERT(head.raw == bytes);
  std::string joined = head.raw.substr(0, head.raw.find('\n') + 1);
  for (const FieldRange& field : head.fields) {
    for (const ByteRange range : {field.name, field.value, field.line}) check_range(head, range);
    TT_ASSERT(field.line.begin == field.name.begin);
    TT_ASSERT(field.name.end < field.value.begin || field.value.empty());
    TT_ASSERT(field.value.end + 2 <= field.line.end);
    TT_ASSERT(head.find(head.name(field)).has_value());
    TT_ASSERT(head.count(head.name(field)) >= 1);
    joined += head.slice(field.line);
  }
  TT_ASSERT(joined + "\r\n" == head.raw);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Limits limits;
  const std::size_t length = head_length(bytes);
  TT_ASSERT(length <= size);
  const std::string_view cut = length == 0 ? bytes : bytes.substr(0, length);
  if (const auto head = parse_request_head(std::string(cut), limits)) {
    TT_ASSERT(length == cut.size());  // a head that is taken is one that head_length found
    check_range(*head, head->method);
    check_range(*head, head->target);
    check_fields(*head, cut);
    const auto framing = request_framing(*head, limits);
    TT_ASSERT(!framing || framing->kind != Framing::Kind::until_close);
    if (framing && framing->kind == Framing::Kind::chunked) TT_ASSERT(head->count("content-length") == 0);
    if (framing) TT_ASSERT(head->count("content-length") + head->count("transfer-encoding") <= 1);
    static_cast<void>(keeps_alive(*head, head->version_minor));
  }
  if (const auto head = parse_response_head(std::string(cut), limits)) {
    check_fields(*head, cut);
    TT_ASSERT(head->status >= 100 && head->status <= 999);
    static_cast<void>(response_framing(*head, "GET"));
  }
  return 0;
}
