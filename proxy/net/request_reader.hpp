#pragma once
#include <string>

#include "http/framing.hpp"
#include "net/worker.hpp"

namespace telltale::net {

/// The next request head, cut at its empty line; empty if the client closed in an orderly way before its first byte.
/// Waits Limits::client_idle_time for that byte without holding a buffer, then for the client's turn, then
/// Limits::client_head_time for the rest. Errors: head_too_long, client_closed, request_timeout (`at` is 0 if it was
/// idle), memory_full.
Task<Result<std::string>> read_request_head(Flow& flow, Connection& client);

/// A request's body, whole.
struct RequestBody {
  std::string data;     ///< after transfer coding
  std::string chunked;  ///< as it came, if it came in chunks
};

/// Reads the body that `framing` announces; `held` comes to hold as much more. Errors: body_too_long, chunk_malformed,
/// trailers_too_long, framing_ambiguous, body_truncated (the client closed), request_timeout (a pause), body_too_slow,
/// memory_full.
Task<Result<RequestBody>> read_request_body(Worker& worker, Connection& client, http::Framing framing, Held& held);

}  // namespace telltale::net
