// `telltale doctor`: the checks in order, then the report. Covered by tests/e2e/doctor_test.py.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "app/ca_store.hpp"
#include "app/commands.hpp"
#include "app/default_hosts.hpp"
#include "app/doctor.hpp"

namespace telltale::app {
namespace {

void append(doctor::Rows& rows, doctor::Rows more) {
  for (doctor::Row& row : more) rows.push_back(std::move(row));
}

std::vector<std::string> hosts_of(const ProxyCommand& command) {
  std::vector<std::string> hosts = default_intercept_hosts();
  hosts.insert(hosts.end(), command.intercept.begin(), command.intercept.end());
  return hosts;
}

doctor::Rows check_all(const DoctorCommand& command) {
  const Variables variables = read_variables(environ);
  const auto root = load_root(command.proxy.ca_dir);
  doctor::Expected expected;
  expected.proxy = doctor::address_of_proxy(command.address);
  expected.root_file = command.proxy.ca_dir + "/ca.pem";
  if (root) expected.root_pem = certs::to_pem(root->get());
  expected.hosts = hosts_of(command.proxy);

  doctor::Rows rows = doctor::check_files(command);
  append(rows, doctor::check_ca(command.proxy));
  append(rows, doctor::check_variables(variables, expected));
  if (!command.client.empty()) {
    append(rows, doctor::check_client(command, variables, expected.root_file));
    return rows;
  }
  doctor::Found found;
  append(rows, doctor::check_proxy(command, root ? certs::fingerprint(root->get()) : std::string(), found));
  if (found.runs || command.address_given)
    rows.push_back(doctor::check_stream(command.address));
  else
    rows.push_back({"doctor.stream-held", command.address, doctor::State::unknown, "no proxy runs there", ""});
  rows.push_back({"doctor.clock-upstream", "Date of an upstream", doctor::State::unknown,
                  "doctor asks no host of the internet; see doctor.upstream-clock for what the proxy met", ""});
  return rows;
}

}  // namespace

int run_doctor(const DoctorCommand& command) {
  const doctor::Rows rows = check_all(command);
  const std::string text = command.format == "json" ? doctor::json_of(rows) : doctor::text_of(rows);
  std::fputs(text.c_str(), stdout);
  return doctor::exit_code_of(rows);
}

}  // namespace telltale::app
