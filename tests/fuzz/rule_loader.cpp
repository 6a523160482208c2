// load_rule_pack on any text: it loads or complains, naming the pack; what loads compiles into a set.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "inspect/rule.hpp"
#include "inspect/rule_set.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace telltale;
  if (size > 64 * 1024) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto pack = inspect::load_rule_pack("p.jsonc", text);
  if (!pack) {
    const bool named = pack.error().detail.rfind("p.jsonc: ", 0) == 0;
    const bool right = pack.error().code == Errc::rule_malformed || pack.error().code == Errc::rule_sample_failed;
    if (!named || !right) std::abort();
    return 0;
  }
  const auto set = inspect::RuleSet::compile({*pack});
  if (!set && set.error().code != Errc::rule_malformed) std::abort();
  if (set && (*set)->rules().size() != pack->rules.size()) std::abort();
  return 0;
}
