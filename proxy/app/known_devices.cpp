// Ids of the machine and of clients on it, from the files they are kept in. Covered by
// tests/unit/app/known_environment_test.cpp.
#include "app/known_devices.hpp"

#include <fmt/format.h>

#include "app/file_text.hpp"
#include "app/known_environment.hpp"
#include "certs/pem.hpp"
#include "codec/json_scan.hpp"
#include "core/ascii.hpp"
#include "record/json_reader.hpp"

namespace telltale::app {
namespace {

constexpr std::size_t longest = std::size_t{4} * 1024 * 1024;  // Claude Code's settings file grows
constexpr std::size_t shortest_id = 8;

std::string contents_of(const std::string& path) {
  return read_file(path, longest).value_or(std::string());
}

std::string id_in(const std::string& path) {
  std::string text = contents_of(path);
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  return std::string(ascii::trim(text));
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return out;
}

}  // namespace

void add_device_ids(const std::string& home, inspect::Environment& environment, const std::string& etc) {
  const std::string machine = id_in(etc + "/machine-id");
  const auto add_id = [&environment](const std::string& id) {
    if (id.size() >= shortest_id) add(environment, "device", id);
  };
  add_id(machine);
  if (!machine.empty()) add_id(hex(certs::sha256(machine)));
  if (home.empty()) return;
  for (const char* const folder : {"/.codex", "/.gemini", "/.qwen"}) add_id(id_in(home + folder + "/installation_id"));
  const std::string settings = contents_of(home + "/.claude.json");
  const codec::JsonDocument document = codec::scan_json(settings, Limits{});
  if (!document.values.empty()) add_id(record::JsonReader(document).text_of(0, "userID"));
}

}  // namespace telltale::app
