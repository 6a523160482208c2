#pragma once
#include "inspect/verdict.hpp"
#include "record/json_reader.hpp"

namespace telltale::record {

/// The inspection result back from the JSON of `to_json`. Lenient: what is missing or unknown keeps its default. The
/// edits are not in it.
[[nodiscard]] inspect::Verdict read_verdict(const JsonReader& json, JsonReader::Index object);

}  // namespace telltale::record
