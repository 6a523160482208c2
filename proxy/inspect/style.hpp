#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/utf8.hpp"
#include "inspect/prose.hpp"
#include "inspect/scene.hpp"
#include "inspect/unicode/reader.hpp"

/// What detectors of style share: which parts of a request the client wrote, and how often each form of a family of
/// characters (apostrophes, dashes ...) is used in one text and in all of the client's text.
namespace telltale::inspect::style {

/// A part of a passage in which the client speaks.
struct Stretch {
  std::uint32_t passage = 0;
  std::string_view text;  ///< of the whole passage, decoded; lives as long as the scene
  ByteRange range;        ///< the part
};

/// All of them, in document order.
[[nodiscard]] const std::vector<Stretch>& client_stretches(const Scene& scene);
/// True if no stretch has a character beyond ASCII: then only blanks and lists are left to look at.
[[nodiscard]] bool all_ascii(const Scene& scene, const std::vector<Stretch>& stretches);

/// The code of each passage, found when it is first asked for.
class Codes {
 public:
  const CodeMap& of(const Stretch& stretch) { return codes_.try_emplace(stretch.passage, stretch.text).first->second; }

 private:
  std::map<std::uint32_t, CodeMap> codes_;
};

/// The code of this request's passages.
[[nodiscard]] Codes& codes_of(const Scene& scene);

/// One use of a form: where it stands, and in what role. Forms are compared within one role only ("between letters",
/// "between digits").
struct Use {
  std::uint32_t stretch = 0;  ///< index in client_stretches
  ByteRange range;            ///< decoded bytes of the passage
  char32_t form = 0;
  std::uint8_t role = 0;
};

/// Counts of forms, by role, of one text and of all client text.
class Census {
 public:
  explicit Census(const std::vector<Stretch>& stretches) : stretches_(stretches) {}

  void add(const Use& use);
  [[nodiscard]] const std::vector<Use>& uses() const { return uses_; }
  /// Counts as if use number `index` had another form. Takes effect with the next `recount`.
  void change(std::size_t index, char32_t form) { uses_[index].form = form; }
  void recount();
  [[nodiscard]] bool is_full() const { return uses_.size() >= most_uses; }

  struct Standing {
    std::size_t mine = 0;   ///< uses of the form
    std::size_t total = 0;  ///< uses of all forms of the role
    char32_t usual = 0;     ///< the most frequent form; the ASCII one of equals
  };
  /// How the form stands in its own text, if that has enough uses to compare, else in all client text.
  [[nodiscard]] Standing standing(const Use& use) const;
  [[nodiscard]] Standing standing_in_text(const Use& use) const;
  [[nodiscard]] Standing standing_in_all(const Use& use) const;
  /// A form that its text hardly ever uses: at most one in twenty, or once.
  [[nodiscard]] bool is_minority(const Use& use) const;
  /// A text that goes back and forth between two forms, as no writer and no editor does.
  [[nodiscard]] bool alternates(const Use& use) const;
  [[nodiscard]] std::size_t count(std::uint8_t role, char32_t form) const;

 private:
  void count(const Use& use);
  /// Past it, further uses are not counted: enough for any real text.
  static constexpr std::size_t most_uses = 200'000;
  static constexpr std::size_t enough = 5;
  struct Tally {
    std::vector<std::pair<char32_t, std::size_t>> forms;
    std::size_t switches = 0;
    char32_t last = 0;
  };
  static Standing standing_of(const Tally& tally, char32_t form);
  [[nodiscard]] const Tally& tally(std::uint32_t passage, std::uint8_t role) const;
  static constexpr std::uint32_t all = 0xFFFFFFFF;

  const std::vector<Stretch>& stretches_;
  std::vector<Use> uses_;
  std::map<std::pair<std::uint32_t, std::uint8_t>, Tally> tallies_;
};

/// Two ASCII signs of a family; all its other forms lie beyond ASCII.
struct Signs {
  char one = 0;
  char other = 0;
};

/// Hands `take` each character of the stretch that `is_form` accepts, with its decoded bytes, until the census is full.
template <class IsForm, class Take>
void each_form(const Stretch& stretch, const Census& census, Signs signs, IsForm is_form, Take take) {
  for (std::size_t at = stretch.range.begin; !census.is_full();) {
    at = unicode::next_sign(stretch.text, at, stretch.range.end, signs.one, signs.other);
    if (at >= stretch.range.end) return;
    const utf8::Step step = utf8::decode(stretch.text, at);
    const ByteRange here{at, at + step.length};
    at = here.end;
    if (step.valid && is_form(step.code_point)) take(step.code_point, here);
  }
}

/// What a detector says of one use: the form that neutrally stands there.
struct Decision {
  char32_t neutral = 0;
  bool always = false;  ///< no style at all: told though earlier requests had it too
  bool info = false;    ///< told as information, and left as it is
  bool told = true;     ///< false: another rule tells it; counted as done all the same
  double bits = 1;
};

/// Asks `judge` about every use until it has nothing more to say, counting as if what it said were done: so that a
/// stripped text is left alone. Then marks the uses it spoke of.
void mark_uses(const Scene& scene, const std::vector<Stretch>& stretches, Census& census,
               const std::function<std::optional<Decision>(const Use&)>& judge, Marks& marks);

/// A mark of one place, with its neutral form. Style that earlier requests had there is information only, unless
/// `always`.
[[nodiscard]] Mark mark_of(const Scene& scene, const Stretch& stretch, ByteRange range, std::string neutral,
                           bool always);

}  // namespace telltale::inspect::style
