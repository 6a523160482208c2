#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/authority.hpp"
#include "http/head.hpp"

namespace telltale::net {

/// The head of a request in absolute form, as it goes upstream: the target in origin form (`*` for OPTIONS of a whole
/// server), Host set to the target's authority, without the fields that are for one hop alone, Max-Forwards one less,
/// and at its end a Via that names us by `pseudonym`. A WebSocket request keeps its Connection and Upgrade. Every other
/// byte stays. Source: RFC 9112 sections 3.2.1, 3.2.2 and 3.2.4, RFC 9110 section 7.6.
[[nodiscard]] std::string to_origin_form(const http::RequestHead& head, const http::AbsoluteTarget& target,
                                         std::string_view pseudonym);

/// `body` as one chunk with its end, for a chunked request whose body was edited.
[[nodiscard]] std::string as_one_chunk(std::string_view body);

/// Whether a request asks for WebSocket. Source: RFC 6455 section 4.1.
[[nodiscard]] bool asks_for_websocket(const http::RequestHead& head);

}  // namespace telltale::net
