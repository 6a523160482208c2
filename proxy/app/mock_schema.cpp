// A value for a JSON schema (the subset that structured-output calls use: JSON Schema 2020-12, and the OpenAPI dialect
// of Gemini with its upper-case type names). Covered by tests/unit/app/mock_reply_test.cpp.
#include <cmath>

#include "app/mock_api.hpp"
#include "core/ascii.hpp"

namespace telltale::app::mock {
namespace {

constexpr int deepest = 16;             // real schemas nest to four
constexpr std::size_t most_items = 16;  // of one array, whatever minItems claims

Json build(const Json& schema, const Json& root, int depth);

// "#/$defs/Name": a pointer into the same document.
const Json* resolve(const Json& root, const std::string& reference) {
  if (!reference.starts_with("#")) return nullptr;
  try {
    const Json::json_pointer pointer(reference.substr(1));
    return root.contains(pointer) ? &root.at(pointer) : nullptr;
  } catch (const Json::exception&) {
    return nullptr;  // no pointer at all
  }
}

std::string type_of(const Json& schema) {
  const Json* type = member(schema, "type");
  if (type != nullptr && type->is_array()) {
    for (const Json& one : *type)
      if (one.is_string() && one != "null") return ascii::lower(one.get<std::string>());
    return "null";
  }
  if (type != nullptr && type->is_string()) return ascii::lower(type->get<std::string>());
  if (member(schema, "properties") != nullptr) return "object";
  return member(schema, "items") != nullptr ? "array" : "string";
}

double bound_of(const Json& schema, std::string_view name, double otherwise) {
  const Json* bound = member(schema, name);
  return bound != nullptr && bound->is_number() ? bound->get<double>() : otherwise;
}

// Required members; with none named, all: OpenAI's strict schemas and Gemini's both mean every one then.
Json build_object(const Json& schema, const Json& root, int depth) {
  Json out = Json::object();
  const Json* properties = member(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return out;
  const Json* required = member(schema, "required");
  const bool some = required != nullptr && required->is_array() && !required->empty();
  for (const auto& [name, property] : properties->items()) {
    if (some && std::find(required->begin(), required->end(), Json(name)) == required->end()) continue;
    out[name] = build(property, root, depth + 1);
  }
  return out;
}

Json build_array(const Json& schema, const Json& root, int depth) {
  Json out = Json::array();
  const Json* items = member(schema, "items");
  const double least = std::clamp(bound_of(schema, "minItems", 0), 0.0, static_cast<double>(most_items));
  for (std::size_t i = 0; items != nullptr && i < static_cast<std::size_t>(least); ++i)
    out.push_back(build(*items, root, depth + 1));
  return out;
}

Json build_number(const Json& schema, bool whole) {
  double value = bound_of(schema, "minimum", 1);  // scores and counts start there, also where the schema is silent
  value = std::max(value, bound_of(schema, "exclusiveMinimum", value - 1) + 1);
  value = std::min(value, bound_of(schema, "maximum", value));
  if (!whole) return value;
  constexpr double largest = 9.0e15;  // every whole number up to here is exact
  return static_cast<std::int64_t>(std::ceil(std::clamp(value, -largest, largest)));
}

Json build_plain(const Json& schema, const Json& root, int depth) {
  const std::string type = type_of(schema);
  if (type == "object") return build_object(schema, root, depth);
  if (type == "array") return build_array(schema, root, depth);
  if (type == "integer") return build_number(schema, true);
  if (type == "number") return build_number(schema, false);
  if (type == "boolean") return false;
  if (type == "null") return nullptr;
  return std::string(mock_text);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by `deepest`
Json build(const Json& schema, const Json& root, int depth) {
  if (depth > deepest || !schema.is_object()) return nullptr;
  if (const Json* constant = member(schema, "const")) return *constant;
  if (const Json* choices = member(schema, "enum"); choices != nullptr && choices->is_array() && !choices->empty())
    return choices->front();
  if (const Json* reference = member(schema, "$ref"); reference != nullptr && reference->is_string()) {
    const Json* target = resolve(root, reference->get<std::string>());
    return target == nullptr ? Json() : build(*target, root, depth + 1);
  }
  for (const std::string_view of : {"anyOf", "oneOf", "allOf"})
    if (const Json* forms = member(schema, of); forms != nullptr && forms->is_array() && !forms->empty())
      return build(forms->front(), root, depth + 1);
  return build_plain(schema, root, depth);
}

const Json* at_path(const Json& body, std::initializer_list<std::string_view> path) {
  const Json* here = &body;
  for (const std::string_view name : path) {
    here = member(*here, name);
    if (here == nullptr) return nullptr;
  }
  return here->is_object() ? here : nullptr;
}

}  // namespace

Json instance_of(const Json& schema) {
  return build(schema, schema, 0);
}

const Json* wanted_schema(const Json& body) {
  static const Json any = Json::object({{"type", "object"}});
  const std::initializer_list<std::string_view> places[] = {
      {"output_config", "format", "schema"},         // Anthropic
      {"output_format", "schema"},                   // Anthropic, its beta form
      {"text", "format", "schema"},                  // OpenAI Responses
      {"response_format", "json_schema", "schema"},  // Chat Completions
      {"generationConfig", "responseJsonSchema"},    // Gemini
      {"generationConfig", "responseSchema"},
      {"generation_config", "response_schema"},
      {"request", "generationConfig", "responseJsonSchema"},  // Cloud Code
      {"request", "generationConfig", "responseSchema"},
  };
  for (const auto& place : places)
    if (const Json* schema = at_path(body, place)) return schema;

  if (const Json* format = at_path(body, {"response_format"}))
    if (text_member(*format, "type", "") == "json_object") return &any;
  if (const Json* format = at_path(body, {"text", "format"}))
    if (text_member(*format, "type", "") == "json_object") return &any;
  const std::initializer_list<std::string_view> configs[] = {{"generationConfig"}, {"request", "generationConfig"}};
  for (const auto& place : configs)
    if (const Json* config = at_path(body, place))
      if (text_member(*config, "responseMimeType", "") == "application/json") return &any;
  return nullptr;
}

}  // namespace telltale::app::mock
