// Members of a scanned JSON document, read leniently. Covered by tests/unit/record/capture_test.cpp.
#include "record/json_reader.hpp"

#include <charconv>

#include "record/json_writer.hpp"

namespace telltale::record {

using codec::JsonKind;

JsonReader::Index JsonReader::member(Index object, std::string_view name) const {
  if (!is(object, JsonKind::object)) return none;
  const Index found = document_.member(object, name);
  if (found == none || document_.slice(document_[found].raw) == "null") return none;
  return found;
}

bool JsonReader::is(Index value, JsonKind kind) const {
  return value != none && document_[value].kind == kind;
}

std::string JsonReader::text(Index value) const {
  if (!is(value, JsonKind::string)) return {};
  std::string out = document_.string_at(value);
  if (document_[value].escaped) restore_bytes(out);
  return out;
}

std::optional<std::int64_t> JsonReader::integer(Index value) const {
  if (!is(value, JsonKind::number)) return std::nullopt;
  const std::string_view raw = document_.slice(document_[value].raw);
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), out);
  if (error != std::errc{} || end != raw.data() + raw.size()) return std::nullopt;
  return out;
}

std::uint64_t JsonReader::count_of(Index object, std::string_view name) const {
  const std::int64_t value = integer(member(object, name)).value_or(0);
  return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

double JsonReader::real_of(Index object, std::string_view name) const {
  const Index value = member(object, name);
  if (!is(value, JsonKind::number)) return 0;
  const std::string_view raw = document_.slice(document_[value].raw);
  double out = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), out);
  return error == std::errc{} && end == raw.data() + raw.size() ? out : 0;
}

bool JsonReader::flag_of(Index object, std::string_view name) const {
  const Index value = member(object, name);
  return is(value, JsonKind::literal) && document_.slice(document_[value].raw) == "true";
}

std::vector<JsonReader::Index> JsonReader::items(Index array) const {
  if (!is(array, JsonKind::array) && !is(array, JsonKind::object)) return {};
  return document_.children(array);
}

std::string JsonReader::key(Index value) const {
  std::string out = codec::decode_json_string(document_.slice(document_[value].key));
  if (document_[value].key_escaped) restore_bytes(out);
  return out;
}

std::vector<std::string> JsonReader::texts(Index value) const {
  if (is(value, JsonKind::string)) return {text(value)};
  std::vector<std::string> out;
  if (!is(value, JsonKind::array)) return out;
  for (const Index item : items(value))
    if (is(item, JsonKind::string)) out.push_back(text(item));
  return out;
}

std::size_t JsonReader::offset(Index value) const {
  return value == none ? 0 : document_[value].raw.begin;
}

}  // namespace telltale::record
