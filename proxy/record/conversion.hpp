#pragma once
#include <string>
#include <string_view>

#include "record/capture.hpp"
#include "record/splitter.hpp"

// Captures as other programs read them. All mask credentials first, as `to_line` does. What their format has no place
// for goes along in a member of its own, so that reading it back gives the capture again.

namespace telltale::record {

/// The text before, between and behind the entries of a HAR 1.2.
[[nodiscard]] std::string har_begin(std::string_view version);
[[nodiscard]] std::string_view har_between();
[[nodiscard]] std::string_view har_end();

/// One entry of a HAR 1.2, without line end. Bodies stand without their content coding, as viewers expect them.
[[nodiscard]] std::string to_har_entry(Capture capture, Digest digest, const Limits& limits);

/// Versions of mitmproxy's flow format that are written: that of mitmproxy 10.3 and later, and that of 8.1, which
/// distributions carry. Later programs read both.
inline constexpr unsigned newest_flow_version = 21;
inline constexpr unsigned older_flow_version = 17;

/// One flow, a tnetstring. A body that is not in the coding its header names is put into it.
[[nodiscard]] std::string to_flow(Capture capture, unsigned version, Digest digest, const Limits& limits);

/// What reading a written piece back gives otherwise than `before` (whose credentials are masked), by kind.
[[nodiscard]] Unread lost_in(const Capture& before, Format format, std::string_view piece, const Limits& limits);

/// Puts a body that stands undone beside its `coding` (as Content-Encoding has it) into that coding; leaves all others
/// alone. `sent`, if not empty, are the bytes as they were on the wire; they are taken if they hold the same content.
/// True if it was coded anew.
bool settle_coding(CapturedBody& body, std::string_view coding, std::string_view sent, const Limits& limits);

/// The URL of a flow: scheme, host and port as they are connected to, the client's name for the host, and the target.
struct FlowTarget {
  std::string_view method, scheme, host, authority, path;
  std::int64_t port = 0;
};
[[nodiscard]] std::string url_of(const FlowTarget& target, const Fields& headers);

}  // namespace telltale::record
