// Reads an inspection result back from a capture. Covered by tests/unit/record/report_test.cpp.
#include "record/verdict_read.hpp"

#include <charconv>

#include "core/utf8.hpp"

namespace telltale::record {
namespace {

using Index = JsonReader::Index;

// Names go both ways through name_of, so that they are written in one place.
template <class Enum>
Enum enum_of(std::string_view name, Enum last, Enum otherwise) {
  for (int i = 0; i <= static_cast<int>(last); ++i)
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  return otherwise;
}

std::optional<ByteRange> read_range(const JsonReader& json, Index value) {
  const auto ends = json.items(value);
  if (ends.size() != 2) return std::nullopt;
  const auto begin = json.integer(ends[0]);
  const auto end = json.integer(ends[1]);
  if (!begin || !end || *begin < 0 || *end < *begin) return std::nullopt;
  return ByteRange{static_cast<std::size_t>(*begin), static_cast<std::size_t>(*end)};
}

// "U+0027" names a code point; any other text is meant as it stands.
std::string read_edit(std::string text) {
  if (!text.starts_with("U+") || text.size() < 6 || text.size() > 8) return text;
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 2, end, value, 16);
  const bool is_scalar = value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  if (error != std::errc{} || stop != end || !is_scalar || utf8::name_of(value) != text) return text;
  std::string out;
  utf8::append(out, value);
  return out;
}

inspect::Finding read_finding(const JsonReader& json, Index object) {
  inspect::Finding out;
  out.rule = json.text_of(object, "rule");
  out.severity = inspect::parse_severity(json.text_of(object, "severity")).value_or(inspect::Severity::info);
  out.confidence = json.real_of(object, "confidence");
  out.where = json.text_of(object, "where");
  out.span = read_range(json, json.member(object, "span"));
  out.raw_span = read_range(json, json.member(object, "raw_span"));
  out.source = enum_of(json.text_of(object, "source"), inspect::Source::unexplained, inspect::Source::unexplained);
  out.code_points = json.texts(json.member(object, "code_points"));
  out.expected = json.texts(json.member(object, "expected"));
  for (const Index item : json.items(json.member(object, "carries")))
    out.carries.emplace_back(json.key(item), json.text(item));
  out.bits = json.real_of(object, "bits");
  out.reference = enum_of(json.text_of(object, "reference"), inspect::Reference::pair, inspect::Reference::none);
  out.action = inspect::parse_action(json.text_of(object, "action")).value_or(inspect::Action::flag);
  const Index edit = json.member(object, "edit");
  if (json.is(edit, codec::JsonKind::string)) out.edit = read_edit(json.text(edit));
  out.message = json.text_of(object, "message");
  out.excerpt = json.text_of(object, "excerpt");
  return out;
}

inspect::SegmentSource read_segment(const JsonReader& json, Index object) {
  inspect::SegmentSource out;
  out.where = json.text_of(object, "where");
  out.span = read_range(json, json.member(object, "span")).value_or(ByteRange{});
  out.raw_span = read_range(json, json.member(object, "raw_span")).value_or(ByteRange{});
  out.source = enum_of(json.text_of(object, "source"), inspect::Source::unexplained, inspect::Source::unexplained);
  return out;
}

inspect::Coverage read_coverage(const JsonReader& json, Index object) {
  inspect::Coverage out;
  out.state = enum_of(json.text_of(object, "state"), inspect::Coverage::State::none, inspect::Coverage::State::none);
  out.causes = json.texts(json.member(object, "causes"));
  out.bytes_inspected = json.count_of(object, "bytes_inspected");
  out.bytes_total = json.count_of(object, "bytes_total");
  out.detail = json.text_of(object, "detail");
  return out;
}

}  // namespace

inspect::Verdict read_verdict(const JsonReader& json, Index object) {
  inspect::Verdict out;
  const Index client = json.member(object, "client");
  out.client_name = json.text_of(client, "name");
  out.client_version = json.text_of(client, "version");
  out.api = json.text_of(object, "api");
  out.coverage = read_coverage(json, json.member(object, "coverage"));
  out.action = inspect::parse_action(json.text_of(object, "action")).value_or(inspect::Action::pass);
  out.mode = inspect::parse_mode(json.text_of(object, "mode")).value_or(inspect::Mode::flag);
  for (const Index item : json.items(json.member(object, "findings"))) out.findings.push_back(read_finding(json, item));
  out.findings_not_listed = json.count_of(object, "findings_not_listed");
  for (const Index item : json.items(json.member(object, "segments"))) out.segments.push_back(read_segment(json, item));
  return out;
}

}  // namespace telltale::record
