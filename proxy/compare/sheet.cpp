// A request as a list of places and what stands there. Covered by tests/unit/compare/sheet_test.cpp.
#include "compare/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "codec/json_scan.hpp"
#include "codec/registry.hpp"
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

/// Appends the cells of a JSON body.
class BodyReader {
 public:
  BodyReader(const JsonDocument& document, Vocabulary& vocabulary, Sheet& sheet)
      : document_(document), vocabulary_(vocabulary), sheet_(sheet) {
    places_.reserve(document.values.size());
    pointers_.reserve(document.values.size());
    names_.resize(document.values.size());
  }

  void read() {
    const std::uint32_t place = vocabulary_.place(PathTree::root, "body");
    const std::uint32_t pointer = vocabulary_.pointer(PathTree::root, "body");
    const bool is_single = document_.values.empty() || document_[0].after == document_.values.size();
    for (std::uint32_t i = 0; i < document_.values.size(); ++i) {
      const JsonValue& value = document_[i];
      const bool is_root = value.parent == JsonValue::none;
      if (is_root && is_single) {
        add(i, place, pointer);
        continue;
      }
      const std::string own = own_name(i);
      const std::uint32_t above = is_root ? place : places_[value.parent];
      const std::uint32_t name_place = free_place(above, is_member(value) ? own : element_name(i, own));
      add(i, name_place, vocabulary_.pointer(is_root ? pointer : pointers_[value.parent], own));
      if (!is_root)
        names_[value.parent].append(vocabulary_.texts.at(vocabulary_.places.name(name_place))) += order_separator;
    }
    for (std::uint32_t i = 0; i < document_.values.size(); ++i) add_order(i);
  }

 private:
  static bool is_member(const JsonValue& value) { return !value.key.empty(); }

  // What the pointer calls it: the key, or the index.
  [[nodiscard]] std::string own_name(std::uint32_t i) const {
    const JsonValue& value = document_[i];
    if (!is_member(value)) return fmt::format("{}", value.index);
    const std::string_view raw = document_.slice(value.key);
    return value.key_escaped ? codec::decode_json_string(raw) : std::string(raw.substr(1, raw.size() - 2));
  }

  [[nodiscard]] std::string word(std::uint32_t object, std::string_view name) const {
    const std::uint32_t at = document_.member(object, name);
    return at == JsonValue::none ? std::string() : document_.string_at(at);
  }

  // What an element of an array is called wherever it stands.
  [[nodiscard]] std::string element_name(std::uint32_t i, const std::string& index) const {
    if (document_[i].kind != JsonKind::object) return index;
    std::string name = word(i, "name");
    const std::uint32_t function = document_.member(i, "function");
    if (name.empty() && function != JsonValue::none) name = word(function, "name");
    if (!name.empty()) return "name=" + name;
    const std::string role = word(i, "role");
    return role.empty() ? "type=" + word(i, "type") : "role=" + role;
  }

  // The second of a name is a place of its own.
  std::uint32_t free_place(std::uint32_t parent, const std::string& name) {
    std::uint32_t place = vocabulary_.place(parent, name);
    if (taken_.insert(place).second) return place;
    std::uint32_t& count = repeats_[place];
    place = vocabulary_.place(parent, fmt::format("{}\x02{}", name, ++count + 1));
    taken_.insert(place);
    return place;
  }

  // Blanks around a value: before it and its key, between the two, behind, and before its closing bracket.
  [[nodiscard]] std::string dress_of(std::uint32_t i) const {
    const JsonValue& value = document_[i];
    const std::string_view text = document_.text;
    const bool is_whole = value.parent == JsonValue::none && value.after == document_.values.size() && i == 0;
    const std::size_t begin = is_member(value) ? value.key.begin : value.raw.begin;
    std::string out(is_whole ? text.substr(0, begin) : blanks_before(text, begin));
    out += order_separator;
    if (is_member(value)) out += text.substr(value.key.end, value.raw.begin - value.key.end);
    if (value.key_escaped) out += document_.slice(value.key);
    out += order_separator;
    out += is_whole ? text.substr(value.raw.end) : blanks_behind(value);
    out += order_separator;
    const bool is_container = value.kind == JsonKind::object || value.kind == JsonKind::array;
    if (is_container && value.raw.size() > 1) out += blanks_before(text, value.raw.end - 1);
    return out;
  }

  // Blanks before a closing bracket belong to the container: its last child may be another each time.
  [[nodiscard]] std::string_view blanks_behind(const JsonValue& value) const {
    const std::string_view behind = blanks_from(document_.text, value.raw.end);
    const std::size_t next = value.raw.end + behind.size();
    const bool has_next = next < document_.text.size() && document_.text[next] == ',';
    return value.parent == JsonValue::none || has_next ? behind : std::string_view();
  }

  void add(std::uint32_t i, std::uint32_t place, std::uint32_t pointer) {
    const JsonValue& value = document_[i];
    places_.push_back(place);
    pointers_.push_back(pointer);
    std::string_view raw = document_.slice(value.raw);
    if (value.kind == JsonKind::object) raw = "{";
    if (value.kind == JsonKind::array) raw = "[";
    sheet_.cells.push_back({place, pointer, vocabulary_.texts.put(raw), vocabulary_.texts.put(dress_of(i))});
  }

  void add_order(std::uint32_t i) {
    if (names_[i].empty()) return;
    const std::uint32_t place = vocabulary_.place(places_[i], order_name);
    sheet_.cells.push_back({place, pointers_[i], vocabulary_.texts.put(names_[i]), vocabulary_.texts.put("")});
  }

  const JsonDocument& document_;
  Vocabulary& vocabulary_;
  Sheet& sheet_;
  std::vector<std::uint32_t> places_;
  std::vector<std::uint32_t> pointers_;
  std::vector<std::string> names_;  // of the children of each container, in order
  std::unordered_set<std::uint32_t> taken_;
  std::unordered_map<std::uint32_t, std::uint32_t> repeats_;
};

void add_text(std::string_view name, std::string_view text, Vocabulary& vocabulary, Sheet& sheet) {
  sheet.cells.push_back({vocabulary.place(PathTree::root, name), vocabulary.pointer(PathTree::root, name),
                         vocabulary.texts.put(text), vocabulary.texts.put("")});
}

void add_headers(const record::Fields& headers, Vocabulary& vocabulary, Sheet& sheet) {
  const std::uint32_t place = vocabulary.place(PathTree::root, "header");
  const std::uint32_t pointer = vocabulary.pointer(PathTree::root, "header");
  std::unordered_map<std::string, unsigned> seen;
  std::string order;
  for (const auto& [name, value] : headers) {
    const std::string low = ascii::lower(name);
    if (low == "content-length") continue;
    const unsigned count = ++seen[low];
    const std::string own = count == 1 ? low : fmt::format("{}\x02{}", low, count);
    order.append(own) += order_separator;
    sheet.cells.push_back({vocabulary.place(place, own), vocabulary.pointer(pointer, low), vocabulary.texts.put(value),
                           vocabulary.texts.put(name)});
  }
  sheet.cells.push_back(
      {vocabulary.place(place, order_name), pointer, vocabulary.texts.put(order), vocabulary.texts.put("")});
}

// Path and query, as they stand in the URL.
std::string_view target_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = scheme == std::string_view::npos ? 0 : url.find_first_of("/?#", scheme + 3);
  return path == std::string_view::npos ? "/" : url.substr(path);
}

// "/v1/files/3f9c0a77e1/parts" and its like of other runs are one path.
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

std::string decoded_body(const record::CapturedBody& body, Sheet& sheet, const Limits& limits) {
  if (body.coding.empty()) return body.bytes;
  const auto content = http::parse_codings(body.coding, limits).and_then([&](const std::vector<http::Coding>& codings) {
    return http::decode_content(body.bytes, codings, limits);
  });
  if (content) return *content;
  sheet.blind = name_of(content.error().code);
  return {};
}

}  // namespace

Sheet take_apart(const record::Capture& capture, Vocabulary& vocabulary, const Limits& limits) {
  Sheet out;
  const record::CapturedRequest& request = capture.request;
  const std::string content = decoded_body(request.body, out, limits);
  const std::string_view target = target_of(request.url);
  const std::string path = masked_path(target);
  out.series = fmt::format("{} {}", request.method, path);

  add_text("target", target, vocabulary, out);
  add_headers(request.headers, vocabulary, out);
  const JsonDocument document = codec::scan_json(content, limits);
  // What is no JSON is compared as text. Something behind the value does not hide the value.
  const bool is_json = !document.values.empty() && (!document.stopped || document[0].raw.end <= document.stopped->at) &&
                       (!document.stopped || document[0].after == document.values.size());
  if (!is_json) {
    if (!content.empty()) add_text("raw", content, vocabulary, out);
    return out;
  }
  BodyReader(document, vocabulary, out).read();
  const codec::Conversation conversation = codec::decode_conversation({request.method, path}, document);
  const bool has_tools = std::any_of(conversation.segments.begin(), conversation.segments.end(),
                                     [](const auto& s) { return s.kind == codec::SegmentKind::tool_definition; });
  out.series += fmt::format(" {}{}", conversation.api, has_tools ? " tools" : "");
  return out;
}

}  // namespace telltale::compare
