// A request as a list of what it says. Covered by tests/unit/diff/statement_test.cpp.
#include "diff/statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "codec/json_scan.hpp"
#include "codec/registry.hpp"
#include "compare/naming.hpp"
#include "core/ascii.hpp"
#include "core/utf8.hpp"
#include "diff/noise.hpp"

namespace telltale::diff {
namespace {

using codec::JsonDocument;
using codec::JsonKind;
using codec::JsonValue;
using codec::SegmentKind;
using compare::name_separator;

// Elements of an array that are told apart by their content, for the order of what has no name.
constexpr std::uint32_t most_ordered = 64;
constexpr std::size_t longest_order = 8192;

// RFC 6901, section 3.
void append_step(std::string& out, std::string_view name) {
  out.push_back('/');
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out.push_back(c);
  }
}

// "name=Bash" is [Bash]; what has neither name, role nor type is like any other element.
std::string element_step(const std::string& element) {
  const std::size_t equals = element.find('=');
  if (equals == std::string::npos || equals + 1 == element.size()) return "*";
  return fmt::format("[{}]", element.substr(equals + 1));
}

// FNV-1a.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

using TypedSpans = std::unordered_map<std::string, std::vector<ByteRange>>;  // by pointer

TypedSpans typed_spans(const std::vector<inspect::SegmentSource>& sources) {
  TypedSpans out;
  for (const inspect::SegmentSource& source : sources)
    if (source.source == inspect::Source::typed && !source.span.empty()) out[source.where].push_back(source.span);
  return out;
}

std::string without_typed(const std::string& text, const std::vector<ByteRange>& spans) {
  std::string out;
  std::size_t copied = 0;  // code points
  std::size_t at = 0;      // bytes
  for (const ByteRange& span : spans) {
    if (span.begin < copied) continue;
    const std::string_view rest = std::string_view(text).substr(at);
    const std::size_t begin = at + utf8::offset_of(rest, span.begin - copied);
    const std::size_t end = begin + utf8::offset_of(std::string_view(text).substr(begin), span.size());
    out.append(text, at, begin - at).append(typed_text);
    at = end;
    copied = span.end;
  }
  return out.append(text, at);
}

/// Takes down a JSON body.
class BodyReader {
 public:
  BodyReader(const JsonDocument& document, const codec::Conversation& conversation, TypedSpans typed, Statement& out)
      : document_(document), typed_(std::move(typed)), out_(out) {
    places_.resize(document.values.size());
    wheres_.resize(document.values.size());
    kinds_.resize(document.values.size(), SegmentKind::other);
    turns_.resize(document.values.size(), 0);
    classify(conversation);
  }

  void read() {
    const bool is_single = document_[0].after == document_.values.size();
    for (std::uint32_t i = 0; i < document_.values.size(); ++i) {
      name(i, is_single);
      say_value(i);
      say_spacing(i);
    }
    for (std::uint32_t i = 0; i < document_.values.size(); ++i)
      if (document_[i].kind == JsonKind::object || document_[i].kind == JsonKind::array) say_order(i);
  }

 private:
  // A container is of the kind of its texts, and what is no string of the kind of its container.
  void classify(const codec::Conversation& conversation) {
    for (const codec::Segment& segment : conversation.segments) {
      kinds_[segment.value] = segment.kind;
      if (segment.role != codec::Role::none) turns_[segment.value] = segment.turn;
    }
    for (std::uint32_t i = static_cast<std::uint32_t>(kinds_.size()); i-- > 1;) {
      const std::uint32_t parent = document_[i].parent;
      if (parent == JsonValue::none) continue;
      const bool tells = kinds_[i] < SegmentKind::metadata;
      // The first child is the last to come by.
      if (tells) kinds_[parent] = kinds_[i];
      if (tells) turns_[parent] = turns_[i];
    }
    for (std::uint32_t i = 0; i < kinds_.size(); ++i) {
      const std::uint32_t parent = document_[i].parent;
      if (kinds_[i] != SegmentKind::other || parent == JsonValue::none) continue;
      kinds_[i] = kinds_[parent];
      turns_[i] = turns_[parent];
    }
  }

  void name(std::uint32_t i, bool is_single) {
    const JsonValue& value = document_[i];
    const bool is_root = value.parent == JsonValue::none;
    places_[i] = is_root ? "body:" : places_[value.parent];
    wheres_[i] = is_root ? "body:" : wheres_[value.parent];
    if (is_root && is_single) return;
    const std::string own = compare::own_name(document_, i);
    append_step(wheres_[i], own);
    append_step(places_[i], repeated_step(i, own));
  }

  // What it is called in every request that has it.
  [[nodiscard]] std::string step_of(std::uint32_t i, const std::string& own) const {
    if (document_[i].key.empty()) return element_step(compare::element_name(document_, i, own));
    return is_drawn(own) ? "*" : own;
  }

  // The second member of a name is a place of its own.
  [[nodiscard]] std::string repeated_step(std::uint32_t i, const std::string& own) {
    const std::string step = step_of(i, own);
    if (document_[i].key.empty() || step == "*") return step;
    const std::uint32_t count = ++members_[hash_of(own) * 31 + document_[i].parent];
    return count == 1 ? step : fmt::format("{}#{}", step, count);
  }

  void say_value(std::uint32_t i) {
    const JsonValue& value = document_[i];
    Said said{Sort::value, kinds_[i], places_[i], wheres_[i], {}, {}, value.kind == JsonKind::string, turns_[i]};
    const std::string_view raw = document_.slice(value.raw);
    if (value.kind == JsonKind::object || value.kind == JsonKind::array) {
      said.text = raw.substr(0, 1);
    } else if (!said.is_string) {
      said.text = raw;
    } else {
      said.text = document_.string_at(i);
      // An escape that JSON asks for is the plain spelling, and so is a short one for a control.
      if (value.escaped && codec::escape_json(said.text) != raw.substr(1, raw.size() - 2)) said.raw = raw;
      const auto typed = typed_.find(wheres_[i].substr(5));
      if (typed != typed_.end()) {
        said.text = without_typed(said.text, typed->second);
        said.raw.clear();
      }
    }
    out_.said.push_back(std::move(said));
  }

  void say_spacing(std::uint32_t i) {
    std::string dress = compare::dress_of(document_, i);
    constexpr std::size_t separators = 3;
    if (dress.size() == separators) return;
    out_.said.push_back({Sort::spacing, kinds_[i], places_[i], wheres_[i], std::move(dress), {}, false, 0});
  }

  // Of an element: its name, its text if that is short, or a digest of it. Nothing for a message: what was said before
  // it is the conversation's doing.
  [[nodiscard]] std::string order_name(std::uint32_t i) const {
    const std::string own = compare::own_name(document_, i);
    if (!document_[i].key.empty()) return step_of(i, own);
    const std::string element = compare::element_name(document_, i, own);
    if (element.starts_with("name=")) return element.substr(5);
    if (element.starts_with("role=")) return {};
    const std::string_view raw = document_.slice(document_[i].raw);
    constexpr std::size_t longest_name = 64;
    return raw.size() <= longest_name ? std::string(raw) : fmt::format("#{:016x}", hash_of(raw));
  }

  void say_order(std::uint32_t container) {
    const std::vector<std::uint32_t> children = document_.children(container);
    if (children.size() < 2) return;
    const bool is_array = document_[container].kind == JsonKind::array;
    std::string order;
    for (const std::uint32_t child : children) {
      const std::string name = order_name(child);
      if (name.empty() || order.size() > longest_order) return;
      if (is_array && name[0] == '#' && children.size() > most_ordered) return;
      (order += name) += name_separator;
    }
    out_.said.push_back(
        {Sort::order, kinds_[container], places_[container], wheres_[container], std::move(order), {}, false, 0});
  }

  const JsonDocument& document_;
  TypedSpans typed_;
  Statement& out_;
  std::vector<std::string> places_;
  std::vector<std::string> wheres_;
  std::vector<SegmentKind> kinds_;
  std::vector<std::uint32_t> turns_;
  std::unordered_map<std::uint64_t, std::uint32_t> members_;  // of an object and a name, so far
};

void say_headers(const record::Fields& headers, Statement& out) {
  std::unordered_map<std::string, unsigned> seen;
  std::string order;
  for (const auto& [name, value] : headers) {
    const std::string low = ascii::lower(name);
    if (low == "content-length") continue;
    const unsigned count = ++seen[low];
    const std::string place = count == 1 ? fmt::format("header:{}", low) : fmt::format("header:{}#{}", low, count);
    (order += low) += name_separator;
    out.said.push_back({Sort::header, SegmentKind::metadata, place, "header:" + low, value, {}, true, 0});
    out.said.push_back({Sort::header_name, SegmentKind::metadata, place, "header:" + low, name, {}, true, 0});
  }
  out.said.push_back({Sort::order, SegmentKind::metadata, "headers", "headers", std::move(order), {}, false, 0});
}

// "o447951.ingest.sentry.io" and its like are one family of hosts.
std::string host_family(std::string_view url, const record::Fields& headers) {
  const std::size_t scheme = url.find("://");
  std::string_view host;
  if (scheme != std::string_view::npos) {
    host = url.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    host = host.substr(host.rfind('@') + 1);
  } else {
    for (const auto& [name, value] : headers)
      if (ascii::equals_ignoring_case(name, "host")) host = value;
  }
  if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
  std::string out;
  const auto is_number = [](char c) { return ascii::is_digit(c) || c == '.'; };
  if (std::all_of(host.begin(), host.end(), is_number)) return std::string(host);
  for (std::size_t at = 0; at <= host.size();) {
    const std::size_t end = std::min(host.find('.', at), host.size());
    const std::string label = ascii::lower(host.substr(at, end - at));
    if (at > 0) out += '.';
    out += std::count_if(label.begin(), label.end(), ascii::is_digit) >= 4 ? "*" : label;
    at = end + 1;
  }
  return out;
}

bool reads_as_json(const JsonDocument& document) {
  if (document.values.empty()) return false;
  // Something behind the value does not hide the value.
  return !document.stopped ||
         (document[0].raw.end <= document.stopped->at && document[0].after == document.values.size());
}

}  // namespace

std::string_view name_of(Sort sort) {
  constexpr std::string_view names[] = {"target", "header", "header_name", "order", "spacing", "value"};
  return names[static_cast<std::size_t>(sort)];
}

Statement take_down(const record::Capture& capture, const std::vector<inspect::SegmentSource>& sources,
                    const Limits& limits) {
  Statement out;
  const record::CapturedRequest& request = capture.request;
  Result<std::string> decoded = compare::content_of(request.body, limits);
  if (!decoded) out.blind = name_of(decoded.error().code);
  const std::string content = std::move(decoded).value_or(std::string());
  const std::string_view target = compare::target_of(request.url);
  out.exchange = capture.id;
  out.bytes = content.size();
  out.endpoint = {request.method, host_family(request.url, request.headers), compare::masked_path(target), {}, false};
  out.said.push_back({Sort::target, SegmentKind::metadata, "target", "target", std::string(target), {}, true, 0});
  out.said.push_back({Sort::target, SegmentKind::metadata, "protocol", "protocol", request.http, {}, true, 0});
  say_headers(request.headers, out);
  const JsonDocument document = codec::scan_json(content, limits);
  if (!reads_as_json(document)) {
    if (!content.empty()) out.said.push_back({Sort::value, SegmentKind::other, "raw", "raw", content, {}, true, 0});
    return out;
  }
  const codec::Conversation conversation = codec::decode_conversation({request.method, out.endpoint.path}, document);
  out.endpoint.api = conversation.api;
  out.endpoint.tools = std::any_of(conversation.segments.begin(), conversation.segments.end(),
                                   [](const auto& s) { return s.kind == SegmentKind::tool_definition; });
  out.turns = conversation.turns;
  BodyReader(document, conversation, typed_spans(sources), out).read();
  return out;
}

}  // namespace telltale::diff
