// The head of a plain request as it goes upstream: it parses, frames its body as before, names one Host, that of the
// target, holds nothing that was for one hop, and every other field as it came, in its order.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ascii.hpp"
#include "core/assert.hpp"
#include "http/framing.hpp"
#include "http/hop.hpp"
#include "net/outgoing.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

constexpr std::string_view pseudonym = "telltale-1234";

/// Field lines that have to come out as they went in.
std::vector<std::string> lasting_lines(const RequestHead& head) {
  const bool upgrades = net::asks_for_websocket(head);
  std::vector<std::string> out;
  for (const FieldRange& field : head.fields) {
    const std::string name = ascii::lower(head.name(field));
    if (name == "host" || name == "max-forwards") continue;
    const bool of_upgrade = upgrades && (name == "connection" || name == "upgrade");
    if (of_upgrade || !is_hop_field(head, name)) out.emplace_back(head.slice(field.line));
  }
  return out;
}

void check(const RequestHead& before, const AbsoluteTarget& target, const RequestHead& after, const Limits& limits) {
  TT_ASSERT(after.method_text() == before.method_text());
  TT_ASSERT(after.version_minor == before.version_minor);
  const bool whole = target.whole_server && before.method_text() == "OPTIONS";
  TT_ASSERT(after.target_text() == (whole ? "*" : target.origin_form));
  TT_ASSERT(after.count("host") == 1);
  const auto host = parse_host_field(*after.find("host"), 80);
  TT_ASSERT(host && *host == target.authority);
  TT_ASSERT(has_passed(after, pseudonym));
  std::vector<std::string> wanted = lasting_lines(before);
  wanted.push_back("Via: 1." + std::to_string(before.version_minor) + " " + std::string(pseudonym) + "\r\n");
  std::vector<std::string> got = lasting_lines(after);
  TT_ASSERT(got == wanted);
  const auto was = request_framing(before, limits);
  const auto is = request_framing(after, limits);
  TT_ASSERT(was && is && was->kind == is->kind && was->length == is->length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Limits limits;
  const auto head = parse_request_head(std::string(bytes.substr(0, head_length(bytes))), limits);
  if (!head || !request_framing(*head, limits)) return 0;  // nothing else gets so far
  const auto target = parse_absolute_target(head->target_text());
  if (!target) return 0;
  limits.head_bytes += 4096;  // a Host and a Via may be added to a head of any size
  limits.head_fields += 2;
  const auto after = parse_request_head(net::to_origin_form(*head, *target, pseudonym), limits);
  TT_ASSERT(after.has_value());
  check(*head, *target, *after, limits);
  return 0;
}
