#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "app/sealing.hpp"
#include "core/limits.hpp"
#include "core/result.hpp"
#include "inspect/baselines.hpp"
#include "record/capture.hpp"

namespace telltale::app {

/// What earlier requests of each client said, learned while the proxy runs and kept in a file. The I/O threads take a
/// pointer to what is known now; one thread (the recorder's) learns; a thread of its own writes the file.
///
/// Bounds: those of Baselines in memory, record::most_baseline_bytes on disk.
class BaselineKeeper {
 public:
  struct Options {
    std::string file;                                     ///< empty: in memory only
    bool learns = true;                                   ///< false: only `fixed` is known
    inspect::Baselines fixed;                             ///< given by the operator: looked at first, never changed
    std::chrono::milliseconds save_every{60'000};         ///< a changed store is written no more often than this
    std::function<void(std::string_view line)> say = {};  ///< whole lines with their end; on any thread
    Limits limits;
    StoreKey* key = nullptr;  ///< the file is sealed with it; null: plain
  };
  /// Reads the file. One that cannot be understood is said, moved to FILE.damaged and not used; none is no error.
  /// Errors: file_failed (it is there and cannot be read or moved).
  [[nodiscard]] static Result<std::unique_ptr<BaselineKeeper>> open(Options options);
  ~BaselineKeeper();  ///< writes what has changed

  /// What is known now. Any thread; a lock is held for the copy of a pointer.
  [[nodiscard]] std::shared_ptr<const inspect::Baselines> known() const;

  /// Learns from a finished exchange, if it is one to learn from (see is_fit_to_learn) and due (is_due). One thread.
  void learn(const record::Capture& capture);

  /// Writes the file if something has changed since it was written. What fails is said and tried again later.
  void save();

  BaselineKeeper(const BaselineKeeper&) = delete;
  BaselineKeeper& operator=(const BaselineKeeper&) = delete;

 private:
  explicit BaselineKeeper(Options options);
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<std::string> read() const;
  [[nodiscard]] Result<void> set_aside(const Error& error);
  [[nodiscard]] std::uint64_t count(const inspect::BaselineKey& key);
  void publish(std::shared_ptr<const inspect::Baselines> learned, bool changed);
  [[nodiscard]] Result<void> write(const inspect::Baselines& baselines) const;
  void run();
  void say(std::string_view line) const;

  Options options_;
  std::map<inspect::BaselineKey, std::uint64_t> seen_;  ///< fit requests of each client; of the learning thread

  mutable std::mutex lock_;
  std::condition_variable wake_;
  std::shared_ptr<const inspect::Baselines> learned_;  ///< what goes into the file
  std::shared_ptr<const inspect::Baselines> known_;    ///< that and `fixed`
  bool changed_ = false;
  bool ending_ = false;

  std::mutex saving_;     ///< held while the file is written
  bool failing_ = false;  ///< the last write failed; under `saving_`
  std::thread saver_;
};

/// True if an exchange shows what its client normally sends: it went through and was answered (no status from 400), was
/// not blocked, did not depart from the baseline by more than an info, and holds no marker in the client's own text. A
/// change is thus seen again in every request until the operator accepts it, and a marker never becomes the norm.
[[nodiscard]] bool is_fit_to_learn(const record::Capture& capture);

/// True if the `number`th fit request of a client (from 1) is learned: the first 16, then at every power of two. What a
/// client always says shows in a few requests, and the cost of learning stays bounded.
[[nodiscard]] bool is_due(std::uint64_t number);

/// How many requests had been seen at least when so many had been learned: the inverse of is_due, after a restart.
[[nodiscard]] std::uint64_t seen_when_learned(std::uint32_t learned);

}  // namespace telltale::app
