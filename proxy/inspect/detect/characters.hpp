#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/rule.hpp"
#include "inspect/scene.hpp"
#include "inspect/unicode/reader.hpp"

namespace telltale::inspect {

// Detectors of single characters that stand where no honest text has them. Each judges a character by its neighbours,
// its line and its text, never by a range alone; docs/rules.md says what counts as legitimate. Families in brackets.

/// Characters that draw nothing [zero-width, soft-hyphen, filler, format].
void detect_invisible(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);
/// Direction marks, isolates, embeddings, overrides [mark, pair, override].
void detect_bidi(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);
/// Variation selectors behind a base that has no such variant.
void detect_variation(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);
/// Tag characters outside flags.
void detect_tags(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);
/// Controls and code points that are no characters [control, line-separator, private-use, unassigned, surrogate].
void detect_control(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);

/// Letters and digits that only look like ASCII [script, wide, styled, latin, raised, enclosed, ligature, roman,
/// digit].
void detect_lookalike(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);
/// Signs that only look like ASCII; not quotes, dashes and blanks.
void detect_sign(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);
/// Letters that are not in normal form C, and marks that no letter takes [decomposed, singleton, stray-mark].
void detect_normal_form(const Scene& scene, const Passage& passage, const DetectorMatch& match, Marks& marks);

/// The text of a passage and the piece of it that is being judged.
struct Judged {
  std::string_view text;  ///< of the whole passage: neighbours may lie outside the piece
  ByteRange range;        ///< of the piece
  Voice voice = Voice::client;

  [[nodiscard]] bool is_client() const { return voice == Voice::client; }
  /// The piece and a little on either side: a line is judged whole, also where somebody else wrote a part of it.
  [[nodiscard]] ByteRange surroundings() const;
  [[nodiscard]] std::string_view view() const { return text.substr(range.begin, range.size()); }
};

/// True if the words round `at` are about characters: a question what U+200B does may well hold one.
[[nodiscard]] bool is_about_characters(std::string_view text, ByteRange at);

/// Calls `look(Judged)` for each piece that is not known to be typed. What it marks where the text is about characters
/// becomes information, unless the text is the client's own.
template <class Look>
void for_each_judged(const Passage& passage, Marks& marks, Look&& look) {
  for (const Piece& piece : passage.pieces) {
    if (piece.voice == Voice::typed || piece.range.empty()) continue;
    const std::size_t before = marks.size();
    look(Judged{passage.text.view(), piece.range, piece.voice});
    if (piece.voice == Voice::client) continue;
    for (std::size_t i = before; i < marks.size(); ++i)
      marks[i].info = is_about_characters(passage.text.view(), marks[i].range);
  }
}

/// Characters found one by one, neighbours joined to runs; each run becomes one Mark.
class Runs {
 public:
  explicit Runs(Marks& marks) : marks_(marks) {}
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;
  ~Runs() { close(); }

  /// `range` (one character, or several) has to become `neutral`; nothing if nobody can say what it stands for. `bits`:
  /// what one such place can carry. Ranges rise.
  void add(ByteRange range, std::optional<std::string_view> neutral, double bits, std::string_view note = {});
  /// Ends the present run. `decoded` is said to be what the run carries.
  void close(const std::string& decoded = {});
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] ByteRange range() const { return run_.range; }

 private:
  Marks& marks_;
  Mark run_;
  bool open_ = false;
};

/// True for an example in quotes, as in: what is the code point in "a?b"? The word round `at` is enclosed in quotes or
/// backticks and has at most four visible characters beside what stands at `at`.
[[nodiscard]] bool is_quoted_example(std::string_view text, ByteRange at);

/// True for an entry of a table of characters, as files of keyboards and encodings have: nothing of prose on either
/// side.
[[nodiscard]] bool is_table_entry(std::string_view text, ByteRange at);

/// True if the first kilobytes of the text have some of the commonest English words.
[[nodiscard]] bool reads_as_english(std::string_view text);

/// Printable ASCII (at most 64 characters) that a run of invisible characters spells, if it does; else empty.
[[nodiscard]] std::string decode_tags(std::string_view run);
[[nodiscard]] std::string decode_selectors(std::string_view run);
/// Two symbols as binary digits, eight to a character; either may be the one.
[[nodiscard]] std::string decode_binary(std::string_view run);

}  // namespace telltale::inspect
