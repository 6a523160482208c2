#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diff/noise.hpp"
#include "diff/statement.hpp"
#include "inspect/verdict.hpp"

// What a comparison found, for the three writers.

namespace telltale::diff {

/// `moved`: a text that one side has at another place; `place` is that of B.
enum class What : std::uint8_t { added, gone, changed, spelling, moved, more_often, less_often };
[[nodiscard]] std::string_view name_of(What what);

/// A stretch of text that one side has in place of another. All of it as it stood: writers escape.
struct Passage {
  std::string before;   ///< a few words, the same on both sides
  std::string removed;  ///< of A; words whole
  std::string inserted;
  std::string behind;
  ByteRange inner_removed;   ///< of `removed`, bytes: what differs within the words
  ByteRange inner_inserted;  ///< of `inserted`
  ByteRange span_a;          ///< code points of the text in A
  ByteRange span_b;
};

/// A value as it is shown: its start, if it is long.
struct Sample {
  bool there = false;
  std::string text;
  bool is_string = false;
  std::uint64_t size = 0;  ///< of the whole, bytes
  std::string where;       ///< in the exchange named
  std::string exchange;
  std::uint32_t requests = 0;  ///< that have this value
  std::uint32_t of = 0;        ///< requests of that endpoint on this side
};

struct Difference {
  Sort sort = Sort::value;
  What what = What::changed;
  codec::SegmentKind kind = codec::SegmentKind::other;
  std::string place;
  Sample a;
  Sample b;
  std::vector<Passage> passages;         ///< of texts that are alike
  std::uint32_t more_passages = 0;       ///< past most_passages
  std::vector<std::string> moved;        ///< of an order: names that stand elsewhere, the fewest
  bool coarse = false;                   ///< the texts are too different to be compared word by word
  std::uint32_t within = 0;              ///< places inside that came or went with it
  std::vector<std::uint32_t> endpoints;  ///< in DiffReport::endpoints
  std::vector<std::string> also_at;      ///< further places with the same change
  std::uint32_t more_places = 0;         ///< of these, not named
  Noise noise = Noise::none;             ///< of what is told only on demand
};

struct EndpointSide {
  std::string host, path;
  std::uint32_t requests = 0, turns = 0, blind = 0;
  std::uint64_t least_bytes = 0, most_bytes = 0, bytes = 0;
};
struct EndpointPair {
  std::string method, api;
  bool tools = false;
  EndpointSide a, b;  ///< `requests` is 0 where a side has none
};

struct Folded {
  Noise noise = Noise::none;
  std::uint64_t values = 0;
  std::vector<std::string> places;  ///< the first of them
};

/// A finding of the rules that one side has and the other has not.
struct FindingChange {
  bool is_new = true;  ///< in B alone; else in A alone
  inspect::Finding finding;
  std::string api, exchange;
  std::uint32_t requests = 0;
};

struct SideSummary {
  std::string name;  ///< as it was given
  std::uint64_t exchanges = 0, tunnels = 0, damaged = 0;
};

struct DiffReport {
  SideSummary a, b;
  std::vector<EndpointPair> endpoints;
  std::vector<Difference> differences;
  std::vector<Folded> folded;
  std::vector<Difference> noise;  ///< what was folded, if it was asked for
  std::vector<FindingChange> findings;
  std::uint64_t findings_same = 0;  ///< kinds of findings that both have
  std::vector<std::string> notes;   ///< what was not compared, and why

  [[nodiscard]] bool differs() const;
};

/// One JSON object without line end, ASCII. Members: docs/diff.md.
[[nodiscard]] std::string to_json(const DiffReport& report);
/// For a terminal, printable ASCII.
[[nodiscard]] std::string to_text(const DiffReport& report, bool colour);
/// One page that needs nothing else: no script, no address. Printable ASCII, well-formed as XML too.
[[nodiscard]] std::string to_html(const DiffReport& report);

}  // namespace telltale::diff
