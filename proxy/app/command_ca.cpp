// `telltale ca`: create, show, export, trust, untrust, rotate. Covered by tests/e2e/replay_test.py and
// tests/unit/app/ca_store_test.cpp.
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "app/ca_store.hpp"
#include "app/commands.hpp"
#include "app/file_text.hpp"
#include "app/passphrase.hpp"
#include "app/trust_stores.hpp"
#include "certs/name_constraints.hpp"

namespace telltale::app {
namespace {

int fail_with(const Error& error) {
  fmt::print(stderr, "telltale ca: {}\n", error.detail);
  return static_cast<int>(exit_code_of(fault_of(error.code)));
}

std::string day_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "?";
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

void show(const std::string& dir, X509* root) {
  const auto permit = certs::permitted_patterns(root);
  const std::string hosts = permit.empty() ? "any host" : fmt::format("{}", fmt::join(permit, ", "));
  fmt::print("root       {}/ca.pem\nsha256     {}\nsigns for  {}\nends       {}\n", dir, certs::fingerprint(root),
             hosts, day_of(X509_get0_notAfter(root)));
}

int export_root(const CaCommand& command, X509* root) {
  const std::string pem = certs::to_pem(root);
  if (command.output.empty()) return std::fputs(pem.c_str(), stdout) < 0 ? static_cast<int>(ExitCode::usage) : 0;
  const int out = ::open(command.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool written = out >= 0 && write_all(out, pem);
  const Error error{Errc::file_failed, 0, fmt::format("{}: {}", command.output, written ? "" : system_reason())};
  if (out >= 0) ::close(out);
  return written ? 0 : fail_with(error);
}

std::string_view text_of(TrustResult::State state, bool trusts) {
  if (state == TrustResult::State::failed) return "failed";
  if (state == TrustResult::State::not_here) return "not here";
  return trusts ? "trusted" : "removed";
}

// Every root of ca.pem; a line a store. Nothing done anywhere is a failure too.
int change_stores(const CaCommand& command) {
  const auto roots = load_roots(command.ca_dir);
  if (!roots) return fail_with(roots.error());
  const bool trusts = command.verb == CaCommand::Verb::trust;
  bool any = false;
  bool failed = false;
  for (const certs::X509Ptr& root : *roots) {
    for (const TrustResult& result : change_trust(root.get(), {trusts, command.stores, command.into})) {
      fmt::print("{:<8} {:<9} {}\n", result.store, text_of(result.state, trusts), result.detail);
      any = any || result.state == TrustResult::State::done;
      failed = failed || result.state == TrustResult::State::failed;
    }
  }
  return any && !failed ? 0 : static_cast<int>(ExitCode::usage);
}

Result<void> rotate(const CaCommand& command) {
  if (command.finish) return finish_rotation(command.ca_dir);
  TT_TRY(const Secret passphrase, read_passphrase(command.ca_passphrase));
  return prepare_rotation(command.ca_dir, passphrase);
}

}  // namespace

int run_ca(const CaCommand& command) {
  if (command.verb == CaCommand::Verb::trust || command.verb == CaCommand::Verb::untrust) return change_stores(command);
  if (command.verb == CaCommand::Verb::rotate) {
    if (auto done = rotate(command); !done) return fail_with(done.error());
    fmt::print("{}\n",
               command.finish
                   ? "the new CA is in place; send SIGHUP to the proxy. ca.pem holds its root and the one before"
                   : "the next CA is made, and its root added to ca.pem; when clients trust both, type: telltale "
                     "ca rotate --finish");
  }
  if (command.verb == CaCommand::Verb::create) {
    const auto passphrase = read_passphrase(command.ca_passphrase);
    if (!passphrase) return fail_with(passphrase.error());
    const auto made = create_authority(command.ca_dir, command.permit, *passphrase);
    if (!made) return fail_with(made.error());
  }
  const auto root = load_root(command.ca_dir);
  if (!root) return fail_with(root.error());
  if (command.verb == CaCommand::Verb::export_root) return export_root(command, root->get());
  if (auto safe = check_authority_files(command.ca_dir); !safe) return fail_with(safe.error());
  show(command.ca_dir, root->get());
  return 0;
}

}  // namespace telltale::app
