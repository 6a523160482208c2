#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/journal.hpp"
#include "http/authority.hpp"

namespace telltale::app {

/// Keeps what the built-in upstream received, in the order it came, as a capture file without responses: the bytes a
/// real upstream would have got, after any editing, credentials masked. Thread-safe.
class MockLog {
 public:
  /// Error: file_failed.
  [[nodiscard]] static Result<std::unique_ptr<MockLog>> open(const std::string& path);
  void add(const http::Authority& target, std::string_view head, std::string_view body);

 private:
  explicit MockLog(std::unique_ptr<Journal> journal) : journal_(std::move(journal)) {}
  std::mutex lock_;
  std::unique_ptr<Journal> journal_;
  unsigned number_ = 0;
};

}  // namespace telltale::app
