// Wrappers that clients put round what they add to a user turn. Covered by tests/unit/inspect/wrapper_test.cpp.
#include "inspect/wrapper.hpp"

#include "inspect/rule_compile.hpp"

namespace telltale::inspect {

std::vector<ByteRange> find_client_wrappers(std::string_view text) {
  std::vector<ByteRange> out;
  for (const std::string_view tag : client_tags) {
    const std::string open = "<" + std::string(tag) + ">";
    const std::string close = "</" + std::string(tag) + ">";
    for (std::size_t at = text.find(open); at != std::string_view::npos; at = text.find(open, at)) {
      const std::size_t end = text.find(close, at);
      if (end == std::string_view::npos) break;
      if (at == 0 || text[at - 1] == '\n') out.push_back({at, end + close.size()});
      at = end + close.size();
    }
  }
  std::sort(out.begin(), out.end(), [](const ByteRange& a, const ByteRange& b) { return a.begin < b.begin; });
  std::size_t kept = 0;
  for (const ByteRange& one : out)
    if (kept == 0 || one.begin >= out[kept - 1].end) out[kept++] = one;
  out.resize(kept);
  return out;
}

}  // namespace telltale::inspect
