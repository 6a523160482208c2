// A running proxy, asked from outside: who answers at its address, and what its admin listener has noticed. Covered by
// tests/e2e/doctor_test.py.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/ca_files.hpp"
#include "app/doctor.hpp"
#include "app/file_text.hpp"
#include "app/probe.hpp"
#include "http/authority.hpp"

namespace telltale::app::doctor {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds patience{5'000};
constexpr std::size_t longest_token = 4096;

struct Admin {
  std::string address;
  std::string token_file;
  bool asked = false;  ///< named by the user, not found in the authority's folder
};

// What a proxy that was started with --admin leaves in the authority's folder: `url =
// "http://127.0.0.1:9000/v1/typed"`.
std::string left_address(const std::string& ca_dir) {
  const auto text = read_file(ca_dir + "/admin.curl", longest_token);
  if (!text) return {};
  constexpr std::string_view mark = "url = \"http://";
  const std::size_t at = text->find(mark);
  if (at == std::string::npos) return {};
  const std::string_view rest = std::string_view(*text).substr(at + mark.size());
  return std::string(rest.substr(0, rest.find('/')));
}

Admin admin_of(const DoctorCommand& command) {
  Admin out;
  out.asked = !command.proxy.admin_host.empty();
  if (out.asked) out.address = http::text_of({command.proxy.admin_host, command.proxy.admin_port});
  if (!out.asked) out.address = left_address(command.proxy.ca_dir);
  out.token_file = command.admin_token.empty() ? command.proxy.ca_dir + "/admin.token" : command.admin_token;
  return out;
}

Result<std::string> ask_admin(const Admin& admin) {
  TT_TRY(const Secret token, read_private_file(admin.token_file));
  std::string_view text = token.reveal();
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::string request =
      fmt::format("GET /v1/diagnostics HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
                  admin.address, text);
  TT_TRY(const ProbeAnswer answer, ask(admin.address, request, patience));
  if (answer.status == 401)
    return fail(Errc::unauthorized, fmt::format("{}: the token is not its own", admin.token_file));
  if (answer.status != 200)
    return fail(Errc::input_unreadable, fmt::format("{} answers with status {}", admin.address, answer.status));
  return answer.body;
}

Row check_address(const DoctorCommand& command, Found& found) {
  Row row{"doctor.proxy", command.address, State::ok, "a Telltale proxy answers", ""};
  // In origin form, which a proxy refuses: its refusal says who it is.
  const auto answer =
      ask(command.address, "GET / HTTP/1.1\r\nHost: telltale.invalid\r\nConnection: close\r\n\r\n", patience);
  if (!answer) {
    row.state = command.address_given ? State::wrong : State::unknown;
    row.found = "no proxy runs there: " + answer.error().detail;
    row.todo = fmt::format("telltale proxy --listen {}", command.address);
    return row;
  }
  found.runs = answer->status == 400 && answer->body.find("\"target-malformed\"") != std::string::npos;
  if (found.runs) return row;
  const std::string server = field_of(*answer, "server");
  row.id = "doctor.port-in-use";
  row.state = State::wrong;
  row.found = server.empty() ? "something else answers there" : fmt::format("{} answers there", server);
  row.todo = fmt::format("end it (ss -ltnp 'sport = :{}' says what it is), or give the proxy another --listen",
                         command.address.substr(command.address.rfind(':') + 1));
  return row;
}

std::string text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

Row check_root(const json& facts, const std::string& address, const std::string& root_sha256) {
  Row row{"doctor.proxy-root", address, State::ok, "signs below the root in the folder", ""};
  const std::string in_use = text_in(facts, "root_sha256");
  if (root_sha256.empty() || in_use.empty()) {
    row.state = State::unknown;
    row.found = "there is no root here to compare with";
  } else if (in_use != root_sha256) {
    row.state = State::wrong;
    row.found = fmt::format("signs below another root ({}...) than the one in the folder; its folder is {}",
                            in_use.substr(0, 16), text_in(facts, "ca_dir"));
    row.todo = "send the proxy SIGHUP if the authority was rotated; else name its folder with --ca-dir";
  }
  return row;
}

Row check_room_for_connections(const json& facts, const std::string& address) {
  const std::uint64_t open = number_in(facts, "descriptors");
  const std::uint64_t limit = number_in(facts, "descriptor_limit");
  Row row{"doctor.proxy-descriptors", address, State::ok, fmt::format("{} of {} file descriptors in use", open, limit),
          ""};
  if (limit >= 256 && open <= limit / 10 * 8) return row;
  row.state = State::warn;
  row.todo = "ulimit -n 65536 before it starts, or LimitNOFILE=65536 in its unit";
  return row;
}

Row check_losses(const json& facts, const std::string& address) {
  const std::uint64_t lost = number_in(facts, "records_dropped");
  Row row{"doctor.records-lost", address, State::ok, "no capture was lost", ""};
  if (lost == 0) return row;
  row.state = State::warn;
  row.found = fmt::format("{} captures were lost: their disk is full or too slow", lost);
  row.todo = "see doctor.disk and doctor.captures";
  return row;
}

Row check_visits(const json& facts, const std::string& address) {
  const std::uint64_t connections = number_in(facts, "connections");
  const std::uint64_t exchanges = number_in(facts, "exchanges");
  Row row{"doctor.clients-came", address, State::ok,
          fmt::format("{} connections, {} requests inspected", connections, exchanges), ""};
  if (exchanges > 0) return row;
  row.state = State::note;
  row.todo = "start a client with HTTPS_PROXY set, or look at it alone: telltale doctor -- CLIENT";
  return row;
}

Rows dangers_of(const json& facts, const std::string& address) {
  Rows rows;
  const auto dangers = facts.find("danger");
  if (dangers == facts.end() || !dangers->is_array()) return rows;
  for (const json& danger : *dangers)
    if (danger.is_string())
      rows.push_back({"doctor.danger", address + ": " + danger.get<std::string>(), State::warn,
                      "is on in the running proxy, and weakens a check", "restart it without, unless you need it"});
  return rows;
}

Rows check_admin(const DoctorCommand& command, const std::string& root_sha256) {
  const Admin admin = admin_of(command);
  Row row{"doctor.admin", admin.address.empty() ? "--admin" : admin.address, State::unknown,
          "no admin listener is known: what the proxy noticed of its clients is not looked at",
          "start the proxy with --admin 127.0.0.1:0, and run doctor with the same --ca-dir"};
  if (admin.address.empty()) return {row};
  const auto text = ask_admin(admin);
  const json facts = text ? json::parse(*text, nullptr, false) : json();
  if (!text || !facts.is_object()) {
    row.state = admin.asked ? State::blind : State::unknown;
    row.found = text ? "what it answers is not understood" : text.error().detail;
    row.todo = "name the listener with --admin and its token with --admin-token FILE";
    return {row};
  }
  row.state = State::ok;
  row.found = fmt::format("answers; version {}, mode {}", text_in(facts, "version"), text_in(facts, "mode"));
  row.todo.clear();
  Rows rows = {row, check_root(facts, admin.address, root_sha256), check_room_for_connections(facts, admin.address),
               check_losses(facts, admin.address), check_visits(facts, admin.address)};
  const std::string ca_dir = text_in(facts, "ca_dir");
  for (Row& one : dangers_of(facts, admin.address)) rows.push_back(std::move(one));
  for (Row& one : judge_noticed(read_noticed(*text), ca_dir + "/ca.pem")) rows.push_back(std::move(one));
  return rows;
}

}  // namespace

Rows check_proxy(const DoctorCommand& command, const std::string& root_sha256, Found& found) {
  Rows rows = {check_address(command, found)};
  for (Row& row : check_admin(command, root_sha256)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace telltale::app::doctor
