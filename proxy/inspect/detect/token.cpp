// Unexplained tokens in the client's text. Covered by tests/unit/inspect/token_test.cpp.
#include "inspect/detect/token.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/utf8.hpp"
#include "inspect/detect/token_place.hpp"
#include "inspect/detect/token_shape.hpp"
#include "inspect/set_text.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t most_in_notes = 4;      ///< past that, a user turn holds data: a log, a lock file
constexpr std::size_t most_in_template = 12;  ///< likewise for system text
constexpr std::size_t longest_shown = 60;

/// Words with which a decoded text may give away a credential.
bool is_secret(std::string_view text) {
  for (const std::string_view word : {"key", "token", "secret", "passw", "bearer", "sk-"})
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

std::string shown_text(std::string_view decoded) {
  if (is_secret(decoded)) return utf8::escaped(decoded.substr(0, utf8::offset_of(decoded, 4))) + "...";
  if (decoded.size() <= longest_shown) return utf8::escaped(decoded);
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(decoded[end]) & 0xC0U) == 0x80U) --end;
  return utf8::escaped(decoded.substr(0, end)) + "...";
}

double bits_of(const OddToken& token) {
  const auto size = static_cast<double>(token.range.size());
  switch (token.kind) {
    case TokenKind::hex:
      return 4 * size;
    case TokenKind::uuid:
      return 122;
    case TokenKind::digits:
      return std::floor(3.3 * size);
    case TokenKind::version:
      return 12;
    case TokenKind::random:
    case TokenKind::encoded:
      return 6 * size;
  }
  return 0;
}

/// True if earlier requests of the client had the same there.
bool is_old(const Passage& passage, ByteRange range) {
  if (!passage.in_baseline) return false;
  return std::none_of(passage.changes.begin(), passage.changes.end(), [range](const Change& change) {
    return change.reference == Reference::baseline && change.range.begin <= range.end &&
           change.range.end >= range.begin;
  });
}

/// As long as a SHA-1 or SHA-256 and in lines that are set: the commit, key or file that a document speaks of.
bool is_digest_of_document(const Scene& scene, const Passage& passage, const OddToken& token, std::size_t at) {
  const std::size_t size = token.range.size();
  return token.kind == TokenKind::hex && (size == 40 || size == 64) && is_in_set_text(scene, passage, at);
}

void mark_piece(const Scene& scene, const Passage& passage, const Piece& piece, const DetectorMatch& match,
                Marks& marks) {
  const std::string_view text = passage.text.view().substr(piece.range.begin, piece.range.size());
  std::vector<OddToken> tokens = find_odd_tokens(text);
  const bool notes = passage.kind == codec::SegmentKind::user_text && piece.source == Source::unexplained;
  if (tokens.size() > (notes ? most_in_notes : most_in_template)) return;
  std::size_t covered = 0;
  for (const OddToken& token : tokens) {
    if (token.range.begin < covered || !match.has_family(name_of(token.kind))) continue;
    const TokenPlace place = place_of(text, token);
    if (place == TokenPlace::usual) continue;
    const TokenSpan span = span_of(text, token.range);
    covered = span.range.end;
    const std::string_view word = text.substr(token.range.begin, token.range.size());
    const bool repeated =
        text.find(word, token.range.end) != std::string_view::npos || text.find(word) < token.range.begin;
    Mark mark;
    mark.range = {piece.range.begin + span.range.begin, piece.range.begin + span.range.end};
    if (span.removable) mark.neutral = "";
    mark.bits = bits_of(token);
    mark.carries.emplace_back("shape", name_of(token.kind));
    if (!token.decoded.empty()) mark.carries.emplace_back("decoded", shown_text(token.decoded));
    mark.info = place == TokenPlace::labelled || repeated || is_old(passage, mark.range) ||
                is_digest_of_document(scene, passage, token, mark.range.begin);
    if (is_old(passage, mark.range)) mark.note = "as in earlier requests";
    marks.push_back(std::move(mark));
  }
}

}  // namespace

void detect_token(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks) {
  // Names, enumerations and formats in tool definitions have no blanks: identifiers, not prose.
  const bool definition = passage.kind == codec::SegmentKind::tool_definition;
  if (definition && passage.text.view().find(' ') == std::string_view::npos) return;
  for (const Piece& piece : passage.pieces)
    if (piece.voice == Voice::client && piece.source != Source::file) mark_piece(scene, passage, piece, match, marks);
}

}  // namespace telltale::inspect
