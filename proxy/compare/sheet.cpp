// A request as a list of places and what stands there. Covered by tests/unit/compare/sheet_test.cpp.
#include "compare/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "codec/json_scan.hpp"
#include "codec/registry.hpp"
#include "compare/naming.hpp"
#include "core/ascii.hpp"

namespace telltale::compare {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;

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
      const std::string own = own_name(document_, i);
      const std::uint32_t above = is_root ? place : places_[value.parent];
      const std::uint32_t name_place = free_place(above, is_member(value) ? own : element_name(document_, i, own));
      add(i, name_place, vocabulary_.pointer(is_root ? pointer : pointers_[value.parent], own));
      if (!is_root)
        names_[value.parent].append(vocabulary_.texts.at(vocabulary_.places.name(name_place))) += order_separator;
    }
    for (std::uint32_t i = 0; i < document_.values.size(); ++i) add_order(i);
  }

 private:
  static bool is_member(const JsonValue& value) { return !value.key.empty(); }

  // The second of a name is a place of its own.
  std::uint32_t free_place(std::uint32_t parent, const std::string& name) {
    std::uint32_t place = vocabulary_.place(parent, name);
    if (taken_.insert(place).second) return place;
    std::uint32_t& count = repeats_[place];
    place = vocabulary_.place(parent, fmt::format("{}\x02{}", name, ++count + 1));
    taken_.insert(place);
    return place;
  }

  void add(std::uint32_t i, std::uint32_t place, std::uint32_t pointer) {
    const JsonValue& value = document_[i];
    places_.push_back(place);
    pointers_.push_back(pointer);
    std::string_view raw = document_.slice(value.raw);
    if (value.kind == JsonKind::object) raw = "{";
    if (value.kind == JsonKind::array) raw = "[";
    sheet_.cells.push_back({place, pointer, vocabulary_.texts.put(raw), vocabulary_.texts.put(dress_of(document_, i))});
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

}  // namespace

Sheet take_apart(const record::Capture& capture, Vocabulary& vocabulary, const Limits& limits) {
  Sheet out;
  const record::CapturedRequest& request = capture.request;
  Result<std::string> decoded = content_of(request.body, limits);
  if (!decoded) out.blind = name_of(decoded.error().code);
  const std::string content = std::move(decoded).value_or(std::string());
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
  out.to_model = conversation.api != "json";
  out.series += fmt::format(" {}{}", conversation.api, has_tools ? " tools" : "");
  return out;
}

}  // namespace telltale::compare
