// Provenance by the typed text: whether the user wrote what stands somewhere. Covered by
// tests/unit/inspect/typed_test.cpp.
#include <algorithm>

#include "inspect/inspection.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t surroundings = 64;  ///< bytes on either side that must agree, as far as the typed text has them
constexpr std::size_t most_places = 32;   ///< places of one typed text that are compared

/// What clients do to typed text on its way: blanks at the ends go, CRLF becomes LF.
std::string as_sent(std::string_view typed) {
  std::string out;
  out.reserve(typed.size());
  for (std::size_t i = 0; i < typed.size(); ++i) {
    if (typed[i] == '\r' && i + 1 < typed.size() && typed[i + 1] == '\n') continue;
    out += typed[i];
  }
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!out.empty() && blank(out.back())) out.pop_back();
  std::size_t begin = 0;
  while (begin < out.size() && blank(out[begin])) ++begin;
  return out.substr(begin);
}

/// True if `typed` itself has an open client tag at `at`.
bool has_open_tag(std::string_view typed, std::size_t at) {
  const std::string_view before = typed.substr(0, at);
  for (const std::string_view tag : client_tags) {
    const std::size_t open = before.rfind("<" + std::string(tag) + ">");
    if (open == std::string_view::npos) continue;
    if (before.find("</" + std::string(tag) + ">", open) == std::string_view::npos) return true;
  }
  return false;
}

/// The match and what surrounds it in the request, decoded.
struct Surrounded {
  std::string_view before;
  std::string_view match;
  std::string_view after;
};

bool agrees(const Surrounded& sent, std::string_view typed, std::size_t at, bool needs_context) {
  const std::size_t before = std::min(at, surroundings);
  const std::size_t rest = typed.size() - at - sent.match.size();
  const std::size_t after = std::min(rest, surroundings);
  // Where only a client writes, equal surroundings must be more than the sentence itself.
  if (needs_context && before + after < 8) return false;
  if (sent.before.size() < before || sent.after.size() < after) return false;
  return sent.before.substr(sent.before.size() - before) == typed.substr(at - before, before) &&
         sent.after.substr(0, after) == typed.substr(at + sent.match.size(), after);
}

}  // namespace

bool is_typed(const RawText& text, ByteRange match, const std::vector<std::string>& typed, bool tag,
              bool needs_context) {
  if (typed.empty()) return false;
  // An escape takes up to six bytes for one; twelve for a code point of four.
  const Window window(text, match.begin, surroundings * 6, match.size() + surroundings * 6);
  const std::size_t begin = window.offset_of(match.begin);
  const std::size_t end = match.end >= text.range.end ? window.text().size() : window.offset_of(match.end);
  if (end <= begin || end > window.text().size()) return false;
  const Surrounded sent{window.text().substr(0, begin), window.text().substr(begin, end - begin),
                        window.text().substr(end)};
  for (const std::string& one : typed) {
    const std::string mapped = as_sent(one);
    std::size_t at = mapped.find(sent.match);
    for (std::size_t places = 0; at != std::string::npos && places < most_places; ++places) {
      if (agrees(sent, mapped, at, needs_context) && (!tag || has_open_tag(mapped, at))) return true;
      at = mapped.find(sent.match, at + 1);
    }
  }
  return false;
}

}  // namespace telltale::inspect
