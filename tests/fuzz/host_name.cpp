// Host names on their way into a certificate: what is taken is plain, and taken again as it is.
#include <cstddef>
#include <cstdint>

#include "certs/host_name.hpp"
#include "core/ascii.hpp"
#include "core/assert.hpp"
#include "http/authority.hpp"

using namespace telltale;

namespace {

void check_name(const certs::HostName& name) {
  TT_ASSERT(name.text.size() <= 253);
  for (const char c : name.text) {
    const bool plain = ascii::is_alnum(c) || c == '-' || c == '_' || c == '.' || (name.is_ip() && c == ':');
    TT_ASSERT(plain && ascii::to_lower(c) == c);
  }
  TT_ASSERT(name.address.empty() || name.address.size() == 4 || name.address.size() == 16);
  const auto again = certs::parse_host_name(name.text);
  TT_ASSERT(again && again->text == name.text && again->address == name.address);
  TT_ASSERT(http::is_ip_literal(name.text) == name.is_ip());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto name = certs::parse_host_name(text)) check_name(*name);
  // Authorities are read by another parser: both must see one name, or none.
  for (const auto& authority : {http::parse_connect_target(text), http::parse_host_field(text, 443)}) {
    if (!authority) continue;
    TT_ASSERT(authority->port != 0);
    if (const auto name = certs::parse_host_name(authority->host)) TT_ASSERT(name->text == authority->host);
    const auto again = http::parse_connect_target(http::text_of(*authority));
    TT_ASSERT(again && *again == *authority);
  }
  if (const auto target = http::parse_absolute_target(text)) TT_ASSERT(target->origin_form.starts_with('/'));
  return 0;
}
