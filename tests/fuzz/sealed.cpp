// A capture under a key in any bytes, cut anywhere. The cipher is one that the fuzzer can write: what a tag begins with
// says whether it holds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "record/sealed.hpp"

namespace {

namespace sealed = telltale::record::sealed;

class OpenDoor : public sealed::Opener {
 public:
  bool begin(const sealed::StreamHead&, std::string_view, std::string_view tag) override { return tag[0] == 't'; }
  std::optional<std::string> open(std::uint64_t, std::string_view, std::string_view text,
                                  std::string_view tag) override {
    if (tag[0] != 't') return std::nullopt;
    opened += text.size();
    return std::string(text);
  }
  std::uint64_t opened = 0;
};

std::string read(std::string_view bytes, std::size_t step) {
  OpenDoor opener;
  sealed::Reader reader(opener);
  const std::size_t size = bytes.size();
  std::string out;
  std::size_t given = 0;
  for (bool at_end = false;; at_end = bytes.empty()) {
    std::string_view block = bytes.substr(0, step);
    bytes.remove_prefix(block.size());
    for (;;) {
      const auto text = reader.next(block, at_end);
      if (text && text->empty() && block.empty()) break;
      if (text) given += text->size();
      out += text ? *text : text.error().detail + "\n";
    }
    if (at_end) break;
  }
  if (const auto done = reader.finish(false); !done) out += done.error().detail;
  if (given > size || opener.opened > 2 * size) std::abort();  // a chunk may be opened again behind what is missing
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = read(bytes, size + 1);
  if (whole != read(bytes, 1) || whole != read(bytes, 97)) std::abort();
  return 0;
}
