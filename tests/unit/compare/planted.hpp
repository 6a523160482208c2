#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compare/arrangement.hpp"
#include "record/capture.hpp"

// Invented requests of an invented client, with the noise that real ones have from run to run, and markers of many
// kinds put into those of one environment. For the tests of the sweep.

namespace telltale::test {

/// What changes from run to run whatever the environment.
struct Noise {
  bool ids = true;     ///< request and session ids
  bool clock = true;   ///< time stamps
  bool drift = false;  ///< the date moves on in the middle of the sweep
  bool tool_order = false;
  bool key_order = false;  ///< of the body's members
  bool seed = false;       ///< a number drawn at random
};

/// A request before it is written down.
struct Draft {
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> members;  ///< name and raw JSON
  std::string system;                                        ///< JSON string content
  std::string reminder;
  std::string prompt;
  std::vector<std::string> tools;  ///< raw JSON
  std::string date;
  std::string before_messages;  ///< raw JSON of further messages, with its comma
  std::string colon = ":";
  std::string behind;  ///< after the last brace
};

/// One way to hide something.
struct Marker {
  const char* name;
  const char* where;  ///< start of the place it must be found at
  void (*plant)(Draft& draft, compare::Random& random);
};

[[nodiscard]] const std::vector<Marker>& markers();

struct Group {
  const Marker* marker = nullptr;  ///< null: noise only
  Noise noise;
  unsigned runs = 6;  ///< in each of two environments
  double in_a = 0.0;  ///< how often a run has the marker
  double in_b = 1.0;
  std::uint64_t seed = 1;
};

/// The captures of a group: fact "arm", A and B, one after the other.
[[nodiscard]] std::vector<record::Capture> make(const Group& group);

}  // namespace telltale::test
