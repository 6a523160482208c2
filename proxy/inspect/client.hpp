#pragma once
#include <string>
#include <string_view>

#include "http/head.hpp"

namespace telltale::inspect {

struct Client {
  std::string name;     ///< "claude-code"; empty if not recognised
  std::string version;  ///< "2.1.196"; empty if not given
};

/// Which program sent the request, by its own account: User-Agent, then headers only it sends, then fields by which it
/// names itself, then the billing block and the opening words of the body's first bytes. Nothing is verified; the name
/// scopes rules and helps a reader.
[[nodiscard]] Client recognise_client(const http::RequestHead& head, std::string_view content);

}  // namespace telltale::inspect
