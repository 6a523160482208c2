#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/conversation.hpp"
#include "core/limits.hpp"
#include "inspect/verdict.hpp"
#include "record/capture.hpp"

namespace telltale::diff {

/// In what respect something is said. Also the order in which differences are told.
enum class Sort : std::uint8_t {
  target,       ///< path and query, version of HTTP
  header,       ///< value of a field
  header_name,  ///< how its name is spelt
  order,        ///< of header fields, members, named elements
  spacing,      ///< blanks around JSON values
  value         ///< a JSON value, or a body that is no JSON
};
[[nodiscard]] std::string_view name_of(Sort sort);

/// One thing a request says.
struct Said {
  Sort sort = Sort::value;
  codec::SegmentKind kind = codec::SegmentKind::other;
  /// Equal in all requests that say this: "body:/tools/[Bash]/description",
  /// "body:/messages/[user]/content/[text]/text", "header:user-agent". Elements of an array go by name, role or type,
  /// so that several may share a place.
  std::string place;
  std::string where;  ///< in this request: "body:/tools/3/description"
  std::string text;   ///< decoded, of a JSON string; "{" or "[" for a container; an order with name_separator between
  std::string raw;    ///< the JSON token, where that is not the plain spelling of `text`
  bool is_string = false;
  std::uint32_t turn = 0;  ///< number of the message it belongs to, from 0; 0 for what belongs to none
};

/// Which requests are of one kind.
struct Endpoint {
  std::string method;
  std::string host;  ///< without port, labels like ids as `*`
  std::string path;  ///< likewise
  std::string api;   ///< "anthropic.messages", "json", empty if the body is no JSON
  bool tools = false;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// A request taken down: all it says, in its order.
struct Statement {
  Endpoint endpoint;
  std::uint32_t turns = 0;  ///< messages in its history
  std::uint64_t bytes = 0;  ///< of the content
  std::string exchange;     ///< the capture's id
  std::string blind;        ///< why the body was not read (an Errc name); empty if it was
  std::vector<Said> said;
};

/// What stands in place of what the user typed.
inline constexpr std::string_view typed_text = "<typed>";

/// `sources` is Verdict::segments of the same request: what it calls typed is replaced by `typed_text`. Credentials are
/// as the capture has them: mask first. Content-Length is left out, since it follows from the rest.
[[nodiscard]] Statement take_down(const record::Capture& capture, const std::vector<inspect::SegmentSource>& sources,
                                  const Limits& limits);

}  // namespace telltale::diff
