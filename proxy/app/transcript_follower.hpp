#pragma once
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "app/terminal.hpp"
#include "app/transcripts.hpp"

namespace telltale::app {

/// Follows transcripts in a thread of its own and hands on what is typed as it is written down: within milliseconds
/// where the system tells of changes (inotify), within a second elsewhere. Traffic never waits for it.
class TranscriptFollower {
 public:
  using Sink = std::function<void(std::vector<std::string> texts)>;  ///< called on the follower's thread

  /// Error: file_failed (no descriptors left).
  [[nodiscard]] static Result<std::unique_ptr<TranscriptFollower>> start(Transcripts transcripts, Sink sink);
  ~TranscriptFollower();  ///< ends the thread first
  TranscriptFollower(const TranscriptFollower&) = delete;
  TranscriptFollower& operator=(const TranscriptFollower&) = delete;

 private:
  TranscriptFollower(Transcripts transcripts, Sink sink);
  void run();
  void watch_folders();
  /// Reads what the system tells; true if folders came or went, so that all has to be looked through.
  [[nodiscard]] bool take_events();
  void hand_on(std::vector<std::string> texts) const;

  Transcripts transcripts_;
  Sink sink_;
  Descriptor changes_;                  ///< inotify; closed if the system has none left
  Descriptor wake_;                     ///< eventfd: the end has come
  std::map<int, std::string> watched_;  ///< folder by watch
  std::thread thread_;
};

}  // namespace telltale::app
