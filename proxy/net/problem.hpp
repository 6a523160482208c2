#pragma once
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace telltale::net {

/// What a refusal looks like to the client: a whole response with a problem document, after which the connection ends.
/// `extra` are further header lines, each with its CRLF. With `bodiless` (HEAD) the body is left out, its length is
/// not. `code` stands in place of the error's name, where a policy has finer reasons. Source: RFC 9457.
[[nodiscard]] std::string problem_response(const Error& error, std::string_view extra = {}, bool bodiless = false,
                                           std::string_view code = {});

/// "Bad Gateway".
[[nodiscard]] std::string_view reason_phrase(unsigned status);

}  // namespace telltale::net
