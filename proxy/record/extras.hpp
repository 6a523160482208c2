#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "record/capture.hpp"
#include "record/json_reader.hpp"
#include "record/json_writer.hpp"

// What a capture says of an exchange beside its request and response. A capture line has it among its members; HAR
// entries (`_telltale`) and mitmproxy flows (`metadata`) carry it along as a JSON object of the same members, so that a
// capture comes back from them as it was.

namespace telltale::record {

/// What the target's own members would say otherwise than the capture; nothing: they say the same.
struct Overrides {
  std::optional<std::string> url, http;
  bool trailers = false;  ///< it has no place for them
};

/// As JSON in ASCII. The credentials of `capture` are masked by whoever calls.
[[nodiscard]] std::string extras_of(const Capture& capture, const Overrides& overrides);

/// Puts what such an object says into `out`, whose request and response were read before. False if it is none, or one
/// of a later version.
[[nodiscard]] bool read_extras(const JsonReader& json, JsonReader::Index object, Capture& out);

// Members in the order of a capture line.
void write_fields(JsonWriter& json, std::string_view name, const Fields& fields);
void write_origin(JsonWriter& json, const Capture& capture);      ///< id, time, flow
void write_references(JsonWriter& json, const Capture& capture);  ///< typed, environment, capture
void write_inspection(JsonWriter& json, const Capture& capture);

void read_origin(const JsonReader& json, JsonReader::Index top, Capture& out);
void read_references(const JsonReader& json, JsonReader::Index top, Capture& out);
/// `[name, value]` pairs. Error: capture_malformed.
[[nodiscard]] Result<Fields> read_pairs(const JsonReader& json, JsonReader::Index array);

/// Counts the members of `object` that are none of `known` and say anything: neither null, false, 0, -1 nor empty.
void count_unread(const JsonReader& json, JsonReader::Index object, std::string_view prefix,
                  std::initializer_list<std::string_view> known, Unread& unread);

/// The value of the first field of that name, in any case; empty if there is none.
[[nodiscard]] std::string field_of(const Fields& fields, std::string_view name);

}  // namespace telltale::record
