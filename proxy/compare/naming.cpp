// Names of the parts of a request. Covered by tests/unit/compare/sheet_test.cpp.
#include "compare/naming.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "http/coding.hpp"

namespace telltale::compare {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

constexpr std::string_view blanks = " \t\r\n";

std::string_view blanks_before(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && blanks.find(text[begin - 1]) != std::string_view::npos) --begin;
  return text.substr(begin, at - begin);
}

std::string_view blanks_from(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find_first_not_of(blanks, at), text.size());
  return text.substr(at, end - at);
}

bool is_member(const JsonValue& value) {
  return !value.key.empty();
}

std::string word(const JsonDocument& document, std::uint32_t object, std::string_view name) {
  const std::uint32_t at = document.member(object, name);
  return at == JsonValue::none ? std::string() : document.string_at(at);
}

// Blanks before a closing bracket belong to the container: its last child may be another each time.
std::string_view blanks_behind(const JsonDocument& document, const JsonValue& value) {
  const std::string_view behind = blanks_from(document.text, value.raw.end);
  const std::size_t next = value.raw.end + behind.size();
  const bool has_next = next < document.text.size() && document.text[next] == ',';
  return value.parent == JsonValue::none || has_next ? behind : std::string_view();
}

}  // namespace

std::string own_name(const JsonDocument& document, std::uint32_t i) {
  const JsonValue& value = document[i];
  if (!is_member(value)) return fmt::format("{}", value.index);
  const std::string_view raw = document.slice(value.key);
  return value.key_escaped ? codec::decode_json_string(raw) : std::string(raw.substr(1, raw.size() - 2));
}

std::string element_name(const JsonDocument& document, std::uint32_t i, const std::string& index) {
  if (document[i].kind != JsonKind::object) return index;
  std::string name = word(document, i, "name");
  const std::uint32_t function = document.member(i, "function");
  if (name.empty() && function != JsonValue::none) name = word(document, function, "name");
  if (!name.empty()) return "name=" + name;
  const std::string role = word(document, i, "role");
  return role.empty() ? "type=" + word(document, i, "type") : "role=" + role;
}

std::string dress_of(const JsonDocument& document, std::uint32_t i) {
  const JsonValue& value = document[i];
  const std::string_view text = document.text;
  const bool is_whole = value.parent == JsonValue::none && value.after == document.values.size() && i == 0;
  const std::size_t begin = is_member(value) ? value.key.begin : value.raw.begin;
  std::string out(is_whole ? text.substr(0, begin) : blanks_before(text, begin));
  out += name_separator;
  if (is_member(value)) out += text.substr(value.key.end, value.raw.begin - value.key.end);
  if (value.key_escaped) out += document.slice(value.key);
  out += name_separator;
  out += is_whole ? text.substr(value.raw.end) : blanks_behind(document, value);
  out += name_separator;
  const bool is_container = value.kind == JsonKind::object || value.kind == JsonKind::array;
  if (is_container && value.raw.size() > 1) out += blanks_before(text, value.raw.end - 1);
  return out;
}

std::string_view target_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = scheme == std::string_view::npos ? 0 : url.find_first_of("/?#", scheme + 3);
  return path == std::string_view::npos ? "/" : url.substr(path);
}

std::string masked_path(std::string_view target) {
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    const std::string_view step = path.substr(at, end - at);
    const auto digits = std::count_if(step.begin(), step.end(), ascii::is_digit);
    out += digits >= 4 ? std::string_view("/*") : step;
    at = end;
  }
  return out;
}

Result<std::string> content_of(const record::CapturedBody& body, const Limits& limits) {
  if (body.coding.empty()) return body.bytes;
  TT_TRY(const std::vector<http::Coding> codings, http::parse_codings(body.coding, limits));
  return http::decode_content(body.bytes, codings, limits);
}

}  // namespace telltale::compare
