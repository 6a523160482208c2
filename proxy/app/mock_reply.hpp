#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::app {

/// A request as the built-in upstream looks at it. Views must outlive the call.
struct MockRequest {
  std::string_view method;
  std::string_view target;   ///< origin form, with query
  std::string_view content;  ///< after transfer and content coding
  std::uint64_t serial = 1;  ///< goes into the ids of the reply, so that no two replies share one
};

/// What it answers. A stream has one piece an event, and they are to reach the client one by one; anything else has
/// one.
struct MockReply {
  std::uint16_t status = 200;
  std::string content_type = "application/json";
  std::vector<std::string> pieces;
  bool stream = false;
};

/// The text every model call is answered with, unless the request wants JSON of some schema.
inline constexpr std::string_view mock_text = "telltale mock: turn finished";

/// The answer a client needs to finish its turn: a model reply in the API the path names, streaming if the request
/// says so, a token count, a list of models, or `{}` for everything else. Never fails: content that is no JSON is
/// treated as an empty object. Pure; the same request gives the same reply.
[[nodiscard]] MockReply answer(const MockRequest& request);

}  // namespace telltale::app
