#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace telltale::inspect {

/// What the user typed over days, in order: more than one request repeats. Immutable once made, so that threads share
/// it.
///
/// Judging a request by all of it would cost more than the request, and its capture would hold the user's whole
/// history. `near` chooses the texts of which a piece stands in the request.
class TypedIndex {
 public:
  using Text = std::shared_ptr<const std::string>;
  explicit TypedIndex(std::vector<Text> texts);

  /// In order: the newest `always_chosen` texts, and of the rest those that may stand in `content`, changed or not. A
  /// text is told by up to `probes_each` pieces of it, 16 bytes that JSON writes as they are, spread from its begin
  /// to its end: a third of them has to be there. One that has no such piece (under 16 bytes) is always chosen. An
  /// old text outside ASCII that a client escapes as \uXXXX may be missed.
  /// Cost: one or two ns a byte of content; nothing if there are not more texts than are always chosen.
  [[nodiscard]] std::vector<std::string> near(std::string_view content) const;

  [[nodiscard]] std::size_t size() const { return texts_.size(); }

  static constexpr std::size_t always_chosen = 48;
  static constexpr std::size_t probes_each = 12;
  static constexpr std::size_t probe_bytes = 16;

 private:
  using Probe = std::pair<std::uint64_t, std::uint32_t>;  ///< its bytes; number of the text
  void add_probes(std::uint32_t number);
  struct Tally {
    std::vector<std::uint8_t> missing;  ///< by text: probes still to be seen
    std::vector<std::uint8_t> seen;     ///< by probe, the first of equal ones
    std::size_t left = 0;               ///< texts with probes missing
  };
  void count(std::uint64_t window, Tally& tally) const;

  std::vector<Text> texts_;
  std::vector<Probe> probes_;          ///< sorted
  std::vector<std::uint64_t> filter_;  ///< a bit for each hash of a probe: most windows end here
  std::vector<std::uint8_t> wanted_;   ///< by text: how many of its probes have to be there; none: always chosen
};

}  // namespace telltale::inspect
