#pragma once
#include "inspect/judge.hpp"
#include "net/worker.hpp"

namespace telltale::net {

/// Judges a request: here if it is small, on the judges' threads if it is large, so that the streams of this thread do
/// not stall. What `received` points to must stay until this is done. Error: internal (the engine threw, which it never
/// should; the request must then not go on unseen).
Task<Result<inspect::Judgement>> judge_request(Worker& worker, std::shared_ptr<const Judging> judging,
                                               inspect::Received received);

}  // namespace telltale::net
