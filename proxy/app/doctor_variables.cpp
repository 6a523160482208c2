// Proxy and trust variables that contradict each other, the proxy, or the authority. What each client honours was
// measured: docs/clients.md. Covered by tests/unit/app/doctor_test.cpp and tests/e2e/doctor_test.py.
#include <fmt/format.h>

#include <algorithm>

#include "app/doctor.hpp"
#include "app/file_text.hpp"
#include "certs/pem.hpp"
#include "core/ascii.hpp"
#include "core/glob.hpp"

namespace telltale::app::doctor {
namespace {

constexpr std::size_t longest_bundle = std::size_t{8} * 1024 * 1024;
constexpr std::size_t most_certificates = 2000;
constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----";

constexpr std::string_view adding[] = {"NODE_EXTRA_CA_CERTS", "CODEX_CA_CERTIFICATE", "DENO_CERT"};
constexpr std::string_view replacing[] = {
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE", "PIP_CERT",           "CARGO_HTTP_CAINFO", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"};

std::string value_of(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string() : found->second;
}

std::string url_of(const Expected& expected) {
  return "http://" + expected.proxy;
}

// Passwords can stand in these; what is shown is the address alone.
Row check_https_proxy(const Variables& variables, const Expected& expected) {
  const std::string upper = value_of(variables, "HTTPS_PROXY");
  const std::string lower = value_of(variables, "https_proxy");
  const std::string here = url_of(expected);
  Row row{"doctor.proxy-variable", "HTTPS_PROXY", State::ok, "leads to the proxy at " + expected.proxy, ""};
  if (upper.empty() && lower.empty()) {
    const bool all = !value_of(variables, "ALL_PROXY").empty() || !value_of(variables, "all_proxy").empty();
    row.state = all ? State::wrong : State::note;
    row.found = all ? "not set, and ALL_PROXY, which is, sends only a part of most clients through the proxy"
                    : "not set in this shell: clients started from it go past the proxy";
    row.todo = fmt::format("export HTTPS_PROXY={0} https_proxy={0}{1}", here, all ? "; unset ALL_PROXY all_proxy" : "");
    return row;
  }
  if (!upper.empty() && !lower.empty() && address_of_proxy(upper) != address_of_proxy(lower)) {
    row.state = State::wrong;
    row.looked_at = "HTTPS_PROXY, https_proxy";
    row.found = fmt::format("they disagree ({} and {}), and clients differ in which one they read",
                            address_of_proxy(upper), address_of_proxy(lower));
    row.todo = fmt::format("export HTTPS_PROXY={0} https_proxy={0}", here);
    return row;
  }
  const std::string to = address_of_proxy(upper.empty() ? lower : upper);
  if (to != expected.proxy) {
    row.state = State::wrong;
    row.found = fmt::format("leads to {}, another proxy, and not to {}", to, expected.proxy);
    row.todo = fmt::format("export HTTPS_PROXY={0} https_proxy={0}", here);
  }
  return row;
}

Row check_http_proxy(const Variables& variables, const Expected& expected) {
  const std::string upper = value_of(variables, "HTTP_PROXY");
  const std::string lower = value_of(variables, "http_proxy");
  Row row{"doctor.http-proxy-variable", "HTTP_PROXY", State::ok, "not set: only http:// base URLs would need it", ""};
  if (upper.empty() && lower.empty()) return row;
  const std::string to = address_of_proxy(upper.empty() ? lower : upper);
  const bool agree = upper.empty() || lower.empty() || address_of_proxy(upper) == address_of_proxy(lower);
  row.found = "leads to the proxy too";
  if (agree && to == expected.proxy) return row;
  row.state = State::wrong;
  row.found = agree ? fmt::format("leads to {}, another proxy", to) : "HTTP_PROXY and http_proxy disagree";
  row.todo = "unset HTTP_PROXY http_proxy";
  return row;
}

std::vector<std::string> entries_of(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", "), list.size());
    if (end > 0) out.push_back(ascii::lower(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

// `example.com`, `.example.com` and `*.example.com` all mean the host and what is below it, to one client or another.
bool covers(std::string_view entry, std::string_view pattern) {
  if (entry == "*") return true;
  entry = entry.substr(0, entry.rfind(':'));
  while (entry.starts_with('*') || entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  std::string_view host = pattern;
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host == "*") return false;
  return ascii::equals_ignoring_case(entry, host) || host_matches(fmt::format("*.{}", entry), host);
}

Row check_no_proxy(const Variables& variables, const Expected& expected) {
  Row row{"doctor.no-proxy", "NO_PROXY", State::ok, "names no host that is intercepted", ""};
  std::string culprits;
  std::string host;
  std::string rest;
  std::string list = value_of(variables, "NO_PROXY");
  const std::string lower = value_of(variables, "no_proxy");
  if (list != lower) list += "," + lower;
  for (const std::string& entry : entries_of(list)) {
    const auto covered = std::find_if(expected.hosts.begin(), expected.hosts.end(),
                                      [&entry](const std::string& pattern) { return covers(entry, pattern); });
    if (covered == expected.hosts.end()) {
      rest += (rest.empty() ? "" : ",") + entry;
      continue;
    }
    culprits += (culprits.empty() ? "" : ", ") + entry;
    host = *covered;
  }
  if (culprits.empty()) return row;
  row.state = State::wrong;
  row.found = fmt::format("{} covers {}: clients go there past the proxy", culprits, host);
  row.todo = fmt::format("export NO_PROXY={0} no_proxy={0}", rest.empty() ? "''" : rest);
  return row;
}

struct Bundle {
  std::size_t certificates = 0;
  std::size_t others = 0;  ///< of them, not our root
  bool has_root = false;
  std::string problem;
};

Bundle read_bundle(const std::string& path, const std::string& root_pem) {
  Bundle out;
  const auto text = read_file(path, longest_bundle);
  if (!text) {
    out.problem = text.error().detail;
    return out;
  }
  const auto root = certs::certificate_from_pem(root_pem);
  std::string_view rest = *text;
  for (std::size_t at = rest.find(begin_mark); at != std::string_view::npos && out.certificates < most_certificates;
       at = rest.find(begin_mark)) {
    rest.remove_prefix(at);
    const auto one = certs::certificate_from_pem(rest);
    rest.remove_prefix(begin_mark.size());
    if (!one) continue;
    ++out.certificates;
    const bool ours = root && X509_cmp(one->get(), root->get()) == 0;
    out.has_root = out.has_root || ours;
    if (!ours) ++out.others;
  }
  if (out.certificates == 0) out.problem = path + ": no PEM certificate in it";
  return out;
}

Row check_trust(std::string_view name, const std::string& path, bool replaces, const Expected& expected) {
  Row row{replaces ? "doctor.trust-bundle" : "doctor.trust-file", fmt::format("{}={}", name, path), State::ok,
          "holds the root", ""};
  const Bundle bundle = read_bundle(path, expected.root_pem);
  const std::string both = fmt::format(
      "cat /etc/ssl/certs/ca-certificates.crt {} > bundle.pem; export {}=$PWD/bundle.pem", expected.root_file, name);
  const std::string set = replaces ? both : fmt::format("export {}={}", name, expected.root_file);
  if (!bundle.problem.empty()) {
    row.state = State::wrong;
    row.found = bundle.problem;
    row.todo = set;
  } else if (expected.root_pem.empty()) {
    row.state = State::unknown;
    row.found = "there is no root yet that it could hold";
  } else if (!bundle.has_root) {
    row.state = State::wrong;
    row.found = fmt::format("holds {} certificates, but not the root {}", bundle.certificates, expected.root_file);
    row.todo = set;
  } else if (replaces && bundle.others == 0) {
    row.state = State::warn;
    row.found = "holds the root alone, and replaces the system's roots: hosts that are not intercepted are not trusted";
    row.todo = both;
  }
  return row;
}

Row check_verification(const Variables& variables) {
  Row row{"doctor.verification-off", "NODE_TLS_REJECT_UNAUTHORIZED", State::ok, "not set", ""};
  if (value_of(variables, "NODE_TLS_REJECT_UNAUTHORIZED") == "0") {
    row.state = State::warn;
    row.found = "0: Node clients trust anybody at all";
    row.todo = "unset NODE_TLS_REJECT_UNAUTHORIZED; export NODE_EXTRA_CA_CERTS=.../ca.pem";
  }
  return row;
}

}  // namespace

std::string address_of_proxy(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
  std::string out = ascii::lower(text);
  if (out.starts_with("localhost:")) out.replace(0, 9, "127.0.0.1");
  return out;
}

Rows check_variables(const Variables& variables, const Expected& expected) {
  Rows rows = {check_https_proxy(variables, expected), check_http_proxy(variables, expected),
               check_no_proxy(variables, expected), check_verification(variables)};
  const std::size_t before = rows.size();
  for (const std::string_view name : adding)
    if (const std::string path = value_of(variables, name); !path.empty())
      rows.push_back(check_trust(name, path, false, expected));
  for (const std::string_view name : replacing)
    if (const std::string path = value_of(variables, name); !path.empty())
      rows.push_back(check_trust(name, path, true, expected));
  if (rows.size() == before)
    rows.push_back({"doctor.trust-file", "NODE_EXTRA_CA_CERTS", State::note,
                    "no variable of this shell makes a client trust the root",
                    fmt::format("export NODE_EXTRA_CA_CERTS={0} CODEX_CA_CERTIFICATE={0}", expected.root_file)});
  return rows;
}

}  // namespace telltale::app::doctor
