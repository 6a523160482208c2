// What was noticed of clients and hosts, and what to set about it. Covered by tests/unit/app/doctor_test.cpp and
// tests/e2e/doctor_test.py.
#include <fmt/format.h>

#include <algorithm>

#include "app/default_hosts.hpp"
#include "app/doctor.hpp"
#include "core/ascii.hpp"
#include "core/glob.hpp"

namespace telltale::app::doctor {
namespace {

constexpr std::size_t most_rows = 20;  // of one kind; the rest is counted

/// What makes a client trust one more root, by a word in its name or User-Agent. docs/clients.md.
struct Advice {
  std::string_view word;
  std::string_view todo;  ///< {0} is ca.pem
};
constexpr Advice advices[] = {
    {"claude", "export NODE_EXTRA_CA_CERTS={0}"},
    {"codex", "export CODEX_CA_CERTIFICATE={0}"},
    {"curl", "curl --cacert {0}, or export CURL_CA_BUNDLE=FILE that holds the system's roots and {0}"},
    {"python-requests", "export REQUESTS_CA_BUNDLE=FILE that holds the system's roots and {0}"},
    {"python", "export SSL_CERT_FILE=FILE that holds the system's roots and {0}"},
    {"git/", "git config --global http.sslCAInfo FILE that holds the system's roots and {0}"},
    {"go-http", "export SSL_CERT_FILE=FILE that holds the system's roots and {0}"},
    {"java", "telltale ca trust --store java"},
    {"chrome", "telltale ca trust --store nss"},
    {"firefox", "telltale ca trust --store nss"},
    {"",
     "export NODE_EXTRA_CA_CERTS={0} CODEX_CA_CERTIFICATE={0} for Node clients and Codex; for others "
     "SSL_CERT_FILE=FILE that holds the system's roots and {0}"}};

std::string advice_for(const ClientTrust& one, const std::string& root_file) {
  const std::string agent = ascii::lower(one.agent);
  const auto found = std::find_if(std::begin(advices), std::end(advices), [&agent](const Advice& advice) {
    return agent.find(advice.word) != std::string::npos;
  });
  return fmt::format(fmt::runtime(found->todo), root_file);
}

std::string name_of(const ClientTrust& one) {
  return one.agent.empty() ? one.client : fmt::format("{} ({})", one.agent, one.client);
}

bool same_client(const ClientTrust& a, const ClientTrust& b) {
  return a.client == b.client && a.agent == b.agent;
}

// A client that takes our certificates for other hosts, and never for this one, has its own idea of this one.
bool is_pinned(const ClientTrust& one, const Noticed& noticed) {
  return one.trusted == 0 && !one.agent.empty() &&
         std::any_of(noticed.clients.begin(), noticed.clients.end(), [&one](const ClientTrust& other) {
           return same_client(one, other) && other.host != one.host && other.trusted > 0;
         });
}

Row judge_client(const ClientTrust& one, const Noticed& noticed, const std::string& root_file) {
  Row row{"doctor.client-trust", fmt::format("{} at {}", name_of(one), one.host), State::wrong, "", ""};
  const std::string times = one.distrusted == 1 ? "once" : fmt::format("{} times", one.distrusted);
  row.found = fmt::format("refused the certificate {} ({})", times, one.how);
  if (is_pinned(one, noticed)) {
    row.id = "doctor.host-pinned";
    row.found += ", and takes those for other hosts: this host is pinned in the client";
    row.todo = fmt::format("leave {} out of --intercept: it is then tunnelled, and not inspected", one.host);
    return row;
  }
  if (one.how.starts_with("certificate_expired")) {
    row.todo = "set the clock of the client's machine, and of this one: timedatectl set-ntp true";
    return row;
  }
  row.todo = advice_for(one, root_file);
  return row;
}

Rows judge_clients(const Noticed& noticed, const std::string& root_file) {
  Rows rows;
  for (const ClientTrust& one : noticed.clients)
    if (!one.last_trusted && rows.size() < most_rows) rows.push_back(judge_client(one, noticed, root_file));
  if (!rows.empty()) return rows;
  Row row{"doctor.client-trust", "clients that came", State::ok, "", ""};
  row.found = fmt::format("{} pairs of client and host, all trust the root now", noticed.clients.size());
  if (noticed.clients.empty()) {
    row.state = State::unknown;
    row.found = "none has been shown a certificate yet";
  }
  return {row};
}

bool is_api_host(std::string_view host) {
  const auto& hosts = default_intercept_hosts();
  return std::any_of(hosts.begin(), hosts.end(), [host](const std::string& one) { return host_matches(one, host); });
}

Rows judge_tunnels(const Noticed& noticed) {
  Rows rows;
  for (const HostCount& one : noticed.tunnelled) {
    if (one.what != "not_intercepted" || !is_api_host(one.host) || rows.size() == most_rows) continue;
    rows.push_back({"doctor.host-tunnelled", one.host, State::wrong,
                    fmt::format("an AI API, and carried {} times without being looked into", one.count),
                    fmt::format("--intercept {} (with the others you name)", one.host)});
  }
  if (rows.empty()) rows.push_back({"doctor.host-tunnelled", "tunnels", State::ok, "none to a known AI API", ""});
  return rows;
}

/// A refusal that has a cause outside of client and proxy.
struct Cause {
  std::string_view code;
  std::string_view id;
  std::string_view found;
  std::string_view todo;
};
constexpr Cause causes[] = {
    {"upstream-certificate-own-root", "doctor.parent-proxy", "another Telltale with this authority is in the way",
     "point the client at one of them only, and let the other have its own --ca-dir"},
    {"upstream-certificate-interceptor", "doctor.parent-proxy", "a known interception root is in the way",
     "remove that root from this machine's trusted roots"},
    {"upstream-certificate-untrusted", "doctor.parent-proxy",
     "its certificate is by a root that is not trusted: a proxy or firewall in the way that opens TLS, or a private CA",
     "--upstream-ca FILE with that root and the system's; see who issued it: openssl s_client -connect {}:443"},
    {"upstream-certificate-self-signed", "doctor.parent-proxy",
     "its certificate is by a root that is not trusted: a proxy or firewall in the way that opens TLS, or a private CA",
     "--upstream-ca FILE with that root and the system's; see who issued it: openssl s_client -connect {}:443"},
    {"upstream-loop", "doctor.parent-proxy", "requests come back to this proxy",
     "take this proxy's address out of the settings of the proxy behind it"},
    {"upstream-certificate-expired", "doctor.upstream-clock", "its certificate has ended, or this clock is wrong",
     "date -u; timedatectl set-ntp true"},
    {"upstream-certificate-not-yet-valid", "doctor.upstream-clock",
     "its certificate is not valid yet, or this clock is wrong", "date -u; timedatectl set-ntp true"},
    {"upstream-unresolvable", "doctor.upstream", "its name is not found from here",
     "getent hosts {}; if only a proxy may go out, run Telltale where the network is open: it uses no proxy itself"},
    {"upstream-unreachable", "doctor.upstream", "it is not reached from here",
     "if only a proxy may go out, run Telltale where the network is open: it uses no proxy itself"},
    {"upstream-connect-timeout", "doctor.upstream", "it is not reached from here",
     "if only a proxy may go out, run Telltale where the network is open: it uses no proxy itself"},
    {"upstream-address-forbidden", "doctor.upstream", "its address is private or this machine's, which is refused",
     "--allow-upstream ADDRESS, if it is meant to be reached"},
    {"upstream-certificate-revoked", "doctor.upstream-status", "its certificate is revoked", "ask who runs it"},
    {"upstream-certificate-status-unknown", "doctor.upstream-status",
     "whether its certificate is revoked could not be found out", "--revocation fetch, if it is to go on and be said"},
    {"host-not-permitted", "doctor.ca-hosts", "the authority may not sign for it",
     "telltale ca create --permit ... with {} among them, in a new --ca-dir"}};

Rows judge_refusals(const Noticed& noticed) {
  Rows rows;
  for (const HostCount& one : noticed.refused) {
    const auto cause = std::find_if(std::begin(causes), std::end(causes),
                                    [&one](const Cause& known) { return known.code == one.what; });
    if (cause == std::end(causes) || rows.size() == most_rows) continue;
    rows.push_back({cause->id, one.host, State::wrong,
                    fmt::format("{} ({} times: {})", cause->found, one.count, one.what),
                    fmt::format(fmt::runtime(cause->todo), one.host)});
  }
  if (rows.empty())
    rows.push_back({"doctor.parent-proxy", "upstreams", State::ok, "none was refused for what is in the way", ""});
  return rows;
}

}  // namespace

Rows judge_noticed(const Noticed& noticed, const std::string& root_file) {
  Rows rows = judge_clients(noticed, root_file);
  for (Row& row : judge_tunnels(noticed)) rows.push_back(std::move(row));
  for (Row& row : judge_refusals(noticed)) rows.push_back(std::move(row));
  for (const HostCount& one : noticed.endangered)
    rows.push_back({"doctor.danger-used", fmt::format("{} at {}", one.what, one.host), State::warn,
                    fmt::format("let something through {} times", one.count), "restart the proxy without it"});
  if (noticed.left_out > 0)
    rows.push_back({"doctor.noticed", "clients and hosts", State::unknown,
                    fmt::format("{} were more than is counted apart", noticed.left_out), ""});
  return rows;
}

}  // namespace telltale::app::doctor
