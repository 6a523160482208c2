#include "certs/name_constraints.hpp"

#include <openssl/x509v3.h>

#include "support/catch.hpp"
#include "unit/certs/verify.hpp"

using namespace telltale;
using namespace telltale::certs;

TEST_CASE("OpenSSL enforces the constraints, and permits() says the same", "[certs][constraints]") {
  struct Row {
    std::vector<std::string> permit;
    const char* host;
    bool permitted;
  };
  const Row rows[] = {
      {{}, "any.example", true},
      {{}, "10.0.0.1", true},
      {{"api.example.com"}, "api.example.com", true},
      {{"api.example.com"}, "x.api.example.com", true},  // RFC 5280 has no form without the names below
      {{"api.example.com"}, "example.com", false},
      {{"api.example.com"}, "evilapi.example.com", false},
      {{"api.example.com"}, "api.example.org", false},
      {{"api.example.com"}, "10.0.0.1", false},
      {{"api.example.com"}, "::1", false},
      {{"API.Example.com"}, "api.example.com", true},
      {{"*.example.com"}, "api.example.com", true},
      {{"*.example.com"}, "a.b.example.com", true},
      {{"*.example.com"}, "example.com", true},  // nor one without the parent
      {{"*.example.com"}, "evilexample.com", false},
      {{"*.example.com"}, "com", false},
      {{"*.example.com", "api.example.org"}, "api.example.org", true},
      {{"*.example.com", "api.example.org"}, "www.example.org", false},
      {{"my_host.example"}, "my_host.example", true},
      {{"10.0.0.1"}, "10.0.0.1", true},
      {{"10.0.0.1"}, "10.0.0.2", false},
      {{"10.0.0.1"}, "::1", false},
      {{"10.0.0.1"}, "api.example.com", false},
      {{"10.0.0.1"}, "localhost", false},
      {{"::1"}, "::1", true},
      {{"::1"}, "::2", false},
      {{"::1"}, "10.0.0.1", false},
      {{"::1", "api.example.com"}, "api.example.com", true},
      {{"::1", "api.example.com"}, "::1", true},
      {{"::1", "api.example.com"}, "0.0.0.1", false},
  };
  for (const Row& row : rows) {
    const std::string first = row.permit.empty() ? "any" : row.permit.front();
    DYNAMIC_SECTION(first << " of " << row.permit.size() << ", " << row.host) {
      const auto authority = Authority::create(row.permit);
      REQUIRE(authority);
      const HostName name = host(row.host);
      CHECK(authority->permits(name) == row.permitted);
      const int verdict = verify_for(*authority, forge_leaf(*authority, name).get(), name);
      if (row.permitted) {
        CHECK(verdict == X509_V_OK);
      } else {
        CHECK((verdict == X509_V_ERR_PERMITTED_VIOLATION || verdict == X509_V_ERR_EXCLUDED_VIOLATION));
      }
    }
  }
}

TEST_CASE("constraints are critical and read back as patterns", "[certs][constraints]") {
  const auto authority = Authority::create({"*.example.com", "api.example.org", "10.0.0.1", "2001:db8::1"});
  REQUIRE(authority);
  CHECK(is_critical(authority->certificate(), NID_name_constraints));
  CHECK(authority->permit() == std::vector<std::string>{"example.com", "*.example.com", "api.example.org",
                                                        "*.api.example.org", "10.0.0.1", "2001:db8::1"});
}

TEST_CASE("patterns that cannot be constraints are refused", "[certs][constraints]") {
  for (const char* bad : {"*", "", "*.", "*.*.example.com", "a*.example.com", "a.*.com", "*.10.0.0.1", "10.0.0.0/8",
                          "a b", "*example.com", "example.com:443"}) {
    DYNAMIC_SECTION(bad) {
      const auto authority = Authority::create({"good.example", bad});
      REQUIRE_FALSE(authority);
      CHECK(authority.error().code == Errc::host_name_invalid);
    }
  }
}
