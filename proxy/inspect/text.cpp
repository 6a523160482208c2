// A whole string decoded, with a sparse map back to its bytes. Covered by tests/unit/inspect/text_test.cpp.
#include "inspect/text.hpp"

#include <algorithm>
#include <cstring>

#include "core/utf8.hpp"

namespace telltale::inspect {

Text::Text(const RawText& raw) : raw_(raw) {
  const std::string_view content = raw.content;
  if (raw.escaped) {
    decoded_.reserve(raw.range.size());
    std::size_t at = raw.range.begin;
    while (at < raw.range.end) {
      const void* found = std::memchr(content.data() + at, '\\', raw.range.end - at);
      const std::size_t stop =
          found == nullptr ? raw.range.end : static_cast<std::size_t>(static_cast<const char*>(found) - content.data());
      decoded_.append(content.substr(at, stop - at));
      at = stop;
      if (at >= raw.range.end) break;
      const RawStep one = step(raw, at);
      const std::size_t before = decoded_.size();
      if (one.escape)
        utf8::append(decoded_, one.code_point);
      else
        decoded_.append(content.substr(at, one.length));
      if (one.escape) marks_.push_back({before, at, static_cast<std::uint8_t>(decoded_.size() - before), one.length});
      at += one.length;
    }
  }
  ascii_ = utf8::is_ascii(view());
}

const Text::Mark* Text::mark_at(std::size_t offset) const {
  const auto after = std::upper_bound(marks_.begin(), marks_.end(), offset,
                                      [](std::size_t at, const Mark& mark) { return at < mark.decoded; });
  return after == marks_.begin() ? nullptr : &*(after - 1);
}

std::size_t Text::raw(std::size_t offset) const {
  const Mark* const mark = mark_at(offset);
  if (mark == nullptr) return raw_.range.begin + offset;
  const std::size_t beyond = offset - mark->decoded;
  if (beyond == 0) return mark->raw;
  if (beyond < mark->decoded_length) return mark->raw;
  return mark->raw + mark->raw_length + (beyond - mark->decoded_length);
}

bool Text::is_escape(std::size_t offset) const {
  const Mark* const mark = mark_at(offset);
  return mark != nullptr && offset < mark->decoded + mark->decoded_length;
}

}  // namespace telltale::inspect
