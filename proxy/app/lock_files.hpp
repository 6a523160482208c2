#pragma once
#include <memory>
#include <string>

#include "inspect/judge.hpp"
#include "record/lock_compare.hpp"

namespace telltale::app {

/// The lock in a file. Error: input_unreadable, `detail` begins with `option` and the file.
[[nodiscard]] Result<record::Lock> read_lock(std::string_view option, const std::string& path);

/// What an exchange says in the terms of a lock; its verdict has its segments listed. Error: as record::head_of.
[[nodiscard]] Result<record::Sent> sent_of(const record::Capture& capture, const inspect::Verdict& verdict,
                                           const Limits& limits);

/// What of an exchange is not in the lock, with the action that the mode leaves.
[[nodiscard]] std::vector<inspect::Finding> lock_findings(const record::Lock& lock, const record::Sent& sent,
                                                          inspect::Mode mode);

/// A line of a report on what is gone from a lock: "gone  ..." or a JSON object.
[[nodiscard]] std::string gone_line(const std::string& gone, bool json);

}  // namespace telltale::app
