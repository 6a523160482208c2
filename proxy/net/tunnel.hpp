#pragma once
#include "net/worker.hpp"

namespace telltale::net {

/// Carries bytes both ways, untouched and unseen, until both sides have ended or nothing moves for
/// Limits::tunnel_idle_time. An end of one side is handed on as an end, not as a close. Returns the bytes carried.
Task<std::uint64_t> carry(Worker& worker, Connection& client, Stream& upstream);

/// `carry`, told to the observer when it ends. `record` comes with via, host, port and cause; the rest is filled in
/// here.
Task<void> carry_unseen(Flow& flow, Connection& client, Stream& upstream, Tunnelled record);

}  // namespace telltale::net
