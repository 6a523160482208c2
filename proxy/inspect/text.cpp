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
      if (one.escape && (marks_.empty() || at - marks_.back().raw >= stretch)) marks_.push_back({before, at});
      at += one.length;
    }
  }
  ascii_ = utf8::is_ascii(view());
}

std::optional<Text::Escape> Text::escape_at(std::size_t offset) const {
  const auto after = std::upper_bound(marks_.begin(), marks_.end(), offset,
                                      [](std::size_t at, const Mark& mark) { return at < mark.decoded; });
  if (after == marks_.begin()) return std::nullopt;
  const Mark from = *(after - 1);
  const std::size_t end = std::min(from.raw + stretch, raw_.range.end);  // escapes behind it have a mark of their own
  std::optional<Escape> last;
  for (Mark here = from; here.raw < end && here.decoded <= offset;) {
    const RawStep one = step(raw_, here.raw);
    const std::size_t length = decoded_length(one);
    if (one.escape) last = Escape{here, length, one.length};
    here = {here.decoded + length, here.raw + one.length};
  }
  return last;
}

std::size_t Text::raw(std::size_t offset) const {
  const std::optional<Escape> before = escape_at(offset);
  if (!before) return raw_.range.begin + offset;
  const std::size_t beyond = offset - before->at.decoded;
  if (beyond < before->decoded_length) return before->at.raw;
  return before->at.raw + before->raw_length + (beyond - before->decoded_length);
}

bool Text::is_escape(std::size_t offset) const {
  const std::optional<Escape> before = escape_at(offset);
  return before && offset < before->at.decoded + before->decoded_length;
}

}  // namespace telltale::inspect
