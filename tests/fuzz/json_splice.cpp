// The splice editor against another JSON library: strings of a document are edited in place, and a parser that knows
// nothing of byte ranges then reads the edited strings as they should be and every other value as it was.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "codec/json_scan.hpp"
#include "core/assert.hpp"
#include "core/utf8.hpp"
#include "inspect/edit.hpp"

using namespace telltale;

namespace {

constexpr std::string_view written[] = {"", "x", "\"\\/\b\n\t", "\xE2\x80\x99", "\xF0\x9F\x98\x80", "\x01", "neutral"};

/// Takes bytes off the front.
struct Choice {
  const std::uint8_t* data;
  std::size_t left;
  std::size_t below(std::size_t n) {
    if (left == 0 || n == 0) return 0;
    --left;
    return *data++ % n;
  }
};

/// How many values a document of the other library holds.
std::size_t count(const nlohmann::json& root) {
  std::size_t values = 0;
  std::vector<const nlohmann::json*> open{&root};
  while (!open.empty()) {
    const nlohmann::json* const one = open.back();
    open.pop_back();
    ++values;
    if (one->is_structured())
      for (const nlohmann::json& child : *one) open.push_back(&child);
  }
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t choices = 12;
  if (size < choices) return 0;
  Choice choice{data, choices};
  const std::string_view text(reinterpret_cast<const char*>(data) + choices, size - choices);
  Limits limits;
  limits.json_depth = 64;  // the other library recurses
  const codec::JsonDocument document = codec::scan_json(text, limits);
  if (document.stopped || document.values.empty()) return 0;
  nlohmann::json wanted = nlohmann::json::parse(text, nullptr, false);
  // Several documents, or one name twice: the other library does not hold all the values.
  if (wanted.is_discarded() || count(wanted) != document.values.size()) return 0;

  std::vector<inspect::Edit> edits;
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    at += static_cast<std::uint32_t>(choice.below(7));
    while (at < document.values.size() && document[at].kind != codec::JsonKind::string) ++at;
    if (at >= document.values.size()) break;
    const std::string_view raw = document.slice(document[at].raw);
    auto& value = wanted.at(nlohmann::json::json_pointer(document.pointer(at)));
    const std::string before = value.get<std::string>();
    TT_ASSERT(document.string_at(at) == before);
    const std::size_t length = utf8::length(before);
    const std::size_t begin = choice.below(length + 1);
    const std::size_t end = begin + choice.below(length - begin + 1);
    const std::string_view put = written[choice.below(std::size(written))];
    const ByteRange range = codec::raw_range_of(raw, begin, end);
    const std::size_t offset = document[at].raw.begin;
    edits.push_back({{offset + range.begin, offset + range.end}, codec::escape_json(put)});
    value = before.substr(0, utf8::offset_of(before, begin)) + std::string(put) +
            before.substr(utf8::offset_of(before, end));
    ++at;
  }
  const auto edited = inspect::apply_edits(text, edits);
  TT_ASSERT(edited.has_value());
  const nlohmann::json got = nlohmann::json::parse(*edited, nullptr, false);
  TT_ASSERT(!got.is_discarded());
  TT_ASSERT(got == wanted);
  if (edits.empty()) TT_ASSERT(*edited == text);
  return 0;
}
