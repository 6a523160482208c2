#pragma once
#include <string>
#include <string_view>

namespace telltale::app {

/// A file or standard output to write to; tells its first failure on standard error and remembers it. A file appears
/// whole, by commit(), or not at all.
class Sink {
 public:
  /// `command` is named in what is told: "replay".
  explicit Sink(std::string_view command) : command_(command) {}
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  /// "" is standard output. False if the file cannot be made.
  [[nodiscard]] bool open(const std::string& path);
  void write(std::string_view text);
  /// All is written: the file takes its place.
  void commit();

  [[nodiscard]] bool is_terminal() const;
  [[nodiscard]] bool failed() const { return failed_ && !gone_; }
  [[nodiscard]] bool gone() const { return gone_; }  ///< the reader has seen enough (`| head`): no failure of ours

 private:
  void complain() const;

  std::string command_;
  std::string name_;
  std::string fresh_;  ///< written beside the file until it is whole
  int descriptor_ = -1;
  bool failed_ = false;
  bool gone_ = false;
};

}  // namespace telltale::app
