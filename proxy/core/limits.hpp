#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace telltale {

/// Every bound in one place. Each says its unit, why it has its default, and the error past it.
struct Limits {
  // --- one HTTP message ---
  /// Longest request or response head, bytes. Real heads stay under 4 KiB. Errc::head_too_long, 431, close.
  std::uint32_t head_bytes = 64 * 1024;
  /// Most header fields in one head. Real clients send 30. Errc::head_too_long.
  std::uint32_t head_fields = 256;
  /// Longest request target, bytes. Errc::target_too_long, 414.
  std::uint32_t target_bytes = 16 * 1024;
  /// Longest trailer section, bytes. Our HTTP library bounds the header section only; without this, one client could
  /// send trailers without end. Errc::trailers_too_long, 431, close.
  std::uint32_t trailer_bytes = 8 * 1024;
  /// Longest chunk-size line with its extensions, bytes. Errc::chunk_malformed, 400.
  std::uint32_t chunk_line_bytes = 4 * 1024;
  /// Most bytes of chunk extensions in one body; nobody uses them (RFC 9112 section 7.1.1). Errc::chunk_malformed, 400.
  std::uint32_t chunk_extension_bytes = 16 * 1024;
  /// Longest request body as sent, bytes; it is held whole. Errc::body_too_long, 413.
  std::uint64_t body_bytes = 64ULL * 1024 * 1024;

  // --- content decoding ---
  /// Longest decoded content, bytes. Errc::content_too_long: not inspected, and said so.
  std::uint64_t content_bytes = 64ULL * 1024 * 1024;
  /// Most decoded bytes per coded byte read so far, once `coding_ratio_after` bytes have come out. Errc::coding_ratio.
  std::uint32_t coding_ratio = 100;
  std::uint64_t coding_ratio_after = 1024 * 1024;
  /// Most stacked content codings ("gzip, br"). Errc::coding_unknown.
  std::uint32_t codings = 3;

  // --- JSON ---
  /// Deepest nesting. Errc::json_too_deep: coverage partial.
  std::uint32_t json_depth = 512;
  /// Most values in one document. Long conversations have some 20,000; each takes 32 bytes here.
  /// Errc::json_too_many_values: coverage partial.
  std::uint32_t json_values = 200'000;
  /// How often a string inside a string (JSON in base64 in JSON) is opened again.
  std::uint32_t nesting = 4;
  /// Most bytes of such strings opened in one request, all layers together. A batch of telemetry holds under 1 MB.
  /// Past it: coverage partial, cause "opened_bytes".
  std::uint64_t opened_bytes = 16ULL * 1024 * 1024;

  // --- inspection ---
  /// Most findings one exchange reports; more are counted, not listed.
  std::uint32_t findings = 1000;
  /// Most findings of one rule, and of all rules, worked with in one look at a request, some 700 bytes each; a prompt
  /// has dozens. More are counted, and stripped when the request is looked at again. Past it: coverage partial, cause
  /// "findings".
  std::uint32_t findings_of_rule = 5'000;
  std::uint32_t findings_of_request = 20'000;

  // --- capture ---
  /// Most bytes of a response body kept for the capture; the stream itself is not bounded.
  std::uint64_t captured_response_bytes = 4ULL * 1024 * 1024;
  /// Longest capture line read back, bytes. Errc::capture_malformed.
  std::uint64_t capture_line_bytes = 256ULL * 1024 * 1024;

  // --- typed texts as a reference ---
  /// Most texts kept, the newest; a conversation of hundreds of turns fits. Older ones are forgotten.
  std::uint32_t typed_texts = 1000;
  /// Most bytes of them in all, but for the newest, which is kept whatever its length. Older ones are forgotten.
  std::uint64_t typed_bytes = 4ULL * 1024 * 1024;

  /// Most bytes read of one transcript at once, its newest; a long session has some MB.
  std::uint64_t transcript_bytes = 16ULL * 1024 * 1024;
  /// Most bytes read of all transcripts at the start, newest files first. 64 MB take about 0.2 s.
  std::uint64_t transcripts_bytes = 64ULL * 1024 * 1024;
  /// Most transcripts followed in the folders given, the newest, and most entries looked at to find them.
  std::uint32_t transcripts = 512;
  std::uint32_t transcript_folder_entries = 50'000;

  // --- admin listener ---
  std::uint32_t admin_connections = 64;            ///< at once; more are answered 503
  std::uint32_t admin_streams = 16;                ///< of them, followers of /v1/findings; more are answered 503
  std::uint32_t admin_head_bytes = 16 * 1024;      ///< Errc::head_too_long, 431
  std::uint64_t admin_body_bytes = 1024 * 1024;    ///< a prompt with what was pasted. Errc::body_too_long, 413
  std::uint64_t admin_stream_bytes = 1024 * 1024;  ///< waiting for one follower; what is more is left out, and said
  std::uint32_t admin_wrong_tokens = 5;            ///< in a row, by anybody; each one after them is answered late

  // --- what clients share ---
  /// Most client connections open at once, all clients together; fewer where descriptors do not suffice (an upstream
  /// needs some too). Idle intercepted ones take 40 KiB at most, so these are some 800 MB. Errc::connections_full, 503.
  std::uint32_t connections = 20'000;
  /// Of them, those of one client address (of one /64 in IPv6). 0: seven eighths of what there are, so that one client
  /// alone cannot keep the others out. Errc::client_connections_full, 429.
  std::uint32_t client_connections = 0;
  /// Most requests of one client address under way at once. Agents stream some dozens. Errc::client_requests_full, 429.
  std::uint32_t client_requests = 8 * 1024;
  /// Most connections a thread keeps for a moment to tell them that they are one too many; the rest are only closed.
  std::uint32_t turned_away = 64;
  /// Most bytes of messages held at once, all connections together: heads and bodies of requests while they are read,
  /// judged and sent, and what is kept of responses. 0: a quarter of the memory there is. Past 95 % of it requests get
  /// Errc::memory_full, 503, and responses are no longer kept for the capture.
  std::uint64_t held_bytes = 0;
  /// Slowest request body, bytes a second on the average, once `client_body_grace` is over: the slowest modems were
  /// faster. Errc::body_too_slow, 408.
  std::uint32_t client_body_rate = 240;
  /// Names looked up at once, all threads together, each by a thread that waits for the system's resolver, and look-ups
  /// that may wait for one of those. Errc::resolver_busy, 503.
  std::uint32_t resolver_threads = 32;
  std::uint32_t resolver_queue = 1024;

  // --- revocation of upstreams' certificates (`--revocation`) ---
  /// Longest answer of a responder, and longest revocation list, bytes; real ones have 2 KB, and some MB at most.
  /// Longer: no answer.
  std::uint32_t status_bytes = 64 * 1024;
  std::uint32_t status_list_bytes = 4 * 1024 * 1024;
  /// Most certificates whose status is kept, some 200 bytes each, least recently used out first.
  std::uint32_t status_cache = 4096;
  /// Most certificates asked about at once, all threads together, a connection each. Past it: status unknown.
  std::uint32_t status_fetches = 16;

  // --- time ---
  std::chrono::milliseconds client_head_time{10'000};       ///< first byte of a request to its last head byte. 408
  std::chrono::milliseconds client_body_grace{10'000};      ///< of a body, before `client_body_rate` counts
  std::chrono::milliseconds client_gone_time{400};          ///< client ended its side: the upstream may still answer
  std::chrono::milliseconds client_idle_time{300'000};      ///< kept-alive connection without a request: closed
  std::chrono::milliseconds client_body_idle_time{30'000};  ///< longest pause inside a request body. 408
  std::chrono::milliseconds client_tls_time{10'000};        ///< CONNECT answered to handshake done: closed
  std::chrono::milliseconds upstream_connect_time{10'000};  ///< all addresses of one host together. 504
  std::chrono::milliseconds upstream_tls_time{10'000};      ///< handshake. 504
  std::chrono::milliseconds upstream_status_time{8'000};    ///< status of all certificates of one chain: unknown
  std::chrono::milliseconds status_place_time{3'000};       ///< one responder to be reached, and to answer
  std::chrono::milliseconds status_retry_time{60'000};      ///< a status that is not known is asked for again
  std::chrono::milliseconds status_keep_time{86'400'000};   ///< longest a status is believed, whatever it says
  std::chrono::milliseconds upstream_first_byte_time{600'000};   ///< request sent to first response byte. 504
  std::chrono::milliseconds upstream_stream_idle_time{600'000};  ///< longest pause inside a response: closed
  std::chrono::milliseconds upstream_pool_time{60'000};          ///< idle pooled connection: closed
  std::chrono::milliseconds tunnel_idle_time{3'600'000};         ///< tunnel without a byte either way: closed
  std::chrono::milliseconds admin_time{10'000};                  ///< head, body or answer of an admin request. 408
  std::chrono::milliseconds admin_beat_time{15'000};             ///< a silent event stream gets a comment: still there
  std::chrono::milliseconds admin_wrong_token_time{1'000};       ///< how late: 1,000 guesses take 16 minutes
  std::chrono::milliseconds store_check_time{20'000};            ///< how often old captures are looked for and removed
  std::chrono::milliseconds drain_time{30'000};                  ///< SIGTERM to the end of in-flight exchanges

  // --- counts ---
  std::uint32_t upstream_pool_per_host = 64;  ///< idle connections kept per host and thread
  std::uint32_t upstream_pool_total = 1024;   ///< and per thread
  std::uint32_t leaf_cache = 4096;            ///< leaf certificates kept
  std::uint32_t record_queue = 1024;          ///< exchanges waiting for the journal; more are dropped and counted
  std::uint64_t record_queue_bytes = 256ULL * 1024 * 1024;
};

}  // namespace telltale
