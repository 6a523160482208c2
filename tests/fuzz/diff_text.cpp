// Two texts, cut from the input at its first byte's value: what the differ calls changes turns one into the other, in
// order, apart, and never inside of a character.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "diff/text_change.hpp"

namespace {

using telltale::ByteRange;

bool is_within(ByteRange inner, ByteRange outer) {
  return outer.begin <= inner.begin && inner.begin <= inner.end && inner.end <= outer.end;
}

void check(std::string_view a, std::string_view b) {
  std::string made;
  std::size_t at_a = 0;
  std::size_t at_b = 0;
  for (const telltale::diff::Change& change : telltale::diff::find_changes(a, b).changes) {
    if (change.a.begin < at_a || change.b.begin < at_b || change.a.end > a.size() || change.b.end > b.size())
      std::abort();
    if (!is_within(change.inner_a, change.a) || !is_within(change.inner_b, change.b)) std::abort();
    if (change.a.empty() && change.b.empty()) std::abort();
    made.append(a.substr(at_a, change.a.begin - at_a)).append(b.substr(change.b.begin, change.b.size()));
    at_a = change.a.end;
    at_b = change.b.end;
  }
  if (made.append(a.substr(at_a)) != b) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = text.size() * data[0] / 256;
  check(text.substr(0, cut), text.substr(cut));
  check(text.substr(cut), text.substr(0, cut));
  return 0;
}
