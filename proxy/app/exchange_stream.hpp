#pragma once
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/capture_files.hpp"
#include "app/replay_one.hpp"

namespace telltale::app {

/// Reads captures one by one and works on their exchanges, several at once, for commands that make one thing of many
/// exchanges. What is damaged is told on standard error, by file, place and reason; the rest is still read. Holds one
/// batch of exchanges at a time.
class ExchangeStream {
 public:
  /// `command` is named in what is told.
  ExchangeStream(std::string_view command, unsigned jobs, const Limits& limits)
      : command_(command), jobs_(jobs), limits_(limits) {}

  /// `work(const InputLine&)` gives a Result and is called from several threads; `take(place, value)` is called with
  /// each value, in the order of the captures.
  template <class Work, class Take>
  void read(const std::vector<std::string>& captures, const Work& work, const Take& take) {
    for (const std::string& path : captures) {
      const auto files = list_captures(path);
      if (!files) complain(path, files.error().detail);
      if (files)
        for (const std::string& file : *files) read_file(file, work, take);
    }
  }
  /// True if something could not be read.
  [[nodiscard]] bool damaged() const { return damaged_; }
  void complain(std::string_view file, std::string_view what) {
    fmt::print(stderr, "telltale {}: {}: {}\n", command_, file, what);
    damaged_ = true;
  }

 private:
  // Bounds of a batch: enough to keep the threads busy, few enough to hold.
  static constexpr std::size_t batch_lines = 256;
  static constexpr std::size_t batch_bytes = std::size_t{16} * 1024 * 1024;
  static constexpr std::uint64_t told_each = 20;  ///< damaged places told one by one, for each file

  struct Batch {
    std::vector<InputLine> lines;
    std::optional<Error> error;  ///< behind the lines
    std::uint64_t number = 0;    ///< of the line it is about
    bool more = true;
  };

  Batch fill(LineReader& reader) const {
    Batch out;
    for (std::size_t bytes = 0; out.lines.size() < batch_lines && bytes < batch_bytes;) {
      auto line = reader.next();
      if (!line) {
        out.more = line.error().code == Errc::capture_malformed;
        out.error = std::move(line.error());
        out.number = reader.line_number();
        return out;
      }
      out.more = line->has_value();
      if (!out.more) return out;
      bytes += (*line)->text.size();
      out.lines.push_back(std::move(**line));
    }
    return out;
  }

  template <class Work, class Take>
  void read_file(const std::string& file, const Work& work, const Take& take) {
    auto reader = LineReader::open(file, limits_);
    if (!reader) return complain(file, reader.error().detail);
    std::uint64_t told = 0;
    const auto tell = [&](record::Format format, std::uint64_t number, std::uint64_t at, const Error& error) {
      damaged_ = true;
      if (++told <= told_each) complain(file, fmt::format("{}: {}", place_of(format, number, at, error), error.detail));
    };
    for (bool more = true; more;) {
      const Batch batch = fill(**reader);
      auto done = judge(batch.lines, work);
      for (std::size_t i = 0; i < batch.lines.size(); ++i) {
        const InputLine& line = batch.lines[i];
        if (*done[i])
          take(LinePlace{file, line.number}, std::move(**done[i]));
        else
          tell(line.format, line.number, line.at, done[i]->error());
      }
      if (batch.error) tell((*reader)->format(), batch.number, 0, *batch.error);
      more = batch.more;
    }
    if (told > told_each) complain(file, fmt::format("{} damaged in all", told));
  }

  template <class Work>
  auto judge(const std::vector<InputLine>& lines, const Work& work) const {
    std::vector<std::optional<decltype(work(lines.front()))>> out(lines.size());
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
      for (std::size_t i = next++; i < lines.size(); i = next++) out[i].emplace(work(lines[i]));
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < std::min<std::size_t>(jobs_, lines.size()); ++i) threads.emplace_back(run);
    run();
    for (std::thread& thread : threads) thread.join();
    return out;
  }

  std::string command_;
  unsigned jobs_;
  const Limits& limits_;
  bool damaged_ = false;
};

}  // namespace telltale::app
