#pragma once
#include "inspect/environment_search.hpp"
#include "net/observer.hpp"
#include "record/capture.hpp"

namespace telltale::app {

/// The exchange as a capture (credentials still in it; `record::to_line` masks).
[[nodiscard]] record::Capture capture_of(net::Exchange&& exchange, const inspect::Environment& environment);

/// A connection that was not looked at, as a capture: CONNECT to host:port, no response, coverage none. What went
/// through it was not kept.
[[nodiscard]] record::Capture capture_of(net::Tunnelled&& tunnel);

/// The verdict as it may be printed: without the credentials that the exchange names.
[[nodiscard]] inspect::Verdict shown_verdict(const net::Exchange& exchange);

}  // namespace telltale::app
