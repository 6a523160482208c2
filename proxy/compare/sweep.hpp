#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/factor.hpp"
#include "compare/feature.hpp"
#include "compare/state_table.hpp"
#include "core/limits.hpp"
#include "core/result.hpp"
#include "inspect/verdict.hpp"
#include "record/capture.hpp"

// Which bytes of a client's requests depend on which fact of its environment. See docs/sweep.md.

namespace telltale::compare {

struct SweepOptions {
  double alpha = 0.02;               ///< chance of any false finding at all
  std::vector<std::string> factors;  ///< facts to look at; empty: all that differ
  std::uint64_t seed = 1;
};

/// One form of a place and how often each level of the factor has it.
struct Form {
  std::string text;                      ///< printable ASCII
  std::string value;                     ///< as it is, escapes undone
  std::vector<std::string> code_points;  ///< those that are no letters, digits or plain blanks: "U+02BC"
  std::vector<std::uint32_t> runs;       ///< by level
};

/// Another factor that has to do with the same place.
struct OtherFactor {
  std::string name;
  bool adds =
      false;  ///< true: it changes the place also where the first factor is the same; false: cannot be told apart
  double p = 1.0;
};

/// How much a place has to do with one factor.
struct Link {
  std::string factor;
  double p = 1.0;  ///< corrected, as for findings
  double bits = 0;
};

/// One slot of a text, where several that change alike are one finding.
struct SlotPlace {
  std::size_t begin = 0;  ///< code points, as `span` counts
  std::size_t end = 0;
  std::vector<std::string> values;  ///< by form of the finding; as they are, escapes undone
};

struct SweepFinding {
  std::string request;    ///< which requests: "POST /v1/messages anthropic.messages tools"
  bool to_model = false;  ///< these go to a model
  Aspect aspect = Aspect::text;
  inspect::Severity severity = inspect::Severity::high;  ///< medium if the place shows the fact as it is
  std::string where;                                     ///< as in inspect::Finding; also "target", "requests"
  std::optional<ByteRange> span;                         ///< code points, in the exchange named here
  std::string exchange;
  std::string factor;             ///< "tz_name"; "host x tz_name" if only both together tell
  std::vector<std::string> same;  ///< facts that change exactly with it
  std::vector<OtherFactor> others;
  double p = 1.0;   ///< corrected for everything that was tested
  double bits = 0;  ///< mutual information of place and factor, bias corrected
  std::vector<std::string> levels;
  std::vector<Form> forms;
  std::size_t more_places = 0;  ///< places that change in the same way and are not listed
  bool discloses = false;       ///< the forms hold the factor's values as they are
  StateTable table;             ///< by `factor`, and by the other factor that matters most
  std::vector<Link> links;      ///< to every factor
  std::vector<SlotPlace> slots;
  Excerpt excerpt;
};

struct SweepReport {
  std::size_t exchanges = 0;
  std::size_t runs = 0;
  std::vector<std::string> series;
  std::size_t blind = 0;  ///< exchanges whose body could not be read
  FactorSet factors;
  std::size_t features = 0;  ///< places and respects in which runs differ
  std::size_t tested = 0;    ///< different splits among them, times factors
  std::size_t arrangements = 0;
  bool exact = false;
  double alpha = 0;
  double smallest_p =
      1.0;  ///< what a place that follows a factor exactly would have got, alone; past alpha: too few runs
  std::vector<SweepFinding> findings;  ///< of requests to models first, then most certain first
};

/// Takes exchanges one by one, keeps of each what differs from the others, and then judges all.
class Sweep {
 public:
  explicit Sweep(const Limits& limits) : limits_(limits) {}

  /// `file` says where the capture came from; see Grid for what makes a run.
  void add(const record::Capture& capture, std::string_view file);

  /// Errors: config_malformed, as find_factors says. Same exchanges, options and seed: same report.
  [[nodiscard]] Result<SweepReport> analyse(const SweepOptions& options) const;

  [[nodiscard]] std::size_t size() const { return exchanges_.size(); }

 private:
  Limits limits_;
  Vocabulary vocabulary_;
  std::vector<Exchange> exchanges_;
};

/// The report as one JSON object without line end.
[[nodiscard]] std::string to_json(const SweepReport& report);
/// The report for a terminal, printable ASCII.
[[nodiscard]] std::string to_text(const SweepReport& report, bool colour);
/// The report as one page that needs nothing else: no script, no network.
[[nodiscard]] std::string to_html(const SweepReport& report);

/// A rule pack made of findings.
struct SweepRules {
  std::string pack;  ///< its text; empty if there is no rule
  std::size_t rules = 0;
  std::size_t no_text = 0;           ///< findings that are no text in a line, of which no rule can be made
  std::vector<std::string> without;  ///< places of other findings that no rule could be made of, and why
};
/// Rules for what models are told and is no disclosure. Each is proven with samples made of the finding's states.
[[nodiscard]] SweepRules to_rules(const SweepReport& report);

}  // namespace telltale::compare
