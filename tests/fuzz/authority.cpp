// Authorities and absolute targets: what is taken is one host and one port in one spelling, and reads the same again.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/assert.hpp"
#include "http/authority.hpp"

using namespace telltale;
using namespace telltale::http;

namespace {

void check(const Authority& authority) {
  TT_ASSERT(authority.port != 0);
  TT_ASSERT(!authority.host.empty() && authority.host.size() <= 253);
  for (const char c : authority.host) {
    TT_ASSERT(c > 0x20 && c < 0x7F);
    TT_ASSERT(std::string_view("/@?#%\\[]<>\"").find(c) == std::string_view::npos);
    TT_ASSERT(ascii::to_lower(c) == c);
  }
  const auto again = parse_connect_target(text_of(authority));
  TT_ASSERT(again && *again == authority);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = parse_connect_target(text)) {
    check(*target);
    const auto field = parse_host_field(text, 1);
    TT_ASSERT(field && *field == *target);  // where the port is given, no default counts
  }
  if (const auto field = parse_host_field(text, 443)) check(*field);
  if (const auto target = parse_absolute_target(text)) {
    check(target->authority);
    TT_ASSERT(target->origin_form.starts_with('/'));
    TT_ASSERT(target->origin_form.find('#') == std::string::npos);
    TT_ASSERT(!target->whole_server || target->origin_form == "/");
    const auto again = parse_absolute_target("http://" + text_of(target->authority) + target->origin_form);
    TT_ASSERT(again && again->authority == target->authority && again->origin_form == target->origin_form);
  }
  if (is_ip_literal(text)) {
    const bool v6 = text.find(':') != std::string_view::npos;
    TT_ASSERT(parse_host_field(v6 ? "[" + std::string(text) + "]" : std::string(text), 80).has_value());
  }
  return 0;
}
