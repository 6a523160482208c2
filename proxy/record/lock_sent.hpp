#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/engine.hpp"
#include "record/capture.hpp"

namespace telltale::record {

/// What was seen at one place of one exchange.
struct SentPlace {
  std::map<std::string, std::string> classes;  ///< of value, and where the first of them stands: "body:/model"
  std::map<std::string, std::string> values;   ///< patterns of listable classes, and where
  std::map<char32_t, std::string> alphabet;    ///< and where
  bool is_personal = false;                    ///< its values are never listed
};

/// A line of a text that the client wrote.
struct SentLine {
  std::string place;  ///< as in the lock
  std::string hash;   ///< 16 hex digits
  std::string group;  ///< hash of the text's first line: the same text in another exchange
  std::string words;  ///< the first few; empty if they may name someone
  std::string where;  ///< "body:/system/0/text"
};

/// What one exchange says of its client, in the terms of a lock.
struct Sent {
  std::string section;
  std::map<std::string, SentPlace> places;
  std::vector<SentLine> lines;                  ///< in the order of the request
  std::map<std::string, std::string> findings;  ///< as in the lock, and where
};

/// Takes an exchange apart. `verdict` is that of its request, with segments listed; `content` its decoded body. What
/// the user, the model or a tool said gives no facts but that it is there. Values of the machine in the capture's
/// environment and what was typed are never part of a fact.
[[nodiscard]] Sent what_was_sent(const Capture& capture, const http::RequestHead& head, std::string_view host,
                                 std::string_view content, const inspect::Verdict& verdict, const Limits& limits,
                                 Digest digest);

/// "claude-code POST api.example.com /v1/files/{uuid}": what one client sends to one endpoint.
[[nodiscard]] std::string section_of(std::string_view client, std::string_view method, std::string_view host,
                                     std::string_view path, const std::vector<std::string>& known);

}  // namespace telltale::record
