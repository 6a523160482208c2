// The configuration file of `telltale proxy`: JSON with comments, every key checked. Covered by
// tests/unit/app/options_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/file_text.hpp"
#include "app/option_values.hpp"

namespace telltale::app {
namespace {

using nlohmann::json;

enum class Kind : std::uint8_t { text, number, flag, inverted_flag, texts, choices };  // choices: an object of strings

struct Key {
  std::string_view pointer;
  std::string_view option;
  Kind kind;
};
constexpr Key keys[] = {
    {"/listen/host", "listen-host", Kind::text},
    {"/listen/port", "listen-port", Kind::number},
    {"/mode", "mode", Kind::text},
    {"/rules", "rules", Kind::texts},
    {"/danger_strip_signed", "danger-strip-signed", Kind::texts},
    {"/uninspected", "uninspected", Kind::choices},
    {"/ca_dir", "ca-dir", Kind::text},
    {"/ca_passphrase", "ca-passphrase", Kind::text},
    {"/intercept", "intercept", Kind::texts},
    {"/intercept_all", "intercept-all", Kind::flag},
    {"/upstream/ca_file", "upstream-ca", Kind::text},
    {"/upstream/crl_files", "upstream-crl", Kind::texts},
    {"/upstream/require_crl", "require-crl", Kind::flag},
    {"/upstream/revocation", "revocation", Kind::text},
    {"/danger_other_names", "danger-other-names", Kind::texts},
    {"/upstream/allow", "allow-upstream", Kind::texts},
    {"/upstream/resolve", "resolve", Kind::texts},
    {"/capture", "capture", Kind::text},
    {"/capture_sync", "capture-sync", Kind::text},
    {"/store", "no-store", Kind::inverted_flag},
    {"/store_days", "store-days", Kind::number},
    {"/store_megabytes", "store-megabytes", Kind::number},
    {"/store_key", "store-key", Kind::text},
    {"/user", "user", Kind::text},
    {"/sandbox", "sandbox", Kind::flag},
    {"/baselines/file", "baselines", Kind::text},
    {"/baselines/learn", "no-baselines", Kind::inverted_flag},
    {"/baselines/captures", "baseline", Kind::texts},
    {"/threads", "threads", Kind::number},
    {"/drain_time", "drain-time", Kind::number},
    {"/limits/connections", "max-connections", Kind::number},
    {"/limits/client_connections", "max-client-connections", Kind::number},
    {"/limits/client_requests", "max-client-requests", Kind::number},
    {"/limits/message_memory", "message-memory", Kind::number},
    {"/typed_from", "typed-from", Kind::texts},
    {"/environment", "environment", Kind::text},
    {"/admin", "admin", Kind::text},
    {"/danger_admin_anywhere", "danger-admin-anywhere", Kind::flag},
    {"/verdict_header", "no-verdict-header", Kind::inverted_flag},
    {"/format", "format", Kind::text},
};

struct Place {
  const std::string& file;
  std::string pointer;
  [[nodiscard]] std::string label() const { return fmt::format("{}: {}", file, pointer); }
};

tl::unexpected<Error> wrong(const Place& place, std::string_view what) {
  return fail(Errc::config_malformed, fmt::format("{}: {}", place.label(), what));
}

std::string known_keys() {
  std::string out;
  for (const Key& key : keys) {
    if (!out.empty()) out += ", ";
    out += key.pointer;
  }
  return out;
}

Result<std::vector<std::string>> texts_of(const json& value, const Place& place) {
  std::vector<std::string> out;
  if (!value.is_array()) return wrong(place, "give an array of strings");
  for (const json& item : value) {
    if (!item.is_string()) return wrong(place, "give an array of strings");
    out.push_back(item.get<std::string>());
  }
  return out;
}

// {"coding-unknown": "block"} as the option has it: coding-unknown=block.
Result<std::vector<std::string>> choices_of(const json& value, const Place& place) {
  std::vector<std::string> out;
  if (!value.is_object()) return wrong(place, "give an object of strings");
  for (const auto& [name, choice] : value.items()) {
    if (!choice.is_string()) return wrong({place.file, place.pointer + "/" + name}, "give a string");
    out.push_back(name + "=" + choice.get<std::string>());
  }
  return out;
}

Result<std::vector<std::string>> read_value(const json& value, Kind kind, const Place& place) {
  switch (kind) {
    case Kind::text:
      if (!value.is_string()) return wrong(place, "give a string");
      return std::vector<std::string>{value.get<std::string>()};
    case Kind::number:
      if (!value.is_number_integer())
        return wrong(place,
                     fmt::format("{} is not a whole number", value.is_primitive() ? value.dump() : value.type_name()));
      return std::vector<std::string>{value.dump()};
    case Kind::flag:
    case Kind::inverted_flag:
      if (!value.is_boolean()) return wrong(place, "give true or false");
      return std::vector<std::string>{value.get<bool>() == (kind == Kind::flag) ? "true" : "false"};
    case Kind::texts:
      return texts_of(value, place);
    case Kind::choices:
      return choices_of(value, place);
  }
  return wrong(place, "unknown key");
}

Result<void> read_object(const json& object, const Place& place, Values& out) {
  for (const auto& [name, value] : object.items()) {
    const Place here{place.file, place.pointer + "/" + name};
    const auto key =
        std::find_if(std::begin(keys), std::end(keys), [&here](const Key& k) { return k.pointer == here.pointer; });
    if (key != std::end(keys)) {
      auto texts = read_value(value, key->kind, here);
      if (!texts) return tl::unexpected<Error>(texts.error());
      out[std::string(key->option)] = {std::move(*texts), here.label()};
      continue;
    }
    const bool is_group = std::any_of(std::begin(keys), std::end(keys),
                                      [&here](const Key& k) { return k.pointer.starts_with(here.pointer + "/"); });
    if (!is_group) return wrong(here, "unknown key; known are " + known_keys());
    if (!value.is_object()) return wrong(here, "give an object");
    // One level: no group stands in a group.
    if (auto inner = read_object(value, here, out); !inner) return inner;
  }
  return {};
}

std::string line_and_column(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  const auto before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  return fmt::format("line {}, column {}", line, at - (start == std::string_view::npos ? 0 : start + 1) + 1);
}

}  // namespace

Result<Values> read_config_file(const std::string& path) {
  TT_TRY(const std::string text, read_file(path, std::size_t{1024} * 1024));
  json document;
  try {
    document = json::parse(text, nullptr, true, true);
  } catch (const json::parse_error& error) {
    const std::size_t at = error.byte == 0 ? 0 : error.byte - 1;
    return fail(Errc::config_malformed, at, fmt::format("{}: {}: not JSON", path, line_and_column(text, at)));
  } catch (const json::out_of_range&) {
    return fail(Errc::config_malformed, fmt::format("{}: holds a number that is too large", path));
  }
  if (!document.is_object()) return fail(Errc::config_malformed, fmt::format("{}: give a JSON object", path));
  Values out;
  if (auto done = read_object(document, Place{path, ""}, out); !done) return tl::unexpected<Error>(done.error());
  return out;
}

}  // namespace telltale::app
