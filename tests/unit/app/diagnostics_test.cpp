#include "app/diagnostics.hpp"

#include <catch2/catch.hpp>

using namespace telltale;
using app::Diagnostics;
using Taken = net::Shown::Taken;

namespace {

net::Shown shown(Taken taken, std::string_view reason = {}, std::string_view host = "api.example.test") {
  return {"127.0.0.1:4000", "curl/8", host, taken, reason};
}

}  // namespace

TEST_CASE("how a client took the certificate is counted by host and client", "[app][diagnostics]") {
  struct Row {
    const char* name;
    std::vector<net::Shown> seen;
    std::uint64_t trusted, distrusted;
    bool last_trusted;
    const char* how;
  };
  const Row rows[] = {
      {"trusts", {shown(Taken::trusted)}, 1, 0, true, ""},
      {"alert", {shown(Taken::alert, "unknown_ca")}, 0, 1, false, "unknown_ca"},
      {"leaves", {shown(Taken::left)}, 0, 1, false, "left"},
      {"leaves later", {shown(Taken::trusted), shown(Taken::left_after)}, 0, 1, false, "left after the handshake"},
      {"was mended", {shown(Taken::alert, "unknown_ca"), shown(Taken::trusted)}, 1, 1, true, "unknown_ca"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Diagnostics diagnostics;
      for (const net::Shown& one : row.seen) diagnostics.shown(one);
      const app::Noticed noticed = diagnostics.noticed();
      REQUIRE(noticed.clients.size() == 1);
      CHECK(noticed.clients[0].client == "127.0.0.1");
      CHECK(noticed.clients[0].trusted == row.trusted);
      CHECK(noticed.clients[0].distrusted == row.distrusted);
      CHECK(noticed.clients[0].last_trusted == row.last_trusted);
      CHECK(noticed.clients[0].how == row.how);
    }
  }
}

TEST_CASE("what is counted is bounded, and the rest is told", "[app][diagnostics]") {
  Diagnostics diagnostics(2);
  for (const char* host : {"a.test", "b.test", "c.test", "a.test"}) diagnostics.tunnelled(host, "not_intercepted");
  const app::Noticed noticed = diagnostics.noticed();
  CHECK(noticed.tunnelled.size() == 2);
  CHECK(noticed.tunnelled[0].count == 2);
  CHECK(noticed.left_out == 1);
}

TEST_CASE("what was noticed is read back as it was written", "[app][diagnostics]") {
  Diagnostics diagnostics;
  diagnostics.shown(shown(Taken::alert, "unknown_ca"));
  diagnostics.refused("api.example.test", Errc::upstream_certificate_untrusted);
  diagnostics.endangered("danger-strip-signed", "api.example.test");
  std::string text;
  record::JsonWriter json(text, record::JsonText::ascii);
  json.begin_object();
  write_members(json, diagnostics.noticed());
  json.end_object();
  const app::Noticed back = app::read_noticed(text);
  REQUIRE(back.clients.size() == 1);
  CHECK(back.clients[0].how == "unknown_ca");
  REQUIRE(back.refused.size() == 1);
  CHECK(back.refused[0].what == "upstream-certificate-untrusted");
  REQUIRE(back.endangered.size() == 1);
  CHECK(app::read_noticed("no JSON").clients.empty());
  CHECK(app::read_noticed("{\"clients\":[1,{\"trusted\":-1}]}").clients.size() == 1);
}
