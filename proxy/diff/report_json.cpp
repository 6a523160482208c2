// The report for programs. Members as docs/diff.md lists them. Covered by tests/unit/diff/report_test.cpp.
#include "codec/registry.hpp"
#include "diff/wording.hpp"
#include "record/json_writer.hpp"

namespace telltale::diff {
namespace {

using record::JsonText;
using record::JsonWriter;

void write_count(JsonWriter& json, std::string_view name, std::uint64_t count) {
  json.key(name);
  json.unsigned_integer(count);
}

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_span(JsonWriter& json, std::string_view name, ByteRange span) {
  json.key(name);
  json.begin_array();
  json.unsigned_integer(span.begin);
  json.unsigned_integer(span.end);
  json.end_array();
}

void write_side(JsonWriter& json, std::string_view name, const SideSummary& side) {
  json.key(name);
  json.begin_object();
  json.member("name", side.name);
  write_count(json, "exchanges", side.exchanges);
  write_count(json, "tunnels", side.tunnels);
  write_count(json, "damaged", side.damaged);
  json.end_object();
}

void write_endpoint_side(JsonWriter& json, std::string_view name, const EndpointSide& side) {
  json.key(name);
  if (side.requests == 0) return json.null();
  json.begin_object();
  json.member("host", side.host);
  json.member("path", side.path);
  write_count(json, "requests", side.requests);
  write_count(json, "turns", side.turns);
  write_count(json, "not_readable", side.blind);
  write_count(json, "bytes", side.bytes);
  write_count(json, "bytes_least", side.least_bytes);
  write_count(json, "bytes_most", side.most_bytes);
  json.end_object();
}

void write_endpoint(JsonWriter& json, const EndpointPair& pair) {
  json.begin_object();
  json.member("method", pair.method);
  json.member("api", pair.api);
  json.key("tools"), json.boolean(pair.tools);
  write_endpoint_side(json, "a", pair.a);
  write_endpoint_side(json, "b", pair.b);
  json.end_object();
}

void write_sample(JsonWriter& json, std::string_view name, const Sample& sample) {
  json.key(name);
  if (!sample.there) return json.null();
  json.begin_object();
  json.member("text", sample.text);
  json.key("string"), json.boolean(sample.is_string);
  write_count(json, "bytes", sample.size);
  json.member("where", sample.where);
  json.member("exchange", sample.exchange);
  write_count(json, "requests", sample.requests);
  write_count(json, "of", sample.of);
  json.end_object();
}

void write_characters(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  json.begin_array();
  for (const NamedCharacter& character : named_characters(text, text.size() <= 8)) {
    json.begin_object();
    json.member("code_point", character.code);
    json.member("name", character.name);
    json.end_object();
  }
  json.end_array();
}

void write_passage(JsonWriter& json, const Passage& passage) {
  json.begin_object();
  json.member("before", passage.before);
  json.member("removed", passage.removed);
  json.member("inserted", passage.inserted);
  json.member("behind", passage.behind);
  write_span(json, "span_a", passage.span_a);
  write_span(json, "span_b", passage.span_b);
  const auto inner = [](const std::string& text, ByteRange range) { return text.substr(range.begin, range.size()); };
  write_characters(json, "characters_removed", inner(passage.removed, passage.inner_removed));
  write_characters(json, "characters_inserted", inner(passage.inserted, passage.inner_inserted));
  json.end_object();
}

void write_difference(JsonWriter& json, const Difference& difference) {
  json.begin_object();
  json.member("sort", name_of(difference.sort));
  json.member("what", name_of(difference.what));
  json.member("kind", codec::name_of(difference.kind));
  json.member("place", difference.place);
  json.key("noise");
  if (difference.noise == Noise::none)
    json.null();
  else
    json.string(name_of(difference.noise));
  json.key("endpoints");
  json.begin_array();
  for (const std::uint32_t endpoint : difference.endpoints) json.unsigned_integer(endpoint);
  json.end_array();
  write_sample(json, "a", difference.a);
  write_sample(json, "b", difference.b);
  json.key("passages");
  json.begin_array();
  for (const Passage& passage : difference.passages) write_passage(json, passage);
  json.end_array();
  write_strings(json, "moved", difference.moved);
  write_count(json, "passages_not_listed", difference.more_passages);
  json.key("coarse"), json.boolean(difference.coarse);
  write_count(json, "within", difference.within);
  write_strings(json, "also_at", difference.also_at);
  write_count(json, "places_not_listed", difference.more_places);
  json.end_object();
}

void write_differences(JsonWriter& json, std::string_view name, const std::vector<Difference>& differences) {
  json.key(name);
  json.begin_array();
  for (const Difference& difference : differences) write_difference(json, difference);
  json.end_array();
}

void write_finding(JsonWriter& json, const FindingChange& change) {
  json.begin_object();
  json.member("state", change.is_new ? "new" : "gone");
  json.member("rule", change.finding.rule);
  json.member("severity", inspect::name_of(change.finding.severity));
  json.member("api", change.api);
  json.member("where", change.finding.where);
  write_strings(json, "code_points", change.finding.code_points);
  json.member("message", change.finding.message);
  json.member("exchange", change.exchange);
  write_count(json, "requests", change.requests);
  json.end_object();
}

void write_folded(JsonWriter& json, const Folded& folded) {
  json.begin_object();
  json.member("noise", name_of(folded.noise));
  write_count(json, "values", folded.values);
  write_strings(json, "places", folded.places);
  json.end_object();
}

}  // namespace

std::string to_json(const DiffReport& report) {
  std::string out;
  JsonWriter json(out, JsonText::ascii);
  json.begin_object();
  write_count(json, "diff", 1);
  json.key("differs"), json.boolean(report.differs());
  write_side(json, "a", report.a);
  write_side(json, "b", report.b);
  json.key("endpoints");
  json.begin_array();
  for (const EndpointPair& pair : report.endpoints) write_endpoint(json, pair);
  json.end_array();
  json.key("findings");
  json.begin_array();
  for (const FindingChange& change : report.findings) write_finding(json, change);
  json.end_array();
  write_count(json, "findings_same", report.findings_same);
  write_differences(json, "differences", report.differences);
  json.key("folded");
  json.begin_array();
  for (const Folded& folded : report.folded) write_folded(json, folded);
  json.end_array();
  write_differences(json, "noise", report.noise);
  write_strings(json, "notes", report.notes);
  json.end_object();
  return out;
}

}  // namespace telltale::diff
