// The body of an exchange as facts for a lock. Covered by tests/unit/record/lock_test.cpp.
#include "record/lock_body.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "record/json_places.hpp"
#include "record/lock.hpp"
#include "record/value_pattern.hpp"

namespace telltale::record {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::SegmentKind;

constexpr std::size_t most_lines = 20'000;  ///< of one exchange

std::string hash_of(std::string_view text, Digest digest) {
  std::string out;
  for (const char c : digest(text).substr(0, 8)) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string first_words(std::string_view line) {
  constexpr std::size_t longest = 48;
  constexpr int most = 6;
  std::size_t end = 0;
  for (int words = 0; words < most && end < line.size(); ++words) {
    const std::size_t begin = std::min(line.find_first_not_of(' ', end), line.size());
    const std::size_t next = std::min(line.find(' ', begin), line.size());
    if (next > longest && words > 0) break;
    end = next;
  }
  while (end > longest) --end;
  while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return utf8::escaped(line.substr(0, end));
}

ByteRange inside_quotes(ByteRange string) {
  return string.size() < 2 ? string : ByteRange{string.begin + 1, string.end - 1};
}

// Length of a line end written at `at` of a JSON string: "\n" or "\u000a" with its backslash; 0 if there is none.
std::size_t line_end_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\\n")) return 2;
  return ascii::equals_ignoring_case(rest.substr(0, 6), "\\u000a") ? 6 : 0;
}
// The raw bytes of the line that begins at `at`.
ByteRange line_at(std::string_view text, std::size_t at, std::size_t end) {
  std::size_t stop = at;
  while (stop < end && (text[stop] != '\\' || line_end_at(text, stop) == 0)) stop += text[stop] == '\\' ? 2U : 1U;
  return {at, std::min(stop, end)};
}
std::size_t behind_line(std::string_view text, std::size_t at, std::size_t end) {
  return at < end ? at + std::max<std::size_t>(line_end_at(text, at), 1) : end;
}

// Arguments of a call to a tool and what it answered: theirs, not the client's.
bool is_of_a_tool(const JsonDocument& document, std::uint32_t value) {
  const codec::JsonValue& one = document[value];
  if (one.kind != JsonKind::object || one.parent == codec::JsonValue::none || one.key.empty()) return false;
  const bool is_call = document.is_named(value, "input") || document.is_named(value, "arguments") ||
                       document.is_named(value, "args") || document.is_named(value, "response");
  return is_call && document.member(one.parent, "name") != codec::JsonValue::none;
}

class BodyFacts {
 public:
  BodyFacts(const JsonDocument& document, const inspect::Verdict& verdict, SentFacts& facts, Digest digest)
      : document_(document), verdict_(verdict), facts_(facts), digest_(digest), places_(document, facts.known()) {}

  void add(const codec::Conversation& conversation) {
    std::vector<SegmentKind> kinds(document_.values.size(), SegmentKind::other);
    for (const codec::Segment& segment : conversation.segments) kinds[segment.value] = segment.kind;
    for (std::uint32_t i = 0; i < document_.values.size();) {
      const codec::JsonValue& one = document_[i];
      if (is_of_a_tool(document_, i)) {
        facts_.add_class(place_of(i), "said", where_of(i));
        i = one.after;
        continue;
      }
      const bool is_leaf = one.after == i + 1;
      if (one.kind == JsonKind::string)
        add_string(i, kinds[i]);
      else if (is_leaf)
        add_leaf(i);
      ++i;
    }
  }

 private:
  std::string place_of(std::uint32_t value) { return "json " + lock_word(pointer_of(value)); }
  std::string pointer_of(std::uint32_t value) {
    const std::string out = places_.of(value);
    return out.empty() ? "/" : out;
  }
  [[nodiscard]] std::string where_of(std::uint32_t value) const { return "body:" + document_.pointer(value); }

  void add_leaf(std::uint32_t value) {
    const std::string_view value_class = class_of_value(document_, value);
    const std::string_view written = value_class == "bool" ? document_.slice(document_[value].raw) : "";
    facts_.add_value(place_of(value), value_class, written, where_of(value));
  }

  void add_string(std::uint32_t value, SegmentKind kind) {
    switch (kind) {
      case SegmentKind::assistant_text:
      case SegmentKind::tool_call:
      case SegmentKind::tool_result:
      case SegmentKind::opaque:
        return facts_.add_class(place_of(value), "said", where_of(value));
      case SegmentKind::user_text:
        facts_.add_class(place_of(value), "said", where_of(value));
        return add_templates(value);
      case SegmentKind::system_text:
        facts_.add_class(place_of(value), "text", where_of(value));
        return add_lines(value, inside_quotes(document_[value].raw));
      case SegmentKind::tool_definition:
        return add_definition(value);
      case SegmentKind::metadata:
      case SegmentKind::other:
        break;
    }
    facts_.add_held(place_of(value), document_.string_at(value), where_of(value));
  }

  // Descriptions are texts; names and words of a schema are values.
  void add_definition(std::uint32_t value) {
    const bool is_text = document_.is_named(value, "description") || document_[value].raw.size() > longest_phrase;
    if (!is_text) return facts_.add_text(place_of(value), document_.string_at(value), where_of(value));
    facts_.add_class(place_of(value), "text", where_of(value));
    add_lines(value, inside_quotes(document_[value].raw));
  }

  // What of a user's turn the client wrote.
  void add_templates(std::uint32_t value) {
    const ByteRange raw = document_[value].raw;
    const auto& segments = verdict_.segments;
    auto at = std::lower_bound(segments.begin(), segments.end(), raw.begin,
                               [](const auto& one, std::size_t begin) { return one.raw_span.begin < begin; });
    for (; at != segments.end() && at->raw_span.end <= raw.end; ++at)
      if (at->source == inspect::Source::template_text) add_lines(value, at->raw_span);
  }

  void add_lines(std::uint32_t value, ByteRange raw) {
    const std::string place = lock_word(pointer_of(value));
    const std::string where = where_of(value);
    std::set<char32_t> points;
    std::string group;
    for (std::size_t at = raw.begin; at < raw.end && facts_.out().lines.size() < most_lines;) {
      const ByteRange line = line_at(document_.text, at, raw.end);
      at = behind_line(document_.text, line.end, raw.end);
      const std::string text = codec::decode_json_string(document_.slice(line));
      if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
      collect_alphabet(text, false, points);
      const std::string pattern = pattern_of(text, facts_.known());
      std::string hash = hash_of(pattern, digest_);
      if (group.empty()) group = hash;
      facts_.out().lines.push_back(
          {place, std::move(hash), group, facts_.names_someone(line) ? "" : first_words(pattern), where});
    }
    facts_.add_alphabet("json " + place, points, where);
  }

  const JsonDocument& document_;
  const inspect::Verdict& verdict_;
  SentFacts& facts_;
  Digest digest_;
  JsonPlaces places_;
};

std::string_view kind_of_body(std::string_view content, const JsonDocument& document) {
  if (content.empty()) return "none";
  if (!document.values.empty() && !document.stopped &&
      (document[0].kind == JsonKind::object || document[0].kind == JsonKind::array))
    return document[0].after == document.values.size() ? "json" : "json-lines";
  const bool is_text = utf8::is_ascii(content) && content.find('\0') == std::string_view::npos;
  if (!is_text) return "binary";
  const bool is_form = content.find('=') != std::string_view::npos && content.find_first_of(" \n{<") == content.npos;
  return is_form ? "form" : "text";
}

}  // namespace

void add_document(const std::string& place, std::string_view text, const std::string& where, SentFacts& facts,
                  unsigned depth) {
  const JsonDocument document = codec::scan_json(text, facts.limits());
  JsonPlaces places(document, facts.known());
  // "header x#json/a": one word with the place before it.
  const std::size_t space = place.find(' ') + 1;
  const std::string kind = place.substr(0, space);
  const bool in_quotes = place.find('"') != std::string::npos;
  if (in_quotes) return;  // a name with blanks: told as holding a document, not taken apart
  for (std::uint32_t i = 0; i < document.values.size(); ++i) {
    const codec::JsonValue& one = document[i];
    if (one.after != i + 1) continue;
    const std::string at = kind + lock_word(place.substr(space) + places.of(i));
    const std::string there = where + document.pointer(i);
    if (one.kind == JsonKind::string)
      facts.add_held(at, document.string_at(i), there, depth);
    else
      facts.add_value(at, class_of_value(document, i),
                      document.slice(one.raw).size() < 6 ? document.slice(one.raw) : "", there);
  }
}

void add_body(const codec::RequestShape& shape, std::string_view content, const inspect::Verdict& verdict,
              SentFacts& facts, Digest digest) {
  const JsonDocument document = codec::scan_json(content, facts.limits());
  const std::string_view kind = kind_of_body(content, document);
  facts.add_class("body " + lock_word("-"), kind, "body:");
  if (kind == "form") add_pairs("form ", content, "body:", facts);
  if (!kind.starts_with("json")) return;
  BodyFacts(document, verdict, facts, digest).add(codec::decode_conversation(shape, document));
}

}  // namespace telltale::record
