// Reads rule packs through nlohmann/json, which stays in this file. Covered by tests/unit/inspect/rule_loader_test.cpp.
#include "inspect/rule_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace telltale::inspect {
namespace {

using Json = nlohmann::ordered_json;

const Json& of(const void* json) {
  static const Json missing;
  return json == nullptr ? missing : *static_cast<const Json*>(json);
}

std::string escape_token(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

/// Where the comment or string that begins at `at` ends (exclusive); `at` itself if none begins there.
std::size_t past_opaque(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
  if (text.substr(at, 2) == "/*") {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  if (text[at] != '"') return at;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return text.size();
}

/// Depth is bounded before the parser sees the text: nlohmann/json copies values recursively.
bool nests_too_deep(std::string_view text, std::size_t most) {
  std::size_t depth = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t past = past_opaque(text, i);
    if (past != i) {
      i = past;
      continue;
    }
    const char c = text[i++];
    if ((c == '[' || c == '{') && ++depth > most) return true;
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return false;
}

}  // namespace

Result<RuleDocument> RuleDocument::parse(std::string_view text) {
  if (text.size() > std::size_t{16} * 1024 * 1024) return fail(Errc::rule_malformed, "pack is longer than 16 MiB");
  if (nests_too_deep(text, 64)) return fail(Errc::rule_malformed, "pack nests deeper than 64 levels");
  RuleDocument document;
  try {
    document.json_ = std::make_shared<const Json>(Json::parse(text, nullptr, true, true));
  } catch (const Json::parse_error& error) {
    return fail(Errc::rule_malformed, error.byte, fmt::format("not JSON at byte {}", error.byte));
  } catch (const Json::exception&) {
    return fail(Errc::rule_malformed, "not JSON");
  }
  return document;
}

void RuleNode::complain(std::string_view what) const {
  if (complaint_->text) return;
  const std::string head = complaint_->rule.empty() ? std::string() : complaint_->rule + ": ";
  complaint_->text = fmt::format("{}{}: {}", head, pointer_.empty() ? "/" : pointer_, what);
}

bool RuleNode::has(std::string_view key) const {
  return of(json_).is_object() && of(json_).contains(std::string(key));
}
bool RuleNode::is_object() const {
  return of(json_).is_object();
}
bool RuleNode::is_text() const {
  return of(json_).is_string();
}
bool RuleNode::is_list() const {
  return of(json_).is_array();
}

void RuleNode::allow_only(std::initializer_list<std::string_view> keys) const {
  if (!is_object()) {
    complain("must be an object");
    return;
  }
  for (const auto& [key, value] : of(json_).items()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    complain(fmt::format("unknown key \"{}\"; known here: {}", escape_token(key), fmt::join(keys, ", ")));
  }
}

RuleNode RuleNode::at(std::string_view key) const {
  const void* child = has(key) ? &of(json_).at(std::string(key)) : nullptr;
  return {child, pointer_ + "/" + escape_token(key), complaint_};
}

std::string RuleNode::text() const {
  if (is_text()) return of(json_).get<std::string>();
  complain(json_ == nullptr ? "missing; give a string" : "must be a string");
  return {};
}

std::string RuleNode::text(std::string_view key) const {
  std::string value = at(key).text();
  if (value.empty()) at(key).complain("must not be empty");
  return value;
}

std::string RuleNode::text_or(std::string_view key, std::string_view fallback) const {
  return has(key) ? at(key).text() : std::string(fallback);
}

double RuleNode::number_or(std::string_view key, double fallback) const {
  if (!has(key)) return fallback;
  const RuleNode node = at(key);
  if (of(node.json_).is_number()) return of(node.json_).get<double>();
  node.complain("must be a number");
  return fallback;
}

bool RuleNode::flag_or(std::string_view key, bool fallback) const {
  if (!has(key)) return fallback;
  const RuleNode node = at(key);
  if (of(node.json_).is_boolean()) return of(node.json_).get<bool>();
  node.complain("must be true or false");
  return fallback;
}

std::vector<std::string> RuleNode::texts(std::string_view key) const {
  std::vector<std::string> out;
  if (!has(key)) return out;
  if (at(key).is_text()) return {at(key).text()};
  for (const RuleNode& item : items(key)) out.push_back(item.text());
  return out;
}

std::vector<RuleNode> RuleNode::items(std::string_view key) const {
  if (!has(key)) return {};
  return at(key).items();
}

std::vector<RuleNode> RuleNode::items() const {
  std::vector<RuleNode> out;
  if (!is_list()) {
    complain("must be a list");
    return out;
  }
  std::size_t index = 0;
  for (const Json& item : of(json_)) out.emplace_back(&item, fmt::format("{}/{}", pointer_, index++), complaint_);
  return out;
}

std::vector<std::pair<std::string, RuleNode>> RuleNode::members() const {
  std::vector<std::pair<std::string, RuleNode>> out;
  if (!is_object()) {
    complain("must be an object");
    return out;
  }
  for (const auto& [key, value] : of(json_).items())
    out.emplace_back(key, RuleNode(&value, pointer_ + "/" + escape_token(key), complaint_));
  return out;
}

std::string RuleNode::dump() const {
  return of(json_).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace telltale::inspect
