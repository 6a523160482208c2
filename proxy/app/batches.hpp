#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/capture_files.hpp"

namespace telltale::app {

/// Bounds of a batch: enough to keep the threads busy, few enough to hold.
inline constexpr std::size_t batch_pieces = 256;
inline constexpr std::size_t batch_bytes = std::size_t{8} * 1024 * 1024;

/// Reads a capture file to its end. `make` turns a line into a Result<Made>, on `jobs` threads; `take` gets the results
/// on the calling thread, in the order of the file, with the line (empty where the reader itself failed).
template <class Made, class Make, class Take>
void read_in_batches(LineReader& reader, unsigned jobs, const Make& make, const Take& take) {
  struct Job {
    InputLine line;
    std::optional<Result<Made>> made;
  };
  for (bool more = true; more;) {
    std::vector<Job> batch;
    for (std::size_t bytes = 0; more && batch.size() < batch_pieces && bytes < batch_bytes;) {
      auto line = reader.next();
      if (line && !*line) {
        more = false;
      } else if (line) {
        bytes += (*line)->text.size();
        batch.push_back({std::move(**line), std::nullopt});
      } else {
        // Told in its place, behind the lines before it.
        more = line.error().code == Errc::capture_malformed;
        batch.push_back({{"", reader.line_number(), reader.format(), 0}, tl::unexpected<Error>(line.error())});
      }
    }
    std::atomic<std::size_t> next{0};
    const auto work = [&batch, &next, &make] {
      for (std::size_t i = next++; i < batch.size(); i = next++)
        if (!batch[i].made) batch[i].made.emplace(make(batch[i].line));
    };
    std::vector<std::thread> threads;
    const std::size_t wanted = std::min<std::size_t>(jobs, batch.size());
    for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    for (Job& job : batch) take(job.line, std::move(*job.made));
  }
}

}  // namespace telltale::app
