#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/capture.hpp"

namespace telltale::app {

/// What `run` knows besides the traffic.
struct RunFacts {
  std::string client;  ///< its command
  int status = 0;
  std::string start_error;
  std::vector<std::string> stand_ins;  ///< variables set because of --mock
  std::vector<std::string> leftovers;  ///< programs ended after the client
  bool typed_truncated = false;
  std::uint64_t dropped = 0;  ///< records lost
  std::string save;           ///< capture file, if any
};

/// The summary `telltale run` ends with: requests, findings by rule, and what was not inspected. One thread at a time.
class RunReport {
 public:
  /// An exchange with its verdict.
  void add(const record::Capture& capture);
  void add_tunnelled(std::string_view host, std::string_view cause, std::uint64_t bytes);
  void add_refused(std::string_view host, std::string_view cause);

  /// For a terminal: printable ASCII only.
  [[nodiscard]] std::string text(const RunFacts& facts) const;
  /// JSON lines: the inspection result of each exchange, then one `{"summary": ...}`.
  [[nodiscard]] std::string json(const RunFacts& facts) const;
  /// The highest severity found; nothing if there is no finding.
  [[nodiscard]] std::optional<inspect::Severity> worst() const { return worst_; }

 private:
  struct Requests {
    std::uint64_t count = 0, bytes = 0, findings = 0;
    std::string api;
    inspect::Action action = inspect::Action::pass;
    bool failed = false;  ///< one of them got no (whole) response
  };
  struct Found {
    std::uint64_t count = 0;
    inspect::Severity severity = inspect::Severity::info;
    std::string message;
    std::string near;                              ///< the first finding's words, odd characters by name
    std::map<std::string, std::uint64_t> carries;  ///< "name=value, ..." with how often
    std::map<std::string, std::uint64_t> places;   ///< host and place
  };
  void add_finding(const inspect::Finding& finding, const std::string& host);
  [[nodiscard]] std::string requests_text() const;
  [[nodiscard]] std::string findings_text() const;
  [[nodiscard]] std::string blind_text() const;
  [[nodiscard]] static std::string notes_text(const RunFacts& facts);

  std::uint64_t exchanges_ = 0;
  std::uint64_t findings_ = 0;
  std::optional<inspect::Severity> worst_;
  std::map<std::string, Requests> requests_;                                  ///< by "METHOD host/path"
  std::map<std::string, Found> found_;                                        ///< by rule
  std::map<std::string, std::uint64_t> partly_;                               ///< exchanges by causes
  std::map<std::string, std::uint64_t> not_;                                  ///< exchanges by causes
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> tunnelled_;  ///< by host and cause: how many, bytes
  std::map<std::string, std::uint64_t> refused_;                              ///< by host and cause
  std::vector<std::string> lines_;                                            ///< inspection results as JSON
};

}  // namespace telltale::app
