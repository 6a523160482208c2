#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/head.hpp"
#include "inspect/judge.hpp"

namespace telltale::net {

/// All of one finished exchange, moved out of the session. Bodies are after transfer coding.
struct Exchange {
  std::string id;
  std::string flow_id;
  std::string client;  ///< "127.0.0.1:51544"
  std::string via;     ///< "connect", "absolute", "tunnel"
  std::chrono::system_clock::time_point time;
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;
  http::RequestHead request;  ///< as received
  std::string request_body;   ///< as received
  std::optional<http::ResponseHead> response;
  std::string response_body;        ///< the first Limits::captured_response_bytes of it
  bool response_truncated = false;  ///< longer than was kept
  std::chrono::milliseconds first_byte{0};
  std::chrono::milliseconds total{0};
  inspect::Verdict verdict;
  std::string refused_for;     ///< the cause, if it was blocked for not having been looked at
  std::optional<Error> error;  ///< why there is no (whole) response
  std::vector<std::string> typed;
};

/// A connection (or a plain exchange) that was carried without being looked at, once it has ended.
struct Tunnelled {
  std::string id;
  std::string flow_id;
  std::string client;
  std::string via;
  std::chrono::system_clock::time_point time;  ///< when it began
  std::string host;
  std::uint16_t port = 0;
  std::string cause;        ///< "not_intercepted", "websocket"
  std::uint64_t bytes = 0;  ///< in both directions
};

/// How a client took the certificate it was shown for an intercepted host. Some end the handshake and check only then.
struct Shown {
  enum class Taken : std::uint8_t {
    trusted,    ///< the handshake was finished
    alert,      ///< refused, with `reason`
    left,       ///< gone when it saw it
    left_after  ///< gone without a request right after the handshake, which was told as trusted
  };
  std::string_view client;  ///< "127.0.0.1:51544"
  std::string_view agent;   ///< the User-Agent of its CONNECT; may be empty, or anything at all
  std::string_view host;
  Taken taken = Taken::trusted;
  std::string_view reason;  ///< the alert as RFC 8446 spells it: "unknown_ca"
};

/// What the sessions tell the outside. Called on the I/O threads: must be quick, must not block, must not throw.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A verdict has been reached, before the request goes on.
  virtual void judged(const Exchange& exchange) = 0;
  virtual void finished(Exchange&& exchange) = 0;
  /// True if the end of a response is to wait until its record is kept; then `keep` is called instead of `finished`.
  [[nodiscard]] virtual bool acknowledges() const { return false; }
  /// As `finished`; `kept` is called once, from any thread, when a crash can no longer lose the record, or when it is
  /// lost already.
  virtual void keep(Exchange&& exchange, std::function<void()> kept) {
    finished(std::move(exchange));
    kept();
  }
  virtual void tunnelled(Tunnelled&& tunnel) = 0;
  /// A connection or request that failed before there was an exchange.
  virtual void refused(std::string_view client, std::string_view host, const Error& error) = 0;
  virtual void shown(const Shown& /*certificate*/) {}
  /// A `danger_` option let something through; `option` as on the command line, without its dashes.
  virtual void endangered(std::string_view /*option*/, std::string_view /*host*/, std::string_view /*what*/) {}
  /// An upstream is used although something about it could not be verified.
  virtual void unverified(std::string_view /*host*/, Errc /*code*/, std::string_view /*why*/) {}
  /// False while exchanges are lost that should be kept: cause "not-recorded". On the I/O threads.
  [[nodiscard]] virtual bool keeps_records() const { return true; }
  /// What the user typed so far, as known now; null if nothing is.
  [[nodiscard]] virtual std::shared_ptr<const inspect::TypedIndex> typed() = 0;
};

}  // namespace telltale::net
