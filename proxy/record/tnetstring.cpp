// Covered by tests/unit/record/formats_test.cpp, conversion_test.cpp and tests/fuzz/flows.cpp.
#include "record/tnetstring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/utf8.hpp"

namespace telltale::record::tnet {

std::optional<Value> take(std::string_view& text) {
  std::size_t length = 0;
  const std::size_t most = std::min<std::size_t>(text.size(), 12);
  const auto [end, error] = std::from_chars(text.data(), text.data() + most, length);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits >= text.size() || text[digits] != ':') return std::nullopt;
  if (length >= text.size() - digits - 1) return std::nullopt;
  const Value out{text.substr(digits + 1, length), text[digits + 1 + length]};
  text.remove_prefix(digits + length + 2);
  return out;
}

Value member(Value dictionary, std::string_view name) {
  if (dictionary.type != '}') return {};
  std::string_view rest = dictionary.payload;
  while (!rest.empty()) {
    const auto key = take(rest);
    const auto value = take(rest);
    if (!key || !value) return {};
    if (key->payload == name) return *value;
  }
  return {};
}

std::string encoded(std::string_view payload, char type) {
  std::string out = fmt::format("{}:", payload.size());
  out.reserve(out.size() + payload.size() + 1);
  out += payload;
  out.push_back(type);
  return out;
}

std::string text(std::string_view payload) {
  std::string clean;
  for (std::size_t at = 0; at < payload.size();) {
    const utf8::Step step = utf8::decode(payload, at);
    if (step.valid)
      clean += payload.substr(at, step.length);
    else
      clean.push_back('?');
    at += step.length;
  }
  return encoded(clean, ';');
}

std::string integer(long long value) {
  return encoded(fmt::format("{}", value), '#');
}

std::string seconds(long long milliseconds) {
  const long long at = std::max(0LL, milliseconds);
  return encoded(fmt::format("{}.{:03}", at / 1000, at % 1000), '^');
}

std::string boolean(bool value) {
  return encoded(value ? "true" : "false", '!');
}

std::string dictionary(std::initializer_list<std::pair<std::string_view, std::string>> members) {
  std::string payload;
  for (const auto& [name, value] : members) {
    payload += text(name);
    payload += value;
  }
  return encoded(payload, '}');
}

}  // namespace telltale::record::tnet
