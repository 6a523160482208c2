#pragma once
#include "inspect/judge.hpp"
#include "net/worker.hpp"

namespace telltale::net {

/// Judges a request: here if it is small, on the judges' threads if it is large, so that the streams of this thread do
/// not stall. What `received` points to must stay until this is done. A fault of the engine is a request that was not
/// looked at (cause "detector-failed"); stale rules and captures that are lost are causes too.
Task<inspect::Judgement> judge_request(Worker& worker, std::shared_ptr<const Judging> judging,
                                       inspect::Received received);

/// Why a request or connection is refused: "not inspected: its host is not intercepted; ...".
[[nodiscard]] std::string refused_unseen(std::string_view cause, std::string_view exchange_id);

/// Error: blocked_by_policy, if what is not looked at for that cause ("not_intercepted", "websocket") must not be
/// carried.
[[nodiscard]] Result<void> may_carry(const Worker& worker, std::string_view cause);

}  // namespace telltale::net
