// The body of an exchange as facts for a lock. Covered by tests/unit/record/lock_test.cpp.
#include "record/lock_body.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "codec/json_scan.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "inspect/opened.hpp"
#include "record/lock.hpp"
#include "record/report_writer.hpp"
#include "record/value_pattern.hpp"

namespace telltale::record {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::SegmentKind;

constexpr unsigned deepest_document = 3;
constexpr std::size_t most_places = 20'000;  ///< of one exchange
constexpr std::size_t most_lines = 20'000;

// Members and fields whose values are about the user or the machine, whatever they look like.
bool sounds_personal(std::string_view place) {
  constexpr std::string_view words[] = {"user",    "host",  "cwd",    "dir",       "path",    "home",    "email",
                                        "account", "login", "owner",  "repo",      "branch",  "remote",  "machine",
                                        "device",  "name",  "origin", "workspace", "project", "session", "org",
                                        "team",    "lang",  "locale", "zone",      "region"};
  const std::string low = ascii::lower(place.substr(std::min(place.find_last_of("/ ") + 1, place.size())));
  if (low == "user-agent" || low == "hostname-verification") return false;
  return std::any_of(std::begin(words), std::end(words),
                     [&low](std::string_view word) { return low.find(word) != std::string::npos; });
}

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

/// Places of values by name: "/messages/*/content/*/text", with names that differ from request to request in slots.
class Places {
 public:
  Places(const JsonDocument& document, const std::vector<std::string>& known) : document_(document), known_(known) {}

  std::string of(std::uint32_t value) {
    const codec::JsonValue& one = document_[value];
    if (one.parent == codec::JsonValue::none) return {};
    const std::string& parent = of_container(one.parent);
    if (parent.size() > Lock::longest_name / 2) return parent;
    if (one.key.empty()) return parent + "/*";
    const std::string key = codec::decode_json_start(document_.slice(one.key), 128);
    return parent + "/" + utf8::escaped(pattern_of(key, known_));
  }

 private:
  // Containers come ahead of what they hold, so the parent's place is there already.
  const std::string& of_container(std::uint32_t container) {
    const auto found = containers_.find(container);
    if (found != containers_.end()) return found->second;
    std::vector<std::uint32_t> way;
    for (std::uint32_t at = container; at != codec::JsonValue::none && !containers_.contains(at);
         at = document_[at].parent)
      way.push_back(at);
    for (auto at = way.rbegin(); at != way.rend(); ++at) {
      const codec::JsonValue& one = document_[*at];
      std::string place = one.parent == codec::JsonValue::none ? "" : of(*at);
      containers_.emplace(*at, std::move(place));
    }
    return containers_.at(container);
  }

  const JsonDocument& document_;
  const std::vector<std::string>& known_;
  std::map<std::uint32_t, std::string> containers_;
};

std::string_view class_of_value(const JsonDocument& document, std::uint32_t value) {
  const codec::JsonValue& one = document[value];
  switch (one.kind) {
    case JsonKind::object:
      return "object";
    case JsonKind::array:
      return "list";
    case JsonKind::number:
      return "number";
    case JsonKind::literal:
      return document.slice(one.raw) == "null" ? "null" : "bool";
    case JsonKind::string:
      break;
  }
  return "text";
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
        return add_lines(value, document_[value].raw);
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
    add_lines(value, document_[value].raw);
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
    const std::string text = codec::decode_json_string(document_.slice(raw));
    const std::string place = lock_word(pointer_of(value));
    const std::string where = where_of(value);
    std::set<char32_t> points;
    collect_alphabet(text, false, points);
    facts_.add_alphabet("json " + place, points, where);
    std::string group;
    const bool names_someone = facts_.names_someone(raw);
    for (std::size_t at = 0; at < text.size() && facts_.out().lines.size() < most_lines;) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = std::string_view(text).substr(at, end - at);
      at = end + 1;
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      const std::string pattern = pattern_of(line, facts_.known());
      std::string hash = hash_of(pattern, digest_);
      if (group.empty()) group = hash;
      facts_.out().lines.push_back({place, std::move(hash), group, names_someone ? "" : first_words(pattern), where});
    }
  }

  const JsonDocument& document_;
  const inspect::Verdict& verdict_;
  SentFacts& facts_;
  Digest digest_;
  Places places_;
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

SentPlace* SentFacts::reach(const std::string& place) {
  const auto found = out_.places.find(place);
  if (found != out_.places.end()) return &found->second;
  if (out_.places.size() >= most_places || place.size() > Lock::longest_name) return nullptr;
  SentPlace& fresh = out_.places[place];
  fresh.is_personal = sounds_personal(place);
  return &fresh;
}

void SentFacts::is_about_someone(const inspect::Finding& finding) {
  found_at_.insert(finding.where);
  if (finding.raw_span && finding.where.starts_with("body")) found_raw_.push_back(*finding.raw_span);
}

bool SentFacts::names_someone(ByteRange raw) const {
  return std::any_of(found_raw_.begin(), found_raw_.end(),
                     [raw](ByteRange one) { return one.begin < raw.end && raw.begin < one.end; });
}

void SentFacts::add_class(const std::string& place, std::string_view value_class, const std::string& where) {
  if (SentPlace* const to = reach(place)) to->classes.try_emplace(std::string(value_class), where);
}

void SentFacts::add_value(const std::string& place, std::string_view value_class, std::string_view value,
                          const std::string& where) {
  SentPlace* const to = reach(place);
  if (to == nullptr) return;
  to->classes.try_emplace(std::string(value_class), where);
  if (found_at_.contains(where)) to->is_personal = true;
  if (is_listable(value_class) && to->values.size() <= Lock::most_values)
    to->values.try_emplace(std::string(value), where);
}

void SentFacts::add_text(const std::string& place, std::string_view text, const std::string& where) {
  const std::string pattern = pattern_of(text, known_);
  const std::string value_class = class_of(pattern);
  add_value(place, value_class, utf8::escaped(pattern), where);
  std::set<char32_t> points;
  // The punctuation of other classes is fixed by their form, or chance (paths, prose).
  collect_alphabet(text, is_listable(value_class) || value_class == "id" || value_class == "base64", points);
  add_alphabet(place, points, where);
}

void SentFacts::add_alphabet(const std::string& place, const std::set<char32_t>& points, const std::string& where) {
  SentPlace* const to = reach(place);
  for (const char32_t point : points)
    if (to != nullptr && to->alphabet.size() <= Lock::most_alphabet) to->alphabet.try_emplace(point, where);
}

void SentFacts::add_held(const std::string& place, const std::string& text, const std::string& where, unsigned depth) {
  const auto held = depth < deepest_document ? inspect::held_document(text) : std::nullopt;
  if (!held) return add_text(place, text, where);
  const std::string_view opener = inspect::name_of(held->opener);
  const codec::JsonDocument document = codec::scan_json(held->text, limits_);
  if (document.stopped || document.values.empty()) return add_text(place, text, where);
  add_class(place, opener.substr(1), where);
  add_document(place + std::string(opener), held->text, where + std::string(opener), *this, depth + 1);
}

void add_document(const std::string& place, std::string_view text, const std::string& where, SentFacts& facts,
                  unsigned depth) {
  const JsonDocument document = codec::scan_json(text, facts.limits());
  Places places(document, facts.known());
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

void add_pairs(const std::string& kind, std::string_view pairs, const std::string& where, SentFacts& facts) {
  for (std::size_t at = 0; at < pairs.size();) {
    const std::size_t end = std::min(pairs.find('&', at), pairs.size());
    const std::string_view pair = pairs.substr(at, end - at);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    if (!pair.empty())
      facts.add_text(kind + lock_word(pattern_of(pair.substr(0, equals), facts.known())), value, where);
    at = end + 1;
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
