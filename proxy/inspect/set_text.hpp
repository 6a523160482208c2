#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "inspect/scene.hpp"

/// Where a text is set line by line, as files are and prompts are not: prose that an editor wrapped, source code
/// without a fence, columns, drawings, rules of dashes. Blanks there come from editors, from alignment and from many
/// hands (filling a paragraph leaves two behind each sentence), so a rare form is no choice of the client's. A prompt
/// is written in lines as long as its paragraphs, and in a list every item ends what it says.
namespace telltale::inspect {

class SetText {
 public:
  /// As many lines are read, empty ones aside; what stands behind them is not taken for set.
  static constexpr std::size_t most_lines = 100'000;

  /// Cost: one pass.
  explicit SetText(std::string_view text);

  /// Whether the lines round byte `at` are set. Long lines are not, whatever stands round them.
  [[nodiscard]] bool holds(std::size_t at) const;

 private:
  /// A line that is not empty, and how many before it are set, or long.
  struct Line {
    std::size_t begin = 0;
    std::uint32_t set_before = 0;
    std::uint32_t long_before = 0;
  };

  struct Count {
    std::size_t lines = 0;
    std::size_t set = 0;
    std::size_t long_ones = 0;
  };

  void add(std::string_view line, std::size_t begin, std::string_view next);
  [[nodiscard]] Count count(std::size_t first, std::size_t last) const;

  std::vector<Line> lines_;  ///< and one behind the last, for the sums
  std::size_t end_ = 0;      ///< of what was read
};

/// The same of each passage, read when it is first asked for.
class SetTexts {
 public:
  const SetText& of(const Passage& passage) { return texts_.try_emplace(&passage, passage.text.view()).first->second; }

 private:
  std::map<const Passage*, SetText> texts_;  ///< which stay where they are while a request is judged
};

/// True if byte `at` of the passage's text lies in lines that are set.
[[nodiscard]] bool is_in_set_text(const Scene& scene, const Passage& passage, std::size_t at);

}  // namespace telltale::inspect
