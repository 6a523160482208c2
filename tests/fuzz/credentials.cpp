// The mask: what is found lies in the text, in order and apart; once masked nothing of it is left, and nothing is found
// again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/assert.hpp"
#include "record/credentials.hpp"
#include "support/toy_digest.hpp"

using namespace telltale;
using namespace telltale::record;

namespace {

std::string check(std::string_view text, const std::vector<ByteRange>& ranges) {
  std::size_t end = 0;
  for (const ByteRange range : ranges) {
    TT_ASSERT(range.begin >= end && range.begin < range.end);
    end = range.end;
  }
  TT_ASSERT(end <= text.size());
  std::string out = masked(text, ranges, test::toy_digest);
  std::size_t kept = text.size() + ranges.size() * mask_length;
  for (const ByteRange range : ranges) kept -= range.size();
  TT_ASSERT(out.size() == kept);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // What is left out may make a new credential of its neighbours, so a second look may find more.
  check(text, find_credentials(text));
  for (const bool form : {false, true}) check(text, find_form_credentials(text, form));
  check(text, find_multipart_credentials(text));
  check(text, find_in_credential_field(text));
  static_cast<void>(is_credential_field(text));
  return 0;
}
