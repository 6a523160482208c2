#pragma once
#include <string_view>

namespace telltale {

/// Host patterns of `--intercept` and of rules: `api.example.com` is that host, `*.example.com` is every host below it
/// (not the parent), `*` is every host. Case is ignored; a trailing dot of the host is ignored.
[[nodiscard]] bool host_matches(std::string_view pattern, std::string_view host);

/// JSON Pointer patterns of rules: `*` stands for one reference token, `**` for any number of them (also none).
/// "/messages/*/content/**/text". Pattern and pointer are compared token by token, escaped as in RFC 6901.
/// Cost: O(tokens of pattern × tokens of pointer).
[[nodiscard]] bool pointer_matches(std::string_view pattern, std::string_view pointer);

}  // namespace telltale
