#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/limits.hpp"
#include "core/result.hpp"
#include "inspect/engine.hpp"
#include "record/unread.hpp"

namespace telltale::record {

using Fields = std::vector<std::pair<std::string, std::string>>;  ///< order, case and duplicates kept

/// A body as the capture holds it: after transfer coding, still content-coded if `coding` says so.
struct CapturedBody {
  std::string bytes;
  std::string coding;      ///< "gzip", "br", "zstd", "gzip, br"; empty for none
  bool truncated = false;  ///< longer than was kept; of a request, damaged and therefore not kept
};

struct CapturedRequest {
  std::string method;
  std::string url;
  std::string http = "1.1";
  Fields headers;
  CapturedBody body;
  Fields trailers;
};

struct CapturedResponse {
  std::uint16_t status = 0;
  Fields headers;
  CapturedBody body;
  std::int64_t first_byte_ms = 0;
  std::int64_t total_ms = 0;
  std::string reason = {};  ///< of imports; the proxy keeps neither
  Fields trailers = {};
};

/// One message of a WebSocket, after its fragments were joined.
struct WebSocketMessage {
  bool from_client = false;
  std::int64_t ms = 0;  ///< since the request began
  bool is_text = true;  ///< its opcode: text or binary
  std::string bytes;
};

struct CaptureFlags {
  bool base_url_set = false;
  bool proxy_vars = false;
};

/// One exchange: a line of a capture file. Source: docs/capture-format.md.
struct Capture {
  std::string id;    ///< ULID
  std::string time;  ///< RFC 3339, UTC, milliseconds
  std::string flow_id;
  std::string flow_client;  ///< "127.0.0.1:51544"
  std::string flow_via = "connect";
  std::string flow_user;  ///< who the client signed in to the proxy as; empty if nobody did
  CapturedRequest request;
  std::optional<CapturedResponse> response;
  std::vector<WebSocketMessage> websocket;
  std::vector<std::string> typed;
  inspect::Environment environment;
  std::optional<CaptureFlags> flags;
  std::optional<inspect::Verdict> inspection;
  std::string error;  ///< stable name of why there is no (whole) response; empty if there is
};

/// SHA-256 of the bytes. The pure half has no OpenSSL; the caller hands one in.
using Digest = std::string (*)(std::string_view bytes);  ///< 32 raw bytes

/// Replaces every known credential by `[masked sha256:8 hex]`, in place: authorization, proxy-authorization, x-api-key,
/// api-key, x-goog-api-key, cookie, set-cookie and the other names in mask.cpp; `key=` and `access_token=` in the URL;
/// credential members in JSON bodies of the requests and responses of token endpoints. Call it before anything is
/// written; `to_line` has no way to do without (it takes the digest).
void mask_credentials(Capture& capture, Digest digest);

/// One JSON line without the line end. Masks first.
[[nodiscard]] std::string to_line(Capture capture, Digest digest);

/// Reads a line back. Unknown members are ignored, and counted in `unread`; a newer "telltale" version is refused with
/// its number. Error: capture_malformed, `at` an offset in the line.
[[nodiscard]] Result<Capture> parse_capture(std::string_view line, const Limits& limits, Unread* unread = nullptr);

/// The request of a capture as the engine wants it: a head rebuilt from the fields (masked values stay masked).
[[nodiscard]] Result<http::RequestHead> head_of(const CapturedRequest& request, const Limits& limits);

}  // namespace telltale::record
