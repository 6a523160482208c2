#pragma once
#include "net/worker.hpp"

namespace telltale::net {

/// Carries bytes both ways, untouched and unseen, until both sides have ended or nothing moves for
/// Limits::tunnel_idle_time. An end of one side is handed on as an end, not as a close. Returns the bytes carried.
Task<std::uint64_t> carry(Worker& worker, Connection& client, Stream& upstream);

/// `carry`, told to the observer when it ends. `record` comes with via, host, port and cause; the rest is filled in
/// here.
Task<void> carry_unseen(Flow& flow, Connection& client, Stream& upstream, Tunnelled record);

/// A WebSocket upgrade in absolute form to a host that is not inspected: the request goes upstream in origin form, then
/// bytes are carried both ways, unseen. Refusals are told to the client.
Task<void> carry_upgrade(Flow& flow, Connection& client, const http::RequestHead& head);

}  // namespace telltale::net
