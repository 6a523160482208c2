#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "record/capture.hpp"

namespace telltale::record {

/// One connection whose bytes were put together from packets.
struct Conversation {
  std::string id;      ///< of the flow, and what ids of exchanges begin with
  std::string scheme;  ///< "http" or "https"
  std::string client;  ///< "127.0.0.1:51544"
  std::string host;    ///< the name the client asked for, or the address
  std::uint16_t port = 0;
  std::vector<std::int64_t> asked, answered;  ///< milliseconds since 1970, a request and a response each
};

struct Exchanges {
  std::vector<Capture> captures;
  std::optional<Error> stopped;  ///< capture_malformed: where they are no HTTP/1.x any more; `at` in that side's bytes
};

/// The HTTP/1.x exchanges of a connection. A request without its (whole) response is one too. Source: RFC 9112.
[[nodiscard]] Exchanges exchanges_in(std::string_view from_client, std::string_view from_server,
                                     const Conversation& about, const Limits& limits);

}  // namespace telltale::record
