// Paths to members of a JSON document, with one condition on a sibling. Telemetry seldom names a fact by the key of its
// object: OpenTelemetry, Clearcut and tag lists keep name and value side by side. Covered by
// tests/unit/inspect/member_path_test.cpp.
#include "inspect/member_path.hpp"

#include <algorithm>
#include <charconv>

#include "core/ascii.hpp"
#include "core/glob.hpp"

namespace telltale::inspect {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

std::string unescape_token(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size())
      out += token[++i] == '1' ? '/' : '~';
    else
      out += token[i];
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = std::min(text.find(separator), text.size());
    out.emplace_back(text.substr(0, end));
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

/// "key=host.name|host.id" into the path.
Result<void> read_condition(std::string_view text, MemberPath& path) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos)
    return fail(Errc::rule_malformed, "a condition is written [member=text] or [member=text|text]");
  path.key = std::string(text.substr(0, equals));
  path.equals = split(text.substr(equals + 1), '|');
  const bool blank = std::any_of(path.equals.begin(), path.equals.end(), [](const auto& one) { return one.empty(); });
  if (blank) return fail(Errc::rule_malformed, "a condition compares with a text, which must not be empty");
  return {};
}

Result<void> read_tail(std::string_view text, MemberPath& path) {
  if (text.empty() || text.front() != '/')
    return fail(Errc::rule_malformed, "behind a condition stands the way to the value: \"[key=host.name]/value\"");
  for (const std::string& token : split(text.substr(1), '/')) {
    if (token.empty() || token.find_first_of("*[]") != std::string::npos)
      return fail(Errc::rule_malformed, "behind a condition stand plain names only");
    path.tail.push_back(unescape_token(token));
  }
  return {};
}

/// Among the first members or elements only: an entry with a name and a value is small, and one made to be slow has its
/// name a hundred thousand times.
std::uint32_t child(const JsonDocument& document, std::uint32_t container, std::string_view token) {
  constexpr std::uint32_t most = 256;
  const JsonValue& value = document[container];
  const bool object = value.kind == JsonKind::object;
  if (!object && value.kind != JsonKind::array) return JsonValue::none;
  std::uint32_t wanted = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), wanted);
  if (!object && (error != std::errc() || end != token.data() + token.size())) return JsonValue::none;
  std::uint32_t at = container + 1;
  for (std::uint32_t i = 0; at < value.after && i < most; ++i, at = document[at].after)
    if (object ? document.is_named(at, token) : i == wanted) return at;
  return JsonValue::none;
}

/// What can be told without spelling out the pointer: names like "id" and "type" are everywhere, their parents are not.
bool may_fit(const MemberPath& path, const JsonDocument& document, std::uint32_t anchor, std::string_view place) {
  const std::uint32_t holder = document[anchor].parent;
  if (holder == JsonValue::none) return true;
  const JsonValue& above = document[holder];
  if (path.top) return above.parent == JsonValue::none;
  if (path.parent.empty() || above.key_escaped) return true;
  if (above.key.size() < 2) return above.parent == JsonValue::none && !place.empty();
  return document.slice(above.key).substr(1, above.key.size() - 2) == path.parent;
}

bool glob_fits(const std::string& glob, const JsonDocument& document, std::uint32_t value, std::string_view place) {
  const std::string pointer = document.pointer(value);
  if (pointer_matches(glob, pointer)) return true;
  if (!place.empty() && pointer_matches(glob, std::string(place) + pointer)) return true;
  const bool several = document.values.front().after != document.values.size();
  if (!several) return false;
  const std::size_t second = std::min(pointer.find('/', 1), pointer.size());
  return pointer_matches(glob, std::string_view(pointer).substr(second));
}

}  // namespace

Result<MemberPath> parse_member_path(std::string_view text) {
  MemberPath path;
  const std::size_t open = text.find('[');
  path.glob = std::string(text.substr(0, open));
  if (path.glob.empty() || path.glob.front() != '/') return fail(Errc::rule_malformed, "a path begins with \"/\"");
  if (open == std::string_view::npos) {
    const std::string_view last = text.substr(text.rfind('/') + 1);
    if (last.find('*') == std::string_view::npos) path.key = unescape_token(last);
    const std::string_view rest = text.substr(0, text.size() - last.size() - 1);
    path.top = rest.empty() && !path.key.empty();
    const std::string_view parent = rest.substr(rest.rfind('/') + 1);
    // A position in a list has no name, and neither has what a glob stands for.
    const bool is_name =
        !parent.empty() && parent.find('*') == std::string_view::npos && !ascii::is_digit(parent.front());
    if (is_name) path.parent = unescape_token(parent);
    return path;
  }
  const std::size_t close = text.find(']', open);
  if (close == std::string_view::npos) return fail(Errc::rule_malformed, "\"[\" without \"]\"");
  auto read = read_condition(text.substr(open + 1, close - open - 1), path);
  if (read) read = read_tail(text.substr(close + 1), path);
  if (!read) return tl::unexpected<Error>(std::move(read).error());
  return path;
}

std::uint32_t select(const MemberPath& path, const JsonDocument& document, std::uint32_t anchor,
                     std::string_view place) {
  if (path.equals.empty()) {
    const bool fits = may_fit(path, document, anchor, place) && glob_fits(path.glob, document, anchor, place);
    return fits ? anchor : JsonValue::none;
  }
  const std::uint32_t element = document[anchor].parent;
  if (element == JsonValue::none) return JsonValue::none;
  const std::string text = text_of(document, anchor);
  if (std::find(path.equals.begin(), path.equals.end(), text) == path.equals.end()) return JsonValue::none;
  if (!glob_fits(path.glob, document, element, place)) return JsonValue::none;
  std::uint32_t value = element;
  for (const std::string& token : path.tail) {
    value = child(document, value, token);
    if (value == JsonValue::none) break;
  }
  return value;
}

std::string text_of(const JsonDocument& document, std::uint32_t value) {
  switch (document[value].kind) {
    case JsonKind::string:
      return document.string_at(value);
    case JsonKind::number:
    case JsonKind::literal:
      return std::string(document.slice(document[value].raw));
    default:
      return {};
  }
}

std::string name_of(const JsonDocument& document, std::uint32_t value) {
  constexpr std::size_t longest = 4096;
  return codec::decode_json_start(document.slice(document[value].key), longest);
}

}  // namespace telltale::inspect
