#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/head.hpp"

namespace telltale::http {

/// Whether a field is for the next hop alone and ends here: Connection and what it names, Keep-Alive, Proxy-*
/// (connection, authorization, authenticate), TE, Upgrade. Transfer-Encoding is for one hop too, but a body leaves as
/// it came. Source: RFC 9110 section 7.6.1.
[[nodiscard]] bool is_hop_field(const Head& head, std::string_view name);

/// How many more times a TRACE or OPTIONS may be forwarded; nothing if it does not say, or for any other method. Error:
/// head_malformed (not a number, or more than one). Source: RFC 9110 section 7.6.2.
[[nodiscard]] Result<std::optional<std::uint32_t>> forwards_left(const RequestHead& head);

/// Whether Via names `pseudonym` as one who has had this message before: it goes in circles. Bounded by the head.
/// Source: RFC 9110 section 7.6.3.
[[nodiscard]] bool has_passed(const Head& head, std::string_view pseudonym);

/// The answer to a TRACE or OPTIONS that may go no further. A TRACE is shown its own start line and the fields that
/// tell of its way; no others, since they may hold credentials. Source: RFC 9110 sections 9.3.7 and 9.3.8.
[[nodiscard]] std::string last_hop_answer(const RequestHead& head);

}  // namespace telltale::http
