#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/conversation.hpp"
#include "inspect/align.hpp"

namespace telltale::inspect {

struct Scene;

/// The client's own texts in its earlier requests, each different one once, with the places in them that vary from
/// request to request (dates, counts, names).
///
/// Bounds: `most_texts` texts and `most_bytes` bytes; past them the text seen least goes.
class TemplateTexts {
 public:
  static constexpr std::size_t most_texts = 4096;
  static constexpr std::size_t most_bytes = std::size_t{2} * 1024 * 1024;
  /// A longer text is kept as its first bytes: enough to know it again, not to say what changed behind them.
  static constexpr std::size_t longest_text = std::size_t{256} * 1024;

  /// Shorter texts ("</query>") are like each other by chance: they are known as a whole or not at all.
  static constexpr std::size_t shortest_compared = 24;

  struct Known {
    codec::SegmentKind kind = codec::SegmentKind::other;
    std::string name;  ///< of a tool's text: "run_command/description"; empty for prose
    std::string text;
    std::uint32_t times = 1;           ///< requests it was seen in
    std::vector<ByteRange> slots;      ///< places that were seen to vary; in order, apart
    std::vector<std::uint64_t> lines;  ///< hashes of its lines, sorted, each once
  };
  /// The known text nearest to the one asked for, and how that departs from it. `known` is null if none is near.
  struct Nearest {
    const Known* known = nullptr;
    std::vector<Hunk> hunks;
  };

  void learn(const Scene& scene);
  /// A text known to the last byte; null if there is none.
  [[nodiscard]] const Known* exact(codec::SegmentKind kind, std::string_view text) const;
  [[nodiscard]] Nearest nearest(codec::SegmentKind kind, std::string_view name, std::string_view text) const;
  [[nodiscard]] const std::vector<Known>& texts() const { return texts_; }

  /// Adds one text, `times` as seen elsewhere (a store read back).
  void add(Known known);

 private:
  void learn_text(codec::SegmentKind kind, std::string name, std::string_view text);
  void shrink();
  void index();

  std::vector<Known> texts_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_;
  std::size_t bytes_ = 0;
};

/// Name of a string inside tool definitions, by the names of what it is in: "tools/[run_command]/description". Array
/// elements that have a name count by it, others by `*`.
[[nodiscard]] std::string slot_name(const codec::JsonDocument& document, std::uint32_t value);

}  // namespace telltale::inspect
