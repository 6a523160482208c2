#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "codec/conversation.hpp"
#include "codec/json_scan.hpp"
#include "inspect/detect/found.hpp"
#include "inspect/engine.hpp"
#include "inspect/environment_search.hpp"
#include "inspect/opened.hpp"
#include "inspect/rule_compile.hpp"
#include "inspect/scene.hpp"

namespace telltale::inspect {

/// A text of the request with what the rules ask about it.
struct Spot {
  RawText text;
  codec::SegmentKind kind = codec::SegmentKind::other;
  std::uint32_t value = codec::JsonValue::none;  ///< its number in the document; none: not a string of it
  bool in_head = false;
  std::string where;  ///< set if `value` is none
};

/// A JSON document that rules look into: the body's, or one that a string of it or a header value holds.
struct Layer {
  const codec::JsonDocument* document = nullptr;
  const Spot* outer = nullptr;  ///< what it came out of; null: it is the body's
  std::string place;            ///< JSON Pointer of its string, as if every document stood in place of its string
  std::string inside;           ///< the way to it from `outer`, as rules write it: "#base64/a#json"
  bool exact = false;           ///< written as JSON in `outer` itself: its values have places there
};

/// What a detector found, and where, before it is told as a Finding.
struct Pending {
  const Rule* rule = nullptr;
  Found found;
  Spot spot;
  Source source = Source::unexplained;
  Reference reference = Reference::none;
  std::optional<double> confidence;  ///< the rule's if left empty
  bool info = false;                 ///< told as information whatever the rule's severity
  std::string note;
  bool place_only = false;  ///< about a value or a field as a whole: told without a span
};

/// One call of `inspect`, while it runs. Passes add to `pending`; `finish` turns that into the verdict.
class Inspection {
 public:
  Inspection(const Input& input, const RuleSet& rules, const Policy& policy, const Limits& limits);

  [[nodiscard]] Verdict run();
  /// Reads the request as `run` does, and adds what it sees to what is known of its client.
  void teach(Baselines& baselines);

 private:
  // inspection.cpp: the request and which rules apply to it
  void read_content();
  void choose_rules();
  void set_coverage();
  [[nodiscard]] bool applies(const Rule& rule) const;
  [[nodiscard]] bool pointer_allowed(const Rule& rule, std::uint32_t value) const;
  [[nodiscard]] Spot spot_of(const codec::Segment& segment) const;
  [[nodiscard]] Spot raw_spot() const;
  [[nodiscard]] std::string_view path() const;
  /// Keeps a finding, unless its value was reported before and the rule tells each value once.
  void add(const Rule& rule, Found found, const Spot& spot);
  /// Counts one more finding of the rule. False: it is left out, and that is said.
  [[nodiscard]] bool has_room_for(const Rule& rule);
  void leave_out(std::size_t count);

  // head_pass.cpp: headers, target
  void look_at_head();
  void look_at_header(const http::FieldRange& field, std::string_view name);
  void look_at_header_rule(const Rule& rule, const Spot& spot, ByteRange line);
  void look_at_target();

  // member_pass.cpp: members of the body and of opened documents
  [[nodiscard]] codec::SegmentKind kind_of(std::uint32_t value) const;
  [[nodiscard]] Spot spot_in(const Layer& layer, std::uint32_t value) const;
  void look_at_members(const Layer& layer);
  void look_at_pair(std::string_view key, const Layer& layer, std::uint32_t value);
  void look_at_value(const RuleSet::Compiled::KeyUse& use, const Layer& layer, std::uint32_t anchor);
  void look_at_path(const Rule& rule, const PointerMatch::Path& path, const Spot& spot, std::string text);

  // opened_pass.cpp: what strings hold
  [[nodiscard]] bool may_open(const Spot& spot) const;
  void look_into_strings();
  void look_for_known_values_inside(std::string_view text, const Spot& spot, const std::string& inside);

  // text_pass.cpp: literals and what they lead to
  struct Walk;  ///< where the pass stands: segment, open client tags
  void look_at_texts();
  void rescan_hidden(std::vector<LiteralSet::Hit>& hits);
  void take_hit(const LiteralSet::Hit& hit, Walk& walk);
  void try_rule(std::uint32_t number, std::size_t at, Walk& walk);
  [[nodiscard]] bool is_habit(const Found& found);
  /// count_in_words(), once for the same question; nothing past most_spellings.
  [[nodiscard]] std::optional<std::size_t> times_in_words(std::string_view spelling, std::string_view own);

  // environment_pass.cpp: values known of the machine
  void prepare_environment();
  [[nodiscard]] const Rule* rule_for_fact(std::string_view name) const;
  void look_for_environment(Scene& scene);
  void look_for_environment_in(const Passage& passage, const Spot& spot);
  void look_for_environment_in_head();
  void tell_environment(const Sighting& one, ByteRange range, const Spot& spot);
  void drop_doubles(std::size_t first);

  // mark_pass.cpp: the scene, and what the built-in detectors see in it
  void prepare_scene();
  void run_detectors();
  [[nodiscard]] Scene build_scene() const;
  /// Who speaks at content offset `at` of a user turn; Voice::user if nothing is known.
  [[nodiscard]] Voice voice_at(std::uint32_t segment, std::size_t at) const;
  void detect_in_texts(Scene& scene, const Rule& rule, const DetectorMatch& match);
  /// Detectors of whole requests do not know where their rule looks.
  [[nodiscard]] bool looks_at(const Scene& scene, const Rule& rule, const Mark& mark) const;
  void take_mark(const Scene& scene, const Rule& rule, Mark mark);
  void take_text_mark(const Scene& scene, const Rule& rule, Mark& mark, Pending& pending);
  void take_place_mark(const Rule& rule, Mark& mark, Pending& pending);
  [[nodiscard]] bool prepare_memory() const;
  void remember(const Scene& scene) const;
  void list_sources(const Scene& scene);

  // merge.cpp: one finding for one thing
  void merge_changes();

  // settle.cpp: one fact, one finding
  void settle();

  // finish.cpp: findings, edits, the verdict
  void finish();
  void sort_by_place();
  [[nodiscard]] Action action_of(const Pending& pending, bool is_signed) const;
  void collect_edits(std::vector<Action>& actions);
  void tell(const std::vector<Action>& actions);

  const Input& input_;
  const RuleSet::Compiled& rules_;
  const Policy& policy_;
  const Limits& limits_;
  Verdict verdict_;
  codec::JsonDocument document_;
  codec::Conversation conversation_;
  bool is_json_ = false;
  bool is_text_ = false;
  std::size_t hiding_escape_ = std::string_view::npos;  ///< the first of a document: see next_hiding_escape()
  bool writes_ascii_ = false;            ///< the document holds no byte above 0x7F, and escapes for what it would take
  std::vector<char> active_;             ///< by rule
  std::vector<std::size_t> last_match_;  ///< by rule: where its last match in a body text began
  std::optional<Scene> scene_;           ///< unless no rule asks for it
  const NeedleSet* needles_ = nullptr;   ///< null if no environment is known, or no rule asks for it
  std::optional<NeedleSet> own_needles_;
  std::size_t runs_left_ = 2048;         ///< encoded strings still to be looked into for known values
  std::vector<const Rule*> fact_rules_;  ///< by fact; null for none
  std::vector<Pending> pending_;
  std::vector<Spot> holders_;   ///< strings and header values that may hold a document
  bool out_of_budget_ = false;  ///< some document was not opened: Limits::opened_bytes
  bool too_nested_ = false;     ///< some document was not opened: Limits::nesting
  bool left_out_ = false;       ///< findings were counted and not kept: Limits::findings_of_rule
  std::map<const Rule*, std::uint32_t> findings_of_;
  std::set<std::tuple<const Rule*, std::string, std::string>> values_;    ///< told: rule, kind of place, value
  std::uint64_t tried_ = 0;                                               ///< candidates looked at
  std::map<std::pair<std::string, std::string>, std::size_t> spellings_;  ///< counted by times_in_words()
};

/// Most places one request may have looked at closely. A prompt has dozens; a body made to be slow has millions.
/// Past it: coverage partial, cause "candidates".
inline constexpr std::uint64_t most_candidates = 200'000;

/// Most spellings counted through all texts of one request, to tell a client's habit from a choice. A line of a client
/// has four. Past it: what is found is no habit.
inline constexpr std::size_t most_spellings = 32;

/// True if the user typed what stands at `match`: the typed text holds it with the same surroundings. `tag` says that
/// a client's tag is open there; then the typed text must have opened it as well.
[[nodiscard]] bool is_typed(const RawText& text, ByteRange match, const std::vector<std::string>& typed, bool tag,
                            bool needs_context);

}  // namespace telltale::inspect
