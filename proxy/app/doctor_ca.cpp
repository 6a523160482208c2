// The authority's folder: who may read it, when its certificates end, whether the clock agrees with them. Covered by
// tests/e2e/doctor_test.py.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509.h>

#include <ctime>

#include "app/ca_files.hpp"
#include "app/ca_store.hpp"
#include "app/default_hosts.hpp"
#include "app/doctor.hpp"
#include "app/file_text.hpp"
#include "certs/parts.hpp"

namespace telltale::app::doctor {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t soon = 30 * day;
constexpr std::size_t longest_pem = std::size_t{64} * 1024;

struct Validity {
  std::int64_t from = 0;
  std::int64_t until = 0;
};

Validity validity_of(X509* certificate) {
  return {certs::epoch_of(X509_get0_notBefore(certificate)).value_or(0),
          certs::epoch_of(X509_get0_notAfter(certificate)).value_or(0)};
}

std::string days_left(std::int64_t until, std::int64_t now) {
  return until < now ? fmt::format("has ended {} days ago", (now - until) / day)
                     : fmt::format("ends in {} days", (until - now) / day);
}

Row check_permissions(const std::string& dir) {
  Row row{"doctor.ca-permissions", dir, State::ok, "keys and folder are their owner's alone", ""};
  if (const auto safe = check_authority_files(dir); !safe) {
    row.state = State::wrong;
    row.found = safe.error().detail;
    row.todo = fmt::format("chmod 700 {0}; chmod 600 {0}/*.key", dir);
  }
  return row;
}

Row check_root_end(const std::string& dir, X509* root, std::int64_t now) {
  const Validity valid = validity_of(root);
  Row row{"doctor.ca-expiring", dir + "/ca.pem", State::ok, "the root " + days_left(valid.until, now), ""};
  if (valid.until < now + soon) {
    row.state = valid.until < now ? State::wrong : State::warn;
    row.todo = fmt::format(
        "telltale ca rotate --ca-dir {0}; give {0}/ca.pem to all clients; telltale ca rotate "
        "--finish --ca-dir {0}; send SIGHUP to the proxy",
        dir);
  }
  return row;
}

Row check_issuing_end(const std::string& dir, std::int64_t now) {
  const std::string path = dir + "/issuing.pem";
  Row row{"doctor.ca-issuing-expiring", path, State::ok, "", ""};
  if (!is_there(path)) {
    row.found = "there is none: the root signs itself";
    return row;
  }
  const auto pem = read_file(path, longest_pem);
  const auto certificate = pem ? certs::certificate_from_pem(*pem) : tl::unexpected<Error>(pem.error());
  const bool can_renew = is_there(dir + "/ca.key");
  if (!certificate) {
    row.state = can_renew ? State::warn : State::wrong;
    row.found = certificate.error().detail;
    row.todo = can_renew ? "restart the proxy: it makes another one with ca.key"
                         : "bring ca.key back into the folder and restart the proxy";
    return row;
  }
  const Validity valid = validity_of(certificate->get());
  row.found = "the issuing certificate " + days_left(valid.until, now);
  if (valid.until >= now + soon) return row;
  row.state = !can_renew && valid.until < now ? State::wrong : State::warn;
  row.todo = can_renew ? "restart the proxy: it makes the next one with ca.key"
                       : fmt::format("bring ca.key back into {} and restart the proxy: it makes the next one", dir);
  return row;
}

Row check_root_key(const std::string& dir) {
  const std::string path = dir + "/ca.key";
  if (!is_there(path)) return {"doctor.ca-root-key", path, State::ok, "the root's key is not on this machine", ""};
  return {"doctor.ca-root-key", path, State::note, "the root's key is on line; only the issuing key is needed here",
          "move ca.key to a safe place; bring it back a month before the issuing certificate ends"};
}

// A clock that is wrong by more than a day shows in the authority itself, which is backdated by one.
Row check_clock(const std::string& dir, X509* root, std::int64_t now) {
  const Validity valid = validity_of(root);
  Row row{"doctor.clock-certificate", dir + "/ca.pem", State::ok, "this machine's clock lies within its validity", ""};
  if (now < valid.from) {
    row.state = State::wrong;
    row.found = fmt::format("this machine's clock is {} days before the root begins", (valid.from - now) / day + 1);
    row.todo = "set the clock: timedatectl set-ntp true";
  }
  return row;
}

Row check_hosts_permitted(const ProxyCommand& command) {
  Row row{"doctor.ca-hosts", command.ca_dir, State::ok, "the authority may sign for every host that is intercepted",
          ""};
  const auto hosts = command.intercept.empty() ? default_intercept_hosts() : command.intercept;
  if (const auto fit = check_permits(command.ca_dir, hosts, command.intercept_all); !fit) {
    // A proxy that runs may have been started with other hosts than are known here.
    row.state = command.intercept.empty() && !command.intercept_all ? State::note : State::wrong;
    row.found = fit.error().detail;
    row.todo = fmt::format("telltale ca create --ca-dir {}.new {}", command.ca_dir,
                           command.intercept_all ? "--any-host" : fmt::format("--permit {}", fmt::join(hosts, " ")));
  }
  return row;
}

}  // namespace

Rows check_ca(const ProxyCommand& command) {
  const std::string& dir = command.ca_dir;
  if (!is_there(dir + "/ca.pem") && !is_there(dir + "/ca.key"))
    return {{"doctor.ca", dir, State::unknown, "there is no authority yet; the proxy makes one on first use", ""}};
  const auto root = load_root(dir);
  Rows rows = {check_permissions(dir)};
  if (!root) {
    rows.push_back({"doctor.ca", dir, State::wrong, root.error().detail,
                    fmt::format("move {} away and start the proxy: it makes a new authority", dir)});
    return rows;
  }
  const std::int64_t now = std::time(nullptr);
  rows.push_back({"doctor.ca", dir + "/ca.pem", State::ok, "sha256 " + certs::fingerprint(root->get()), ""});
  rows.push_back(check_clock(dir, root->get(), now));
  rows.push_back(check_root_end(dir, root->get(), now));
  rows.push_back(check_issuing_end(dir, now));
  rows.push_back(check_root_key(dir));
  rows.push_back(check_hosts_permitted(command));
  return rows;
}

}  // namespace telltale::app::doctor
