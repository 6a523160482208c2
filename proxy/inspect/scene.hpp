#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/conversation.hpp"
#include "codec/json_scan.hpp"
#include "inspect/engine.hpp"
#include "inspect/seen_texts.hpp"
#include "inspect/shared_work.hpp"
#include "inspect/text.hpp"

namespace telltale::inspect {

class Baseline;

/// Who speaks in a piece of text: what a detector may hold against it follows from that.
enum class Voice : std::uint8_t {
  client,   ///< the client's own text: system text, tool definitions, what it puts into user turns
  typed,    ///< known, word for word, to be what the user typed: nothing in it is a marker
  user,     ///< a user turn, and nothing is known of what was typed: odd spelling may well be the user's
  tool,     ///< tool results and files
  model,    ///< earlier answers and tool calls
  machine,  ///< ids, labels, settings
};

/// A part of a text with one source. `known_by` says which reference settled it.
struct Piece {
  ByteRange range;  ///< decoded bytes
  Source source = Source::unexplained;
  Voice voice = Voice::client;
  Reference known_by = Reference::none;
};

/// A place where the sent text departs from a reference: `range` of the text stands where the reference has `expected`.
/// A deletion has an empty range.
struct Change {
  ByteRange range;                      ///< decoded bytes of the passage
  std::optional<std::string> expected;  ///< what the reference has there; nothing if only its form is known
  Reference reference = Reference::none;
  bool weak = false;  ///< honest causes are as likely: another version, a count, a path
};

/// One string of the request and where its parts come from.
struct Passage {
  std::uint32_t segment = 0;  ///< index in Conversation::segments; meaningless if `in_document` is false
  codec::SegmentKind kind = codec::SegmentKind::other;
  codec::Role role = codec::Role::none;
  Text text;
  std::vector<Piece> pieces;              ///< in order, without gaps, covering the text
  std::vector<Change> changes;            ///< against typed text or baseline, in order
  bool in_baseline = false;               ///< some earlier request of this client held a text like it
  std::optional<SeenTexts::Print> print;  ///< to be remembered by, if nothing is found in it

  explicit Passage(const RawText& raw) : text(raw) {}
  /// The piece that holds decoded byte `at`; the last one at the end of the text.
  [[nodiscard]] const Piece& piece_at(std::size_t at) const;
};

/// The request as detectors see it.
struct Scene {
  const Input& input;
  const codec::JsonDocument& document;
  const codec::Conversation& conversation;
  std::vector<Passage> passages;       ///< every string worth reading, in document order; not opaque ones
  std::vector<std::uint32_t> quiet;    ///< segments that are no passages: seen before, and nothing was found in them
  const Baseline* baseline = nullptr;  ///< of this client; null if none is known
  bool same_version = true;            ///< the baseline is of this very version: what differs has no honest cause
  bool is_json = false;
  mutable SharedWork shared;  ///< of the detectors; filled from passages that no longer change

  /// JSON Pointer of a passage's string; "" for a text that is no JSON.
  [[nodiscard]] std::string pointer(const Passage& passage) const;
};

/// What a detector found. Exactly one of the places is set: a passage with a range of its decoded bytes, a JSON value
/// (or the key of it), a header field, or none (then `where` says it: "headers", "raw").
struct Mark {
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  std::uint32_t passage = none;
  ByteRange range;  ///< decoded bytes of the passage; may be empty (something is missing there)
  /// What neutrally stands in place of `range`; nothing if that is not known. Text marks only.
  std::optional<std::string> neutral;

  std::uint32_t value = none;  ///< index in the document
  std::uint32_t field = none;  ///< index in the head's fields
  std::string where;
  std::optional<ByteRange> raw;  ///< bytes of the content (of the head, for a field): what the finding covers
  std::vector<Edit> edits;       ///< on the content, or the head; not for text marks

  std::vector<std::string> code_points;  ///< of a text mark: filled from `range` if left empty
  std::vector<std::string> expected;     ///< of a text mark: filled from `neutral` if left empty
  std::vector<std::pair<std::string, std::string>> carries;
  double bits = 0;                   ///< what the choice can carry
  std::optional<double> confidence;  ///< the rule's if left empty
  Reference reference = Reference::none;
  bool info = false;  ///< say it, but as information: honest causes are as likely
  std::string note;   ///< a clause for the message, ASCII, without text of the request
};

/// What one detector found for one rule, bounded: a body made of markers is told by its first ones, and the rest is
/// counted.
class Marks {
 public:
  explicit Marks(std::size_t most) : most_(most) {}

  void push_back(Mark mark) {
    if (kept_.size() < most_)
      kept_.push_back(std::move(mark));
    else
      ++left_out_;
  }
  [[nodiscard]] bool is_full() const { return kept_.size() >= most_; }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }
  [[nodiscard]] bool empty() const { return kept_.empty(); }
  [[nodiscard]] std::size_t size() const { return kept_.size(); }
  [[nodiscard]] Mark& operator[](std::size_t i) { return kept_[i]; }
  [[nodiscard]] auto begin() { return kept_.begin(); }
  [[nodiscard]] auto end() { return kept_.end(); }
  /// Takes back what was added behind the first `size`.
  void cut_to(std::size_t size) { kept_.resize(std::min(size, kept_.size())); }

 private:
  std::size_t most_;
  std::size_t left_out_ = 0;
  std::vector<Mark> kept_;
};

}  // namespace telltale::inspect
