// Wrappers that clients put round what they add to a user turn. Covered by tests/unit/inspect/wrapper_test.cpp.
#include "inspect/wrapper.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "inspect/rule_compile.hpp"

namespace telltale::inspect {
namespace {

constexpr std::size_t longest_name = 40;

/// End of the element that opens at `at` (its name is `name`), or npos.
std::size_t element_end(std::string_view text, std::size_t at, std::string_view name) {
  const std::string close = "</" + std::string(name) + ">";
  const std::size_t end = text.find(close, at);
  return end == std::string_view::npos ? end : end + close.size();
}

/// "<session_context>" or "<note kind=\"env\">" at `at`: its name.
std::string_view tag_name(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  const auto in_name = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_' || c == ':'; };
  while (end < text.size() && end - at < longest_name && in_name(text[end])) ++end;
  if (end == at + 1 || end >= text.size() || (text[end] != '>' && text[end] != ' ')) return {};
  return text.substr(at + 1, end - at - 1);
}

/// "[session note]" at `at`, closed by "[end of note]", "[/session note]" or "[end session note]" on a line of its own.
std::size_t bracket_end(std::string_view text, std::size_t at) {
  const std::size_t close = text.find(']', at);
  if (close == std::string_view::npos || close - at > longest_name) return std::string_view::npos;
  for (std::size_t line = text.find("\n[", close); line != std::string_view::npos; line = text.find("\n[", line + 1)) {
    const std::string_view rest = text.substr(line + 2, longest_name + 1);
    const bool ends = rest.substr(0, 1) == "/" || rest.substr(0, 3) == "end" || rest.substr(0, 3) == "End" ||
                      rest.substr(0, 3) == "END";
    const std::size_t end = rest.find(']');
    if (ends && end != std::string_view::npos) return line + 2 + end + 1;
  }
  return std::string_view::npos;
}

/// A wrapper round what the user said, not round what the client says.
bool holds_the_user(std::string_view name) {
  constexpr std::array<std::string_view, 8> words{"user", "query",   "request",  "prompt",
                                                  "task", "message", "question", "input"};
  const std::string lower = ascii::lower(name);
  return lower != "user_info" && std::any_of(words.begin(), words.end(), [&](std::string_view word) {
           return lower.find(word) != std::string::npos;
         });
}

/// End of the wrapper of any kind that begins at `at`; npos if none does.
std::size_t wrapper_end(std::string_view text, std::size_t at) {
  std::size_t end = std::string_view::npos;
  if (text.substr(at, 4) == "<!--") {
    end = text.find("-->", at);
    if (end != std::string_view::npos) end += 3;
  } else if (text[at] == '<') {
    const std::string_view name = tag_name(text, at);
    if (!name.empty() && !holds_the_user(name)) end = element_end(text, at, name);
  } else if (text[at] == '[') {
    end = bracket_end(text, at);
  }
  if (end == std::string_view::npos) return end;
  const bool ends_line = end == text.size() || text[end] == '\n' || text[end] == '\r';
  const bool has_lines = text.substr(at, end - at).find('\n') != std::string_view::npos;
  return ends_line && has_lines ? end : std::string_view::npos;
}

std::vector<ByteRange> leading_wrappers(std::string_view text) {
  std::vector<ByteRange> out;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && (text[at] == '\n' || text[at] == '\r' || text[at] == ' ')) ++at;
    if (at == text.size()) return out;
    const std::size_t end = wrapper_end(text, at);
    if (end == std::string_view::npos) return out;
    out.push_back({at, end});
    at = end;
  }
}

/// Which of `client_tags` opens at that '<'; their number if none does.
std::size_t tag_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 1, longest_name + 1);
  const std::string_view name = rest.substr(0, std::min(rest.find('>'), rest.size()));
  if (name.size() == rest.size()) return client_tags.size();
  return static_cast<std::size_t>(std::find(client_tags.begin(), client_tags.end(), name) - client_tags.begin());
}

/// Elements of the client that begin a line, in their order. One of a name within another of the same name is part of
/// that; one without an end is text, and so are those of its name behind it.
std::vector<ByteRange> elements(std::string_view text, std::size_t from) {
  std::vector<ByteRange> out;
  std::array<std::size_t, client_tags.size()> next{};  // up to where each has been read
  for (std::size_t at = text.find('<', from); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::size_t tag = tag_at(text, at);
    if (tag == client_tags.size() || at < next[tag]) continue;
    const std::size_t end = next[tag] = element_end(text, at, client_tags[tag]);
    if (end != std::string_view::npos && (at == 0 || text[at - 1] == '\n')) out.push_back({at, end});
  }
  return out;
}

}  // namespace

std::vector<ByteRange> find_client_wrappers(std::string_view text, bool at_start) {
  std::vector<ByteRange> out = at_start ? leading_wrappers(text) : std::vector<ByteRange>();
  const std::size_t from = out.empty() ? 0 : out.back().end;
  for (const ByteRange& one : elements(text, from))
    if (out.empty() || one.begin >= out.back().end) out.push_back(one);
  return out;
}

}  // namespace telltale::inspect
